using System.Net;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

[Collection(ReadingCollection.Name)]
public sealed class BalanceTests(ReadingBooks books)
{
    private const string Balance = $"{ReadingBooks.BestFans}/accounts/balance";
    private const string Anna = "fan.wallet/USD//anna";

    [Fact]
    public async Task A_balance_says_what_it_is_true_for_and_which_side_is_meant()
    {
        var told = (await books.Host.Get($"{Balance}?account={Anna}")).Is(HttpStatusCode.OK);
        Assert.Equal(14, told.Number);
        Assert.Equal(14, told["number"].GetInt64());
        Assert.Equal(Anna, told.TextOf("account"));
        Assert.Equal(("fan.wallet", "anna"), (told.TextOf("code"), told.TextOf("owner")));
        Assert.Equal("USD", told.TextOf("currency"));
        Assert.Equal((-5_501, "credit"), (told["balance"].GetInt64(), told.TextOf("normal_side")));
        Assert.Equal((5_501, 4), (told["balance_on_normal_side"].GetInt64(), told["version"].GetInt64()));
        Assert.Equal("open", told.TextOf("status"));

        var bank = await books.Host.Get($"{Balance}?account=cash.bank/USD//");
        Assert.Equal((15_000, "debit"), (bank["balance"].GetInt64(), bank.TextOf("normal_side")));
        Assert.Equal("frozen", (await books.Host.Get($"{Balance}?account=fan.wallet/USD//carl")).TextOf("status"));
    }

    [Fact]
    public async Task As_of_a_number_or_the_time_of_its_record_is_the_balance_of_then()
    {
        foreach (var (number, balance, status) in new[]
        {
            (1, 0, "unopened"), (2, -10_000, "open"), (4, -10_000, "open"), (5, -9_001, "open"), (6, -6_501, "open"),
            (14, -5_501, "open"),
        })
        {
            var at = (await books.Host.Get($"{ReadingBooks.BestFans}/transactions/{number}"))["transaction"]
                .GetProperty("at").GetString()!;
            foreach (var asOf in new[] { $"{number}", at, at.Replace("Z", "%2B00:00", StringComparison.Ordinal) })
            {
                var told = (await books.Host.Get($"{Balance}?account={Anna}&as_of={asOf}")).Is(HttpStatusCode.OK);
                Assert.Equal((number, balance), (told["number"].GetInt64(), told["balance"].GetInt64()));
                Assert.Equal((14, status), (told.Number, told.TextOf("status")));
            }
        }

        var carl = await books.Host.Get($"{Balance}?account=fan.wallet/USD//carl&as_of=10");
        Assert.Equal("open", carl.TextOf("status"));
    }

    [Theory]
    [InlineData("15", "as_of_in_future")]
    [InlineData("9223372036854775807", "as_of_in_future")]
    [InlineData("9223372036854775808", "ill_formed")]
    [InlineData("2999-01-01T00:00:00Z", "as_of_in_future")]
    [InlineData("9999-12-31T23:59:59Z", "as_of_in_future")]
    [InlineData("0", "as_of_before_first")]
    [InlineData("2001-01-01T00:00:00Z", "as_of_before_first")]
    [InlineData("-9998-01-01T00:00:00Z", "as_of_before_first")]
    [InlineData("", "ill_formed")]
    [InlineData("-1", "ill_formed")]
    [InlineData("1e3", "ill_formed")]
    [InlineData("yesterday", "ill_formed")]
    [InlineData("2026-01-31", "ill_formed")]
    [InlineData("2026-02-31T00:00:00Z", "ill_formed")]
    public async Task What_was_not_yet_or_never_is_not_told(string asOf, string code) =>
        (await books.Host.Get($"{Balance}?account={Anna}&as_of={asOf}"))
            .Is(HttpStatusCode.BadRequest, code, "as_of");

    [Theory]
    [InlineData("a/../b//c")]
    [InlineData("..")]
    [InlineData("100% ü ☂ +&=?#")]
    [InlineData("quote\"\\\r")]
    public async Task An_owner_is_found_whatever_it_is_called(string owner)
    {
        var (book, path) = await books.NewBook();
        var account = Uri.EscapeDataString($"fan.wallet/USD//{owner}");
        if (owner.Contains('\r', StringComparison.Ordinal))
        {
            (await books.Host.Get($"{path}/accounts/balance?account={account}"))
                .Is(HttpStatusCode.BadRequest, "ill_formed", "account");
            return;
        }

        (await books.Host.Get($"{path}/accounts/balance?account={account}"))
            .Is(HttpStatusCode.NotFound, "account_unknown");
        await books.Host.Post(book, ReadingBooks.TopUp(owner, 77));
        var told = (await books.Host.Get($"{path}/accounts/balance?account={account}")).Is(HttpStatusCode.OK);
        Assert.Equal((owner, -77), (told.TextOf("owner"), told["balance"].GetInt64()));
        var list = await books.Host.Get($"{path}/accounts?owner={Uri.EscapeDataString(owner)}");
        Assert.Equal(owner, Assert.Single(list.Rows("accounts")).GetProperty("owner").GetString());
    }

