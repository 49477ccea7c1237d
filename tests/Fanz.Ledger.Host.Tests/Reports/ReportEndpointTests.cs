using System.Net;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Tests.Api.Reading;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Host.Tests.Reports;

/// <summary>Reports over HTTP: what they say, what they refuse, and to whom they say nothing.</summary>
public sealed class ReportEndpointTests(ReportBooks books) : IClassFixture<ReportBooks>
{
    private const string Book = "/v1/fanz/bestfans/reports";
    private const string Tenant = "/v1/fanz/reports";

    [Fact]
    public async Task The_trial_balance_is_that_of_every_last_entry_and_sums_to_zero()
    {
        var told = (await books.Host.Get($"{Book}/trial-balance?at_least=14")).Is(HttpStatusCode.OK);
        Assert.Equal(14, told.Number);
        Assert.Equal("fanz/bestfans 14", Assert.Single(told.Rows("books").Select(
            book => $"{book.GetProperty("book").GetString()} {book.GetProperty("number").GetInt64()}")));
        await using var source = LedgerDatabase.Connect(books.Home.Server.HostConnectionString());
        var expected = (await TrialBalances.Of(source, new BookName("fanz", "bestfans"), CancellationToken.None))
            .Where(line => line.Minor != 0).Select(line => $"{line.Currency} {line.Code} {line.Minor}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), Lines(told));
        foreach (var section in told.Rows("sections"))
        {
            Assert.Equal(0, Amount(section, "sum"));
            Assert.Equal(Amount(section, "debits"), Amount(section, "credits"));
        }
    }

    [Fact]
    public async Task The_result_to_date_of_the_balance_sheet_is_that_of_the_income_statement()
    {
        var sheet = (await books.Host.Get($"{Book}/balance-sheet")).Is(HttpStatusCode.OK).Rows("sections")[0];
        var income = (await books.Host.Get($"{Book}/income-statement")).Is(HttpStatusCode.OK).Rows("sections")[0];
        Assert.Equal(Amount(income, "result"), Amount(sheet, "result"));
        Assert.Equal(Total(income, "revenue") - Total(income, "expenses"), Amount(income, "result"));
        Assert.Equal(
            Total(sheet, "assets") + Total(sheet, "trading") + Total(sheet, "tokens"),
            Total(sheet, "liabilities") + Amount(sheet, "result"));
        Assert.Equal(0, Amount(sheet, "sum"));
        Assert.All(
            income.GetProperty("revenue").GetProperty("lines").EnumerateArray(),
            line => Assert.Equal(-Amount(line, "balance"), Amount(line, "amount")));
    }

    [Fact]
    public async Task A_day_before_everything_has_nothing_and_so_has_what_was_known_then()
    {
        foreach (var asked in new[] { "trial-balance?as_of=2001-01-01", "balance-sheet?known_on=2001-01-01",
            "income-statement?to=2001-01-01", "income-statement?from=2999-12-31" })
        {
            var told = (await books.Host.Get($"{Book}/{asked}")).Is(HttpStatusCode.OK);
            Assert.Empty(told.Rows("sections"));
            Assert.Equal(14, told.Number);
        }
    }

    [Fact]
    public async Task What_the_books_of_a_tenant_owe_one_another_is_left_out_when_they_are_consolidated()
    {
        var apart = (await books.Host.Get($"{Tenant}/trial-balance")).Is(HttpStatusCode.OK);
        Assert.Equal(3, apart.Rows("books").Count);
        Assert.Empty(apart.Rows("between_books"));
        Assert.Contains(Lines(apart), line => line.Contains("due.to", StringComparison.Ordinal));
        var together = (await books.Host.Get($"{Tenant}/trial-balance?consolidated=true")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain(Lines(together), line => line.Contains("due.", StringComparison.Ordinal));
        Assert.Equal(
            ["fanz/bestfans fanz/_ 800 0", "fanz/bestfans fanz/girlfanz 1000 0"],
            together.Rows("between_books").Select(pair =>
                $"{pair.GetProperty("from").GetString()} {pair.GetProperty("to").GetString()} "
                + $"{Amount(pair, "eliminated")} {Amount(pair, "unmatched")}"));
        Assert.All(together.Rows("sections"), section => Assert.Equal(0, Amount(section, "sum")));
    }

    [Fact]
    public async Task All_of_it_is_said_in_one_currency_by_rates_that_are_named()
    {
        var told = (await books.Host.Get($"{Book}/balance-sheet?in=EUR&rates=month-end&rates_on=2026-01-31"))
            .Is(HttpStatusCode.OK);
        var total = told["total"];
        Assert.Equal(("EUR", "month-end", "2026-01-31"), (
            total.GetProperty("currency").GetString(), total.GetProperty("rates").GetString(),
            total.GetProperty("rates_on").GetString()));
        Assert.Equal(0, Amount(total, "sum"));
        var cash = told.Rows("sections")[0].GetProperty("assets").GetProperty("lines").EnumerateArray()
            .Single(line => line.GetProperty("code").GetString() == "cash.bank");
        var converted = total.GetProperty("assets").GetProperty("lines").EnumerateArray()
            .Single(line => line.GetProperty("code").GetString() == "cash.bank");
        Assert.Equal(Amount(cash, "amount") * 4 / 5, Amount(converted, "amount"));
    }

    [Theory]
    [InlineData("trial-balance?as_of=31.1.2026", "ill_formed", "as_of")]
    [InlineData("trial-balance?as_of=2026-02-30", "ill_formed", "as_of")]
    [InlineData("trial-balance?as_of=-0001-01-01", "ill_formed", "as_of")]
    [InlineData("trial-balance?as_of=9999-12-31", "ill_formed", "as_of")]
    [InlineData("trial-balance?as_of=", "ill_formed", "as_of")]
    [InlineData("trial-balance?known_on=2026-01-31T00:00:00Z", "ill_formed", "known_on")]
    [InlineData("trial-balance?as_of=2026-01-31&as_of=2026-02-28", "parameter_repeated", "as_of")]
    [InlineData("trial-balance?from=2026-01-31", "parameter_unknown", "from")]
    [InlineData("trial-balance?consolidated=true", "parameter_unknown", "consolidated")]
    [InlineData("trial-balance?format=xml", "ill_formed", "format")]
    [InlineData("income-statement?as_of=2026-01-31", "parameter_unknown", "as_of")]
    [InlineData("income-statement?from=2026-02-01&to=2026-01-31", "ill_formed", "from")]
    [InlineData("balance-sheet?in=EUR", "parameter_missing", "rates")]
    [InlineData("balance-sheet?in=EUR&rates=month-end", "parameter_missing", "rates_on")]
    [InlineData("balance-sheet?rates=month-end&rates_on=2026-01-31", "parameter_missing", "in")]
    [InlineData("balance-sheet?in=XXX&rates=month-end&rates_on=2026-01-31", "ill_formed", "in")]
    [InlineData("balance-sheet?in=TKN&rates=month-end&rates_on=2026-01-31", "ill_formed", "in")]
    [InlineData("balance-sheet?in=EUR&rates=%00&rates_on=2026-01-31", "ill_formed", "rates")]
    [InlineData("balance-sheet?in=EUR&rates=ecb&rates_on=2026-01-31", "rates_unknown", "rates_on")]
    [InlineData("balance-sheet?in=EUR&rates=month-end&rates_on=2026-02-01", "rates_unknown", "rates_on")]
    [InlineData("balance-sheet?in=GBP&rates=month-end&rates_on=2026-01-31", "rate_missing", "rates")]
    [InlineData("daily-balances", "parameter_missing", "account")]
    [InlineData("daily-balances?account=what", "ill_formed", "account")]
    [InlineData("daily-balances?account=cash.bank/USD//&from=x", "ill_formed", "from")]
    [InlineData("daily-balances?account=cash.bank/USD//&from=2026-02-01&to=2026-01-01", "ill_formed", "from")]
    public async Task What_cannot_be_asked_is_said_with_its_parameter(string asked, string code, string field) =>
        (await books.Host.Get($"{Book}/{asked}")).Is(HttpStatusCode.BadRequest, code, field);

    [Fact]
    public async Task Rates_of_another_day_are_not_taken_and_the_nearest_is_told()
    {
        var told = await books.Host.Get($"{Book}/balance-sheet?in=EUR&rates=month-end&rates_on=2026-02-01");
        Assert.Contains("2026-01-31", told.TextOf("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trial-balance")]
    [InlineData("balance-sheet")]
    [InlineData("income-statement")]
    [InlineData("daily-balances?account=cash.bank/USD//")]
    public async Task Of_what_is_not_there_and_what_is_others_nothing_is_learnt(string report)
    {
        var unknown = (await books.Host.Get($"/v1/fanz/nothing/reports/{report}")).Is(
            HttpStatusCode.NotFound, "book_unknown");
        var others = (await books.Host.Get($"/v1/rival/bestfans/reports/{report}")).Is(
            HttpStatusCode.NotFound, "book_unknown");
        Assert.Equal(unknown.Problem, others.Problem);
        if (report.StartsWith("daily", StringComparison.Ordinal)) return;
        (await books.Host.Get($"/v1/rival/reports/{report}")).Is(HttpStatusCode.NotFound, "tenant_unknown");
        (await books.Host.Get($"{Book}/{report}", owner: "creator/mia")).Is(HttpStatusCode.Forbidden, "owner_only");
        (await books.Host.Get($"{Tenant}/{report}", owner: "creator/mia")).Is(HttpStatusCode.Forbidden, "owner_only");
    }

    [Fact]
    public async Task An_account_is_told_day_by_day_and_an_owner_is_told_of_their_own()
    {
        const string anna = $"{Book}/daily-balances?account=fan.wallet/USD//anna";
        var told = (await books.Host.Get(anna, owner: "fan/anna")).Is(HttpStatusCode.OK);
        var balance =
            (await books.Host.Get("/v1/fanz/bestfans/accounts/balance?account=fan.wallet/USD//anna"))["balance"];
        Assert.Equal((balance.GetInt64(), 0), (told["closing"].GetInt64(), told["opening"].GetInt64()));
        Assert.Equal(balance.GetInt64(), told.Rows("days")[^1].GetProperty("closing").GetInt64());
        Assert.Equal(told.Text, (await books.Host.Get(anna)).Text);
        (await books.Host.Get(anna, owner: "fan/bert")).Is(HttpStatusCode.NotFound, "account_unknown");
        (await books.Host.Get(anna, owner: "creator/anna")).Is(HttpStatusCode.NotFound, "account_unknown");
        (await books.Host.Get(anna.Replace("anna", "nobody", StringComparison.Ordinal)))
            .Is(HttpStatusCode.NotFound, "account_unknown");
    }

    [Fact]
    public async Task As_csv_it_has_every_line_and_sum_and_says_what_it_is_current_to()
    {
        var told = (await books.Host.Get($"{Book}/trial-balance?format=csv")).Is(HttpStatusCode.OK);
        var rows = told.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("section,currency,group,code,owner,balance,amount", rows[0]);
        Assert.Contains("USD,USD,assets,cash.bank,,15000,15000", rows);
        Assert.Contains("USD,USD,sum,,,0,0", rows);
        Assert.Equal(14, told.Number);
        using var tenant = await books.Host.Http.GetAsync(
            new Uri($"{Tenant}/income-statement?format=csv&consolidated=true", UriKind.Relative));
        Assert.Equal(["_=3, bestfans=14, girlfanz=2"], tenant.Headers.GetValues("Ledger-Numbers"));
    }

    [Fact]
    public async Task Every_list_of_accounts_is_served_and_owners_see_their_own_in_their_role()
    {
        foreach (var list in Listings.All.Where(list => list.Scope == Scopes.ReadLedger))
        {
            var needed = string.Join('&', list.Filters.Where(filter => filter.IsRequired).Select(filter => filter.Name
                + "=" + filter.Name switch { "code" => "cash.bank", "currency" => "USD", _ => "" }));
            foreach (var format in new[] { "json", "csv", "jsonl" })
                (await books.Host.Get($"/v1/fanz/bestfans/lists/{list.Name}?format={format}&{needed}"))
                    .Is(HttpStatusCode.OK);
        }

        var own = await books.Host.Get("/v1/fanz/bestfans/lists/balances", owner: "creator/mia");
        Assert.NotEmpty(own.Is(HttpStatusCode.OK).Rows("rows"));
        Assert.All(own.Rows("rows"), row => Assert.StartsWith("creator.", row.GetProperty("code").GetString()!));
        Assert.All(own.Rows("rows"), row => Assert.Equal("mia", row.GetProperty("owner").GetString()));
        Assert.Empty((await books.Host.Get("/v1/fanz/bestfans/lists/balances", owner: "fan/mia")).Rows("rows"));
        var escrow = await books.Host.Get("/v1/fanz/bestfans/lists/escrow_calendar", owner: "creator/mia");
        Assert.NotEmpty(escrow.Is(HttpStatusCode.OK).Rows("rows"));
        Assert.All(escrow.Rows("rows"), row => Assert.True(row.GetProperty("held").GetInt64() > 0));
        foreach (var list in new[] { "positions", "daily_balances", "escrow_days", "rates" })
            (await books.Host.Get($"/v1/fanz/bestfans/lists/{list}", owner: "creator/mia"))
                .Is(HttpStatusCode.Forbidden, "owner_only");
    }

    [Theory]
    [InlineData("order=size&limit=3")]
    [InlineData("order=moved&limit=4")]
    [InlineData("order=account&limit=5&min_size=1")]
    public async Task Balances_are_turned_page_by_page_in_every_order(string asked)
    {
        var (whole, paged, cursor) = (new List<string>(), new List<string>(), "");
        var all = asked.Replace("limit=", "limit=90", StringComparison.Ordinal);
        foreach (var row in (await books.Host.Get($"/v1/fanz/bestfans/lists/balances?{all}")).Rows("rows"))
            whole.Add(row.GetRawText());
        while (true)
        {
            var page = (await books.Host.Get($"/v1/fanz/bestfans/lists/balances?{asked}{cursor}"))
                .Is(HttpStatusCode.OK);
            paged.AddRange(page.Rows("rows").Select(row => row.GetRawText()));
            if (page["next"].GetString() is not { } next) break;
            cursor = $"&cursor={next}";
        }

        Assert.True(whole.Count > 8);
        Assert.Equal(whole, paged);
        if (!asked.Contains("size&", StringComparison.Ordinal)) return;
        var sizes = whole.Select(row => Math.Abs(Amount(JsonDocument.Parse(row).RootElement, "balance")));
        Assert.Equal(sizes.OrderDescending(), sizes);
    }

    private static IReadOnlyList<string> Lines(Told told) =>
        [
            .. told.Rows("sections").SelectMany(section => section.GetProperty("lines").EnumerateArray()
                .GroupBy(line => line.GetProperty("code").GetString())
                .Select(code => $"{section.GetProperty("currency").GetString()} {code.Key} "
                    + $"{code.Sum(line => Amount(line, "balance"))}"))
                .Order(StringComparer.Ordinal),
        ];

    private static long Amount(JsonElement at, string name) => at.GetProperty(name).GetInt64();

    private static long Total(JsonElement section, string group) => Amount(section.GetProperty(group), "total");
}
