using System.Net;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Serving;
using Fanz.Ledger.Host.Tests.Telemetry;
using Fanz.Ledger.Postgres.Access;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Standing;

public sealed class PayoutMethodEndpointTests(Home home) : IClassFixture<Home>
{
    /// <summary>An account number that is nowhere else.</summary>
    private const string Marker = "7390417390417";

    private const string Account =
        $$"""{"kind":"us_bank","name":"Mia Moonmarker","routing":"021000021","account":"{{Marker}}"}""";

    [Fact]
    public async Task What_is_said_in_clear_is_sealed_told_masked_and_shown_after_it_was_written_down()
    {
        await using var host = await PayeeHost.Start(home, "sealed", PayeeHost.MasterKey);
        var keeper = await host.Keeper();
        var methods = host.Methods("mia%2F1");
        var added = (await host.Send(keeper, methods, Wish(), "k1")).Is(HttpStatusCode.Created);
        Assert.Equal("payout_method_added", added.Json.GetProperty("type").GetString());
        var again = (await host.Send(keeper, methods, Wish(), "k1")).Is(HttpStatusCode.Created);
        Assert.Equal((added.Text, true), (again.Text, again.IsReplay));
        (await host.Send(keeper, methods, Wish(Account.Replace("Mia", "Mio", StringComparison.Ordinal)), "k1"))
            .Is(HttpStatusCode.UnprocessableEntity, "key_reused");
        (await host.Send(keeper, methods, Wish(), "k2")).Is(HttpStatusCode.Conflict, "payout_method_unchanged");

        var reader = await host.Bearer(null, Scopes.ReadLedger);
        var listed = (await host.Send(reader, methods)).Is(HttpStatusCode.OK);
        var method = Assert.Single(listed.Json.GetProperty("methods").EnumerateArray());
        Assert.Equal("···0417", method.GetProperty("masked").GetString());
        Assert.Equal("unverified", method.GetProperty("state").GetString());
        Assert.DoesNotContain(Marker, listed.Text + added.Text, StringComparison.Ordinal);
        (await host.Send(await host.Bearer("creator/mia/1", Scopes.ReadLedger), methods)).Is(HttpStatusCode.OK);
        (await host.Send(await host.Bearer("creator/bea", Scopes.ReadLedger), methods))
            .Is(HttpStatusCode.Forbidden, "owner_only");

        var reveal = $"{methods}/bank/reveal";
        const string why = """{"reason":"the bank asks"}""";
        (await host.Send(keeper, reveal, why)).Is(HttpStatusCode.Forbidden, "scope_missing");
        var secrets = await host.Bearer(null, Scopes.ReadSecrets);
        (await host.Send(secrets, reveal, """{"reason":" "}""")).Is(HttpStatusCode.BadRequest, "ill_formed");
        (await host.Send(secrets, $"{methods}/other/reveal", why)).Is(HttpStatusCode.NotFound, "method_unknown");
        Assert.Equal(0, await Readings(host));
        var shown = (await host.Send(secrets, reveal, why)).Is(HttpStatusCode.OK);
        Assert.Equal(Marker, shown.Json.GetProperty("account").GetProperty("account").GetString());
        // Each time it is written down again.
        (await host.Send(secrets, reveal, why)).Is(HttpStatusCode.OK);
        Assert.Equal(2, await Readings(host));
    }

    [Fact]
    public async Task What_was_sealed_elsewhere_or_for_another_opens_to_nothing()
    {
        await using var host = await PayeeHost.Start(home, "foreign", PayeeHost.MasterKey);
        var keeper = await host.Keeper();
        (await host.Send(keeper, host.Methods("mia"), Wish(), "k1")).Is(HttpStatusCode.Created);
        await using var command = host.Source.CreateCommand(
            """
            select data ->> 'details' from ledger.journal j join ledger.books b on b.id = j.book_id
            where b.platform = 'foreign' and j.type = 'payout_method_added'
            """);
        var sealedForMia = (string)(await command.ExecuteScalarAsync())!;
        var secrets = await host.Bearer(null, Scopes.ReadSecrets);
        foreach (var (creator, text) in new[] { ("bea", sealedForMia), ("cat", "v1.bm90aGluZw") })
        {
            var body = JsonSerializer.Serialize(new Dictionary<string, string>
            {
                ["creator"] = creator, ["method"] = "bank", ["rail"] = "nacha", ["currency"] = "USD", ["country"] = "US",
                ["details"] = text, ["fingerprint"] = new string('0', 32), ["masked"] = "···0417",
                ["proposed_by"] = "mia", ["approved_by"] = "olga",
            });
            (await host.Send(keeper, "/v1/acme/foreign/commands/add_payout_method", body, creator))
                .Is(HttpStatusCode.Created);
            (await host.Send(secrets, $"{host.Methods(creator)}/bank/reveal", """{"reason":"why not"}"""))
                .Is(HttpStatusCode.Conflict, "secret_unreadable");
        }
    }

