using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>What becomes of commands when the server itself is away, full, waiting or overrun.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private static readonly WriterOptions Hurried = new()
    {
        LockTimeout = Duration.FromMilliseconds(1_000),
        IdleTimeout = Duration.FromMilliseconds(1_000),
        Patience = Duration.FromMilliseconds(500),
    };

    private readonly PrivateServer server = new();
    private bool isForged;

    private string Superuser => server.Server.SuperuserConnectionString();

    public Task InitializeAsync() => server.InitializeAsync();

    public async Task DisposeAsync()
    {
        try
        {
            if (!isForged) await LedgerAudit.Passes(Superuser);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_database_that_is_down_at_the_start_or_between_costs_nothing_but_time()
    {
        BookName book;
        await using (var opener = Host()) book = await opener.NewBook();
        await server.Server.Stop();
        await using var host = Host();
        Assert.IsType<Reply.Unavailable>(await host.Post(book, TestHost.TopUp("fan", 1), "1"));
        await server.Server.Restart(CancellationToken.None);
        Assert.Equal(2, (await host.Posted(book, TestHost.TopUp("fan", 1), "1")).Number);
        await server.Server.KillServer();
        Assert.IsType<Reply.Unavailable>(await host.Post(book, TestHost.TopUp("fan", 1), "2"));
        await server.Server.Restart(CancellationToken.None);
        Assert.Equal(3, (await host.Posted(book, TestHost.TopUp("fan", 1), "2")).Number);
        Assert.True(Assert.IsType<Reply.Posted>(await host.Post(book, TestHost.TopUp("fan", 1), "1")).Replayed);
    }

    [Fact]
    public async Task A_full_disk_refuses_commands_and_keeps_none_of_them()
    {
        await using var host = Host();
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("fan", 1), "before");
        await TestDatabase.Execute(
            Superuser,
            """
            create function full_disk() returns trigger language plpgsql as
                $$ begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$;
            create trigger full_disk before insert on ledger.seals for each row execute function full_disk()
            """);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => host.Post(book, TestHost.TopUp("fan", 1), $"{i}")));
        Assert.All(replies, reply => Assert.IsType<Reply.Unavailable>(reply));
        await TestDatabase.Execute(Superuser, "drop trigger full_disk on ledger.seals");
        for (var i = 0; i < 20; i++) await host.Posted(book, TestHost.TopUp("fan", 1), $"{i}");
        Assert.Equal(-22, (await host.Posted(book, TestHost.TopUp("fan", 1), "after")).Entries[1].Balance);
    }

    [Fact]
    public async Task A_server_without_a_free_connection_is_waited_for_and_then_said_to_be_unavailable()
    {
        BookName book;
        await using (var opener = Host()) book = await opener.NewBook();
        await TestDatabase.Execute(Superuser, "alter role ledger_host connection limit 0");
        await using var host = Host();
        Assert.IsType<Reply.Unavailable>(await host.Post(book, TestHost.TopUp("fan", 1), "1"));
        // One connection is enough to know the book, and too few to post.
        await TestDatabase.Execute(Superuser, "alter role ledger_host connection limit 1");
        Assert.IsType<Reply.Unavailable>(await host.Post(book, TestHost.TopUp("fan", 1), "1"));
        await TestDatabase.Execute(Superuser, "alter role ledger_host connection limit -1");
        Assert.False(Assert.IsType<Reply.Posted>(await host.Post(book, TestHost.TopUp("fan", 1), "1")).Replayed);
    }

    [Fact]
    public async Task A_commit_that_no_standby_confirmed_is_not_called_posted()
    {
        await using var host = Host();
        await using var other = Host();
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("fan", 100), "before");
        await host.Posted(book, TestHost.TopUp("fan", 100), "before 2");
        await other.Posted(book, TestHost.TopUp("fan", 100), "before 3");
        await Standbys("nobody");
        var posting = host.Post(book, TestHost.TopUp("fan", 5), "in doubt");
        Assert.IsType<Reply.Unknown>(await WhileCancelling(posting));
        // It is there for all to see, and still nobody is told so, neither here nor on another host.
        Assert.IsNotType<Reply.Posted>(await WhileCancelling(host.Post(book, TestHost.TopUp("fan", 5), "in doubt")));
        Assert.IsNotType<Reply.Posted>(await WhileCancelling(other.Post(book, TestHost.TopUp("fan", 5), "in doubt")));
        await Standbys("");
        var reply = await host.Post(book, TestHost.TopUp("fan", 5), "in doubt");
        Assert.Equal(-305, Assert.IsType<Reply.Posted>(reply).Receipt.Entries[1].Balance);
        Assert.Equal(TestHost.InFull(reply), TestHost.InFull(await other.Post(book, TestHost.TopUp("fan", 5), "in doubt")));
        Assert.Equal(-306, (await other.Posted(book, TestHost.TopUp("fan", 1), "after")).Entries[1].Balance);
    }

    [Fact]
    public async Task A_host_that_is_paused_while_it_holds_a_book_gives_it_back_and_wakes_up_correct()
    {
        await using var other = TestHost.Start(
            server.Server.HostConnectionString(), Hurried with { LockTimeout = Duration.FromSeconds(10) });
        var book = await other.NewBook();
        await using var paused = await HostProcess.Start(
            server.Server.HostConnectionString(), new HostSettings(LockTimeout: 20_000, IdleTimeout: 800, Patience: 20_000));
        Assert.Equal("Posted", (await paused.Post(book, TestHost.TopUp("fan", 1), "test", "1"))!.Kind);
        // Another host writes, so that the next batch locks first and reads then.
        await other.Posted(book, TestHost.TopUp("fan", 1), "2");
        Task<HostReply?> posting;
        await using (await BookHold.Take(Superuser, book))
        {
            posting = paused.Post(book, TestHost.TopUp("fan", 1), "test", "3");
            await BookHold.IsWaitedFor(Superuser, 1);
            await paused.Pause();
        }

        // The paused host is given the lock now, and does not know it.
        var receipt = await other.Posted(book, TestHost.TopUp("fan", 1), "4");
        Assert.Equal(4, receipt.Number);
        await paused.Resume();
        Assert.Equal(("Posted", 5), ((await posting)!.Kind, (await posting)!.Number));
        var again = await paused.Post(book, TestHost.TopUp("fan", 1), "test", "3");
        Assert.Equal(((await posting)!.Answer, true), (again!.Answer, again.Replayed));
    }

    [Fact]
    public async Task A_book_written_by_a_newer_version_is_refused_with_a_reason_and_the_others_are_served()
    {
        await using var host = Host();
        var (newer, other) = (await host.NewBook(), await host.NewBook());
        await host.Posted(newer, TestHost.TopUp("fan", 1), "1");
        isForged = true;
        await Forged.Seal(Superuser, newer, vocabulary: 99, later: Duration.FromSeconds(1));
        await using var fresh = Host();
        foreach (var each in new[] { host, fresh })
        {
            for (var i = 0; i < 3; i++)
            {
                var replies = await Task.WhenAll(
                    each.Post(newer, TestHost.TopUp("fan", 1), $"new {i}"),
                    each.Post(other, TestHost.TopUp("fan", 1), $"{each.GetHashCode()}-{i}"),
                    each.Post(other, TestHost.Send(newer, "fan", "fan", 1), $"across {i}"));
                Assert.Contains("vocabulary 99", Assert.IsType<Reply.Unavailable>(replies[0]).Why, StringComparison.Ordinal);
                Assert.IsType<Reply.Posted>(replies[1]);
                Assert.IsType<Reply.Unavailable>(replies[2]);
            }
        }
    }

    [Fact]
    public async Task Recorded_time_never_goes_back_though_the_clock_does()
    {
        await using var host = Host();
        var book = await host.NewBook();
        await host.Posted(book, TestHost.TopUp("fan", 1), "1");
        // The clock of the last server was a year ahead.
        var ahead = await Forged.Seal(Superuser, book, vocabulary: 1, later: Duration.FromDays(365));
        await using var other = Host();
        var last = ahead;
        for (var i = 0; i < 10; i++)
        {
            var receipt = await (i % 3 == 0 ? other : host).Posted(book, TestHost.TopUp("fan", 1), $"top-up {i}");
            Assert.True(receipt.At > last, $"{receipt.At} is not after {last}.");
            Assert.True(receipt.At < ahead + Duration.FromSeconds(1), "Not by more than it takes to be later.");
            last = receipt.At;
        }
    }

    private TestHost Host() => TestHost.Start(server.Server.HostConnectionString(), Hurried);

    private async Task Standbys(string names)
    {
        await TestDatabase.Execute(Superuser, $"alter system set synchronous_standby_names = '{names}'");
        await TestDatabase.Execute(Superuser, "select pg_reload_conf()");
        await Eventually.True(
            () => TestDatabase.Scalar<string>(
                server.Server.HostConnectionString(), "select current_setting('synchronous_standby_names')").Result == names,
            "The setting is read again.");
    }

    /// <summary>Somebody cancels every wait for a standby until the reply is there.</summary>
    private async Task<Reply> WhileCancelling(Task<Reply> reply)
    {
        await Eventually.True(
            () =>
            {
                TestDatabase.Execute(
                    Superuser,
                    """
                    select pg_cancel_backend(pid) from pg_stat_activity
                    where usename = 'ledger_host' and wait_event = 'SyncRep'
                    """).Wait();
                return reply.IsCompleted;
            },
            "The reply comes although no standby does.");
        return await reply;
    }
}
