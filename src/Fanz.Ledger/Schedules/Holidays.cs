using NodaTime;

namespace Fanz.Ledger.Schedules;

/// <summary>
/// Bank holidays by their rules, for any year: no list of dates runs out. What was decreed for one year alone stands
/// beside the rule that it broke.
/// </summary>
internal static class Holidays
{
    /// <summary>
    /// The Federal Reserve Banks: a holiday on a Sunday is kept on Monday, one on a Saturday is not kept.
    /// </summary>
    public static IEnumerable<LocalDate> OfFederalReserve(int year)
    {
        yield return SundayOnMonday(year, 1, 1);
        if (year >= 1986) yield return Nth(3, IsoDayOfWeek.Monday, year, 1);
        yield return Nth(3, IsoDayOfWeek.Monday, year, 2);
        yield return Last(IsoDayOfWeek.Monday, year, 5);
        if (year >= 2021) yield return SundayOnMonday(year, 6, 19);
        yield return SundayOnMonday(year, 7, 4);
        yield return Nth(1, IsoDayOfWeek.Monday, year, 9);
        yield return Nth(2, IsoDayOfWeek.Monday, year, 10);
        yield return SundayOnMonday(year, 11, 11);
        yield return Nth(4, IsoDayOfWeek.Thursday, year, 11);
        yield return SundayOnMonday(year, 12, 25);
    }

    /// <summary>The euro's settlement system, as it closes since 2002: nothing is kept on another day.</summary>
    public static IEnumerable<LocalDate> OfTarget(int year)
    {
        var easter = Easter(year);
        yield return new LocalDate(year, 1, 1);
        yield return easter.PlusDays(-2);
        yield return easter.PlusDays(1);
        yield return new LocalDate(year, 5, 1);
        yield return new LocalDate(year, 12, 25);
        yield return new LocalDate(year, 12, 26);
    }

    /// <summary>England and Wales: a holiday on a weekend is kept on the next day that is none.</summary>
    public static IEnumerable<LocalDate> OfEngland(int year)
    {
        var easter = Easter(year);
        var newYear = new LocalDate(year, 1, 1);
        yield return newYear.DayOfWeek switch
        {
            IsoDayOfWeek.Saturday => newYear.PlusDays(2),
            IsoDayOfWeek.Sunday => newYear.PlusDays(1),
            _ => newYear,
        };
        yield return easter.PlusDays(-2);
        yield return easter.PlusDays(1);
        if (year >= 1978)
            yield return year is 1995 or 2020 ? new LocalDate(year, 5, 8) : Nth(1, IsoDayOfWeek.Monday, year, 5);
        yield return year switch
        {
            2002 or 2012 => new LocalDate(year, 6, 4),
            2022 => new LocalDate(year, 6, 2),
            _ => Last(IsoDayOfWeek.Monday, year, 5),
        };
        yield return Last(IsoDayOfWeek.Monday, year, 8);
        var christmas = new LocalDate(year, 12, 25);
        // Christmas and the day after it, and whichever of them falls on a weekend is kept on the weekdays behind.
        var (first, second) = christmas.DayOfWeek switch
        {
            IsoDayOfWeek.Friday => (25, 28),
            IsoDayOfWeek.Saturday => (27, 28),
            IsoDayOfWeek.Sunday => (26, 27),
            _ => (25, 26),
        };
        yield return new LocalDate(year, 12, first);
        yield return new LocalDate(year, 12, second);
        foreach (var once in OnceInEngland)
            if (once.Year == year) yield return once;
    }

    /// <summary>Easter Sunday of the Gregorian calendar.</summary>
    public static LocalDate Easter(int year)
    {
        // The place in the cycle of the moon, the corrections of the centuries, and from them the full moon.
        var golden = year % 19;
        var (century, rest) = (year / 100, year % 100);
        var epact = ((19 * golden) + century - (century / 4) - ((century - ((century + 8) / 25) + 1) / 3) + 15) % 30;
        var toSunday = (32 + (2 * (century % 4)) + (2 * (rest / 4)) - epact - (rest % 4)) % 7;
        var late = (golden + (11 * epact) + (22 * toSunday)) / 451;
        var place = epact + toSunday - (7 * late) + 114;
        return new LocalDate(year, place / 31, (place % 31) + 1);
    }

    // Jubilees, weddings, a coronation, a funeral, and the end of a millennium.
    private static readonly LocalDate[] OnceInEngland =
    [
        new(1977, 6, 7), new(1981, 7, 29), new(1999, 12, 31), new(2002, 6, 3), new(2011, 4, 29), new(2012, 6, 5),
        new(2022, 6, 3), new(2022, 9, 19), new(2023, 5, 8),
    ];

    private static LocalDate SundayOnMonday(int year, int month, int day)
    {
        var date = new LocalDate(year, month, day);
        return date.DayOfWeek == IsoDayOfWeek.Sunday ? date.PlusDays(1) : date;
    }

    private static LocalDate Nth(int nth, IsoDayOfWeek weekday, int year, int month)
    {
        var first = new LocalDate(year, month, 1);
        return first.PlusDays((((int)weekday - (int)first.DayOfWeek + 7) % 7) + (7 * (nth - 1)));
    }

    private static LocalDate Last(IsoDayOfWeek weekday, int year, int month)
    {
        var last = new LocalDate(year, month, 1).PlusMonths(1).PlusDays(-1);
        return last.PlusDays(-(((int)last.DayOfWeek - (int)weekday + 7) % 7));
    }
}
