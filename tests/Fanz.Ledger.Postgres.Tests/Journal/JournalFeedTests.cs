using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Audit;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Journal;

public sealed class JournalFeedTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private NpgsqlDataSource source = null!;
    private JournalFeed feed = null!;
    private BookLooks looks = null!;
    private OpenedBook book = null!;

    public async Task InitializeAsync()
    {
        source = NpgsqlDataSource.Create(database.HostConnectionString);
        (feed, looks) = (new JournalFeed(source), new BookLooks(source));
        var registry = new BookRegistry(source);
        if (await registry.Find(SmallLedger.Main, default) is null)
        {
            await using var ledger = new SeededLedger(database.SuperuserConnectionString);
            await SmallLedger.Fill(ledger);
        }

        book = (await registry.Find(SmallLedger.Main, default))!;
    }

    public async Task DisposeAsync() => await source.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_000)]
    public async Task The_journal_in_pages_is_the_journal_and_each_record_bears_the_seal_that_covers_it(int limit)
    {
        var whole = await new JournalReader(source).WithEntries(book, 0, long.MaxValue - 1, default).ToListAsync();
        var read = new List<Placed>();
        var place = JournalCursor.Start;
        while ((await feed.After(book, place, limit, default))!.Records is { Count: > 0 } records)
        {
            Assert.True(records.Count <= limit);
            read.AddRange(records);
            place = records[^1].Cursor;
        }

        Assert.Equal(whole.Select(InFull), read.Select(placed => InFull(placed.Appended)));
        foreach (var placed in read)
        {
            var hash = await TestDatabase.Scalar<byte[]>(
                database.SuperuserConnectionString,
                $"""
                select hash from ledger.seals
                where book_id = {book.Id} and last_number >= {placed.Cursor.Number} order by sequence limit 1
                """);
            Assert.Equal($"{placed.Cursor.Number}-{Convert.ToHexStringLower(hash)[..16]}", placed.Cursor.ToString());
        }
    }

    [Fact]
    public async Task Those_who_ask_for_the_same_page_at_once_share_it()
    {
        var shared = new SharedPages(feed);
        using var gone = new CancellationTokenSource();
        var first = shared.After(book, JournalCursor.Start, 10, gone.Token);
        var others = Enumerable.Range(0, 20).Select(_ => shared.After(book, JournalCursor.Start, 10, default)).ToArray();
        await gone.CancelAsync();
        var pages = (await Task.WhenAll(others)).Distinct().ToList();
        Assert.InRange(pages.Count, 1, 5);
        Assert.All(pages, page => Assert.Equal(10, page!.Records.Count));
        await first.ContinueWith(_ => { }, TaskScheduler.Default);
        // Later it is read again.
        Assert.DoesNotContain(await shared.After(book, JournalCursor.Start, 10, default), pages);
    }

    [Fact]
    public async Task A_look_knows_the_places_of_its_own_timeline_and_no_others()
    {
        var head = (await looks.At(book, JournalCursor.Start, default))!.Head;
        var places = await looks.Places(book, [1, 5, head.Number], default);
        Assert.Equal(head, places[^1]);
        foreach (var place in places.Append(JournalCursor.Start))
            Assert.True((await looks.At(book, place, default))!.Knows(place));

        var foreign = places[1].ToString();
        Assert.True(JournalCursor.TryParse(foreign[..^1] + (foreign[^1] == '0' ? '1' : '0'), out var other));
        var look = (await looks.At(book, other, default))!;
        Assert.False(look.Knows(other));
        // Numbers 5 to 7 were sealed together: what comes before them may still be common.
        Assert.Equal(4, await looks.MostInCommon(book, other, default));
        Assert.Empty((await feed.After(book, other, 10, default))!.Records);

        Assert.True(JournalCursor.TryParse($"{head.Number + 1}-0123456789abcdef", out var beyond));
        Assert.Null((await looks.At(book, beyond, default))!.Asked);
        Assert.Empty((await feed.After(book, beyond, 10, default))!.Records);
    }

    [Fact]
    public async Task A_book_whose_id_was_given_to_another_is_not_there()
    {
        var impostor = book with { Settings = book.Settings with { Name = new("acme", "lost") } };
        Assert.Null(await looks.At(impostor, JournalCursor.Start, default));
        Assert.Null(await feed.After(impostor, JournalCursor.Start, 10, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0-0000000000000000")]
    [InlineData("7")]
    [InlineData("-7-0123456789abcdef")]
    [InlineData("07-0123456789abcdef")]
    [InlineData("7-0123456789ABCDEF")]
    [InlineData("7-0123456789abcde")]
    [InlineData("7-0123456789abcdef0")]
    [InlineData("7- 123456789abcdef")]
    [InlineData("9223372036854775807-0123456789abcdef")]
    [InlineData("99999999999999999999-0123456789abcdef")]
    public void A_cursor_has_one_form(string text) => Assert.False(JournalCursor.TryParse(text, out _));

    [Fact]
    public async Task Records_by_number_are_those_of_the_journal()
    {
        var whole = (await feed.After(book, JournalCursor.Start, 1_000, default))!.Records;
        var found = await new FoundRecords(source).Read(book, [9, 1, 5, 1_000_000], default);
        Assert.Equal(
            new[] { whole[8], whole[0], whole[4] }.Select(placed => (placed.Cursor, InFull(placed.Appended))),
            found.Select(placed => (placed.Cursor, InFull(placed.Appended))));
    }

    [Fact]
    public async Task The_accounts_of_an_owner_in_pages_are_all_of_them()
    {
        var owned = new OwnedAccounts(source);
        foreach (var owner in new[] { "eve", "fan-2", "", "nobody" })
        {
            var all = await owned.After(book, owner, null, long.MaxValue, 1_000, default);
            Assert.Equal(owner != "nobody", all.Count > 0);
            var paged = new List<OwnedAccount>();
            AccountKey? after = null;
            while (await owned.After(book, owner, after, long.MaxValue, 1, default) is [var next])
            {
                paged.Add(next);
                after = next.Account;
            }

            Assert.Equal(all, paged);
            foreach (var held in all)
            {
                var balance = await new AccountReader(source).Balance(book, held.Account, AsOf.Head, default);
                Assert.Equal((balance!.Version, balance.Balance), (held.Version, held.Balance));
            }
        }
    }

    [Fact]
    public async Task The_life_of_an_account_is_that_of_the_number_asked_for()
    {
        var owned = new OwnedAccounts(source);
        var wallet = new AccountKey(Chart.FanWallet, "fan-2", Money.Currency.Of("USD"));
        var lives = await new JournalReader(source).Stream(book, AccountLife.StreamOf(wallet), 0, long.MaxValue, default);
        Assert.Equal(["account_frozen", "account_unfrozen"], lives.Select(record => record.Type));
        Assert.Equal(Life.Open, await owned.LifeOf(book, wallet, lives[0].Number - 1, default));
        Assert.Equal(Life.Frozen, await owned.LifeOf(book, wallet, lives[0].Number, default));
        Assert.Equal(Life.Open, await owned.LifeOf(book, wallet, lives[1].Number, default));
    }

    private static string InFull(Appended appended) => RecordJson.LineOf(appended);
}