    [Theory]
    [InlineData("fan.wallet/USD//nobody", HttpStatusCode.NotFound, "account_unknown", null)]
    [InlineData("fan.wallet/EUR//anna", HttpStatusCode.NotFound, "account_unknown", null)]
    [InlineData("fan.wallet/USD/anna", HttpStatusCode.BadRequest, "ill_formed", "account")]
    [InlineData("fan.wallet/USD/2026-01-01/anna", HttpStatusCode.BadRequest, "ill_formed", "account")]
    [InlineData("fan.pocket/USD//anna", HttpStatusCode.BadRequest, "ill_formed", "account")]
    [InlineData("fan.wallet/XXX//anna", HttpStatusCode.BadRequest, "ill_formed", "account")]
    [InlineData("fan.wallet/USD//an%00na", HttpStatusCode.BadRequest, "ill_formed", "account")]
    [InlineData("", HttpStatusCode.BadRequest, "ill_formed", "account")]
    public async Task An_account_that_is_none_or_was_never_used(
        string account, HttpStatusCode status, string code, string? field) =>
        (await books.Host.Get($"{Balance}?account={account}")).Is(status, code, field);

    [Fact]
    public async Task The_accounts_of_an_owner_come_in_pages_that_are_the_whole()
    {
        var all = (await books.Host.Get($"{ReadingBooks.BestFans}/accounts?owner=mia")).Is(HttpStatusCode.OK);
        Assert.Equal(14, all["number"].GetInt64());
        var names = all.Rows("accounts").Select(Name).ToList();
        Assert.Equal(2, names.Count);
        Assert.All(all.Rows("accounts"), account => Assert.NotNull(account.GetProperty("cohort").GetString()));
        var platform = await books.Host.Get($"{ReadingBooks.BestFans}/accounts?owner=");
        Assert.Equal(
            ["cash.bank/USD//", "psp.receivable/USD//", "revenue.tip/USD//"], platform.Rows("accounts").Select(Name));

        foreach (var (owner, whole) in new[] { ("mia", names), ("", platform.Rows("accounts").Select(Name).ToList()) })
        {
            var paged = new List<string?>();
            var next = "";
            while (true)
            {
                var page = (await books.Host.Get(
                    $"{ReadingBooks.BestFans}/accounts?owner={owner}&limit=1{next}")).Is(HttpStatusCode.OK);
                paged.AddRange(page.Rows("accounts").Select(Name));
                if (page.TextOf("next") is not { } cursor) break;
                next = $"&cursor={cursor}";
                (await books.Host.Get($"{ReadingBooks.BestFans}/accounts?owner=noa&cursor={cursor}"))
                    .Is(HttpStatusCode.BadRequest, "cursor_ill_formed", "cursor");
            }

            Assert.Equal(whole, paged);
        }

        Assert.Empty((await books.Host.Get($"{ReadingBooks.BestFans}/accounts?owner=nobody")).Rows("accounts"));
    }

    [Fact]
    public async Task An_owners_own_app_sees_its_accounts_and_nothing_else_of_the_book()
    {
        Assert.Equal(-5_501, (await books.Host.Get($"{Balance}?account={Anna}", "fan/anna"))["balance"].GetInt64());
        Assert.Single((await books.Host.Get($"{ReadingBooks.BestFans}/accounts", "fan/anna")).Rows("accounts"));
        var entries = await books.Host.Get($"{ReadingBooks.BestFans}/entries?account={Anna}", "fan/anna");
        Assert.Equal(4, entries.Rows("entries").Count);
        Assert.DoesNotContain("actor", entries.Text, StringComparison.Ordinal);

        // What is another's is as if it had never been.
        var others = (await books.Host.Get($"{Balance}?account=fan.wallet/USD//bert", "fan/anna"))
            .Is(HttpStatusCode.NotFound, "account_unknown");
        var nobodys = await books.Host.Get($"{Balance}?account=fan.wallet/USD//bert", "creator/bert");
        Assert.Equal(nobodys.Problem, others.Problem);
        foreach (var account in new[] { "fan.wallet/USD//bert", "cash.bank/USD//", "creator.available/USD//anna" })
        {
            (await books.Host.Get($"{ReadingBooks.BestFans}/entries?account={account}", "fan/anna"))
                .Is(HttpStatusCode.NotFound, "account_unknown");
        }

        (await books.Host.Get($"{ReadingBooks.BestFans}/accounts?owner=bert", "fan/anna"))
            .Is(HttpStatusCode.Forbidden, "owner_only", "owner");
        foreach (var path in new[]
        {
            "transactions/5", "transactions/5/referring", "streams?stream=dispute/1", "journal", "journal/stream",
        })
        {
            (await books.Host.Get($"{ReadingBooks.BestFans}/{path}", "fan/anna"))
                .Is(HttpStatusCode.Forbidden, "owner_only");
        }
    }

    private static string? Name(System.Text.Json.JsonElement account) => account.GetProperty("account").GetString();
}
