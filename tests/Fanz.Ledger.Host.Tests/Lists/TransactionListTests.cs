using System.Net;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Host.Tests.Api.Reading;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Subscriptions;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Lists;

/// <summary>Transactions, subscriptions, taxes and receipts as programs read them over HTTP.</summary>
[Collection(ReadingCollection.Name)]
public sealed class TransactionListTests(ReadingBooks books) : IAsyncLifetime
{
    private readonly NpgsqlDataSource source = LedgerDatabase.Connect(books.Database);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => source.DisposeAsync().AsTask();

    [Fact]
    public async Task Transactions_are_found_by_whatever_is_known_of_them()
    {
        var (book, path) = await books.NewBook(topUps: 3);
        var card = await books.Host.Post(book, Tip("gast", "mia", 700) with { Reference = "r-1", Order = "o-1" });
        await books.Host.Post(book, Tip("anna", "mia", 500, Funding.Wallet));
        var refund = await books.Host.Post(book, new Command.RefundSale(card.Number, "wrong"));
        await using var following = Follow();
        await Reached(book);

        await Finds(path, "", 7L, 6, 5, 4, 3, 2, 1);
        await Finds(path, "&order=oldest", 1L, 2, 3, 4, 5, 6, 7);
        await Finds(path, "&party=anna", 6L, 4, 3, 2);
        await Finds(path, "&fan=gast", 7L, 5);
        await Finds(path, "&creator=mia", 7L, 6, 5);
        await Finds(path, "&fan=mia");
        await Finds(path, "&creator=mia&fan=gast&type=tip_sent", 5L);
        await Finds(path, "&reference=order:o-1", 5L);
        await Finds(path, "&reference=reference:r-1&party=gast", 5L);
        await Finds(path, "&reference=post:r-1");
        await Finds(path, "&reference=r-1");
        await Finds(path, "&metadata=shop=a=b&order=oldest", 5L, 6);
        await Finds(path, "&type=wallet_topped_up", 4L, 3, 2);
        await Finds(path, "&order=largest", 4L, 3, 2, 7, 5, 6, 1);
        await Finds(path, "&order=smallest&currency=USD&amount_from=600&amount_to=800", 5L, 7);
        await Finds(path, "&order=largest&party=anna&amount_to=800", 6L);
        var rows = (await List(path, "transactions", "&order=oldest")).Rows("rows");
        Assert.Equal(refund.Number, Whole(rows[6], "number"));
        Assert.Equal((700L, "USD", 5L), (
            Whole(rows[6], "amount"), rows[6].GetProperty("currency").GetString(),
            Whole(rows[6], "refers_to")));
        var at = rows[4].GetProperty("at").GetString()!;
        await Finds(path, $"&order=oldest&from={at}", 5L, 6, 7);
        await Finds(path, $"&to={at}", 4L, 3, 2, 1);
        await Finds(path, $"&creator=mia&order=oldest&from={at}&to={rows[5].GetProperty("at")}", 5L);
        await Finds(path, "&from=2200-01-01T00:00:00Z");
        Assert.Equal(7, (await Numbers(path, "&to=2200-01-01T00:00:00Z&effective_from=2020-01-01")).Length);
        await Finds(path, "&effective_to=2020-01-01");
    }

    [Fact]
    public async Task Pages_follow_each_other_whichever_index_leads()
    {
        var (book, path) = await books.NewBook(topUps: 4);
        for (var i = 0; i < 5; i++) await books.Host.Post(book, Tip("anna", "mia", 100 + (i % 2), Funding.Wallet));
        await using var following = Follow();
        await Reached(book);
        foreach (var words in new[]
        {
            "", "&order=oldest", "&order=largest", "&order=smallest&currency=USD", "&party=anna",
            "&creator=mia&order=oldest", "&metadata=shop=a=b", "&type=tip_sent", "&order=largest&creator=mia",
        })
        {
            var whole = await Numbers(path, words);
            var (pages, cursor) = (new List<long>(), "");
            do
            {
                var page = await List(path, "transactions", $"{words}&limit=2{cursor}");
                pages.AddRange(page.Rows("rows").Select(row => Whole(row, "number")));
                cursor = page.TextOf("next") is { } next ? $"&cursor={next}" : "";
            }
            while (cursor.Length > 0);

            Assert.Equal(whole, pages);
        }
    }

