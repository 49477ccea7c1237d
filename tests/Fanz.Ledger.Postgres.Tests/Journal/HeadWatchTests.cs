using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Postgres.Tests.Journal;

public sealed class HeadWatchTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Those_who_wait_are_woken_by_a_commit_of_any_host_and_only_by_one_of_their_book()
    {
        await using var other = TestHost.Start(database);
        await using var watch = new HeadWatch(other.Database, isWrittenHere: true, places: 10);
        var (book, quiet) = (await Opened(other), await Opened(other));
        var seen = await Head(other, book);
        var waiting = watch.Moves(book, seen, Long, default);
        var undisturbed = watch.Moves(quiet, await Head(other, quiet), Short, default);
        await other.Posted(book.Name, TestHost.TopUp("fan", 1), "elsewhere");
        Assert.True(await waiting);
        Assert.False(await undisturbed);
        // One who comes late finds out at once.
        Assert.True(await watch.Moves(book, seen, Long, default));
        Assert.Equal(0, watch.Waiting);
    }

    [Fact]
    public async Task What_this_host_commits_wakes_without_a_look()
    {
        HeadWatch? told = null;
        await using var host = TestHost.Start(
            database, new WriterOptions { Landed = (book, number) => told?.Landed(book, number) });
        // It looks where nothing is to be seen, so that only the writer can have woken anyone.
        await using var nowhere = Npgsql.NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody");
        await using var watch = told = new HeadWatch(nowhere, isWrittenHere: true, places: 10);
        var book = await Opened(host);
        var waiting = watch.Reaches(book, 3, Long, default);
        var moving = watch.Moves(book, await Head(host, book), Long, default);
        await host.Posted(book.Name, TestHost.TopUp("fan", 1), "here");
        Assert.True(await moving);
        Assert.False(waiting.IsCompleted);
        await host.Posted(book.Name, TestHost.TopUp("fan", 1), "here too");
        Assert.True(await waiting);
    }

    [Fact]
    public async Task Refusals_alone_wake_nobody()
    {
        await using var host = TestHost.Start(database);
        await using var watch = new HeadWatch(host.Database, isWrittenHere: true, places: 10);
        var book = await Opened(host);
        var seen = await Head(host, book);
        await host.Refused(book.Name, TestHost.Tip("nobody", "eve", 100), "refused");
        Assert.Equal(seen, await Head(host, book));
        Assert.False(await watch.Moves(book, seen, Short, default));
    }

    [Fact]
    public async Task A_thousand_who_wait_cost_no_more_looks_than_one()
    {
        await using var host = TestHost.Start(database);
        await using var watch = new HeadWatch(host.Database, isWrittenHere: true, places: 10);
        var book = await Opened(host);
        var seen = await Head(host, book);
        var before = watch.Looks;
        var waiting = Enumerable.Range(0, 1_000).Select(_ => watch.Moves(book, seen, Short, default)).ToArray();
        Assert.All(await Task.WhenAll(waiting), Assert.False);
        // A look at most every five milliseconds when someone comes, and otherwise one every tenth of a second.
        Assert.InRange(watch.Looks - before, 1, 200);
    }

    [Fact]
    public async Task Places_are_bounded_and_given_back_once()
    {
        await using var host = TestHost.Start(database);
        await using var watch = new HeadWatch(host.Database, isWrittenHere: true, places: 2);
        using var first = watch.TakePlace();
        var second = watch.TakePlace();
        Assert.NotNull(second);
        Assert.Null(watch.TakePlace());
        second.Dispose();
        second.Dispose();
        using var third = watch.TakePlace();
        Assert.NotNull(third);
        Assert.Null(watch.TakePlace());
    }

    [Fact]
    public async Task One_who_goes_away_or_is_sent_away_waits_no_longer()
    {
        await using var host = TestHost.Start(database);
        var watch = new HeadWatch(host.Database, isWrittenHere: true, places: 10);
        var book = await Opened(host);
        var seen = await Head(host, book);
        using var gone = new CancellationTokenSource();
        var impatient = watch.Moves(book, seen, Long, gone.Token);
        var patient = watch.Moves(book, seen, Long, default);
        Assert.Equal(2, watch.Waiting);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.Equal(1, watch.Waiting);
        await watch.DisposeAsync();
        Assert.False(await patient);
        Assert.False(await watch.Moves(book, seen, Long, default));
    }

    private static async Task<OpenedBook> Opened(TestHost host) =>
        (await host.Registry.Find(await host.NewBook(), default))!;

    private static async Task<JournalCursor> Head(TestHost host, OpenedBook book) =>
        (await new BookLooks(host.Database).At(book, JournalCursor.Start, default))!.Head;
}
