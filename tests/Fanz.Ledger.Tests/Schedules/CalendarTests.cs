using Fanz.Ledger.Schedules;
using FsCheck.Fluent;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Tests;

/// <summary>Bank holidays by rule, held against the lists that the banks have published.</summary>
public class CalendarTests
{
    public static TheoryData<string, int, string> Published => new()
    {
        { "us.fed", 2022, "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26" },
        { "us.fed", 2023, "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-23 12-25" },
        { "us.fed", 2026, "01-01 01-19 02-16 05-25 06-19 09-07 10-12 11-11 11-26 12-25" },
        { "us.fed", 2027, "01-01 01-18 02-15 05-31 07-05 09-06 10-11 11-11 11-25" },
        { "eu.target", 2024, "01-01 03-29 04-01 05-01 12-25 12-26" },
        { "eu.target", 2026, "01-01 04-03 04-06 05-01 12-25" },
        { "uk.bank", 2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28" },
        { "uk.bank", 2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28" },
        { "uk.bank", 2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27" },
        { "uk.bank", 2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26" },
        { "uk.bank", 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28" },
    };

    public static TheoryData<string> EasterSundays =>
        ["1818-03-22", "2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21", "2024-03-31", "2026-04-05", "2038-04-25"];

    /// <summary>Only weekdays are compared: on a weekend banks are closed anyway.</summary>
    [Theory]
    [MemberData(nameof(Published))]
    public void The_weekdays_on_which_banks_are_closed_are_those_that_were_published(
        string calendar, int year, string days)
    {
        var kept = BusinessCalendar.Of(calendar);
        var closed = Year(year).Where(day => !IsWeekend(day) && !kept.IsBusinessDay(day));
        Assert.Equal(days, string.Join(' ', closed.Select(day => day.ToString("MM-dd", null))));
    }

    [Theory]
    [MemberData(nameof(EasterSundays))]
    public void Easter_is_where_the_moon_has_it(string sunday)
    {
        var day = LocalDatePattern.Iso.Parse(sunday).Value;
        Assert.Equal(day, Holidays.Easter(day.Year));
    }

    [Fact]
    public void Easter_is_always_a_Sunday_from_22_March_to_25_April() => Properties.Hold(
        Gen.Choose(1900, 2999),
        year =>
        {
            var easter = Holidays.Easter(year);
            Assert.Equal(IsoDayOfWeek.Sunday, easter.DayOfWeek);
            Assert.InRange(easter, new LocalDate(year, 3, 22), new LocalDate(year, 4, 25));
        });

    [Fact]
    public void In_any_year_a_calendar_by_rule_keeps_weekends_and_a_few_days_more() => Properties.Hold(
        from year in Gen.Choose(1900, 2999) from name in Gen.Elements("us.fed", "eu.target", "uk.bank") select (year, name),
        one =>
        {
            var calendar = BusinessCalendar.Of(one.name);
            var closed = Year(one.year).Count(day => !IsWeekend(day) && !calendar.IsBusinessDay(day));
            Assert.InRange(closed, 3, 12);
            Assert.All(Year(one.year).Where(IsWeekend), day => Assert.False(calendar.IsBusinessDay(day)));
        },
        times: 100);

    [Fact]
    public void Without_a_calendar_every_day_is_as_good_as_another() =>
        Assert.All(Year(2026), day => Assert.True(BusinessCalendar.Of(BusinessCalendar.None).IsBusinessDay(day)));

    private static IEnumerable<LocalDate> Year(int year)
    {
        for (var day = new LocalDate(year, 1, 1); day.Year == year; day = day.PlusDays(1)) yield return day;
    }

    private static bool IsWeekend(LocalDate day) => day.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday;
}
