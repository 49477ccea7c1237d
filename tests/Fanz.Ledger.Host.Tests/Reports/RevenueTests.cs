using System.Net;
using System.Text.Json;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Host.Tests.Api.Reading;
using Fanz.Ledger.Host.Tests.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Earnings;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Host.Tests.Reports;

/// <summary>What was earned and spent, over HTTP and on the command line.</summary>
[Collection(ReadingCollection.Name)]
public sealed class RevenueTests(ReadingBooks books)
{
    private static readonly string[] Lists =
        ["revenue", "revenue_share", "creator_earnings", "fan_spending", "affiliate_earnings"];

    [Fact]
    public async Task Revenue_is_told_of_a_platform_by_whatever_is_asked_for()
    {
        var (_, path) = await Sold();
        var told = (await books.Host.Get($"{path}/reports/revenue?by=kind,day")).Is(HttpStatusCode.OK);
        Assert.Equal(7, told.Number);
        Assert.Equal(7, Assert.Single(told.Rows("books")).GetProperty("number").GetInt64());
        Assert.Equal(["ppv", "tip"], told.Rows("rows").Select(row => row.GetProperty("kind").GetString()));
        Assert.All(told.Rows("rows"), row => Assert.Equal(10, row.GetProperty("day").GetString()!.Length));
        var tips = told.Rows("rows")[1];
        // Two tips of 10.00 at 80/20, one of which has 3.00 refunded; 2.00 of tax on the other.
        Assert.Equal(
            (2, 2_000, 200, 2_200, 400, 1_600, 1, 300, 340, 340),
            (Of(tips, "sales"), Of(tips, "gross"), Of(tips, "taxes"), Of(tips, "paid"), Of(tips, "fees"),
                Of(tips, "creators"), Of(tips, "refunds"), Of(tips, "refunded"), Of(tips, "revenue"), Of(tips, "net")));
        var whole = Assert.Single((await books.Host.Get($"{path}/reports/revenue")).Is(HttpStatusCode.OK).Rows("rows"));
        Assert.Equal((3, 440), (Of(whole, "sales"), Of(whole, "revenue")));
        Assert.False(whole.TryGetProperty("kind", out _));
        Assert.Empty((await books.Host.Get($"{path}/reports/revenue?to=2001-01-01")).Rows("rows"));
        Assert.Empty((await books.Host.Get($"{path}/reports/revenue?currency=JPY")).Rows("rows"));
    }

