using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Schedules;

/// <summary>All schedules of a book over time, and the days on which its banks are closed or open beside the rules.</summary>
public sealed record Timetable : Aggregate
{
    public const string Stream = "schedules";

    private static readonly Comparer<(string Job, string Name)> ByName = Comparer<(string Job, string Name)>.Create(
        (one, other) => string.CompareOrdinal(one.Job, other.Job) is not 0 and var order
            ? order
            : string.CompareOrdinal(one.Name, other.Name));

    private ImmutableSortedDictionary<(string Job, string Name), Timeline<Schedule>> Set { get; init; } =
        ImmutableSortedDictionary.Create<(string, string), Timeline<Schedule>>(ByName);

    private ImmutableDictionary<(string Job, string Name), LocalDate> Firsts { get; init; } =
        ImmutableDictionary<(string, string), LocalDate>.Empty;

    private ImmutableDictionary<string, ImmutableDictionary<LocalDate, bool>> Closed { get; init; } =
        ImmutableDictionary<string, ImmutableDictionary<LocalDate, bool>>.Empty;

    /// <summary>Every schedule that there is, was or will be: those that were set, and those that jobs have.</summary>
    public IReadOnlyList<(string Job, string Name)> Names =>
    [
        .. StandingJobs.Names.SelectMany(job => Set.Keys.Where(key => key.Job == job)
            .Concat(StandingJobs.ScheduleOf(job) is null ? [] : [(job, Schedule.Main)])
            .Distinct().Order(ByName)),
    ];

    /// <summary>What holds on a day: what was set, or else what the job has of itself.</summary>
    public Schedule? On(LocalDate day, string job, string name) =>
        (Set.TryGetValue((job, name), out var set) ? set.On(day) : null)
        ?? (name == Schedule.Main ? StandingJobs.ScheduleOf(job) : null);

    /// <summary>
    /// The first day on which a schedule that was set holds; null for one that a job has of itself and that has
    /// therefore always been.
    /// </summary>
    public LocalDate? Since(string job, string name) =>
        name == Schedule.Main && StandingJobs.ScheduleOf(job) is not null ? null
        : Firsts.TryGetValue((job, name), out var first) ? first
        : null;

    /// <summary>The days from one to another, both included, on which a schedule is due, in their order.</summary>
    public IEnumerable<LocalDate> DueDays(string job, string name, LocalDate from, LocalDate to)
    {
        for (var day = from; day <= to; day = day.PlusDays(1))
            if (On(day, job, name) is { } schedule && schedule.IsDue(day, Calendar(schedule.Calendar)))
                yield return day;
    }

    /// <summary>A calendar as this book keeps it.</summary>
    public BusinessCalendar Calendar(string name) => BusinessCalendar.Of(
        name, Closed.GetValueOrDefault(name, ImmutableDictionary<LocalDate, bool>.Empty));

    /// <summary>Whether anybody has said what a calendar of that name is.</summary>
    public bool IsKnown(string calendar) => BusinessCalendar.IsKnown(calendar) || Closed.ContainsKey(calendar);

    public override Timetable After(Recorded recorded) => recorded.Event switch
    {
        Event.ScheduleSet set => this with
        {
            Set = Set.SetItem(
                (set.Job, set.Schedule),
                Set.GetValueOrDefault((set.Job, set.Schedule), Timeline<Schedule>.Empty)
                    .With(set.EffectiveOn, set.Read())),
            Firsts = Firsts.SetItem(
                (set.Job, set.Schedule),
                LocalDate.Min(set.EffectiveOn, Firsts.GetValueOrDefault((set.Job, set.Schedule), set.EffectiveOn))),
        },
        Event.HolidaysSet set => this with
        {
            Closed = Closed.SetItem(
                set.Calendar,
                Closed.GetValueOrDefault(set.Calendar, ImmutableDictionary<LocalDate, bool>.Empty).SetItems(
                    Each(set.Closed, true).Concat(Each(set.Open, false)))),
        },
        _ => throw Impossible(recorded),
    };

    private static IEnumerable<KeyValuePair<LocalDate, bool>> Each(IReadOnlyList<LocalDate>? days, bool isClosed) =>
        (days ?? []).Select(day => KeyValuePair.Create(day, isClosed));
}
