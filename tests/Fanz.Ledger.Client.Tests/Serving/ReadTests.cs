using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Client.Tests.Serving;

/// <summary>What is read of a real host is what was posted.</summary>
[Collection("One ledger at a time, on two cores")]
public sealed class ReadTests(RunningLedger ledger) : IClassFixture<RunningLedger>
{
    private BookName Book => ledger.Book.Book;

    [Fact]
    public async Task A_balance_is_read_now_and_as_of_a_number_and_a_time()
    {
        using var client = ledger.Client();
        var wallet = new AccountName("fan.wallet", "Анна/ü&?", "USD");
        Assert.Null(await client.Balance(Book, wallet));
        var first = await Post(client, new Command.TopUp(wallet.Owner, 900, "USD"));
        var second = await Post(client, new Command.SendTip(wallet.Owner, "mia", 500, "USD", Funding.Wallet));

        var now = await client.Balance(Book, wallet, atLeast: second.Number);
        Assert.NotNull(now);
        Assert.Equal(
            (wallet, -400, 400, 2, "open"),
            (now.Account, now.Balance, now.BalanceOnNormalSide, now.Version, now.Status));
        Assert.True(now.Number >= second.Number);
        Assert.Equal(900, (await client.BalanceAsOf(Book, wallet, first.Number))?.BalanceOnNormalSide);
        Assert.Equal(900, (await client.BalanceAsOf(Book, wallet, first.At))?.BalanceOnNormalSide);
        Assert.Equal("unopened", (await client.BalanceAsOf(Book, wallet, 1))?.Status);
        var future = await Assert.ThrowsAsync<WrongQuestion>(
            () => client.BalanceAsOf(Book, wallet, second.At + Duration.FromDays(1)));
        Assert.Equal("as_of_in_future", future.Problem.Code);
    }

    [Fact]
    public async Task All_accounts_of_an_owner_are_listed()
    {
        using var client = ledger.Client();
        await Post(client, new Command.TopUp("lister", 900, "USD"));
        var last = await Post(client, new Command.TopUp("lister", 700, "EUR"));
        var accounts = new List<AccountBalance>();
        await foreach (var account in client.Accounts(Book, "lister", last.Number)) accounts.Add(account);
        Assert.Equal(
            [("fan.wallet", "EUR", 700L), ("fan.wallet", "USD", 900L)],
            accounts.Select(held => (held.Account.Code, held.Account.Currency, held.BalanceOnNormalSide)));
    }

    [Fact]
    public async Task The_movements_of_an_account_are_read_page_after_page_from_either_end()
    {
        using var client = ledger.Client();
        var wallet = new AccountName("fan.wallet", "mover", "USD");
        var outcomes = await client.PostAll(
            Book, [.. Enumerable.Range(1, 1_200).Select(i => KeyedCommand.New(new Command.TopUp("mover", i, "USD")))]);
        var number = outcomes.OfType<Outcome.Posted>().Max(posted => posted.Receipt.Number);

        var oldest = new List<AccountEntry>();
        await foreach (var entry in client.Entries(Book, wallet, atLeast: number)) oldest.Add(entry);
        Assert.Equal(Enumerable.Range(1, 1_200).Select(i => -(long)i), oldest.Select(entry => entry.Amount));
        Assert.Equal(
            outcomes.Select(outcome => ((Outcome.Posted)outcome).Receipt.Number), oldest.Select(entry => entry.Number));
        Assert.All(oldest, entry => Assert.Equal(("wallet_topped_up", "shop"), (entry.Type, entry.Actor)));

        var newest = new List<AccountEntry>();
        await foreach (var entry in client.Entries(Book, wallet, newestFirst: true)) newest.Add(entry);
        oldest.Reverse();
        Assert.Equal(oldest, newest);
    }