    [Fact]
    public async Task An_owner_sees_what_is_their_own()
    {
        var (book, path) = await books.NewBook();
        await books.Host.Post(book, Tip("anna", "mia", 500, Funding.Wallet));
        await books.Host.Post(book, Tip("gast", "mia", 500));
        await using var following = Follow();
        await Reached(book);
        var own = await books.Host.Get($"{path}/lists/transactions", "fan/anna");
        Assert.Equal([3L, 2], own.Is(HttpStatusCode.OK).Rows("rows").Select(row => Whole(row, "number")));
        (await books.Host.Get($"{path}/lists/transactions?fan=gast", "fan/anna"))
            .Is(HttpStatusCode.Forbidden, "owner_only");
        (await books.Host.Get($"{path}/lists/suspense", "fan/anna")).Is(HttpStatusCode.Forbidden, "owner_only");
    }

    [Fact]
    public async Task Subscriptions_and_their_days_are_listed()
    {
        var (book, path) = await books.NewBook();
        var sub = await books.Host.Post(book, new Command.StartSubscription(
            "s-1", "gast", "mia", 12_000, "USD", Funding.Card, SubscriptionPeriod.Yearly));
        await books.Host.Post(book, new Command.StartTrial(
            "s-2", "anna", "mia", 999, "USD", SubscriptionPeriod.Monthly, 7));
        await books.Host.Post(book, new Command.CancelSubscription("s-1"));
        await books.Host.Post(book, new Command.RefundSale(sub.Number, "some of it", 1_200));
        await using var following = Follow();
        await Reached(book);

        var rows = (await List(path, "subscriptions", "&creator=mia")).Rows("rows");
        Assert.Equal(["s-2", "s-1"], rows.Select(row => row.GetProperty("subscription").GetString()));
        var yearly = rows[1];
        Assert.Equal(("cancelled", 12_000L, 1_200L, 1L), (
            yearly.GetProperty("state").GetString(), Whole(yearly, "charged"),
            Whole(yearly, "refunded"), Whole(yearly, "refunds")));
        Assert.Equal(
            10_800, Whole(yearly, "deferred") + Whole(yearly, "unearned"));
        Assert.Equal("s-2", Assert.Single((await List(path, "subscriptions", "&renews_from=2020-01-01")).Rows("rows"))
            .GetProperty("subscription").GetString());
        Assert.Single((await List(path, "subscriptions", "&state=trial&fan=anna")).Rows("rows"));
        var day = Assert.Single((await List(path, "subscription_days", "")).Rows("rows"));
        Assert.Equal([1, 1, 1, 1, 0, 1], new[] { "trials", "started", "cancelled", "trial", "active", "ending" }
            .Select(name => (int)Whole(day, name)));
    }

    [Fact]
    public async Task Taxes_take_a_right_of_their_own()
    {
        var (book, path) = await books.NewBook();
        await books.Host.Post(book, Tip("gast", "mia", 1_000) with
        {
            Country = "DE", Taxes = [new TaxLine(TaxKind.Vat, "DE", 190, 1_900)],
        });
        await using var following = Follow();
        await Reached(book);
        foreach (var list in new[] { "tax_earnings", "tax_supplies", "withholdings" })
            (await books.Host.Get($"{path}/lists/{list}")).Is(HttpStatusCode.Forbidden);
        var earned = Assert.Single(await TaxRows($"{path}/lists/tax_earnings?country=DE"));
        Assert.Equal((1L, 1_000L, 0L), (
            Whole(earned, "payments"), Whole(earned, "payments_gross"),
            Whole(earned, "gross")));
        var supply = Assert.Single(await TaxRows($"{path}/lists/tax_supplies?jurisdiction=DE&kind=vat"));
        Assert.Equal((1_000L, 190L, 1_900L), (
            Whole(supply, "base"), Whole(supply, "tax"),
            Whole(supply, "rate")));
        Assert.Empty(await TaxRows($"{path}/lists/withholdings"));
    }

