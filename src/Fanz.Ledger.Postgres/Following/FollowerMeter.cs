using System.Diagnostics.Metrics;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>
/// What followers of this host do, each under its name and none under a book's. How far behind they are is every
/// host's to see, and not counted here.
/// </summary>
internal sealed class FollowerMeter : IDisposable
{
    private readonly Meter meter = new(FollowerRunner.TelemetryName);
    private readonly Counter<long> records;
    private readonly Counter<long> stops;

    public FollowerMeter()
    {
        records = meter.CreateCounter<long>("ledger.follower.records", "{record}", "Records made something of");
        stops = meter.CreateCounter<long>("ledger.follower.stops", "{stop}", "Books in which a follower has stopped");
    }

    public void Followed(string follower, int count) => records.Add(count, Tag(follower));

    public void Stopped(string follower) => stops.Add(1, Tag(follower));

    public void Dispose() => meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string follower) => new("follower", follower);
}
