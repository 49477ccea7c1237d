using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>
/// A standby that had not heard of the last commits is promoted. They are lost, and a host that remembers them must not
/// build on them.
/// </summary>
public sealed class StaleCopyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_host_forgets_what_a_failover_to_a_stale_copy_has_lost()
    {
        await using var server = await PrivateServer.Start();
        var postgres = server.Server;
        var hurried = new WriterOptions { Patience = Duration.FromMilliseconds(500) };
        await using var host = TestHost.Start(postgres.HostConnectionString(), hurried);
        var (book, quiet) = (await host.NewBook(), await host.NewBook());
        var kept = await host.Posted(book, TestHost.TopUp("fan", 100), "kept");
        await host.Posted(quiet, TestHost.TopUp("fan", 100), "kept");
        await postgres.Stop();
        await postgres.CopyDataTo(folder.At("copy"), CancellationToken.None);
        await postgres.Restart(CancellationToken.None);

        // Everything that can be remembered: balances, new accounts and their ids, keys, refusals, lives, a book.
        var lost = await Retried(host, book, TestHost.TopUp("fan", 1_000), "lost");
        for (var i = 0; i < 50; i++) await host.Posted(book, TestHost.TopUp($"new-{i}", 10), $"lost {i}");
        await host.Refused(book, TestHost.Tip("new-1", "eve", 500), "refused");
        await host.Posted(book, TestHost.Freeze("fan"), "freeze");
        var vanished = await host.Open("vanished");
        var vanishedToo = await host.Open("vanished-too");
        await host.Posted(vanishedToo, TestHost.TopUp("fan", 5), "lost");

        // A host that was given account ids which the copy will give away again.
        await using var holder = TestHost.Start(postgres.HostConnectionString(), hurried with { Lanes = 1 });
        await holder.Posted(book, TestHost.TopUp("held", 1), "held");

        await postgres.KillServer();
        await postgres.ReplaceDataWith(folder.At("copy"), CancellationToken.None);
        await postgres.Restart(CancellationToken.None);

        // Another host opens the same accounts in another order, and other books under the ids of the lost ones.
        await using var other = TestHost.Start(postgres.HostConnectionString(), hurried with { Lanes = 1 });
        for (var i = 0; i < 8; i++) await Retried(other, quiet, TestHost.TopUp($"other-{i}", 1), $"other {i}");
        for (var i = 49; i > 20; i--) await Retried(other, book, TestHost.TopUp($"new-{i}", 7), $"other {i}");
        var successor = await other.Open("successor");
        var successorToo = await other.Open("successor-too");
        await other.Posted(successorToo, TestHost.TopUp("fan", 1), "1");

        // The host's connections are new ones from here on.
        foreach (var known in new[] { book, quiet }) await Retried(host, known, TestHost.TopUp("fan", 3), "reconnected");

        // The lost book is gone. The host knows its id and nothing else of it, or a head that was lost.
        foreach (var gone in new[] { vanished, vanishedToo })
        {
            Assert.IsType<Reply.Unavailable>(await host.Post(gone, TestHost.TopUp("fan", 9), "to the lost book"));
            Assert.IsType<Reply.Malformed>(await host.Post(gone, TestHost.TopUp("fan", 9), "to the lost book"));
        }

        Assert.Equal(2, (await host.Posted(successor, TestHost.TopUp("fan", 1), "first")).Number);
        // What was kept is answered as it was, what was lost is posted again, and its freeze is forgotten.
        Assert.Equal(TestHost.InFull(kept), TestHost.InFull(await host.Posted(book, TestHost.TopUp("fan", 100), "kept")));
        var again = await host.Post(book, TestHost.TopUp("fan", 1_000), "lost");
        Assert.False(Assert.IsType<Reply.Posted>(again).Replayed);
        Assert.NotEqual(lost.Number, ((Reply.Posted)again).Receipt.Number);
        for (var i = 0; i < 50; i++)
        {
            var receipt = await host.Posted(book, TestHost.TopUp($"new-{i}", 10), $"lost {i}");
            Assert.Equal(i > 20 ? -17 : -10, receipt.Entries[1].Balance);
        }

        // The quiet book has lost nothing, so nothing warns the holder there; the ids collide, and no command fails for it.
        for (var i = 0; i < 8; i++) await Retried(holder, quiet, TestHost.TopUp($"holder-{i}", 1), $"holder {i}");
        await host.Posted(quiet, TestHost.TopUp("fan", 1), "quiet");
        for (var i = 0; i < 20; i++) await (i % 2 == 0 ? host : other).Posted(book, TestHost.TopUp($"later-{i}", 1), $"later {i}");
        await host.Posted(book, TestHost.Tip("new-1", "eve", 5), "refused before");
        await LedgerAudit.Passes(postgres.SuperuserConnectionString());
    }

    [Fact]
    public async Task What_was_read_from_the_lost_server_is_not_told_of_the_one_that_is_written_to()
    {
        await using var lost = await PrivateServer.Start();
        await using var promoted = await PrivateServer.Start();
        using var network = new Proxy(lost.Server.Port);
        await using var host = TestHost.Start(
            network.Through(lost.Server.HostConnectionString()), new WriterOptions { Lanes = 1 });
        var (book, other) = (await host.NewBook(), await host.NewBook());
        await host.Posted(book, TestHost.TopUp("fan", 100), "kept");
        await host.Posted(other, TestHost.TopUp("fan", 100), "kept");
        await lost.Server.Stop();
        await promoted.Server.Stop();
        // The copy brings its passwords along; nobody asks for any.
        await File.WriteAllTextAsync(
            Path.Combine(lost.Server.DataDirectory, "pg_hba.conf"), "local all all trust\nhost all all 127.0.0.1/32 trust\n");
        await lost.Server.CopyDataTo(folder.At("copy"), CancellationToken.None);
        await promoted.Server.ReplaceDataWith(folder.At("copy"), CancellationToken.None);
        await promoted.Server.Restart(CancellationToken.None);
        await lost.Server.Restart(CancellationToken.None);
        for (var i = 0; i < 5; i++) await Retried(host, book, TestHost.TopUp("fan", 10), $"lost {i}");

        // The old server lives on, out of reach of everyone but the connection on which this host reads.
        network.LeadTo(promoted.Server.Port);
        Assert.Equal(3, (await Retried(host, other, TestHost.TopUp("fan", 1), "moves on")).Number);
        var reply = await host.Post(book, TestHost.TopUp("fan", 10), "lost 3");
        Assert.False(Assert.IsType<Reply.Posted>(reply).Replayed);
        Assert.Equal(1, await TestDatabase.Scalar<long>(
            promoted.Server.SuperuserConnectionString(),
            $"select count(*) from ledger.journal j join ledger.books b on b.id = j.book_id where platform = '{book.Platform}' and number = 3"));
        await LedgerAudit.Passes(promoted.Server.SuperuserConnectionString());
    }

    /// <summary>The first command after a restart may meet connections that died with the server.</summary>
    private static async Task<Receipt> Retried(TestHost host, BookName book, Ledger.Journal.Command command, string key)
    {
        for (var i = 0; i < 20; i++)
        {
            var reply = await host.Post(book, command, key);
            Assert.IsNotType<Reply.Failed>(reply);
            if (reply is Reply.Posted posted) return posted.Receipt;
        }

        return await host.Posted(book, command, key);
    }
}
