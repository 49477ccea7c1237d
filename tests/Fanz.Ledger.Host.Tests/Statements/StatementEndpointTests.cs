using System.Net;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.OpenApi;

namespace Fanz.Ledger.Host.Tests.Statements;

[Collection(StatementCollection.Name)]
public sealed class StatementEndpointTests(StatementLedger ledger)
{
    public static TheoryData<string> Everybody() => new(
        "of=creator:mia", "of=creator:noa", "of=creator:uma", "of=creator:kim", "of=fan:anna", "of=fan:hugo",
        "of=fan:ivan", "of=affiliate:ben", "of=creator:mia&currency=EUR", "of=fan:anna&currency=TKN",
        "of=creator:mia&from=2026-01-08&to=2026-01-14", "of=creator:mia&to=2026-01-08&known_on=2026-01-02",
        "account=cash.bank/USD//", "account=revenue.tip/USD//", "account=creator.pending/USD/2026-01-08/mia",
        "account=fan.wallet/USD//anna&from=2026-01-02");

    [Theory]
    [MemberData(nameof(Everybody))]
    public async Task A_statement_adds_up_ties_and_is_the_same_in_every_format(string asked)
    {
        var json = await ledger.Get($"/statements?{asked}");
        if (asked == "of=creator:kim")
        {
            // She was held and never earned anything.
            json.Is(HttpStatusCode.NotFound, "account_unknown");
            return;
        }

        json.IsGood();
        var (balance, entries) = (json.Number("opening"), json.Rows("entries"));
        foreach (var entry in entries)
        {
            balance += entry.GetProperty("amount").GetInt64();
            Assert.Equal(balance, entry.GetProperty("balance").GetInt64());
        }

        Assert.Equal(balance, json.Number("closing"));
        Assert.Equal(
            entries.OrderBy(entry => entry.GetProperty("effective_on").GetString(), StringComparer.Ordinal)
                .ThenBy(entry => entry.GetProperty("position").GetInt64()), entries);
        foreach (var total in new[] { "opening", "closing" })
            Assert.Equal(json.Number(total), json.Rows("codes").Sum(code => code.GetProperty(total).GetInt64()));
        var check = json["check"];
        Assert.True(check.GetProperty("adds_up").GetBoolean() && check.GetProperty("ties_to_ledger").GetBoolean());
        Assert.Equal(
            json.Number("closing") + json["later"].GetProperty("amount").GetInt64(),
            check.GetProperty("in_ledger").GetInt64());
        Assert.Equal(ledger.Head, json.Number("number"));
        await IsTheSameInFiles(asked, json, entries);
    }

