using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>
/// A connection lost around a commit leaves its outcome unknown; it is found out under the book's lock, and whatever
/// happens, nothing is posted twice and nothing that was answered is lost.
/// </summary>
public sealed class LostConnectionTests : IAsyncLifetime, IDisposable
{
    private const string Mark = "the marked one";

    private static readonly WriterOptions Hurried = new()
    {
        LockTimeout = Duration.FromMilliseconds(700),
        IdleTimeout = Duration.FromMilliseconds(700),
        Patience = Duration.FromMilliseconds(700),
    };

    private readonly TestDatabase database = new();
    private Proxy? proxy;

    private Proxy Network => proxy!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        proxy = new Proxy(await TestDatabase.Scalar<int>(
            database.SuperuserConnectionString, "select current_setting('port')::int"));
    }

    public void Dispose() => proxy?.Dispose();

    public async Task DisposeAsync()
    {
        Network.Dispose();
        try
        {
            await LedgerAudit.Passes(database.SuperuserConnectionString);
        }
        finally
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_batch_that_lands_after_it_was_given_up_is_not_committed_twice()
    {
        await using var host = Distant();
        using var network = Network;
        var book = await Warm(host);
        Network.HoldRequest(Mark);
        var posting = host.Post(book, TestHost.TopUp("fan", 5, Mark), "marked");
        var line = await Network.Meeting;
        line.CutClient();
        var receipt = Assert.IsType<Reply.Posted>(await posting).Receipt;
        line.Release();
        await line.ServerIsDone;
        Assert.Equal(1, await Marked());
        Assert.Equal(TestHost.InFull(receipt), TestHost.InFull(await host.Posted(book, TestHost.TopUp("fan", 5, Mark), "marked")));
        Assert.Equal(receipt.Number + 1, (await host.Posted(book, TestHost.TopUp("fan", 5), "next")).Number);
    }

    [Fact]
    public async Task A_batch_that_lands_before_it_is_looked_for_is_found()
    {
        await using var host = Distant();
        using var network = Network;
        var book = await Warm(host);
        Network.HoldRequest(Mark);
        await using var holding = await Hold(book);
        var posting = host.Post(book, TestHost.TopUp("fan", 5, Mark), "marked");
        var line = await Network.Meeting;
        // The held batch is first in the queue for the lock, and the host that looks for it comes after.
        line.CutClient();
        line.Release();
        await Waiting(1);
        await holding.DisposeAsync();
        Assert.False(Assert.IsType<Reply.Posted>(await posting).Replayed);
        Assert.Equal(1, await Marked());
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_answered_with_its_receipt()
    {
        await using var host = Distant();
        using var network = Network;
        var book = await Warm(host);
        Network.HoldAnswer(Mark);
        var posting = host.Post(book, TestHost.TopUp("fan", 5, Mark), "marked");
        var behind = host.Post(book, TestHost.Tip("fan", "eve", 3), "behind");
        var line = await Network.Meeting;
        await Eventually.True(() => Marked().Result == 1, "It is committed.");
        Assert.False(posting.IsCompleted);
        line.Cut();
        var reply = Assert.IsType<Reply.Posted>(await posting);
        Assert.False(reply.Replayed);
        Assert.Equal(1, await Marked());
        Assert.IsType<Reply.Posted>(await behind);
        Assert.Equal(TestHost.InFull(reply.Receipt), TestHost.InFull(await host.Posted(book, TestHost.TopUp("fan", 5, Mark), "marked")));
    }

    [Fact]
    public async Task A_refusal_whose_commit_was_in_doubt_is_the_same_refusal()
    {
        await using var host = Distant();
        using var network = Network;
        var book = await Warm(host);
        Network.HoldAnswer(Mark);
        // The refusal's facts name the account, which is in no other statement that is sent after this one begins.
        var posting = host.Post(book, TestHost.Tip(Mark, "eve", 5), "marked");
        var line = await Network.Meeting;
        line.Cut();
        var refused = Assert.IsType<Reply.Refused>(await posting);
        Assert.Equal(TestHost.InFull(refused.Refusal), TestHost.InFull(await host.Refused(book, TestHost.Tip(Mark, "eve", 5), "marked")));
    }

    [Fact]
    public async Task A_life_that_was_not_committed_is_not_remembered()
    {
        await using var host = Distant();
        using var network = Network;
        var book = await Warm(host);
        await host.Posted(book, TestHost.Freeze("fan"), "freeze");
        Network.HoldRequest(Mark);
        var unfreezing = host.Post(book, new Command.UnfreezeAccount(TestHost.Wallet("fan"), Mark), "unfreeze");
        (await Network.Meeting).Cut();
        Assert.IsType<Reply.Posted>(await unfreezing);
        Network.HoldRequest(Mark);
        await using (await Hold(book))
        {
            var freezing = host.Post(book, new Command.FreezeAccount(TestHost.Wallet("fan"), Mark), "freeze again");
            (await Network.Meeting).Cut();
            Assert.IsType<Reply.Unknown>(await freezing);
        }

        await host.Posted(book, TestHost.TopUp("fan", 1), "it was never frozen again");
    }

    [Fact]
    public async Task What_may_still_land_is_not_called_failed()
    {
        var isBroken = false;
        await using var host = TestHost.Start(Network.Through(database.HostConnectionString), Hurried with
        {
            Decide = (command, book, other, now) => isBroken
                ? throw new InvalidOperationException("A bug that comes and goes.")
                : Decider.Decide(command, book, other, now),
        });
        using var network = Network;
        var book = await Warm(host);
        Network.HoldRequest(Mark);
        var posting = host.Post(book, TestHost.TopUp("fan", 5, Mark), "marked");
        var line = await Network.Meeting;
        isBroken = true;
        line.CutClient();
        Assert.IsType<Reply.Unknown>(await posting);
        Assert.IsType<Reply.Failed>(await host.Post(book, TestHost.TopUp("fan", 5), "never sent"));
        line.Release();
        await line.ServerIsDone;
        Assert.Equal(1, await Marked());
        Assert.True(Assert.IsType<Reply.Posted>(await host.Post(book, TestHost.TopUp("fan", 5, Mark), "marked")).Replayed);
    }

    [Fact]
    public async Task Without_the_lock_the_outcome_stays_unknown()
    {
        await using var host = Distant();
        using var network = Network;
        var book = await Warm(host);
        Network.HoldRequest(Mark);
        var posting = host.Post(book, TestHost.TopUp("fan", 5, Mark), "marked");
        var line = await Network.Meeting;
        await using (await Hold(book))
        {
            line.CutClient();
            Assert.IsType<Reply.Unknown>(await posting);
            // What was never sent is known not to be there.
            Assert.IsType<Reply.Unavailable>(await host.Post(book, TestHost.TopUp("fan", 5), "never sent"));
        }

        line.Release();
        await line.ServerIsDone;
        // The late batch found the book as it expected it, and so it counts; the retry learns of it.
        Assert.Equal(1, await Marked());
        Assert.True(Assert.IsType<Reply.Posted>(await host.Post(book, TestHost.TopUp("fan", 5, Mark), "marked")).Replayed);
        Assert.Equal(1, await Marked());
    }

    [Fact]
    public async Task A_host_that_hangs_while_it_sends_does_not_keep_the_book()
    {
        await using var host = Distant();
        await using var other = TestHost.Start(database, Hurried with { Patience = Duration.FromSeconds(20) });
        var book = await Warm(host);
        // So many legs that the batch travels in many pieces: the server has locked the book when the rest is held.
        var legs = Enumerable.Range(0, 4_000).Select(i => new NamedLeg(TestHost.Wallet($"fan-{i}"), -1)).ToList();
        legs.Add(new NamedLeg(TestHost.Bank, legs.Count));
        Network.HoldRequest("fan-3999");
        var hung = host.Post(book, new Command.Transfer(legs, Mark), "marked");
        // The first look at the accounts names them too.
        var line = await Network.Meeting;
        Network.HoldRequest(Mark);
        line.Release();
        line = await Network.Meeting;
        var receipt = await other.Posted(book, TestHost.TopUp("fan", 7), "other");
        // And when it wakes it is still right.
        line.Release();
        var late = Assert.IsType<Reply.Posted>(await hung);
        Assert.True(late.Receipt.Number > receipt.Number, "The one that hung comes after the one that went on.");
        Assert.Equal(1, await Marked());
    }

    [Fact]
    public async Task Kept_promises_do_not_depend_on_which_statement_the_connection_dies_in()
    {
        await using var near = TestHost.Start(database);
        var book = await Warm(near);
        var keys = 0;
        foreach (var text in new[] { "pg_is_in_recovery", "account_ids", "ledger.seals", "ledger.accounts", "expect_heads", "commit", "fan-last" })
        {
            foreach (var isAnswer in new[] { false, true })
            {
                // A new host has prepared nothing yet: its statements travel as text.
                await using var host = Distant();
                await host.Registry.Find(book, CancellationToken.None);
                if (isAnswer) Network.HoldAnswer(text);
                else Network.HoldRequest(text);
                var posting = host.Post(book, TestHost.TopUp("fan-last", 1), $"{keys++}");
                var line = await Network.Meeting;
                line.Cut();
                Assert.IsType<Reply.Posted>(await posting);
            }
        }

        var last = await near.Posted(book, TestHost.TopUp("fan-last", 1), "last");
        Assert.Equal(-(keys + 1), last.Entries[1].Balance);
    }

    /// <summary>
    /// A host beyond the network. A test that fails tears the network down before it waits for the host to end.
    /// </summary>
    private TestHost Distant() => TestHost.Start(Network.Through(database.HostConnectionString), Hurried);

    /// <summary>A book that the host knows, its connections open and its statements prepared.</summary>
    private static async Task<BookName> Warm(TestHost host)
    {
        var book = await host.NewBook();
        for (var i = 0; i < 4; i++) await host.Posted(book, TestHost.TopUp("fan", 100), $"warm-{i}");
        return book;
    }

    private async Task<IAsyncDisposable> Hold(BookName book) => await BookHold.Take(database.SuperuserConnectionString, book);

    private Task<long> Marked() => TestDatabase.Scalar<long>(
        database.SuperuserConnectionString, $"select count(*) from ledger.journal where data::text like '%{Mark}%'");

    private Task Waiting(int backends) => BookHold.IsWaitedFor(database.SuperuserConnectionString, backends);
}
