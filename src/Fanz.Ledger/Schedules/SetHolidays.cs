using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Says of days to come that the banks of a calendar are closed on them, or are open although the rule says
        /// otherwise. A calendar of a new name has weekends, and what is said of it so.
        /// </summary>
        public sealed record SetHolidays(string Calendar, string Reason, string ProposedBy, string ApprovedBy)
            : Command, IByTwoPeople
        {
            private const int MostDays = 400;

            public IReadOnlyList<LocalDate>? Closed { get; init; }

            public IReadOnlyList<LocalDate>? Open { get; init; }

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book)
            {
                LocalDate[] days = [.. Closed ?? [], .. Open ?? []];
                return Found(
                        CalendarFault(Calendar),
                        Calendar == BusinessCalendar.None
                            ? new Fault("calendar", "ill_formed", "The calendar none has no holidays.")
                            : null,
                        ReasonFault(Reason),
                        days.Length is 0 or > MostDays
                            ? new Fault("closed", "ill_formed", $"From 1 to {MostDays} days are named.")
                            : null,
                        days.Distinct().Count() < days.Length
                            ? new Fault("closed", "ill_formed", "Each day is named once.")
                            : null,
                        days.Select(day => Fault.OfDate("closed", day)).FirstOrDefault(fault => fault is not null))
                    .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
            }
        }
    }

    public abstract partial record Event
    {
        public sealed record HolidaysSet(string Calendar, string Reason, string ProposedBy, string ApprovedBy) : Event
        {
            public IReadOnlyList<LocalDate>? Closed { get; init; }

            public IReadOnlyList<LocalDate>? Open { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal HolidayNotAhead(LocalDate day, LocalDate today) => Of(
            "holiday_not_ahead", $"What was due by {Told(day)} stays as it was: a holiday is said before its day.",
            ("day", day), ("today", today));
    }
}

namespace Fanz.Ledger.Schedules
{
    internal static class SettingHolidays
    {
        internal static Decision Decide(Command.SetHolidays command, Book book, Moment now)
        {
            book.Recall<Timetable>(Timetable.Stream);
            var first = (command.Closed ?? []).Concat(command.Open ?? []).Min();
            if (first <= now.Today) return Refusal.HolidayNotAhead(first, now.Today);
            var set = new Event.HolidaysSet(command.Calendar, command.Reason, command.ProposedBy, command.ApprovedBy)
            {
                Closed = command.Closed,
                Open = command.Open,
            };
            return Decision.Of(book, new Draft(set, Aggregate: Timetable.Stream));
        }
    }
}
