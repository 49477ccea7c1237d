using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// What a writer tells those who watch it. A batch is measured once, when it is done; commands are counted as plain
/// numbers and summed when somebody asks. No measurement names a book, an owner or a key.
/// </summary>
internal sealed class WriterMeter : IDisposable
{
    private static readonly KeyValuePair<string, object?> Ahead = new("way", "ahead");
    private static readonly KeyValuePair<string, object?> Locked = new("way", "locked");

    private static readonly InstrumentAdvice<int> Sizes =
        new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000] };

    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries =
            [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    };

    private readonly Histogram<int> size;
    private readonly Histogram<double> wait;
    private readonly Histogram<double> read;
    private readonly Histogram<double> decide;
    private readonly Histogram<double> commit;
    private readonly Counter<long> retries;

    public WriterMeter()
    {
        size = Meter.CreateHistogram(
            "ledger.batch.size", "{command}", "Commands decided and committed together", null, Sizes);
        wait = Duration("ledger.queue.wait", "How long the first command of a batch waited to be taken");
        read = Duration("ledger.batch.read", "Asking the database what a batch needs to know, and for locks");
        decide = Duration("ledger.batch.decide", "Deciding a batch in memory");
        commit = Duration("ledger.batch.commit", "Inserting and committing a batch");
        retries = Meter.CreateCounter<long>(
            "ledger.batch.retries", "{batch}", "Batches taken back, to be done again under the lock or in part");
    }

    public Meter Meter { get; } = new(BookWriter.TelemetryName);

    /// <summary>The commands that were answered without being queued.</summary>
    public Tally Admission { get; } = new();

    public void Watch(WriterOptions bounds, LaneQueue[] queues, Lane[] lanes)
    {
        Tally[] tallies = [Admission, .. queues.Select(queue => queue.Tally)];
        Meter.CreateObservableCounter(
            "ledger.commands", () => Tally.Answered(tallies), "{command}", "Commands answered, by outcome");
        Meter.CreateObservableCounter(
            "ledger.refusals", () => Tally.Refused(tallies), "{command}", "Commands that a book said no to, by code");
        Meter.CreateObservableGauge(
            "ledger.queue.size", () => queues.Sum(queue => queue.Waiting), "{command}", "Commands that wait");
        Meter.CreateObservableGauge(
            "ledger.queue.parked", () => queues.Sum(queue => queue.Waiting - queue.Count), "{command}",
            "Commands among them that wait for a book which another host has locked");
        Meter.CreateObservableGauge(
            "ledger.queue.limit", () => bounds.MaxQueuedCommands, "{command}", "Commands that may wait");
        Meter.CreateObservableGauge(
            "ledger.accounts.known", () => lanes.Sum(lane => lane.KnownAccounts), "{account}",
            "Accounts remembered in memory");
        Meter.CreateObservableGauge(
            "ledger.accounts.limit", () => bounds.MaxKnownAccounts, "{account}", "Accounts that may be remembered");
    }

    /// <summary>A batch is done, and its callers have been told.</summary>
    public void Landed(Batch batch, bool isLocked)
    {
        if (batch.Commands.Count == 0) return;
        var way = isLocked ? Locked : Ahead;
        var times = batch.Times;
        size.Record(batch.Commands.Count, way);
        wait.Record(Stopwatch.GetElapsedTime(batch.Commands[0].QueuedAt, times.Begun).TotalSeconds, way);
        read.Record(times.In(Stage.Reading).TotalSeconds, way);
        decide.Record(times.In(Stage.Deciding).TotalSeconds, way);
        if (times.Sent != 0) commit.Record(times.In(Stage.Committing).TotalSeconds, way);
        WriterTraces.Draw(batch, (string)way.Value!);
    }

    public void Retried(Failure failure) => retries.Add(1, new KeyValuePair<string, object?>("cause", Cause(failure)));

    public void Dispose() => Meter.Dispose();

    private static string Cause(Failure failure) => failure switch
    {
        Failure.HeadMoved => "head_moved",
        Failure.Passing => "passing",
        Failure.OutcomeUnknown => "outcome_unknown",
        Failure.Content => "content",
        _ => "lasting",
    };

    private Histogram<double> Duration(string name, string meaning) =>
        Meter.CreateHistogram(name, "s", meaning, null, Durations);
}
