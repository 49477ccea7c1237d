using System.Diagnostics;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// The way of a traced request through the writer: how long its command waited, and the batch that it was decided and
/// committed in. All of it is drawn when the batch is done, from the times that were noted on the way, and only if
/// somebody listens; a batch carries many requests, so they are linked to it.
/// </summary>
internal static class WriterTraces
{
    /// <summary>How many requests are drawn for one batch. A collector keeps no more links than that.</summary>
    private const int MostRequests = 100;

    private static readonly ActivitySource Source = new(BookWriter.TelemetryName);

    /// <summary>The request that posts a command, if it is one that somebody will look at.</summary>
    public static Activity? Caller =>
        Source.HasListeners() && Activity.Current is { Recorded: true } caller ? caller : null;

    public static void Draw(Batch batch, string way)
    {
        if (!Source.HasListeners()) return;
        Pending[] traced = [.. batch.Commands.Where(pending => pending.Caller is not null).Take(MostRequests)];
        if (traced.Length == 0) return;

        var clock = new Clock(DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
        // The batch stands in the trace of the first of them, and is linked to the others.
        var links = traced.Skip(1).Select(pending => new ActivityLink(pending.Caller!.Context));
        using var drawn = Source.StartActivity(
            "batch", ActivityKind.Internal, traced[0].Caller!.Context, links: links,
            startTime: clock.At(batch.Times.Begun));
        if (drawn is null) return;
        drawn.SetTag("ledger.batch.way", way);
        drawn.SetTag("ledger.batch.size", batch.Commands.Count);
        DrawStages(batch.Times, drawn.Context, clock);
        foreach (var pending in traced)
        {
            using var waited = Source.StartActivity(
                "queue", ActivityKind.Internal, pending.Caller!.Context, links: [new ActivityLink(drawn.Context)],
                startTime: clock.At(pending.QueuedAt));
            waited?.SetEndTime(clock.At(batch.Times.Begun).UtcDateTime);
        }
    }

    private static void DrawStages(BatchTimes times, ActivityContext batch, Clock clock)
    {
        var hasCommitted = times.Sent != 0;
        using (var decided = Source.StartActivity(
            "decide", ActivityKind.Internal, batch, startTime: clock.At(times.Begun)))
        {
            decided?.SetTag("ledger.batch.read", times.In(Stage.Reading).TotalSeconds);
            decided?.SetTag("ledger.batch.decide", times.In(Stage.Deciding).TotalSeconds);
            if (hasCommitted) decided?.SetEndTime(clock.At(times.Sent).UtcDateTime);
        }

        if (!hasCommitted) return;
        using var committed = Source.StartActivity(
            "commit", ActivityKind.Internal, batch, startTime: clock.At(times.Sent));
        committed?.SetEndTime((clock.At(times.Sent) + times.In(Stage.Committing)).UtcDateTime);
    }

    private readonly record struct Clock(DateTimeOffset Now, long Timestamp)
    {
        public DateTimeOffset At(long timestamp) => Now - Stopwatch.GetElapsedTime(timestamp, Timestamp);
    }
}
