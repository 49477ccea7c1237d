using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Audit;
using Fanz.Ledger.Postgres.Tests.Server;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Journal;

public sealed class ReaderTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly AccountKey Wallet = new(Chart.FanWallet, "fan-1", Currency.Of("USD"));

    private NpgsqlDataSource source = null!;
    private JournalReader journal = null!;
    private AccountReader accounts = null!;
    private OpenedBook book = null!;

    public async Task InitializeAsync()
    {
        source = NpgsqlDataSource.Create(database.HostConnectionString);
        (journal, accounts) = (new JournalReader(source), new AccountReader(source));
        var registry = new BookRegistry(source);
        if (await registry.Find(SmallLedger.Main, default) is null)
        {
            await using var ledger = new SeededLedger(database.SuperuserConnectionString);
            await SmallLedger.Fill(ledger);
        }

        book = (await registry.Find(SmallLedger.Main, default))!;
    }

    public async Task DisposeAsync() => await source.DisposeAsync();

    [Fact]
    public async Task A_balance_says_the_number_that_it_is_true_for()
    {
        var head = await journal.PlaceAsOf(book, AsOf.Head, default);
        var now = await accounts.Balance(book, Wallet, AsOf.Head, default);
        Assert.Equal(head.Number, now!.AsOf);
        var entries = await accounts.Entries(book, now.Id).ToListAsync();
        Assert.Equal((entries[^1].Version, entries[^1].Balance), (now.Version, now.Balance));
        Assert.Null(await accounts.Balance(book, Wallet with { Owner = "nobody" }, AsOf.Head, default));
    }

    [Fact]
    public async Task A_balance_as_of_any_number_or_time_is_that_of_the_last_entry_up_to_there()
    {
        var id = (await accounts.Find(book, Wallet, default))!.Value;
        var entries = await accounts.Entries(book, id).ToListAsync();
        await foreach (var record in journal.After(book, 0, int.MaxValue, default))
        {
            var expected = entries.LastOrDefault(entry => entry.Number <= record.Number)?.Balance ?? 0;
            var byNumber = await accounts.Balance(book, Wallet, AsOf.Number(record.Number), default);
            Assert.Equal((expected, record.Number), (byNumber!.Balance, byNumber.AsOf));

            var before = entries.LastOrDefault(entry => entry.At < record.At)?.Balance ?? 0;
            var moment = record.At - Duration.FromMilliseconds(1);
            Assert.Equal(before, (await accounts.Balance(book, Wallet, AsOf.Time(moment), default))!.Balance);
            var at = entries.LastOrDefault(entry => entry.At <= record.At)?.Balance ?? 0;
            Assert.Equal(at, (await accounts.Balance(book, Wallet, AsOf.Time(record.At), default))!.Balance);
        }
    }

    [Fact]
    public async Task Entries_are_paged_in_either_direction()
    {
        var id = (await accounts.Find(book, Wallet, default))!.Value;
        var all = await accounts.Entries(book, id).ToListAsync();
        Assert.Equal(Enumerable.Range(1, all.Count).Select(version => (long)version), all.Select(entry => entry.Version));
        Assert.Equal(all.AsEnumerable().Reverse(), await accounts.Entries(book, id, newestFirst: true).ToListAsync());

        var first = await accounts.Entries(book, id, limit: 2).ToListAsync();
        var rest = await accounts.Entries(book, id, after: first[^1].Position).ToListAsync();
        Assert.Equal(all, first.Concat(rest));
        var last = await accounts.Entries(book, id, newestFirst: true, limit: 2).ToListAsync();
        rest = await accounts.Entries(book, id, newestFirst: true, upTo: last[^1].Position - 1).ToListAsync();
        Assert.Equal(all.AsEnumerable().Reverse(), last.Concat(rest));
    }

    [Fact]
    public async Task A_transaction_comes_with_its_entries_and_their_accounts()
    {
        var tip = (await journal.Find(book, 5, default))!;
        Assert.Equal("tip_sent", tip.Record.Type);
        Assert.Equal(4, tip.Entries.Length);
        Assert.Equal(0, tip.Entries.Sum(entry => entry.Amount));
        Assert.Equal(Wallet, tip.Entries[0].Account);
        Assert.Equal((-10_000, -9_001), (tip.Entries[0].BalanceBefore, tip.Entries[0].Balance));
        var keys = await accounts.Keys(book, [.. tip.Entries.Select(entry => entry.AccountId)], default);
        Assert.All(tip.Entries, entry => Assert.Equal(entry.Account, keys[entry.AccountId]));
        Assert.Null(await journal.Find(book, 0, default));
        Assert.Null(await journal.Find(book, 1_000_000, default));
    }

    [Fact]
    public async Task The_journal_is_read_from_a_number_on_up_to_a_limit()
    {
        var head = (await journal.PlaceAsOf(book, AsOf.Head, default)).Number;
        Assert.Equal([4, 5, 6], await journal.After(book, 3, 3, default).Select(record => record.Number).ToListAsync());
        Assert.Equal(head, await journal.After(book, 0, int.MaxValue, default).CountAsync());
        Assert.Empty(await journal.After(book, head, 10, default).ToListAsync());
    }

    [Fact]
    public async Task A_replay_of_an_account_reads_like_a_statement()
    {
        var output = new StringWriter { NewLine = "\n" };
        var count = await new Replay(journal, accounts).Account(
            book, new AccountKey(Chart.FanWallet, "fan-2", Currency.Of("USD")), AsOf.Head, false, output, default);
        Assert.Equal(7, count);
        Assert.Contains("tip_sent  tests/ann", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("account_frozen", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("90.01 USD", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_of_a_book_ends_where_it_is_told_and_every_line_of_json_is_a_record()
    {
        var output = new StringWriter { NewLine = "\n" };
        var replay = new Replay(journal, accounts);
        Assert.Equal(6, await replay.Book(book, AsOf.Number(6), true, output, default));
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([1, 2, 3, 4, 5, 6], lines.Select(line =>
            System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("number").GetInt32()));
        var text = new StringWriter { NewLine = "\n" };
        var head = await journal.PlaceAsOf(book, AsOf.Head, default);
        Assert.Equal(head.Number, await replay.Book(book, AsOf.Head, false, text, default));
        Assert.Contains("creator.pending USD eve 2026-01-22", text.ToString(), StringComparison.Ordinal);
    }
}
