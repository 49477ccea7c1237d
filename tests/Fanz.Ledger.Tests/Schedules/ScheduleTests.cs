using Fanz.Ledger.Journal;
using Fanz.Ledger.Schedules;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class ScheduleTests
{
    private static readonly LocalDate Today = new(2026, 1, 1);

    private static readonly Command.SetSchedule Set = new(
        StandingJobs.ReleaseHolds, Schedule.Main, Cadence.Daily, "03:00", "pia", "quentin");

    private static readonly Command.SetHolidays Holiday = new("us.fed", "a day of mourning", "pia", "quentin")
    {
        Closed = [new LocalDate(2026, 3, 4)],
    };

    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    internal static readonly (string, Event)[] Events =
    [
        ("schedule_set", new Event.ScheduleSet(
            "release-holds", "main", Cadence.Daily, "03:00", "none", Roll.Next, true, Today, "pia", "quentin")),
        ("schedule_set.full", new Event.ScheduleSet(
            "release-holds", "month", Cadence.Monthly(15, -1), "17:30", "us.fed", Roll.Previous, false, Today, "pia",
            "quentin")
        {
            Options = new Dictionary<string, string> { ["currency"] = "USD" },
        }),
        ("schedule_set.week", new Event.ScheduleSet(
            "release-holds", "week", Cadence.Weekly(IsoDayOfWeek.Monday, IsoDayOfWeek.Thursday), "00:00", "none",
            Roll.Skip, true, Today, "pia", "quentin")),
        ("schedule_set.dates", new Event.ScheduleSet(
            "release-holds", "once", Cadence.OnDates(Today.PlusDays(2)), "00:00", "none", Roll.Next, true, Today,
            "pia", "quentin")),
        ("holidays_set", new Event.HolidaysSet("us.fed", "a day of mourning", "pia", "quentin")
        {
            Closed = [new LocalDate(2026, 3, 4)], Open = [new LocalDate(2026, 5, 25)],
        }),
    ];

    internal static readonly Refusal[] Refusals =
        [Refusal.CalendarUnknown("us.ny"), Refusal.HolidayNotAhead(Today, Today)];

    public static TheoryData<Command, string> Faults => new()
    {
        { Set, "" },
        { Set with { Job = "make-coffee" }, "job unknown_job" },
        { Set with { Job = "", Schedule = "A b" }, "job ill_formed; schedule ill_formed" },
        { Set with { Schedule = new string('a', 41) }, "schedule ill_formed" },
        { Set with { At = "3:00" }, "at ill_formed" },
        { Set with { At = "24:00", Calendar = "US", Roll = (Roll)7 }, "at ill_formed; calendar ill_formed; roll ill_formed" },
        { Set with { EffectiveOn = new LocalDate(3000, 1, 1) }, "effective_on date_out_of_range" },
        { Set with { ApprovedBy = "pia" }, "approved_by same_person" },
        { Set with { Cadence = null! }, "cadence ill_formed" },
        { Set with { Cadence = new Cadence((Every)9) }, "cadence ill_formed" },
        { Set with { Cadence = new Cadence(Every.Week) }, "cadence.weekdays ill_formed" },
        { Set with { Cadence = new Cadence(Every.Day, Weekdays: [1]) }, "cadence.weekdays ill_formed" },
        { Set with { Cadence = new Cadence(Every.Week, Weekdays: [0]) }, "cadence.weekdays ill_formed" },
        { Set with { Cadence = new Cadence(Every.Week, Weekdays: [1, 1]) }, "cadence.weekdays ill_formed" },
        { Set with { Cadence = Cadence.Monthly(1, 31, -1) }, "" },
        { Set with { Cadence = Cadence.Monthly(32) }, "cadence.days ill_formed" },
        { Set with { Cadence = Cadence.Monthly() }, "cadence.days ill_formed" },
        { Set with { Cadence = Cadence.OnDates() }, "cadence.dates ill_formed" },
        { Set with { Cadence = Cadence.OnDates(new LocalDate(1, 1, 1)) }, "cadence.dates date_out_of_range" },
        { Set with { Options = new Dictionary<string, string> { ["minimum_amount"] = "5000" } }, "" },
        { Set with { Options = new Dictionary<string, string> { ["a b"] = "x" } }, "options ill_formed" },
        { Set with { Options = new Dictionary<string, string> { ["a"] = "\0" } }, "options.a ill_formed" },
        { Holiday, "" },
        { Holiday with { Calendar = "none" }, "calendar ill_formed" },
        { Holiday with { Reason = " ", Closed = null }, "reason ill_formed; closed ill_formed" },
        { Holiday with { Open = Holiday.Closed }, "closed ill_formed" },
        { Holiday with { Closed = [new LocalDate(3000, 1, 1)] }, "closed date_out_of_range" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_schedule_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void Whatever_the_cadence_each_day_is_due_once_and_on_a_business_day() => Properties.Hold(
        Schedules(),
        schedule =>
        {
            var calendar = BusinessCalendar.Of(schedule.Calendar);
            var (from, to) = (new LocalDate(2027, 12, 20), new LocalDate(2029, 1, 10));
            var due = Days(from, to).Where(day => schedule.IsDue(day, calendar)).ToArray();
            Assert.All(due, day => Assert.True(calendar.IsBusinessDay(day)));
            // Every day that the cadence names has gone where the roll says, and nothing else is due.
            var named = Days(from.PlusDays(-30), to.PlusDays(30)).Where(schedule.Cadence.Names)
                .Select(day => Gone(day, schedule.Roll, calendar)).OfType<LocalDate>().Distinct()
                .Where(day => day >= from && day <= to);
            Assert.Equal(named.Order(), due);
        },
        times: 200);

    [Fact]
    public void The_moments_at_which_a_schedule_is_due_go_forward_only() => Properties.Hold(
        from schedule in Schedules()
        from zone in Gen.Elements("America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia", "Etc/UTC")
        select (schedule, zone),
        one =>
        {
            var zone = DateTimeZoneProviders.Tzdb[one.zone];
            var moments = Days(new LocalDate(2011, 12, 1), new LocalDate(2012, 12, 31))
                .Where(day => one.schedule.IsDue(day, BusinessCalendar.Of(one.schedule.Calendar)))
                .Select(day => one.schedule.InstantOn(day, zone)).ToArray();
            Assert.All(moments.Zip(moments.Skip(1)), pair => Assert.True(pair.First <= pair.Second));
        },
        times: 100);

    [Theory]
    [InlineData("2026-03-08", "02:30", "2026-03-08T07:00:00Z")] // The clocks leave it out: three o'clock.
    [InlineData("2026-11-01", "01:30", "2026-11-01T05:30:00Z")] // It comes twice: the first of the two.
    [InlineData("2028-02-29", "12:00", "2028-02-29T17:00:00Z")]
    public void A_time_that_the_clocks_leave_out_or_repeat_is_due_once(string day, string at, string expected)
    {
        var schedule = Of(Cadence.Daily, BusinessCalendar.None, Roll.Next) with { At = Schedule.ReadTime(at)!.Value };
        var date = NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value;
        Assert.Equal(
            expected, NodaTime.Text.InstantPattern.General.Format(schedule.InstantOn(date, NewYork)));
    }

    [Fact]
    public void A_month_that_is_too_short_has_its_last_day_instead_and_it_counts_once()
    {
        var schedule = Of(Cadence.Monthly(29, 30, 31, -1), BusinessCalendar.None, Roll.Next);
        var due = Days(new LocalDate(2027, 2, 1), new LocalDate(2027, 3, 31))
            .Where(day => schedule.IsDue(day, BusinessCalendar.Of(BusinessCalendar.None)));
        Assert.Equal(
            [new(2027, 2, 28), new(2027, 3, 29), new(2027, 3, 30), new(2027, 3, 31)], due);
    }

    [Fact]
    public void Jobs_have_a_schedule_of_themselves_until_another_is_set()
    {
        var book = new BookInMemory();
        Assert.Equal(new LocalTime(3, 0), On(book, Today)?.At);
        book.Posted(Set with { At = "05:15", EffectiveOn = Today.PlusDays(3) });
        Assert.Equal(new LocalTime(3, 0), On(book, Today.PlusDays(2))?.At);
        Assert.Equal(new LocalTime(5, 15), On(book, Today.PlusDays(3))?.At);
        book.Posted(Set with { Enabled = false, EffectiveOn = Today.PlusDays(5) });
        var timetable = Timetable(book);
        Assert.Equal(
            [Today, Today.PlusDays(1), Today.PlusDays(2), Today.PlusDays(3), Today.PlusDays(4)],
            timetable.DueDays(Set.Job, Schedule.Main, Today, Today.PlusDays(20)));
    }

    [Fact]
    public void Schedules_are_set_for_today_or_later_and_by_a_calendar_that_somebody_knows()
    {
        var book = new BookInMemory();
        var before = book.Snapshot();
        Assert.Equal("effective_in_past", book.Post(Set with { EffectiveOn = Today.PlusDays(-1) })?.Code);
        Assert.Equal("calendar_unknown", book.Post(Set with { Calendar = "us.ny" })?.Code);
        Assert.Equal("holiday_not_ahead", book.Post(Holiday with { Closed = [Today] })?.Code);
        Assert.Equal(before, book.Snapshot());
        book.Posted(Holiday with { Calendar = "us.ny" }).Posted(Set with { Calendar = "us.ny" });
    }

    [Fact]
    public void What_is_said_of_single_days_goes_before_the_rule()
    {
        var book = new BookInMemory().Posted(Holiday with { Open = [new LocalDate(2026, 5, 25)] });
        var calendar = Timetable(book).Calendar("us.fed");
        Assert.False(calendar.IsBusinessDay(new LocalDate(2026, 3, 4)));
        Assert.True(calendar.IsBusinessDay(new LocalDate(2026, 5, 25)));
        Assert.False(calendar.IsBusinessDay(new LocalDate(2026, 11, 26)));
    }

    private static Gen<Schedule> Schedules() =>
        from roll in Gen.Elements(Roll.Next, Roll.Previous, Roll.Skip)
        from calendar in Gen.Elements("none", "us.fed", "eu.target", "uk.bank")
        from every in Gen.Choose(0, 3)
        from days in Gen.ListOf(Gen.Choose(1, 32), 3)
        from hour in Gen.Choose(0, 23)
        from minute in Gen.Choose(0, 59)
        select Of(
            every switch
            {
                0 => Cadence.Daily,
                1 => new Cadence(Every.Week, Weekdays: [.. days.Select(day => (day % 7) + 1).Distinct()]),
                2 => new Cadence(Every.Month, Days: [.. days.Select(day => day == 32 ? -1 : day).Distinct()]),
                _ => new Cadence(
                    Every.Date, Dates: [.. days.Select(day => new LocalDate(2028, 2, 1).PlusDays(day * 9)).Distinct()]),
            },
            calendar, roll) with { At = new LocalTime(hour, minute) };

    private static LocalDate? Gone(LocalDate day, Roll roll, BusinessCalendar calendar)
    {
        if (calendar.IsBusinessDay(day)) return day;
        if (roll == Roll.Skip) return null;
        while (!calendar.IsBusinessDay(day)) day = day.PlusDays(roll == Roll.Next ? 1 : -1);
        return day;
    }

    private static Schedule Of(Cadence cadence, string calendar, Roll roll) => new(
        Set.Job, Schedule.Main, cadence, new LocalTime(3, 0), calendar, roll, IsEnabled: true,
        new Dictionary<string, string>());

    private static IEnumerable<LocalDate> Days(LocalDate from, LocalDate to)
    {
        for (var day = from; day <= to; day = day.PlusDays(1)) yield return day;
    }

    private static Timetable Timetable(BookInMemory book) =>
        book.Ask(known => known.Recall<Timetable>(Fanz.Ledger.Schedules.Timetable.Stream));

    private static Schedule? On(BookInMemory book, LocalDate day) => Timetable(book).On(day, Set.Job, Schedule.Main);
}