    [Fact]
    public async Task A_transaction_is_read_with_what_refers_to_it()
    {
        using var client = ledger.Client();
        var sale = await Post(client, new Command.TopUp("wrong", 900, "USD", "a slip"));
        var reversal = await Post(client, new Command.Reverse(sale.Number, "it was a slip"));

        var transaction = await client.Transaction(Book, sale.Number);
        Assert.NotNull(transaction);
        Assert.Equal(sale.At, transaction.Record.At);
        Assert.Equal("a slip", Assert.IsType<Event.WalletToppedUp>(transaction.Record.ReadEvent()).Reference);
        Assert.Equal(
            sale.Entries.Select(entry => (entry.Account, entry.Amount)),
            transaction.Record.Entries.Select(entry => (entry.Account, entry.Amount)));
        Assert.Equal([reversal.Number], transaction.Referring);
        Assert.False(transaction.MoreReferring);
        Assert.Equal(sale.Number, (await client.Transaction(Book, reversal.Number))?.Record.RefersTo);
        Assert.Null(await client.Transaction(Book, 1_000_000));
    }

    [Fact]
    public async Task Records_are_found_by_what_other_systems_call_them()
    {
        using var client = ledger.Client();
        var topUp = await Post(client, new Command.TopUp("found", 900, "USD", "card & co")
        {
            Metadata = new Dictionary<string, string> { ["till"] = "7 / left" },
        });
        var sold = new Command.UnlockContent("found", "mia", 500, "USD", Funding.Wallet, "card & co")
        {
            Content = "sunset",
        };
        var sale = await Post(client, sold);
        Assert.Equal([sale.Number, topUp.Number], await Numbers(client.Find(Book, "card & co", atLeast: sale.Number)));
        Assert.Equal([sale.Number], await Numbers(client.Find(Book, "sunset", "content", sale.Number)));
        Assert.Empty(await Numbers(client.Find(Book, "sunset", "order", sale.Number)));
        Assert.Equal([topUp.Number], await Numbers(client.FindByMetadata(Book, "till", "7 / left", sale.Number)));

        var held = await Post(client, new Command.FreezeAccount(new AccountName("fan.wallet", "found", "USD"), "asked"));
        var item = (await client.Transaction(Book, held.Number))!.Record;
        Assert.Equal([held.Number], await Numbers(client.Stream(Book, item.Stream!, held.Number)));
        await Assert.ThrowsAsync<WrongQuestion>(() => Numbers(client.Stream(Book, "payout/none")));
    }

    [Fact]
    public async Task A_book_is_followed_from_a_cursor_on_and_as_it_grows()
    {
        using var client = ledger.Client();
        var head = await client.Head(Book);
        var first = await Post(client, new Command.TopUp("followed", 100, "USD"));
        var second = await Post(client, new Command.TopUp("followed", 200, "USD"));
        await using (var following = client.Follow(Book, head).GetAsyncEnumerator())
        {
            Assert.True(await following.MoveNextAsync());
            Assert.Equal(first.Number, following.Current.Number);
            head = following.Current.Cursor;
        }

        // Another reader goes on where this one ended, and waits for what is not there yet.
        await using var resumed = client.Follow(Book, head).GetAsyncEnumerator();
        Assert.True(await resumed.MoveNextAsync());
        Assert.Equal(second.Number, resumed.Current.Number);
        var next = resumed.MoveNextAsync().AsTask();
        var third = await Post(client, new Command.TopUp("followed", 300, "USD"));
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(third.Number, resumed.Current.Number);
        Assert.Equal(300, Assert.IsType<Event.WalletToppedUp>(resumed.Current.ReadEvent()).Amount);
    }

    [Fact]
    public async Task A_cursor_of_another_timeline_is_refused_with_what_is_common()
    {
        using var client = ledger.Client();
        var receipt = await Post(client, new Command.TopUp("elsewhere", 100, "USD"));
        var lost = await Assert.ThrowsAsync<TimelineLost>(async () =>
        {
            await foreach (var item in client.Follow(Book, $"{receipt.Number}-0123456789abcdef"))
                Assert.Fail($"It followed to {item.Number}.");
        });
        Assert.InRange(lost.LastInCommon, 0, receipt.Number - 1);
        Assert.True(lost.Head >= receipt.Number);
    }

    private static async Task<List<long>> Numbers(IAsyncEnumerable<JournalItem> items)
    {
        var numbers = new List<long>();
        await foreach (var item in items) numbers.Add(item.Number);
        return numbers;
    }

    private async Task<Receipt> Post(LedgerClient client, Command command) =>
        Assert.IsType<Outcome.Posted>(await client.Post(Book, command)).Receipt;
}
