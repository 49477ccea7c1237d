using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Fanz.Ledger.Client.Tests.Serving;
using Fanz.Ledger.Host.Tests.Serving;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Xunit.Abstractions;

namespace Fanz.Ledger.Client.Tests.Network;

/// <summary>
/// Fifty services post through a network that loses, breaks, delays and repeats, while the hosts behind it are killed
/// and started again. What each was told is what the ledger holds: nothing twice, nothing lost.
/// </summary>
[Collection("One ledger at a time, on two cores")]
public sealed class RoughNetworkTests(ServedBook ledger, ITestOutputHelper output) : IClassFixture<ServedBook>
{
    private const int Shoppers = 50;
    private const int Kills = 3;
    private const int LeastSteps = 10;

    private static readonly Roughness Storm = new()
    {
        Drops = 4, CutsRequest = 4, CutsAnswer = 6, Delays = 20, Stalls = 1, DoublesAtOnce = 6, DoublesLater = 6,
    };

    [Fact]
    public async Task What_every_client_was_told_is_what_the_ledger_holds()
    {
        var seed = Environment.GetEnvironmentVariable("LEDGER_TEST_SEED") is { Length: > 0 } text
            ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        output.WriteLine($"LEDGER_TEST_SEED={seed}");
        var hosts = await Task.WhenAll(ledger.Serve(), ledger.Serve());
        try
        {
            await Endure(seed, hosts);
        }
        finally
        {
            foreach (var host in hosts) await host.DisposeAsync();
        }
    }

    private async Task Endure(int seed, ServingLedger[] hosts)
    {
        var clock = Stopwatch.StartNew();
        await using var network = new RoughNetwork(seed, Storm, PortOf(hosts[0]), PortOf(hosts[1]));
        using var reached = new CountedClient(network.Address, ledger.Key, Impatient);
        var shoppers = Enumerable.Range(0, Shoppers)
            .Select(number => new Shopper(number, seed, ledger.Book, reached.Client)).ToArray();
        var followed = new ConcurrentQueue<JournalItem>();
        using var end = new CancellationTokenSource();
        var following = Follow(reached.Client, followed, end.Token);
        var killing = KillAndRestart(hosts, network);
        try
        {
            await Task.WhenAll(shoppers.Select(shopper => Task.Run(() => Shop(shopper, killing))));
            await killing;
            var took = clock.Elapsed;
            var journal = await ledger.Journal();
            await EqualsLedger(shoppers, journal);
            await Eventually.True(
                () => followed.Count >= journal.Count || following.IsCompleted, "The follower is lost.");
            Assert.Equal(journal.Select(Line), followed.Select(Line));
            Assert.True((await ledger.Verify()).GetProperty("ok").GetBoolean());
            WasRough(shoppers, reached.Attempts, network.Tally);
            output.WriteLine(
                $"{took.TotalSeconds:F1} s, {journal.Count} records, {reached.Attempts} attempts: {network.Tally}");
        }
        finally
        {
            // Also when something failed, no host may be started after those that there are were stopped.
            await killing;
            await end.CancelAsync();
            await following;
        }
    }

    /// <summary>Patience short enough to end in the middle of things, so that "unknown" is met as well.</summary>
    private static LedgerClientOptions Impatient => new()
    {
        Patience = TimeSpan.FromSeconds(6),
        AttemptTimeout = TimeSpan.FromSeconds(2),
        FirstPause = TimeSpan.FromMilliseconds(20),
        LongestPause = TimeSpan.FromMilliseconds(500),
        LongPoll = TimeSpan.FromSeconds(1),
    };

    private static async Task Shop(Shopper shopper, Task killing)
    {
        for (var step = 0; step < LeastSteps || !killing.IsCompleted; step++) await shopper.Step();
    }

