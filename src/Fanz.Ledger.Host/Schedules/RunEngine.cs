using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.Schedules;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>What became of a run when it was taken up.</summary>
internal enum RunEnd
{
    Finished,

    /// <summary>It was finished before; nothing was done.</summary>
    WasFinished,

    /// <summary>Another host is at it.</summary>
    Elsewhere,

    /// <summary>It could not be brought to its end now; it is gone on with later.</summary>
    BrokenOff,

    /// <summary>A dry run: nothing was changed.</summary>
    Dry,
}

/// <summary>What a run was to do, did, skipped and found.</summary>
internal sealed record RunReport(
    OpenedBook Book, RunId Run, RunEnd End, long Planned = 0, IReadOnlyList<RunAmount>? PlannedAmounts = null,
    long Done = 0, IReadOnlyList<RunAmount>? Amounts = null, long Skipped = 0,
    IReadOnlyList<SkippedFor>? SkippedFor = null, IReadOnlyList<RunFinding>? Findings = null, string? Why = null);

/// <summary>
/// Does what is due. What that is comes from the journal each time, so a host that was away for days, two hosts at once
/// and one that was killed anywhere are no cases of their own: whoever looks finds what is not finished, and goes on.
/// Order of a run: lock; begin, with what is planned; post the items, and record what was skipped; count what the
/// journal says was done; finish. Every step has a key made of the run's name, so that a step taken twice is taken once.
/// </summary>
internal sealed class RunEngine(NpgsqlDataSource source, BookWriter writer, RunOptions options)
{
    private readonly RunReader reader = new(source);
    private readonly DueReader dueReader = new(source, writer.Registry);
    private readonly Dictionary<string, Job> jobs =
        options.Jobs.ToDictionary(job => job.Name, StringComparer.Ordinal);

    /// <summary>Does all that is due in every book, and says what became of it.</summary>
    public async Task<IReadOnlyList<RunReport>> DoWhatIsDue(CancellationToken token)
    {
        var due = await dueReader.Due(null, await Now(token), token);
        var reports = new List<RunReport>();
        await Parallel.ForEachAsync(
            due.GroupBy(one => one.Book.Id),
            new ParallelOptions { MaxDegreeOfParallelism = options.BooksAtOnce, CancellationToken = token },
            async (book, stop) =>
            {
                foreach (var report in await DoInOrder([.. book], stop))
                    lock (reports) reports.Add(report);
            });
        return reports;
    }

    /// <summary>Does all that is due in one book.</summary>
    public async Task<IReadOnlyList<RunReport>> DoWhatIsDue(OpenedBook book, CancellationToken token) =>
        await DoInOrder(await dueReader.Due(book, await Now(token), token), token);

    /// <summary>Begins a run, or goes on with it. One that is finished stays as it is.</summary>
    public async Task<RunReport> Do(OpenedBook book, RunId run, bool isByHand, CancellationToken token)
    {
        var job = JobOf(run);
        await using var held = await RunLock.Take(source, book.Id, job.Name, token);
        if (held is null) return new RunReport(book, run, RunEnd.Elsewhere);
        RunMeter.Began(run.Job);
        try
        {
            return await Do(job, book, run, isByHand, held, token);
        }
        catch (Exception exception) when (IsForNow(exception) && !token.IsCancellationRequested)
        {
            RunMeter.BrokeOff(run.Job);
            if (options.Log is { } log) RunLog.BrokenOff(log, book.Name, run, exception.Message);
            return new RunReport(book, run, RunEnd.BrokenOff, Why: exception.Message);
        }
    }

    /// <summary>Says what a run would do now. Nothing is changed.</summary>
    public async Task<RunReport> Preview(OpenedBook book, RunId run, CancellationToken token)
    {
        var job = JobOf(run);
        await Follow(job, book, token);
        var scope = await Scope(book, run, token);
        var plan = await job.Plan(scope, token);
        var work = new PreviewedWork(scope, job, new Preview(source, writer.Registry, options.Clock));
        await job.Work(work, token);
        return new RunReport(
            book, run, RunEnd.Dry, plan.Items, plan.Amounts, work.Done.Items + work.Unposted, work.Done.Amounts,
            work.Skipped.Count,
            work.SkippedFor, work.Findings);
    }

