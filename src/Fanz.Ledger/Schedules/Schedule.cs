using System.Text.Json.Serialization;
using Fanz.Ledger.Journal;
using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace Fanz.Ledger.Schedules;

/// <summary>Where a day goes on which banks are closed.</summary>
[JsonConverter(typeof(WordJson<Roll>))]
public enum Roll
{
    /// <summary>To the next business day.</summary>
    [JsonStringEnumMemberName("next")]
    Next,

    [JsonStringEnumMemberName("previous")]
    Previous,

    /// <summary>Nowhere: it is left out.</summary>
    [JsonStringEnumMemberName("skip")]
    Skip,
}

/// <summary>When a job is due, and what it is told. A day on which it is due names the run.</summary>
/// <param name="Job">What is done, as `release-holds`.</param>
/// <param name="Name">Which of the job's schedules this is.</param>
/// <param name="Cadence">The days that it names.</param>
/// <param name="At">When on such a day, in the book's time zone.</param>
/// <param name="Calendar">Whose business days it keeps.</param>
/// <param name="Roll">Where a day goes that is none.</param>
/// <param name="IsEnabled">A schedule that is not is never due.</param>
/// <param name="Options">What the job is told beside, by the names that it knows.</param>
public sealed record Schedule(
    string Job, string Name, Cadence Cadence, LocalTime At, string Calendar, Roll Roll, bool IsEnabled,
    IReadOnlyDictionary<string, string> Options)
{
    /// <summary>The schedule that a job has of itself, and that most need no other beside.</summary>
    public const string Main = "main";

    // Nobody closes all banks for longer; a calendar that says so would otherwise be looked through for ever.
    private const int LongestClosure = 400;

    private static readonly ZoneLocalMappingResolver Mapping = Resolvers.CreateMappingResolver(
        Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    private static readonly LocalTimePattern TimeOfDay = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>
    /// Whether it is due on a day: a business day that the cadence names, or to which one goes that it names. However
    /// many go there, it is due once.
    /// </summary>
    public bool IsDue(LocalDate day, BusinessCalendar calendar)
    {
        if (!IsEnabled || !calendar.IsBusinessDay(day)) return false;
        if (Cadence.Names(day)) return true;
        return Roll switch
        {
            Roll.Next => IsNamedAmongClosedDays(day, -1, calendar),
            Roll.Previous => IsNamedAmongClosedDays(day, 1, calendar),
            Roll.Skip => false,
            _ => throw new InvariantBroken($"A day goes {Roll}."),
        };
    }

    /// <summary>
    /// When it is due on a day. A time that the clocks leave out is the first moment after it; one that comes twice is
    /// the first of the two.
    /// </summary>
    public Instant InstantOn(LocalDate day, DateTimeZone zone) => zone.ResolveLocal(day.At(At), Mapping).ToInstant();

    internal static LocalTime? ReadTime(string? text) =>
        text is not null && TimeOfDay.Parse(text).TryGetValue(default, out var time) ? time : null;

    internal static string InWords(LocalTime time) => TimeOfDay.Format(time);

    private bool IsNamedAmongClosedDays(LocalDate day, int step, BusinessCalendar calendar)
    {
        for (var i = 1; i <= LongestClosure; i++)
        {
            var closed = day.PlusDays(step * i);
            if (calendar.IsBusinessDay(closed)) return false;
            if (Cadence.Names(closed)) return true;
        }

        return false;
    }
}
