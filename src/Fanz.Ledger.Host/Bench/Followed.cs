using System.Diagnostics;
using Fanz.Ledger.Postgres.Following;
using Npgsql;

namespace Fanz.Ledger.Host.Bench;

/// <summary>Waits until followers that run have come to where all books are.</summary>
internal sealed class Followed(NpgsqlDataSource source)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Builds builds = new(source);

    public async Task CaughtUp(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var all = await builds.List(cancellation);
            if (all.FirstOrDefault(build => build.Stopped is not null) is { } stopped)
                throw new InvalidOperationException($"{stopped.Follower} has stopped: {stopped.Stopped}");
            if (all.Select(build => build.Follower).Distinct().Count() == Followers.All.Count
                && all.All(build => build.Behind == 0))
                return;
            if (clock.Elapsed > Patience) throw new TimeoutException("The followers do not catch up.");
            await Task.Delay(BetweenLooks, cancellation);
        }
    }
}
