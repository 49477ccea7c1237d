using System.Text.Json.Serialization;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Schedules;

/// <summary>By what a cadence counts.</summary>
[JsonConverter(typeof(WordJson<Every>))]
public enum Every
{
    [JsonStringEnumMemberName("day")]
    Day,

    [JsonStringEnumMemberName("week")]
    Week,

    [JsonStringEnumMemberName("month")]
    Month,

    /// <summary>On named dates, and on no other.</summary>
    [JsonStringEnumMemberName("date")]
    Date,
}

/// <summary>Which days a schedule names, before holidays are looked at.</summary>
/// <param name="Every">By what it counts.</param>
/// <param name="Weekdays">Of a week: its days, 1 for Monday to 7 for Sunday.</param>
/// <param name="Days">
/// Of a month: days from 1, or -1 for the last. A month that is too short for a day has its last day instead.
/// </param>
/// <param name="Dates">The dates, where they are named one by one.</param>
public sealed record Cadence(
    Every Every,
    IReadOnlyList<int>? Weekdays = null,
    IReadOnlyList<int>? Days = null,
    IReadOnlyList<LocalDate>? Dates = null)
{
    private const int MostDates = 400;
    private const int LongestMonth = 31;
    private const int LastDay = -1;

    public static Cadence Daily { get; } = new(Every.Day);

    public static Cadence Weekly(params IsoDayOfWeek[] days) =>
        new(Every.Week, Weekdays: [.. days.Select(day => (int)day)]);

    public static Cadence Monthly(params int[] days) => new(Every.Month, Days: days);

    public static Cadence OnDates(params LocalDate[] dates) => new(Every.Date, Dates: dates);

    /// <summary>Whether it names a day.</summary>
    public bool Names(LocalDate day) => Every switch
    {
        Every.Day => true,
        Every.Week => Weekdays!.Contains((int)day.DayOfWeek),
        Every.Month => Days!.Any(wanted => day.Day == InMonthOf(day, wanted)),
        Every.Date => Dates!.Contains(day),
        _ => throw new InvariantBroken($"A cadence counts by {Every}."),
    };

    /// <summary>In words, for people.</summary>
    public override string ToString() => Every switch
    {
        Every.Day => "every day",
        Every.Week => $"every {string.Join(", ", Weekdays!.Order().Select(day => (IsoDayOfWeek)day))}",
        Every.Month => $"on {string.Join(", ", Days!.Select(day => day == LastDay ? "the last" : $"{day}."))} of a month",
        _ => $"on {string.Join(", ", Dates!.Order().Select(NodaTime.Text.LocalDatePattern.Iso.Format))}",
    };

    // Collections are equal when what is in them is, so that a cadence is a value like any other.
    public bool Equals(Cadence? other) => other is not null && Every == other.Every
        && Same(Weekdays, other.Weekdays) && Same(Days, other.Days) && Same(Dates, other.Dates);

    public override int GetHashCode() => HashCode.Combine(Every, Weekdays?.Count, Days?.Count, Dates?.Count);

    internal static IEnumerable<Fault> Faults(Cadence? cadence)
    {
        if (cadence is null || !Enum.IsDefined(cadence.Every))
            return [new Fault("cadence", "ill_formed", "A cadence counts by day, week, month or date.")];
        (string Name, bool IsGiven, bool IsWanted)[] fields =
        [
            ("weekdays", cadence.Weekdays is not null, cadence.Every == Every.Week),
            ("days", cadence.Days is not null, cadence.Every == Every.Month),
            ("dates", cadence.Dates is not null, cadence.Every == Every.Date),
        ];
        var faults = fields.Where(field => field.IsGiven != field.IsWanted)
            .Select(field => new Fault(
                $"cadence.{field.Name}", "ill_formed",
                field.IsWanted ? $"{field.Name} is missing" : $"{field.Name} means nothing to this cadence"))
            .ToList();
        Judge("weekdays", cadence.Weekdays, 7, day => day is >= 1 and <= 7, "1 for Monday to 7 for Sunday");
        Judge(
            "days", cadence.Days, LongestMonth + 1, day => day is LastDay or (>= 1 and <= LongestMonth),
            "1 to 31, or -1 for the last");
        if (cadence.Dates is { Count: 0 or > MostDates })
            faults.Add(new Fault("cadence.dates", "ill_formed", $"From 1 to {MostDates} dates are named."));
        else if (cadence.Dates?.Select(date => Fault.OfDate("cadence.dates", date)).FirstOrDefault(f => f is not null)
            is { } wrong)
            faults.Add(wrong);
        return faults;

        void Judge(string field, IReadOnlyList<int>? days, int most, Func<int, bool> isDay, string words)
        {
            if (days is null) return;
            if (days.Count == 0 || days.Count > most || !days.All(isDay) || days.Distinct().Count() < days.Count)
                faults.Add(new Fault($"cadence.{field}", "ill_formed", $"Each day is named once: {words}."));
        }
    }

    private static int InMonthOf(LocalDate day, int wanted)
    {
        var last = day.Calendar.GetDaysInMonth(day.Year, day.Month);
        return wanted == LastDay ? last : Math.Min(wanted, last);
    }

    private static bool Same<T>(IReadOnlyList<T>? one, IReadOnlyList<T>? other) =>
        one is null ? other is null : other is not null && one.SequenceEqual(other);
}
