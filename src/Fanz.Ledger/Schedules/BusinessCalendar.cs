using System.Collections.Immutable;
using NodaTime;

namespace Fanz.Ledger.Schedules;

/// <summary>
/// On which days banks work. The calendar `none` knows no holidays and no weekends: every day is as good as another.
/// Any other keeps weekends and its holidays by rule, and what a book has said of single days.
/// </summary>
public sealed class BusinessCalendar
{
    public const string None = "none";

    private static readonly Dictionary<string, Func<int, IEnumerable<LocalDate>>> Rules = new(StringComparer.Ordinal)
    {
        ["us.fed"] = Holidays.OfFederalReserve,
        ["eu.target"] = Holidays.OfTarget,
        ["uk.bank"] = Holidays.OfEngland,
    };

    private readonly Func<int, IEnumerable<LocalDate>> holidays;
    private readonly ImmutableDictionary<LocalDate, bool> closed;

    private BusinessCalendar(
        string name, Func<int, IEnumerable<LocalDate>> holidays, ImmutableDictionary<LocalDate, bool> closed)
    {
        (Name, this.holidays, this.closed) = (name, holidays, closed);
    }

    public string Name { get; }

    /// <summary>The calendars whose holidays are known by rule.</summary>
    public static IReadOnlyList<string> Known { get; } = [None, .. Rules.Keys];

    public static bool IsKnown(string name) => name == None || Rules.ContainsKey(name);

    /// <summary>A calendar as it is by rule; one of no known name has weekends alone.</summary>
    public static BusinessCalendar Of(string name) => Of(name, ImmutableDictionary<LocalDate, bool>.Empty);

    /// <summary>The same with what was said of single days: that banks are closed on them, or open after all.</summary>
    internal static BusinessCalendar Of(string name, ImmutableDictionary<LocalDate, bool> closed) =>
        new(name, Rules.GetValueOrDefault(name, _ => []), closed);

    public bool IsBusinessDay(LocalDate day) => Name == None || (!IsWeekend(day) && !IsHoliday(day));

    /// <summary>Whether it is a holiday, be it on a weekend or not.</summary>
    public bool IsHoliday(LocalDate day) =>
        Name != None && (closed.TryGetValue(day, out var isClosed) ? isClosed : holidays(day.Year).Contains(day));

    private static bool IsWeekend(LocalDate day) => day.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday;
}