    [Fact]
    public async Task An_account_is_proposed_by_one_and_there_when_another_one_approves_it()
    {
        await using var host = await PayeeHost.Start(home, "proposed", PayeeHost.MasterKey);
        var office = await host.Bearer(
            null, Scopes.Standing, Scopes.Proposals, Scopes.ApproveProposals, Scopes.VouchForPeople, Scopes.ReadLedger);
        var wish = Wish().Replace(
            "\"approved_by\":\"olga\"", "\"proposal\":\"mias-bank\",\"reason\":\"she has moved\"",
            StringComparison.Ordinal);
        (await host.Send(office, host.Methods("mia"), wish[..^2] + ",\"approved_by\":\"olga\"}", "k0"))
            .Is(HttpStatusCode.BadRequest, "ill_formed");
        var unnamed = wish.Replace("\"proposal\":\"mias-bank\",", "", StringComparison.Ordinal);
        (await host.Send(office, host.Methods("mia"), unnamed, "k0")).Is(HttpStatusCode.BadRequest, "missing_field");
        var proposed = (await host.Send(office, host.Methods("mia"), wish, "k1")).Is(HttpStatusCode.Created);
        Assert.True((await host.Send(office, host.Methods("mia"), wish, "k1")).IsReplay);
        Assert.Equal("proposed", proposed.Json.GetProperty("type").GetString());
        var approved = (await host.Send(
            office, "/v1/acme/proposed/commands/approve_proposal",
            """{"proposal":"mias-bank","command":"add_payout_method","approved_by":"olga"}""", "k2"))
            .Is(HttpStatusCode.Created);
        Assert.Equal("payout_method_added", approved.Json.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Nothing_of_an_account_is_in_any_answer_to_what_is_wrong_with_it()
    {
        await using var host = await PayeeHost.Start(home, "wrong", PayeeHost.MasterKey);
        var keeper = await host.Keeper();
        foreach (var body in WrongBodies())
        {
            var heard = await host.Send(keeper, host.Methods("mia"), body, Guid.NewGuid().ToString());
            Assert.Equal(HttpStatusCode.BadRequest, heard.Status);
            Assert.DoesNotContain(Marker, heard.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("oonmarker", heard.Text, StringComparison.Ordinal);
        }

        (await host.Send(keeper, host.Methods("mia"), Wish())).Is(HttpStatusCode.BadRequest, "key_missing");
        (await host.Send(keeper, host.Methods("mia") + "?dry_run=true", Wish(), "k"))
            .Is(HttpStatusCode.BadRequest, "parameter_unknown");
        (await host.Send(keeper, host.Methods("mia"), Wish(approvedBy: "mia"), "k"))
            .Is(HttpStatusCode.BadRequest, "same_person");
        (await host.Send(await host.Bearer(null, Scopes.Standing), host.Methods("mia"), Wish(), "k"))
            .Is(HttpStatusCode.Forbidden, "propose_first");
        (await host.Send(await host.Bearer(null, Scopes.Payouts), host.Methods("mia"), Wish(), "k"))
            .Is(HttpStatusCode.Forbidden, "scope_missing");
        await using var command = host.Source.CreateCommand(
            "select count(*) from ledger.journal j join ledger.books b on b.id = j.book_id where b.platform = 'wrong'");
        Assert.Equal(1L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_host_without_the_master_key_says_so_and_takes_nothing()
    {
        await using (var host = await PayeeHost.Start(home, "keyed", PayeeHost.MasterKey))
            (await host.Send(await host.Keeper(), host.Methods("mia"), Wish(), "k1")).Is(HttpStatusCode.Created);
        await using var without = await PayeeHost.Start(home, "keyed", masterKey: null);
        (await without.Send(await without.Keeper(), without.Methods("mia"), Wish(), "k2"))
            .Is(HttpStatusCode.ServiceUnavailable, "secrets_unconfigured");
        await using var other = await PayeeHost.Start(home, "keyed", new byte[32]);
        (await other.Send(await other.Keeper(), other.Methods("mia"), Wish(), "k2"))
            .Is(HttpStatusCode.ServiceUnavailable, "secrets_unreadable");
        (await other.Send(
            await other.Bearer(null, Scopes.ReadSecrets), $"{other.Methods("mia")}/bank/reveal", """{"reason":"x"}"""))
            .Is(HttpStatusCode.ServiceUnavailable, "secrets_unreadable");
    }

    [Fact]
    public async Task An_account_number_is_in_no_log_no_trace_and_no_column_of_the_database()
    {
        await using var collector = await Collector.Start();
        // The book is opened, and the keys are made, beside the host that is listened to.
        await using var beside = await PayeeHost.Start(home, "quiet", PayeeHost.MasterKey);
        var settings = home.Settings.ToDictionary();
        settings["LEDGER_DATABASE"] = home.Server.HostConnectionString();
        settings["LEDGER_OWNER_DATABASE"] = home.Server.OwnerConnectionString();
        settings["LEDGER_MASTER_KEY"] = Convert.ToBase64String(PayeeHost.MasterKey);
        settings["LEDGER_OTLP"] = collector.Address;
        settings["LEDGER_OTLP_TRACED"] = "1000";
        var (keeper, secrets) = (await beside.Keeper(), await beside.Bearer(null, Scopes.ReadSecrets));
        await using var host = await ServingLedger.Start(settings);
        using var http = new HttpClient { BaseAddress = new Uri(host.Address) };
        await Post(keeper, beside.Methods("mia"), Wish(), HttpStatusCode.Created);
        await Post(keeper, beside.Methods("mia"), Wish(), HttpStatusCode.Conflict);
        foreach (var body in WrongBodies())
            await Post(keeper, beside.Methods("mia"), body, HttpStatusCode.BadRequest);
        var shown = await Post(
            secrets, $"{beside.Methods("mia")}/bank/reveal", """{"reason":"the bank asks"}""", HttpStatusCode.OK);
        Assert.Contains(Marker, shown, StringComparison.Ordinal);

        var ended = await host.Program.Stop();
        Assert.Equal(0, ended.Code);
        Assert.Contains("payout-methods", collector.Everything, StringComparison.Ordinal);
        foreach (var said in new[] { ended.Output, ended.Error, collector.Everything })
        {
            Assert.DoesNotContain(Marker, said, StringComparison.Ordinal);
            Assert.DoesNotContain("oonmarker", said, StringComparison.Ordinal);
        }

        Assert.Equal([], await TablesWith(Marker));
        Assert.Equal([], await TablesWith("oonmarker"));
        Assert.NotEqual([], await TablesWith("the bank asks"));

        async Task<string> Post(string bearer, string path, string body, HttpStatusCode expected)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new("Bearer", bearer);
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(expected == response.StatusCode, $"{response.StatusCode}: {text}");
            return text;
        }
    }

    /// <summary>The tables of which a row has a text in it, or its bytes.</summary>
    private async Task<List<string>> TablesWith(string text)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(home.Server.SuperuserConnectionString()) { Pooling = false }
                .ConnectionString);
        var (tables, found) = (new List<string>(), new List<string>());
        await using (var command = source.CreateCommand(
            """
            select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and n.nspname in ('ledger', 'projected', 'marten')
            """))
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) tables.Add(reader.GetString(0));
        }

        var hexadecimal = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
        foreach (var table in tables)
        {
            await using var command = source.CreateCommand(
                $"select exists (select from {table} t where t::text like $1 or t::text like $2)");
            command.Parameters.Add(new() { Value = $"%{text}%" });
            command.Parameters.Add(new() { Value = $"%{hexadecimal}%" });
            if ((bool)(await command.ExecuteScalarAsync())!) found.Add(table);
        }

        return found;
    }

