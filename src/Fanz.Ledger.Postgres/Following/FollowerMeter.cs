using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>
/// What followers tell those who watch them, each under its name and none under a book's. How far one is behind is as
/// of the last look; one that is at work is looked at again when it is through.
/// </summary>
internal sealed class FollowerMeter : IDisposable
{
    private readonly Meter meter = new(FollowerRunner.TelemetryName);
    private readonly ConcurrentDictionary<string, (double Lag, int Books)> behind = [];
    private readonly Counter<long> records;
    private readonly Counter<long> stops;

    public FollowerMeter()
    {
        records = meter.CreateCounter<long>("ledger.follower.records", "{record}", "Records made something of");
        stops = meter.CreateCounter<long>("ledger.follower.stops", "{stop}", "Books in which a follower has stopped");
        meter.CreateObservableGauge(
            "ledger.follower.lag", () => behind.Select(one => Of(one.Key, one.Value.Lag)), "s",
            "For how long the record has been waiting that waits longest");
        meter.CreateObservableGauge(
            "ledger.follower.behind", () => behind.Select(one => Of(one.Key, (double)one.Value.Books)), "{book}",
            "Books with records that wait");
    }

    public void Followed(string follower, int count) => records.Add(count, Tag(follower));

    public void Stopped(string follower) => stops.Add(1, Tag(follower));

    public void Behind(string follower, IEnumerable<BehindBook> books)
    {
        var waiting = books.Select(book => book.Lag.TotalSeconds).ToArray();
        behind[follower] = (waiting.DefaultIfEmpty(0).Max(), waiting.Length);
    }

    public void Dispose() => meter.Dispose();

    private static Measurement<double> Of(string follower, double value) => new(value, Tag(follower));

    private static KeyValuePair<string, object?> Tag(string follower) => new("follower", follower);
}