    [Fact]
    public async Task A_receipt_is_in_suspense_until_it_is_assigned()
    {
        var (book, path) = await books.NewBook();
        var first = await books.Host.Post(book, new Command.RecordReceipt(1_234, "USD", "b-1"));
        await books.Host.Post(book, new Command.RecordReceipt(500, "USD", "b-2"));
        await books.Host.Post(book, new Command.AssignReceipt(
            first.Number, new AccountName("fan.wallet", "anna", "USD"), 1_000, "a letter came"));
        await using var following = Follow();
        await Reached(book);
        var open = (await List(path, "suspense", "")).Rows("rows");
        Assert.Equal([234L, 500], open.Select(row => Whole(row, "outstanding")));
        Assert.Equal(0, Whole(open[0], "age_days"));
        await books.Host.Post(book, new Command.AssignReceipt(
            first.Number, new AccountName("fan.wallet", "anna", "USD"), 234, "and another"));
        await Reached(book);
        Assert.Equal("b-2", Assert.Single((await List(path, "suspense", "")).Rows("rows"))
            .GetProperty("bank_reference").GetString());
        Assert.Equal(2, (await List(path, "receipts", "&received_from=2020-01-01")).Rows("rows").Count);
        Assert.Equal(2, Whole((await List(path, "receipts", "&bank_reference=b-1")).Rows("rows")[0], "assignments"));
    }

    private static Command.SendTip Tip(string fan, string creator, long amount, Funding funding = Funding.Card) =>
        new(fan, creator, amount, "USD", funding)
        {
            Metadata = new Dictionary<string, string> { ["shop"] = "a=b" },
        };

    /// <summary>Everybody who follows, for as long as the test reads.</summary>
    private FollowerRunner Follow() => new(source, Followers.All, new Bell());

    private async Task Reached(BookName book)
    {
        var opened = (await new BookRegistry(source).Find(book, CancellationToken.None))!;
        var head = (await books.Host.Get($"/v1/{book}/journal?after=head")).Number!.Value;
        foreach (var follower in Followers.All)
            Assert.True(await new Builds(source).Reach(
                follower.Name, opened, head, TimeSpan.FromMinutes(1), CancellationToken.None));
    }

    private async Task<Told> List(string path, string list, string words) =>
        (await books.Host.Get($"{path}/lists/{list}?{words.TrimStart('&')}")).Is(HttpStatusCode.OK);

    private async Task<long[]> Numbers(string path, string words) =>
        [.. (await List(path, "transactions", words)).Rows("rows").Select(Number)];

    private async Task<IReadOnlyList<JsonElement>> TaxRows(string address)
    {
        var key = await new KeyStore(source).Create(
            new KeyGrant { Tenant = "fanz", Service = "tests", Scopes = [Scopes.ReadTax] }, "tests",
            CancellationToken.None);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, UriKind.Relative));
        request.Headers.Authorization = new("Bearer", key.Text);
        using var response = await books.Host.Http.SendAsync(request);
        var told = new Told(response.StatusCode, null, await response.Content.ReadAsStringAsync());
        return told.Is(HttpStatusCode.OK).Rows("rows");
    }

    private async Task Finds(string path, string words, params long[] numbers) =>
        Assert.Equal(numbers, await Numbers(path, words));

    private static long Number(JsonElement row) => Whole(row, "number");

    private static long Whole(JsonElement row, string name) => row.GetProperty(name).GetInt64();
}