    private async Task IsTheSameInFiles(string asked, Said json, IReadOnlyList<JsonElement> entries)
    {
        var codes = json.Rows("codes").Count;
        var lines = (await ledger.Get($"/statements?{asked}&format=jsonl")).IsGood().Text
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(codes + entries.Count + codes, lines.Length);
        foreach (var (line, entry) in lines.Skip(codes).Zip(entries))
        {
            Assert.Equal("entry", line.GetProperty("line").GetString());
            foreach (var part in entry.EnumerateObject())
                Assert.Equal($"{part.Value}", $"{line.GetProperty(part.Name)}");
        }

        var csv = (await ledger.Get($"/statements?{asked}&format=csv")).IsGood();
        Assert.Equal("text/csv", csv.Type);
        Assert.Equal(lines.Length + 1, csv.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        var page = (await ledger.Get($"/statements?{asked}&format=html")).IsGood();
        Assert.Equal("text/html", page.Type);
        Assert.Contains("default-src 'none'", page.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("NOT EQUAL", page.Text, StringComparison.Ordinal);
        Assert.Contains("is what the ledger says", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_one_owner_sees_its_own_statement_and_no_other()
    {
        var whole = (await ledger.Get("/statements?of=creator:mia")).IsGood();
        Assert.Equal(whole.Text, (await ledger.Get("/statements", "creator/mia")).IsGood().Text);
        Assert.Equal(whole.Text, (await ledger.Get("/statements?of=creator:mia", "creator/mia")).IsGood().Text);
        (await ledger.Get("/statements?account=creator.available/USD//mia", "creator/mia")).IsGood();
        foreach (var other in new[] { "creator:noa", "fan:mia", "affiliate:mia", "fan:anna" })
        {
            (await ledger.Get($"/statements?of={other}", "creator/mia"))
                .Is(HttpStatusCode.Forbidden, "owner_only");
        }

        foreach (var other in new[] { "creator.available/USD//noa", "cash.bank/USD//", "fan.wallet/USD//anna" })
        {
            (await ledger.Get($"/statements?account={other}", "creator/mia"))
                .Is(HttpStatusCode.NotFound, "account_unknown");
        }

        (await ledger.Get("/statements?of=creator:mia", tenant: "other")).Is(HttpStatusCode.NotFound, "book_unknown");
        (await ledger.Get("/statements", "creator/nobody")).Is(HttpStatusCode.NotFound, "account_unknown");
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, "parameter_missing", "of")]
    [InlineData("?of=mia", HttpStatusCode.BadRequest, "ill_formed", "of")]
    [InlineData("?of=creator:", HttpStatusCode.BadRequest, "ill_formed", "of")]
    [InlineData("?of=bank:mia", HttpStatusCode.BadRequest, "ill_formed", "of")]
    [InlineData("?of=creator:a%00b", HttpStatusCode.BadRequest, "ill_formed", "of")]
    [InlineData("?of=fan.wallet/USD//anna", HttpStatusCode.BadRequest, "ill_formed", "of")]
    [InlineData("?of=fan:anna&account=fan.wallet/USD//anna", HttpStatusCode.BadRequest, "ill_formed", "of")]
    [InlineData("?account=fan.wallet/USD", HttpStatusCode.BadRequest, "ill_formed", "account")]
    [InlineData("?account=fan.wallet/USD//nobody", HttpStatusCode.NotFound, "account_unknown", null)]
    [InlineData("?of=fan:nobody", HttpStatusCode.NotFound, "account_unknown", null)]
    [InlineData("?of=creator:mia&currency=XXX", HttpStatusCode.BadRequest, "unknown_currency", "currency")]
    [InlineData("?account=fan.wallet/USD//anna&currency=EUR", HttpStatusCode.BadRequest, "wrong_currency", "currency")]
    [InlineData("?of=creator:mia&from=yesterday", HttpStatusCode.BadRequest, "not_a_date", "from")]
    [InlineData("?of=creator:mia&to=2026-02-31", HttpStatusCode.BadRequest, "not_a_date", "to")]
    [InlineData("?of=creator:mia&to=9999-12-31", HttpStatusCode.BadRequest, "date_out_of_range", "to")]
    [InlineData("?of=creator:mia&known_on=0001-01-01", HttpStatusCode.BadRequest, "date_out_of_range", "known_on")]
    [InlineData("?of=creator:mia&from=2026-02-01&to=2026-01-31", HttpStatusCode.BadRequest, "ill_formed", "from")]
    [InlineData("?of=creator:mia&format=pdf", HttpStatusCode.BadRequest, "ill_formed", "format")]
    [InlineData("?of=creator:mia&page=2", HttpStatusCode.BadRequest, "parameter_unknown", "page")]
    public async Task What_is_not_a_statement_is_refused_clearly(
        string asked, HttpStatusCode status, string code, string? field) =>
        (await ledger.Get($"/statements{asked}")).Is(status, code, field);

    [Fact]
    public async Task In_a_currency_that_it_never_had_there_is_nothing()
    {
        var none = (await ledger.Get("/statements?of=creator:mia&currency=JPY")).IsGood();
        Assert.Equal((0, 0), (none.Number("opening"), none.Number("closing")));
        Assert.Empty(none.Rows("entries"));
        Assert.Equal(["EUR", "USD"], none.Rows("currencies").Select(currency => currency.GetString()));
    }

    [Fact]
    public async Task Hostile_names_are_only_text()
    {
        foreach (var of in new[]
        {
            $"creator:{StatementLedger.HostileCreator}", $"affiliate:{StatementLedger.HostileText}",
        })
        {
            var asked = $"/statements?of={Uri.EscapeDataString(of)}";
            Assert.Equal(of, (await ledger.Get(asked)).IsGood()["of"].GetString());
            var page = (await ledger.Get($"{asked}&format=html")).IsGood().Text;
            Assert.Contains(WebUtility.HtmlEncode(of), page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
            Assert.Equal(1, page.Split("</title>").Length - 1);
        }
    }

    [Fact]
    public async Task A_printed_statement_stays_as_it_is() => await Source.CompareOrWrite(
        "tests/Fanz.Ledger.Host.Tests/Statements/statement.html",
        Encoding.UTF8.GetBytes((await ledger.Get(
            "/statements?of=creator:noa&from=2026-01-02&to=2026-01-31&format=html")).IsGood().Text));
}
