using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Following;

/// <summary>A follower is shown each record once, whatever happens to it, and its trouble is its own.</summary>
public sealed class FollowerTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly SemaphoreSlim Creating = new(1);
    private static TestDatabase? prepared;
    private TestHost host = null!;
    private Builds builds = null!;

    public async Task InitializeAsync()
    {
        await Creating.WaitAsync();
        try
        {
            if (prepared != database) await Notebook.CreateTable(database);
            prepared = database;
        }
        finally
        {
            Creating.Release();
        }

        host = TestHost.Start(database);
        builds = new Builds(host.Database);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task A_connection_that_is_ended_in_the_middle_of_a_page_neither_loses_nor_doubles_a_record()
    {
        var book = await Filled(records: 40);
        var ended = 0;
        var notebook = new Notebook("ended", recordsAPage: 10);
        notebook.InBetween = async (page, backend) =>
        {
            // Each page but the first few attempts of one meets its end after it has begun.
            if (ended++ % 2 == 1) return;
            await TestDatabase.Execute(
                database.SuperuserConnectionString,
                $"select pg_terminate_backend({backend})");
        };
        await using var runner = Run(notebook);
        await Reaches(notebook, book, 41);
        Assert.True(ended > 5, $"only {ended} attempts");
        Assert.Equal(Count(41), await notebook.Numbers(database, book.Id));
    }

    [Fact]
    public async Task Two_hosts_share_the_books_while_they_are_written_to()
    {
        OpenedBook[] books = [await Filled(1), await Filled(1), await Filled(1)];
        var (first, second) = (new Notebook("shared", recordsAPage: 3), new Notebook("shared", recordsAPage: 3));
        var pages = new int[2];
        first.InBetween = (_, _) => Counted(ref pages[0]);
        second.InBetween = (_, _) => Counted(ref pages[1]);
        await using var one = Run(first);
        await using var other = Run(second);
        for (var i = 0; i < 60; i++)
            foreach (var book in books) await host.Posted(book.Name, TestHost.TopUp("ann", 100), $"{book.Id} more {i}");
        foreach (var book in books)
        {
            await Reaches(first, book, 62);
            Assert.Equal(Count(62), await first.Numbers(database, book.Id));
        }

        Assert.True(pages[0] > 0 && pages[1] > 0, $"one host did nothing: {pages[0]} and {pages[1]} pages");
    }

    [Fact]
    public async Task A_record_that_one_follower_cannot_digest_stops_that_follower_in_that_book_alone()
    {
        var (bad, good) = (await Filled(30), await Filled(30));
        var picky = new Notebook("picky")
        {
            InBetween = (page, _) => page.BookId == bad.Id && page.Records.Any(record => record.Number == 18)
                ? throw new InvalidOperationException("18 is too much")
                : Task.CompletedTask,
        };
        var other = new Notebook("other");
        await TestDatabase.Execute(
            database.OwnerConnectionString,
            "alter table ledger.notes add constraint unlucky check (follower <> 'picky' or number <> 13)");
        await using (var runner = Run(picky, other))
        {
            await Reaches(picky, bad, 12);
            await StopsIn(picky, bad);
            await StopsIn(picky, good);
            await Reaches(other, bad, 31);
        }

        var stopped = await Of(picky, bad);
        Assert.Equal("Record 13 (wallet_topped_up): PostgresException: 23514: " +
            "new row for relation \"notes\" violates check constraint \"unlucky\"", stopped.Stopped);
        Assert.Equal(12, stopped.Number);
        Assert.Equal(19, stopped.Behind);
        Assert.True(stopped.Lag > NodaTime.Duration.Zero);
        Assert.Equal(Count(12), await picky.Numbers(database, bad.Id));

        // The database's objection is gone; the follower's own is left.
        await TestDatabase.Execute(
            database.OwnerConnectionString, "alter table ledger.notes drop constraint unlucky");
        await builds.Resume(picky.Name, bad, CancellationToken.None);
        await builds.Resume(picky.Name, good, CancellationToken.None);
        await using (var runner = Run(picky, other))
        {
            await StopsIn(picky, bad);
            await Reaches(picky, good, 31);
        }

        Assert.Equal(
            "Record 18 (wallet_topped_up): InvalidOperationException: 18 is too much", (await Of(picky, bad)).Stopped);
        Assert.Equal(Count(17), await picky.Numbers(database, bad.Id));
        picky.InBetween = null;
        await builds.Resume(picky.Name, bad, CancellationToken.None);
        await using (var runner = Run(picky)) await Reaches(picky, bad, 31);
        Assert.Equal(Count(31), await picky.Numbers(database, bad.Id));
        Assert.Equal(0, (await Of(picky, bad)).Behind);
    }

    [Theory]
    [InlineData("seal = '\\x00'")]
    [InlineData("number = 99")]
    public async Task A_place_that_the_book_does_not_know_is_reported_and_nothing_is_skipped(string change)
    {
        var book = await Filled(5);
        var notebook = new Notebook($"lost {change.Split(' ')[0]}");
        await using (var runner = Run(notebook)) await Reaches(notebook, book, 6);
        await TestDatabase.Execute(
            database.OwnerConnectionString, $"update ledger.builds set {change} where book_id = {book.Id}");
        await host.Posted(book.Name, TestHost.TopUp("ann", 1), $"{book.Id} next");
        await using (var runner = Run(notebook)) await StopsIn(notebook, book);
        Assert.StartsWith(
            "The book no longer has the seal of record", (await Of(notebook, book)).Stopped, StringComparison.Ordinal);

        await new Rebuild(host.Database).Run(notebook, book, null, CancellationToken.None);
        Assert.Equal(Count(7), await notebook.Numbers(database, book.Id));
        await using (var runner = Run(notebook)) await Reaches(notebook, book, 7);
    }

    [Fact]
    public async Task One_that_is_behind_catches_up_and_then_goes_with_the_others()
    {
        var book = await Filled(30);
        var (early, late) = (new Notebook("early"), new Notebook("late", recordsAPage: 7));
        await using (var runner = Run(early)) await Reaches(early, book, 31);
        var pages = new System.Collections.Concurrent.ConcurrentQueue<(Notebook Who, FollowedPage Page)>();
        foreach (var one in new[] { early, late })
        {
            one.InBetween = (page, _) =>
            {
                if (page.BookId == book.Id) pages.Enqueue((one, page));
                return Task.CompletedTask;
            };
        }

        await using (var runner = Run(early, late))
        {
            await Reaches(late, book, 31);
            await host.Posted(book.Name, TestHost.TopUp("ann", 1), $"{book.Id} next");
            await Reaches(early, book, 32);
            await Reaches(late, book, 32);
        }

        Assert.Equal(Count(32), await early.Numbers(database, book.Id));
        Assert.Equal(Count(32), await late.Numbers(database, book.Id));
        var last = pages.Where(one => one.Page.Last.Number == 32).ToArray();
        Assert.Equal(2, last.Length);
        Assert.Same(last[0].Page, last[1].Page);
    }

    [Fact]
    public async Task One_that_is_paused_waits_and_loses_nothing_and_nobody_waits_with_it()
    {
        var book = await Filled(10);
        var (paused, other) = (new Notebook("paused"), new Notebook("unpaused"));
        await using var runner = Run(paused, other);
        await Reaches(paused, book, 11);
        await builds.Pause(paused.Name, book, CancellationToken.None);
        for (var i = 0; i < 10; i++) await host.Posted(book.Name, TestHost.TopUp("ann", 1), $"{book.Id} more {i}");
        await Reaches(other, book, 21);
        var waiting = await Of(paused, book);
        Assert.Equal((11L, 10L), (waiting.Number, waiting.Behind));
        Assert.NotNull(waiting.PausedAt);
        await builds.Resume(paused.Name, book: null, CancellationToken.None);
        await Reaches(paused, book, 21);
        Assert.Equal(Count(21), await paused.Numbers(database, book.Id));
    }

    [Fact]
    public async Task Whoever_writes_in_this_process_rings_the_bell()
    {
        var bell = new Bell();
        await using var ringing = TestHost.Start(database, new() { Landed = (_, _) => bell.Ring() });
        var book = (await ringing.Registry.Find(await ringing.NewBook(), CancellationToken.None))!;
        var notebook = new Notebook("woken");
        await using var runner = new FollowerRunner(
            host.Database, [notebook], bell, new FollowerOptions { LookEvery = TimeSpan.FromHours(1) });
        await Reaches(notebook, book, 1);
        await ringing.Posted(book.Name, TestHost.TopUp("ann", 1), "first");
        Assert.True(await builds.Reach(notebook.Name, book, 2, TimeSpan.FromSeconds(60), CancellationToken.None));
    }

    [Fact]
    public async Task A_book_that_is_locked_by_a_writer_is_followed_all_the_same()
    {
        var book = await Filled(5);
        await using var connection = await host.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(
            $"select 1 from ledger.books where id = {book.Id} for no key update", connection))
            await command.ExecuteNonQueryAsync();
        var notebook = new Notebook("beside the writer");
        await using var runner = Run(notebook);
        await Reaches(notebook, book, 6);
    }

    [Fact]
    public async Task Waiting_for_a_number_that_does_not_come_ends()
    {
        var book = await Filled(1);
        Assert.False(await builds.Reach("nobody", book, 1, TimeSpan.FromMilliseconds(50), CancellationToken.None));
    }

    private FollowerRunner Run(params Follower[] followers) => new(
        host.Database, followers, new Bell(), new FollowerOptions
        {
            LookEvery = TimeSpan.FromMilliseconds(10),
            Breath = TimeSpan.FromMilliseconds(1),
            PauseAfterFault = TimeSpan.FromMilliseconds(10),
        });

    /// <summary>A new book with so many records after its first.</summary>
    private async Task<OpenedBook> Filled(int records)
    {
        var name = await host.NewBook();
        for (var i = 0; i < records; i++) await host.Posted(name, TestHost.TopUp("ann", 100), $"{name} {i}");
        return (await host.Registry.Find(name, CancellationToken.None))!;
    }

    private async Task Reaches(Follower follower, OpenedBook book, long number) => Assert.True(
        await builds.Reach(follower.Name, book, number, TimeSpan.FromMinutes(1), CancellationToken.None),
        $"{follower.Name} is at {await builds.Number(follower.Name, book, CancellationToken.None)} of {number}");

    private Task StopsIn(Follower follower, OpenedBook book) =>
        Eventually.True(async () => (await Of(follower, book)).Stopped is not null, $"{follower.Name} stops");

    private async Task<Build> Of(Follower follower, OpenedBook book) =>
        (await builds.List(CancellationToken.None)).Single(
            build => build.Follower == follower.Name && build.Book == book.Name);

    private static long[] Count(int upTo) => [.. Enumerable.Range(1, upTo).Select(number => (long)number)];

    private static Task Counted(ref int count)
    {
        Interlocked.Increment(ref count);
        return Task.CompletedTask;
    }
}