    private static IEnumerable<string> WrongBodies() =>
    [
        Wish(Account.Replace("021000021", "021000022", StringComparison.Ordinal)),
        Wish(Account.Replace("021000021", Marker, StringComparison.Ordinal)),
        Wish(Account.Replace("Mia", "\u4e2d", StringComparison.Ordinal)),
        Wish(Account.Replace("us_bank", Marker, StringComparison.Ordinal)),
        Wish(Account.Replace("\"name\"", $"\"{Marker}\"", StringComparison.Ordinal)),
        Wish(Account.Replace($"\"{Marker}\"", Marker, StringComparison.Ordinal)),
        Wish(Account.Replace("{", $$"""{"account":"{{Marker}}",""", StringComparison.Ordinal)),
        Wish($"\"{Marker}\""),
        Wish($"[{Marker}]"),
        Wish("null"),
        Wish($$$"""{"kind":"iban","name":"Mia Moonmarker","iban":"DE00{{{Marker}}}00000","address":{"country":"DE"}}"""),
        Wish($$$"""{"kind":"other","name":"Mia Moonmarker","fields":{"card":"{{{Marker}}}"}}"""),
        Wish(Account, rail: "sepa"),
        Wish()[..^1] + $",\"{Marker}\":1}}",
        Wish()[..^3],
        Wish(Account + Account),
        $"\"{Marker}\"",
        Marker,
        "null",
    ];

    private static string Wish(string account = Account, string rail = "nacha", string approvedBy = "olga") =>
        $$"""
        {"method":"bank","rail":"{{rail}}","currency":"USD","account":{{account}},"proposed_by":"mia","approved_by":"{{approvedBy}}"}
        """;

    private static async Task<long> Readings(PayeeHost host)
    {
        await using var command = host.Source.CreateCommand(
            """
            select count(*) from ledger.journal
            where type = 'secret_read' and stream = 'readings/mia/1' and data ->> 'reason' = 'the bank asks'
                and data ->> 'what' = 'payout_method/bank' and actor = 'app'
            """);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
