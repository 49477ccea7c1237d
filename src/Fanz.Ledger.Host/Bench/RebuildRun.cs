using System.Diagnostics;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Host.Bench;

/// <summary>Makes each projection of a long book from its first record, one after the other.</summary>
internal sealed class RebuildRun(BenchDatabase database, IProgress<string> progress)
{
    /// <summary>It looks at every entry, and is what most reports are made of. The others are told beside it.</summary>
    private const string Judged = BalanceFollower.FollowerName;

    private const double Wanted = 100_000;

    public async Task<IReadOnlyList<Measure>> Measure(OpenedBook book, CancellationToken cancellation)
    {
        var (measures, rebuild) = (new List<Measure>(), new Rebuild(database.Source));
        foreach (var follower in Followers.All)
        {
            var clock = Stopwatch.StartNew();
            await rebuild.Run(follower, book, null, cancellation);
            var records = await new Builds(database.Source).Number(follower.Name, book, cancellation);
            var speed = records / clock.Elapsed.TotalSeconds;
            progress.Report($"rebuild: {follower.Name}: {records:n0} records, {speed:n0}/s");
            measures.Add(follower.Name == Judged
                ? Bench.Measure.AtLeast("rebuild", speed, "records/s", Wanted)
                : Bench.Measure.Plain($"rebuild_{follower.Name}", speed, "records/s"));
        }

        return measures;
    }
}
