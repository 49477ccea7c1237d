using Fanz.Ledger.Books;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Periods;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// The accounts up to and with a day are done: nothing that is dated by then is taken any more, whatever
        /// command it comes by. It is never undone; what was wrong is put right on a later day.
        /// </summary>
        /// <param name="Through">Its last day; a day that is over, and behind what is closed already.</param>
        public sealed record ClosePeriod(
            LocalDate Through, string Reason, string ProposedBy, string ApprovedBy) : Command, IByTwoPeople
        {
            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) =>
                Found(Fault.OfDate("through", Through), ReasonFault(Reason))
                    .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));
        }
    }

    public abstract partial record Event
    {
        public sealed record PeriodClosed(
            LocalDate Through, string Reason, string ProposedBy, string ApprovedBy) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal PeriodNotOver(LocalDate through, LocalDate today) => Of(
            "period_not_over", "A period is closed when its last day is over.",
            ("through", through), ("today", today));

        public static Refusal PeriodAlreadyClosed(LocalDate through, LocalDate closedThrough) => Of(
            "period_already_closed", $"The book is closed through {Told(closedThrough)} already.",
            ("through", through), ("closed_through", closedThrough));
    }
}

namespace Fanz.Ledger.Periods
{
    internal static class ClosingPeriods
    {
        internal static Decision Decide(Command.ClosePeriod command, Book book, Moment now)
        {
            var closed = book.Recall<ClosedPeriods>(ClosedPeriods.Stream);
            var import = book.Recall<Imports>(Imports.Stream).UnderWay;
            var today = EarliestFrom(book, now);
            if (command.Through >= today) return Refusal.PeriodNotOver(command.Through, today);
            if (closed.Through is { } through && command.Through <= through)
                return Refusal.PeriodAlreadyClosed(command.Through, through);
            // Its parts are all of one day. Closed in between, it could neither come to its end nor be put right.
            if (import?.Begun.EffectiveOn is { } day && day <= command.Through)
                return Refusal.OtherImportUnderWay(import.Name);
            return Decision.Of(book, new Draft(
                new Event.PeriodClosed(command.Through, command.Reason, command.ProposedBy, command.ApprovedBy),
                Aggregate: ClosedPeriods.Stream));
        }

        /// <summary>
        /// The earliest day on which anything can still be recorded. That is today, unless the clocks are about to be
        /// put back over midnight: then yesterday comes once more.
        /// </summary>
        private static LocalDate EarliestFrom(Book book, Moment now)
        {
            var untilChange = book.Settings.TimeZone.GetZoneInterval(now.At);
            return untilChange.HasEnd ? LocalDate.Min(now.Today, book.At(untilChange.End).Today) : now.Today;
        }
    }
}