    private async Task<RunReport> Do(
        Job job, OpenedBook book, RunId run, bool isByHand, RunLock held, CancellationToken token)
    {
        var progress = await reader.Progress(book, run, token);
        if (progress.Run.State == RunState.Finished) return Report(book, run, RunEnd.WasFinished, progress);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await Follow(job, book, token);
        var scope = await Scope(book, run, token);
        var steps = new RunSteps(writer, book, run, options);
        if (progress.Run.State == RunState.Unknown)
        {
            var plan = await job.Plan(scope, token);
            await steps.Begin(plan, isByHand, token);
            progress = await reader.Progress(book, run, token);
            if (progress.Run.State == RunState.Finished) return Report(book, run, RunEnd.WasFinished, progress);
        }

        var work = new PostedWork(
            scope, steps, reader, progress, held, options, stop => Follow(job, book, stop));
        await job.Work(work, token);
        await work.Flush(token);
        var head = await new JournalReader(source).PlaceAsOf(book, AsOf.Head, token);
        var done = new RunPlan();
        await foreach (var happened in reader.Done(book, run, progress.Begun, head.Number, token))
            if (job.Count(happened) is { } counted) done.Add(counted);
        for (var i = 0; i < work.Unposted; i++) done.Add(new Counted());
        await steps.Finish(done, work.Findings, token);
        var report = Report(book, run, RunEnd.Finished, await reader.Progress(book, run, token));
        RunMeter.Finished(report, System.Diagnostics.Stopwatch.GetElapsedTime(started));
        if (options.Log is { } log) RunLog.Finished(log, book.Name, run, report);
        return report;
    }

    /// <summary>
    /// By the time at which they were due, and in the order of the night where that is the same. A schedule that could
    /// not be brought up to a day does not go on to the next.
    /// </summary>
    private async Task<List<RunReport>> DoInOrder(IReadOnlyList<BookDue> due, CancellationToken token)
    {
        var (reports, waiting) = (new List<RunReport>(), new HashSet<(string, string)>());
        foreach (var (book, one) in due.OrderBy(one => one.Due.At).ThenBy(one => OrderOf(one.Due.Run.Job)))
        {
            token.ThrowIfCancellationRequested();
            if (!jobs.ContainsKey(one.Run.Job) || waiting.Contains((one.Run.Job, one.Run.Schedule))) continue;
            var report = await Do(book, one.Run, isByHand: false, token);
            reports.Add(report);
            if (report.End is not (RunEnd.Finished or RunEnd.WasFinished))
                waiting.Add((one.Run.Job, one.Run.Schedule));
        }

        return reports;
    }

    private static int OrderOf(string job) => StandingJobs.Names.Index().First(one => one.Item == job).Index;

    private Job JobOf(RunId run) => jobs.TryGetValue(run.Job, out var job)
        ? job
        : throw new ArgumentException($"There is no job {run.Job}.");

    /// <summary>What the job reads must know all that the book does; else what is due could be overlooked.</summary>
    private async Task Follow(Job job, OpenedBook book, CancellationToken token)
    {
        if (job.Followers.Count == 0) return;
        if (options.FollowsItself)
        {
            Follower[] followers = [.. Postgres.Following.Followers.All.Where(one => job.Followers.Contains(one.Name))];
            var held = await CatchUp.With(
                source, followers, [book], new FollowerOptions { PooledByTransaction = options.PooledByTransaction },
                token);
            if (held.Count > 0) throw new RunBrokenOff($"The follower {held[0].Follower} does not go on in {book.Name}.");
            return;
        }

        var head = await new JournalReader(source).PlaceAsOf(book, AsOf.Head, token);
        foreach (var follower in job.Followers)
            if (!await new Builds(source).Reach(
                follower, book, head.Number, options.Patience.ToTimeSpan(), token))
                throw new RunBrokenOff($"The follower {follower} has not come to record {head.Number} of {book.Name}.");
    }

    private async Task<RunScope> Scope(OpenedBook book, RunId run, CancellationToken token)
    {
        var timetable = (await reader.Timetables(book, token)).GetValueOrDefault(book.Id, new Timetable());
        var schedule = timetable.On(run.On, run.Job, run.Schedule);
        return new RunScope(
            book, run, await Now(token), source, schedule?.Options ?? new Dictionary<string, string>())
        {
            Paying = options.Paying,
            ChecksThoroughly = options.ChecksThoroughly,
            Log = options.Log,
        };
    }

    private async Task<Instant> Now(CancellationToken token) =>
        options.Clock?.GetCurrentInstant() ?? await reader.Clock(token);

    private static RunReport Report(OpenedBook book, RunId run, RunEnd end, RunProgress progress) => new(
        book, run, end, progress.Plan?.Items ?? 0, progress.Plan?.Amounts, progress.Finish?.Done ?? 0,
        progress.Finish?.Amounts, progress.Finish?.Skipped ?? 0, progress.Finish?.SkippedFor,
        progress.Finish?.Findings);

    private static bool IsForNow(Exception exception) =>
        exception is RunBrokenOff or NpgsqlException or TimeoutException or IOException;
}

/// <summary>A run cannot be brought to its end now. What it has done stays done.</summary>
internal sealed class RunBrokenOff(string why) : Exception(why);
