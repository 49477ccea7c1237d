using System.Diagnostics;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// Posting at full speed with all followers following, in turns with posting alone. How late each follower is, is asked
/// all the time while tips are posted; and once they are paused, for how long they catch up afterwards.
/// </summary>
internal sealed class FollowRun(
    BenchDatabase database, BookRegistry registry, TimeSpan turn, int turns, IProgress<string> progress)
{
    private const double MostLag = 2;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly Builds builds = new(database.Source);
    private readonly Followed followed = new(database.Source);
    private readonly Dictionary<string, double> lags = [];

    public async Task<IReadOnlyList<Measure>> Measure(CancellationToken cancellation)
    {
        var bell = new Bell();
        await using var writer = new BookWriter(
            database.Source, registry, new WriterOptions { Landed = (_, _) => bell.Ring() });
        var book = await registry.Open(TipLoad.Book("followed"), "bench", cancellation);
        var load = new TipLoad(writer, [book.Name], TipLoad.Fans, TipLoad.Creators);
        await load.FillWallets();
        await load.Run(TimeSpan.FromSeconds(2));
        await Following(bell, load, TimeSpan.FromSeconds(2), cancellation);
        lags.Clear();

        LoadResult alone = LoadResult.None, beside = LoadResult.None;
        for (var i = 0; i < turns; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            alone += await load.Run(turn);
            beside += await Following(bell, load, turn, cancellation);
            progress.Report(
                $"follow: {beside.PerSecond:n0}/s beside {alone.PerSecond:n0}/s alone, latest {lags.Values.Max():n2} s");
        }

        var recovery = await AfterPause(bell, load, cancellation);
        return
            [
                Bench.Measure.AtLeast("follow", beside.PerSecond, "tips/s", "tips", alone.PerSecond, 0.5),
                .. lags.OrderBy(lag => lag.Key, StringComparer.Ordinal)
                    .Select(lag => Bench.Measure.AtMost($"follow_lag_{lag.Key}", lag.Value, "s", MostLag)),
                Bench.Measure.Plain("follow_recovery", recovery.TotalSeconds, "s after a pause"),
            ];
    }

    /// <summary>One turn with followers that have caught up before it begins.</summary>
    private async Task<LoadResult> Following(Bell bell, TipLoad load, TimeSpan time, CancellationToken cancellation)
    {
        await using var runner = new FollowerRunner(database.Source, Followers.All, bell);
        await followed.CaughtUp(cancellation);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = Watch(end.Token);
        var result = await load.Run(time);
        await end.CancelAsync();
        await watching;
        return result;
    }

    /// <summary>Posts while all are paused, and says how long they need from the moment that they may go on.</summary>
    private async Task<TimeSpan> AfterPause(Bell bell, TipLoad load, CancellationToken cancellation)
    {
        await using var runner = new FollowerRunner(database.Source, Followers.All, bell);
        await followed.CaughtUp(cancellation);
        foreach (var follower in Followers.All) await builds.Pause(follower.Name, null, cancellation);
        await load.Run(turn);
        var clock = Stopwatch.StartNew();
        foreach (var follower in Followers.All) await builds.Resume(follower.Name, null, cancellation);
        bell.Ring();
        await followed.CaughtUp(cancellation);
        return clock.Elapsed;
    }

    private async Task Watch(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            foreach (var build in await builds.List(CancellationToken.None))
                lags[build.Follower] = Math.Max(lags.GetValueOrDefault(build.Follower), build.Lag.TotalSeconds);
            await Bell.Rest(BetweenLooks, end);
        }
    }
}
