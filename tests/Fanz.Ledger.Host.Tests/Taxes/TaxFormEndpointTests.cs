using System.Net;
using Fanz.Ledger.Host.Taxes;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Standing;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Tests.Taxes;

public sealed class TaxFormEndpointTests(Home home) : IClassFixture<Home>
{
    private const string Why = """{"reason":"the authority asks"}""";

    [Fact]
    public async Task A_form_is_sealed_told_by_its_mask_and_shown_after_the_reading_was_written_down()
    {
        await using var host = await PayeeHost.Start(home, "taxed", PayeeHost.MasterKey);
        var keeper = await host.Bearer(null, Scopes.Tax);
        var filed = (await host.Send(keeper, Forms("taxed", "mia%2F1"), Form("mia-1"), "k1")).Is(HttpStatusCode.Created);
        Assert.Equal("tax_form_filed", filed.Json.GetProperty("type").GetString());
        var again = (await host.Send(keeper, Forms("taxed", "mia%2F1"), Form("mia-1"), "k1")).Is(HttpStatusCode.Created);
        Assert.Equal((filed.Text, true), (again.Text, again.IsReplay));
        (await host.Send(keeper, Forms("taxed", "mia%2F1"), Form("mia-1"), "k2"))
            .Is(HttpStatusCode.Conflict, "tax_form_exists");

        var data = await Scalar<string>(host, "select data::text from ledger.journal where type = 'tax_form_filed'");
        Assert.Contains("···6789", data, StringComparison.Ordinal);
        Assert.DoesNotContain("123456789", data + filed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Moonmarker", data + filed.Text, StringComparison.Ordinal);

        // However a number is written, it is the same number, also another creator's.
        (await host.Send(
            keeper, Forms("taxed", "bea"), Form("bea-1").Replace("-45-", "45", StringComparison.Ordinal), "k3"))
            .Is(HttpStatusCode.Created);
        Assert.Equal(1, await Scalar<long>(
            host, "select count(distinct data ->> 'fingerprint') from ledger.journal where type = 'tax_form_filed'"));

        var reveal = $"{Forms("taxed", "mia%2F1")}/mia-1/reveal";
        (await host.Send(keeper, reveal, Why)).Is(HttpStatusCode.Forbidden, "scope_missing");
        (await host.Send(await host.Bearer(null, Scopes.ReadTax), reveal, Why))
            .Is(HttpStatusCode.Forbidden, "scope_missing");
        var reader = await host.Bearer(null, Scopes.ReadTaxNumbers);
        (await host.Send(reader, $"{Forms("taxed", "mia%2F1")}/other/reveal", Why))
            .Is(HttpStatusCode.NotFound, "tax_form_unknown");
        const string readings = "select count(*) from ledger.journal where type = 'secret_read'";
        Assert.Equal(0, await Scalar<long>(host, readings));
        var shown = (await host.Send(reader, reveal, Why)).Is(HttpStatusCode.OK);
        Assert.Equal("123456789", shown.Json.GetProperty("identity").GetProperty("number").GetString());
        Assert.Equal("Mia Moonmarker", shown.Json.GetProperty("identity").GetProperty("name").GetString());
        Assert.Equal(1, await Scalar<long>(host, readings));
    }

    [Fact]
    public async Task Nothing_of_a_person_is_in_any_answer_to_what_is_wrong()
    {
        await using var host = await PayeeHost.Start(home, "untaxed", PayeeHost.MasterKey);
        var keeper = await host.Bearer(null, Scopes.Tax);
        foreach (var (from, to) in new[]
        {
            ("123-45-6789", "000-45-6789"), ("\"ssn\"", "\"ein\",\"ssn\":\"123-45-6789\""), ("\"w9\"", "\"w7\""),
            ("\"ssn\"", "\"tin\""), ("2025-06-30", "yesterday"), ("\"123-45-6789\"", "{}"), ("\"US\"", "\"usa\""),
            ("\"ssn\"", "\"foreign\""), ("\"Mia Moonmarker\"", "null"), ("}}", "}"), ("\"kind\":\"w9\",", ""),
        })
        {
            var heard = await host.Send(
                keeper, Forms("untaxed", "mia"), Form("mia-1").Replace(from, to, StringComparison.Ordinal),
                Guid.NewGuid().ToString());
            Assert.True(heard.Status == HttpStatusCode.BadRequest, $"{to}: {heard.Status} {heard.Text}");
            Assert.DoesNotContain("6789", heard.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("oonmarker", heard.Text, StringComparison.Ordinal);
        }

        (await host.Send(keeper, Forms("untaxed", "mia"), Form("mia-1"))).Is(HttpStatusCode.BadRequest, "key_missing");
        (await host.Send(await host.Bearer(null, Scopes.Standing), Forms("untaxed", "mia"), Form("mia-1"), "k"))
            .Is(HttpStatusCode.Forbidden, "scope_missing");
    }

    [Fact]
    public async Task A_host_without_a_master_key_takes_no_forms()
    {
        await using var host = await PayeeHost.Start(home, "keyless", masterKey: null);
        (await host.Send(await host.Bearer(null, Scopes.Tax), Forms("keyless", "mia"), Form("mia-1"), "k"))
            .Is(HttpStatusCode.ServiceUnavailable, "secrets_unconfigured");
    }

    [Fact]
    public void A_creator_whose_id_does_not_fit_is_told_by_one_that_is_always_the_same()
    {
        Assert.Equal("mia", FireReport.AccountOf("mia"));
        Assert.Equal(20, FireReport.AccountOf("mia moon").Length);
        Assert.Equal(FireReport.AccountOf("é"), FireReport.AccountOf("é"));
        Assert.NotEqual(FireReport.AccountOf("é"), FireReport.AccountOf("e\u0301"));
    }

    private static string Forms(string platform, string creator) => $"/v1/acme/{platform}/creators/{creator}/tax-forms";

    private static string Form(string id) =>
        $$$"""
        {"form":"{{{id}}}","kind":"w9","version":"2024-03","signed_on":"2025-06-30","country":"US","identity":{"name":"Mia Moonmarker",
        "number":"123-45-6789","number_kind":"ssn","street":"1 Main St","city":"Reno","region":"NV","postal_code":"89501"}}
        """;

    private static async Task<T> Scalar<T>(PayeeHost host, string sql)
    {
        await using var command = host.Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
