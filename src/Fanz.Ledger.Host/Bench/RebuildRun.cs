using System.Diagnostics;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Host.Bench;

/// <summary>Makes each projection of a long book from its first record, one after the other.</summary>
internal sealed class RebuildRun(BenchDatabase database, IProgress<string> progress)
{
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
            measures.Add(Bench.Measure.AtLeast($"rebuild_{follower.Name}", speed, "records/s", Wanted));
        }

        return measures;
    }
}