    [Fact]
    public async Task The_platforms_of_a_tenant_are_told_together_or_each_for_itself()
    {
        var (name, path) = await Sold();
        var ofTenant = await books.Host.Get("/v1/fanz/reports/revenue?by=platform,kind");
        var rows = ofTenant.Is(HttpStatusCode.OK).Rows("rows")
            .Where(row => row.GetProperty("platform").GetString() == name.Platform).ToList();
        Assert.Equal([100, 340], rows.Select(row => Of(row, "revenue")));
        Assert.Null(ofTenant.Number);
        Assert.Contains(
            ofTenant.Rows("books"), book => book.GetProperty("platform").GetString() == name.Platform);
        var csv = (await books.Host.Get($"{path}/reports/revenue?by=kind,currency&format=csv")).Is(HttpStatusCode.OK);
        var lines = csv.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(7, csv.Number);
        Assert.StartsWith("kind,currency,sales,gross,discounts,taxes,paid,fees", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("tip,USD,2,2000,0,200,2200,400", lines[2], StringComparison.Ordinal);
        var jsonl = (await books.Host.Get($"{path}/reports/revenue?by=kind&format=jsonl")).Is(HttpStatusCode.OK);
        Assert.Equal(2, jsonl.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("by=creator", "by", "ill_formed")]
    [InlineData("by=day,day", "by", "ill_formed")]
    [InlineData("by=day,", "by", "ill_formed")]
    [InlineData("from=yesterday", "from", "ill_formed")]
    [InlineData("from=2026-02-02&to=2026-02-01", "to", "ill_formed")]
    [InlineData("currency=dollars", "currency", "unknown_currency")]
    [InlineData("format=pdf", "format", "ill_formed")]
    [InlineData("kind=tip", "kind", "parameter_unknown")]
    public async Task What_is_no_report_is_told_so(string query, string field, string code)
    {
        var (_, path) = await books.NewBook();
        foreach (var address in new[] { $"{path}/reports/revenue", "/v1/fanz/reports/revenue" })
            (await books.Host.Get($"{address}?{query}")).Is(HttpStatusCode.BadRequest, code, field);
    }

    [Fact]
    public async Task Nobody_else_sees_it()
    {
        var (_, path) = await books.NewBook();
        foreach (var address in new[] { $"{path}/reports/revenue", "/v1/fanz/reports/revenue" })
            (await books.Host.Get(address, "fan/anna")).Is(HttpStatusCode.Forbidden, "owner_only");
        (await books.Host.Get("/v1/fanz/none/reports/revenue")).Is(HttpStatusCode.NotFound, "book_unknown");
        (await books.Host.Get("/v1/others/reports/revenue")).Is(HttpStatusCode.NotFound, "tenant_unknown");
    }

    [Fact]
    public async Task Owners_see_their_own_rows_of_the_lists_that_are_about_them()
    {
        var (_, path) = await Sold();
        var anna = (await books.Host.Get($"{path}/lists/fan_spending", "fan/anna")).Is(HttpStatusCode.OK);
        Assert.All(anna.Rows("rows"), row => Assert.Equal("anna", row.GetProperty("fan").GetString()));
        Assert.Equal(2_200, anna.Rows("rows").Sum(row => Of(row, "paid")));
        Assert.Equal(300, anna.Rows("rows").Sum(row => Of(row, "refunded")));
        foreach (var list in new[] { "revenue_share", "creator_earnings" })
        {
            var mia = (await books.Host.Get($"{path}/lists/{list}", "creator/mia")).Is(HttpStatusCode.OK);
            Assert.All(mia.Rows("rows"), row => Assert.Equal("mia", row.GetProperty("creator").GetString()));
            Assert.Equal(2_000, mia.Rows("rows").Sum(row => Of(row, "gross")));
            (await books.Host.Get($"{path}/lists/{list}", "fan/anna")).Is(HttpStatusCode.Forbidden, "owner_only");
        }

        (await books.Host.Get($"{path}/lists/affiliate_earnings", "affiliate/zed")).Is(HttpStatusCode.OK);
        (await books.Host.Get($"{path}/lists/revenue", "creator/mia")).Is(HttpStatusCode.Forbidden, "owner_only");
        foreach (var list in Lists)
        {
            var whole = await books.Host.Get($"{path}/lists/{list}?from=2026-01-01&currency=USD");
            whole.Is(HttpStatusCode.OK);
            Assert.Equal(7, whole.Number);
            var newest = await books.Host.Get($"{path}/lists/{list}?order=newest&format=csv");
            Assert.Equal(
                whole.Rows("rows").Count + 1,
                newest.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        }
    }

    [Fact]
    public async Task The_command_line_tells_the_same()
    {
        var (name, _) = await Sold();
        string[] words = ["report", "revenue", "--by", "kind,day", "--book", name.ToString()];
        var table = await books.Home.Run(words);
        Assert.True(table.Code == 0, table.Error);
        Assert.Contains("20.00", table.Output, StringComparison.Ordinal);
        Assert.Contains("3.40", table.Output, StringComparison.Ordinal);
        Assert.Contains($"number 7 of {name}", table.Error, StringComparison.Ordinal);
        var json = await books.Home.Run([.. words, "--json"]);
        Assert.Equal(2_000, Of(json.Json.GetProperty("rows")[1], "gross"));
        var csv = await books.Home.Run([.. words, "--csv"]);
        Assert.StartsWith("day,kind,currency,sales,gross", csv.Output, StringComparison.Ordinal);
        var all = await books.Home.Run("report", "revenue", "--tenant", "fanz", "--by", "platform", "--json");
        Assert.Contains(
            all.Json.GetProperty("rows").EnumerateArray(),
            row => row.GetProperty("platform").GetString() == name.Platform && Of(row, "revenue") == 440);
        foreach (var (wrong, told) in new (string[], string)[]
        {
            (["report", "revenue", "--by", "week"], "by is some of"), ([.. words, "--tenant", "fanz"], "one of them"),
            ([.. words, "--json", "--csv"], "one of them"),
            (["report", "revenue", "--tenant", "nobody"], "There is no book of nobody"),
        })
            Assert.Contains(told, (await books.Home.Run(wrong)).OneLine(), StringComparison.Ordinal);
    }

    /// <summary>A book in which something was sold, up to number 7, and followed.</summary>
    private async Task<(Fanz.Ledger.Books.BookName Name, string Path)> Sold()
    {
        var (name, path) = await books.NewBook();
        await books.Host.Post(name, ReadingBooks.TopUp("anna", 10_000));
        await books.Host.Post(name, ReadingBooks.Tip("anna", "mia", 1_000));
        await books.Host.Post(name, new Command.SendTip("anna", "mia", 1_000, "USD", Funding.Wallet)
        {
            Taxes = [new TaxLine(TaxKind.Vat, "DE", 200, 2_000)],
        });
        await books.Host.Post(
            name, new Command.UnlockContent("bert", "noa", 500, "USD", Funding.Card) { Content = "c" });
        await books.Host.Post(name, new Command.RefundSale(4, "asked", 300));
        await using var source = LedgerDatabase.Connect(books.Database);
        var book = (await new BookRegistry(source).Find(name, CancellationToken.None))!;
        await using var runner = new FollowerRunner(source, [new EarningsFollower()], new Bell());
        Assert.True(await new Builds(source).Reach(
            EarningsFollower.FollowerName, book, 7, TimeSpan.FromMinutes(1), CancellationToken.None));
        return (name, path);
    }

    private static long Of(JsonElement row, string figure) => row.GetProperty(figure).GetInt64();
}
