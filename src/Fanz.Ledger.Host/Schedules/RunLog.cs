using System.Diagnostics.Metrics;
using Fanz.Ledger.Books;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>What the log says of runs: names and counts, and nobody's money.</summary>
internal static partial class RunLog
{
    public static void Finished(ILogger log, BookName book, RunId run, RunReport report) =>
        Finished(log, book, run, report.Done, report.Skipped, report.Findings?.Count ?? 0);

    [LoggerMessage(1, LogLevel.Information, "{Book}: {Run} is finished: {Done} done, {Skipped} skipped, {Findings} findings.")]
    private static partial void Finished(
        ILogger log, BookName book, RunId run, long done, long skipped, int findings);

    [LoggerMessage(2, LogLevel.Warning, "{Book}: {Run} was broken off and will be gone on with: {Why}")]
    public static partial void BrokenOff(ILogger log, BookName book, RunId run, string why);

    [LoggerMessage(3, LogLevel.Error, "{Book}: an item of {Run} met a fault of the program and was skipped: {Why}")]
    public static partial void ItemFailed(ILogger log, BookName book, RunId run, string why);

    [LoggerMessage(4, LogLevel.Warning, "Runs wait: {Why}")]
    public static partial void Waits(ILogger log, string why);

    [LoggerMessage(5, LogLevel.Error, "{Book}: {Run} found what should not be: {Why}")]
    public static partial void Found(ILogger log, BookName book, RunId run, string why);
}

/// <summary>What became of runs. No measurement names a book: there may be any number of them.</summary>
internal static class RunMeter
{
    private static readonly Meter Meter = new("Fanz.Ledger.Schedules");

    private static readonly Counter<long> Runs = Meter.CreateCounter<long>(
        "ledger.runs", "{run}", "Runs that were taken up, by how that ended");

    private static readonly Counter<long> Items = Meter.CreateCounter<long>(
        "ledger.runs.items", "{item}", "Items of finished runs, by what became of them");

    private static readonly Counter<long> Found = Meter.CreateCounter<long>(
        "ledger.runs.findings", "{finding}", "What checks found that should not be");

    private static readonly Histogram<double> Took = Meter.CreateHistogram<double>(
        "ledger.runs.duration", "s", "How long a run took, from where it was taken up to its end");

    public static void Began(string job) => Runs.Add(1, Tag("job", job), Tag("outcome", "taken_up"));

    public static void BrokeOff(string job) => Runs.Add(1, Tag("job", job), Tag("outcome", "broken_off"));

    public static void Finished(RunReport report, TimeSpan took)
    {
        var job = Tag("job", report.Run.Job);
        Runs.Add(1, job, Tag("outcome", "finished"));
        Items.Add(report.Done, job, Tag("outcome", "done"));
        Items.Add(report.Skipped, job, Tag("outcome", "skipped"));
        Found.Add(report.Findings?.Count ?? 0, job);
        Took.Record(took.TotalSeconds, job);
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