    /// <summary>One after the other is killed in the middle of its work, and the last time both.</summary>
    private async Task KillAndRestart(ServingLedger[] hosts, RoughNetwork network)
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(300 + network.Below(700)));
            int[] killed = kill == Kills - 1 ? [0, 1] : [kill % 2];
            // As the power going: no signal that a program could catch.
            foreach (var host in killed) await hosts[host].DisposeAsync();
            await Task.WhenAll(killed.Select(Restart));
        }

        async Task Restart(int host)
        {
            network.Tally.Add("killed");
            hosts[host] = await ledger.Serve();
            network.LeadTo(host, PortOf(hosts[host]));
        }
    }

    private async Task EqualsLedger(Shopper[] shoppers, List<Appended> journal)
    {
        Assert.Equal(Enumerable.Range(1, journal.Count).Select(i => (long)i), journal.Select(one => one.Record.Number));
        var byReference = journal.Skip(1).ToDictionary(ReferenceOf);
        foreach (var shopper in shoppers)
        {
            foreach (var (key, outcome) in shopper.Told)
            {
                // A key is the reference of its command: what is in the journal once, and what is not there at all.
                Assert.Equal(outcome is Outcome.Posted, byReference.Remove(key, out var appended));
                if (outcome is Outcome.Posted posted) Same(posted.Receipt, appended!);
            }

            Assert.Equal(shopper.Wallet, await ledger.WalletOf(shopper.Fan));
        }

        // Nothing is left that nobody was told of, and no answer is kept that nobody heard.
        Assert.Empty(byReference);
        var told = shoppers.SelectMany(shopper => shopper.Told.Values).ToArray();
        Assert.Equal(
            (told.OfType<Outcome.Posted>().LongCount(), told.OfType<Outcome.Refused>().LongCount()),
            await ledger.Answers());
    }

    /// <summary>Through the same storm, from the first record on.</summary>
    private async Task Follow(LedgerClient client, ConcurrentQueue<JournalItem> followed, CancellationToken end)
    {
        try
        {
            await foreach (var item in client.Follow(ledger.Book, LedgerClient.FromTheStart, end))
                followed.Enqueue(item);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // It has seen everything.
        }
    }

    private static string Line(Appended appended) =>
        $"{appended.Record.Number} {appended.Record.Type} {Encoding.UTF8.GetString(appended.Record.Data.Span)} "
        + string.Join(", ", appended.Entries.Select(entry => $"{entry.Account} {entry.Amount} {entry.Balance}"));

    private static string Line(JournalItem item) =>
        $"{item.Number} {item.Type} {item.Data.GetRawText()} "
        + string.Join(
            ", ", item.Entries.Select(entry => $"{AccountText.Of(entry.Account)} {entry.Amount} {entry.Balance}"));

    private static void Same(Receipt receipt, Appended appended)
    {
        Assert.Equal(
            (receipt.Number, receipt.Type, receipt.At),
            (appended.Record.Number, appended.Record.Type, appended.Record.At));
        Assert.Equal(
            receipt.Entries.Select(entry => (AccountText.Of(entry.Account), entry.Amount, entry.BalanceAfter)),
            appended.Entries.Select(entry => (entry.Account.ToString(), entry.Amount, entry.Balance)));
    }

    private static string ReferenceOf(Appended appended) =>
        EventFormat.Read(appended.Record.Type, appended.Record.Data.Span) switch
        {
            Event.TipSent tip => tip.Reference!,
            Event.WalletToppedUp topUp => topUp.Reference!,
            var other => throw new InvalidOperationException($"Nobody asked for {other}."),
        };

    /// <summary>A calm day would prove nothing.</summary>
    private static void WasRough(Shopper[] shoppers, int attempts, Tally tally)
    {
        var told = shoppers.SelectMany(shopper => shopper.Told.Values).ToArray();
        AtLeast(Shoppers * LeastSteps, "calls", shoppers.Sum(shopper => shopper.Calls));
        AtLeast(100, "retries", attempts - shoppers.Sum(shopper => shopper.Calls));
        AtLeast(10, "unknown outcomes", shoppers.Sum(shopper => shopper.Unknown));
        AtLeast(20, "replays", told.Count(outcome =>
            outcome is Outcome.Posted { Replayed: true } or Outcome.Refused { Replayed: true }));
        AtLeast(20, "refusals", told.Count(outcome => outcome is Outcome.Refused));
        AtLeast(5, "set aside", told.Count(outcome => outcome is Outcome.SetAside));
        AtLeast(Kills + 1, "kills", tally["killed"]);
        foreach (var what in new[] { "dropped", "request cut", "answer cut", "delayed", "double answered" })
            AtLeast(10, what, tally[what]);
        AtLeast(1, "stalled", tally["stalled"]);

        static void AtLeast(int least, string what, int count) =>
            Assert.True(count >= least, $"Only {count} {what}, not {least}: the day was too calm to prove anything.");
    }

    private static int PortOf(ServingLedger host) => new Uri(host.Address).Port;
}
