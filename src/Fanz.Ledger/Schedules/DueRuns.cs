using NodaTime;

namespace Fanz.Ledger.Schedules;

/// <summary>What the journal says of a run.</summary>
public readonly record struct SeenRun(RunState State, bool IsByHand);

/// <summary>A run that is due, or that was begun and is not finished.</summary>
/// <param name="Run">Which one it is.</param>
/// <param name="At">When it was due.</param>
/// <param name="IsBegun">Somebody began it already.</param>
public readonly record struct DueRun(RunId Run, Instant At, bool IsBegun);

/// <summary>
/// What is due now, from what is journalled alone: the schedules, and the runs that there were. So it is the same on
/// every host, after every restart, and however long nobody looked.
/// </summary>
public static class DueRuns
{
    /// <summary>Nothing further back is caught up with.</summary>
    public const int DaysBack = 400;

    private const int DaysAhead = 4_000;

    /// <summary>From which day on runs of a schedule can be due.</summary>
    public static LocalDate Earliest(LocalDate today) => today.PlusDays(-DaysBack);

    /// <summary>The runs of a schedule that are due, the oldest first.</summary>
    /// <param name="timetable">All schedules of the book.</param>
    /// <param name="job">The job.</param>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="zone">The book's time zone.</param>
    /// <param name="now">Up to when.</param>
    /// <param name="seen">What runs of it there were since <see cref="Earliest"/>.</param>
    public static IReadOnlyList<DueRun> Of(
        Timetable timetable, string job, string schedule, DateTimeZone zone, Instant now,
        IReadOnlyDictionary<LocalDate, SeenRun> seen)
    {
        var today = now.InZone(zone).Date;
        var due = new SortedDictionary<LocalDate, DueRun>();
        foreach (var day in Days(timetable, job, schedule, zone, now, seen))
            if (seen.GetValueOrDefault(day).State != RunState.Finished) Add(day);
        // What somebody began is brought to its end, whether it was due or not.
        foreach (var (day, run) in seen)
            if (run.State == RunState.Begun && day <= today) Add(day);
        return [.. due.Values];

        void Add(LocalDate day)
        {
            var at = timetable.On(day, job, schedule)?.InstantOn(day, zone) ?? zone.AtStartOfDay(day).ToInstant();
            due[day] = new DueRun(
                new RunId(job, schedule, day), at, seen.GetValueOrDefault(day).State == RunState.Begun);
        }
    }

    /// <summary>The next runs of a schedule after an instant, the first one first.</summary>
    public static IEnumerable<DueRun> Next(
        Timetable timetable, string job, string schedule, DateTimeZone zone, Instant after)
    {
        var today = after.InZone(zone).Date;
        return from day in timetable.DueDays(job, schedule, today, today.PlusDays(DaysAhead))
               let at = timetable.On(day, job, schedule)!.InstantOn(day, zone)
               where at > after
               select new DueRun(new RunId(job, schedule, day), at, IsBegun: false);
    }

    private static IEnumerable<LocalDate> Days(
        Timetable timetable, string job, string schedule, DateTimeZone zone, Instant now,
        IReadOnlyDictionary<LocalDate, SeenRun> seen)
    {
        var today = now.InZone(zone).Date;
        var earliest = Earliest(today);
        var past = timetable.DueDays(job, schedule, earliest, today)
            .Where(day => timetable.On(day, job, schedule)!.InstantOn(day, zone) <= now);
        if (timetable.Since(job, schedule) is { } since) return past.Where(day => day >= since);
        // A schedule that was always there begins with the first run that anybody made of it. Before that it is due
        // once: whoever starts with years of history has one night's work to do, not years of nights.
        var own = seen.Where(run => !run.Value.IsByHand).Select(run => run.Key).ToArray();
        return own.Length > 0 ? past.Where(day => day >= own.Min()) : past.TakeLast(1);
    }
}
