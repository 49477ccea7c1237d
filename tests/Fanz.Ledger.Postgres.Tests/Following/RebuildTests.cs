using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Writing;

namespace Fanz.Ledger.Postgres.Tests.Following;

/// <summary>Rows are made again beside those that are read, which stay as they are until all is there.</summary>
public sealed class RebuildTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly FollowerOptions Often = new()
    {
        LookEvery = TimeSpan.FromMilliseconds(5),
        Breath = TimeSpan.FromMilliseconds(1),
    };

    private TestHost host = null!;
    private Builds builds = null!;

    public async Task InitializeAsync()
    {
        host = TestHost.Start(database);
        builds = new Builds(host.Database);
        if (await TestDatabase.Scalar<object>(
            database.SuperuserConnectionString, "select coalesce(to_regclass('ledger.notes')::text, '')") is "")
            await Notebook.CreateTable(database);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task A_book_that_is_written_to_and_followed_meanwhile_loses_and_doubles_nothing()
    {
        var book = await Filled(50);
        var notebook = new Notebook("busy", recordsAPage: 3);
        await using var runner = new FollowerRunner(host.Database, [notebook], new Bell(), Often);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++) await host.Posted(book.Name, TestHost.TopUp("ann", 1), $"{book.Id} more {i}");
        });
        for (var i = 0; i < 5; i++)
            await new Rebuild(host.Database, recordsAPage: 7).Run(notebook, book, null, CancellationToken.None);
        await writing;
        await new Rebuild(host.Database, recordsAPage: 7).Run(notebook, book, null, CancellationToken.None);
        Assert.True(await builds.Reach(notebook.Name, book, 251, TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.Equal(Enumerable.Range(1, 251).Select(i => (long)i), await notebook.Numbers(database, book.Id));
        Assert.Equal(1, await BuildsOf(notebook, book));
        Assert.Equal(251, await Rows(notebook, book));
        var table = Assert.Single(await Checked(notebook, book));
        Assert.Equal((251, 251), (table.Number, table.Rows));
        Assert.Empty(table.Differences);
    }

    [Fact]
    public async Task What_could_not_go_on_leaves_what_is_read_alone_and_goes_on_later_where_it_was()
    {
        var book = await Filled(30);
        var notebook = new Notebook("broken");
        await using (var runner = new FollowerRunner(host.Database, [notebook], new Bell(), Often))
            Assert.True(await builds.Reach(notebook.Name, book, 31, TimeSpan.FromMinutes(1), CancellationToken.None));
        var shown = new List<long>();
        notebook.InBetween = (page, _) =>
        {
            if (page.Last.Number > 20) throw new InvalidOperationException("20 are enough");
            shown.Add(page.Last.Number);
            return Task.CompletedTask;
        };
        var rebuild = new Rebuild(host.Database, recordsAPage: 10);
        var refused = await Assert.ThrowsAsync<RebuildRefused>(
            () => rebuild.Run(notebook, book, null, CancellationToken.None));
        Assert.Equal("20 are enough", refused.Message);
        Assert.Equal([10L, 20], shown);
        Assert.Equal(Enumerable.Range(1, 31).Select(i => (long)i), await notebook.Numbers(database, book.Id));
        Assert.Equal(2, await BuildsOf(notebook, book));

        notebook.InBetween = (page, _) =>
        {
            shown.Add(page.Last.Number);
            return Task.CompletedTask;
        };
        await rebuild.Run(notebook, book, null, CancellationToken.None);
        Assert.Equal([10L, 20, 30, 31], shown);
        Assert.Equal(1, await BuildsOf(notebook, book));
        Assert.Equal(31, await Rows(notebook, book));
    }

    [Fact]
    public async Task Two_at_once_are_one_too_many()
    {
        var book = await Filled(3);
        var (begun, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var notebook = new Notebook("twice")
        {
            InBetween = (_, _) =>
            {
                begun.TrySetResult();
                return mayEnd.Task;
            },
        };
        var first = new Rebuild(host.Database).Run(notebook, book, null, CancellationToken.None);
        await begun.Task;
        var refused = await Assert.ThrowsAsync<RebuildRefused>(
            () => new Rebuild(host.Database).Run(notebook, book, null, CancellationToken.None));
        Assert.Equal($"twice of {book.Name} is being rebuilt already.", refused.Message);
        mayEnd.SetResult();
        await first;
        var numbers = await notebook.Numbers(database, book.Id);
        Assert.Equal([1L, 2, 3, 4], numbers);
    }

    [Fact]
    public async Task A_row_that_was_changed_lost_or_put_in_is_found()
    {
        var book = await Filled(10);
        var notebook = new Notebook("tampered");
        await new Rebuild(host.Database).Run(notebook, book, null, CancellationToken.None);
        foreach (var (change, first) in new[]
        {
            ("update ledger.notes set number = 99 where number = 5", "missing: {\"number\":5}"),
            ("delete from ledger.notes where number = 99", "missing: {\"number\":5}"),
            ("insert into ledger.notes select build, follower, 7 from ledger.notes where number = 7",
                "surplus: {\"number\":7}"),
        })
        {
            await TestDatabase.Execute(
                database.OwnerConnectionString, $"{change} and follower = 'tampered'");
            Assert.Contains(first, Assert.Single(await Checked(notebook, book)).Differences);
        }
    }

    private async Task<List<CheckedTable>> Checked(Follower follower, OpenedBook book)
    {
        var tables = new List<CheckedTable>();
        await foreach (var table in new ProjectionCheck(host.Database).Check(follower, book)) tables.Add(table);
        return tables;
    }

    private Task<long> BuildsOf(Notebook notebook, OpenedBook book) => TestDatabase.Scalar<long>(
        database.HostConnectionString,
        $"select count(*) from ledger.builds where follower = '{notebook.Name}' and book_id = {book.Id}");

    /// <summary>Those of the book's builds, and those that belong to none.</summary>
    private Task<long> Rows(Notebook notebook, OpenedBook book) => TestDatabase.Scalar<long>(
        database.HostConnectionString,
        $"""
        select count(*) from ledger.notes n left join ledger.builds b on b.id = n.build
        where n.follower = '{notebook.Name}' and (b.id is null or b.book_id = {book.Id})
        """);

    private async Task<OpenedBook> Filled(int records)
    {
        var name = await host.NewBook();
        for (var i = 0; i < records; i++) await host.Posted(name, TestHost.TopUp("ann", 100), $"{name} {i}");
        return (await host.Registry.Find(name, CancellationToken.None))!;
    }
}
