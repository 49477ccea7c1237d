using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Periods;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal PeriodClosed(LocalDate effectiveOn, LocalDate closedThrough)
        {
            var open = closedThrough.PlusDays(1);
            return Of(
                "period_closed",
                $"The book is closed through {Told(closedThrough)}; its first open day is {Told(open)}.",
                ("effective_on", effectiveOn), ("closed_through", closedThrough), ("first_open_day", open));
        }

        public static Refusal EffectiveInFuture(LocalDate effectiveOn, LocalDate today) => Of(
            "effective_in_future", "What happened is dated today at the latest.",
            ("effective_on", effectiveOn), ("today", today));
    }
}

namespace Fanz.Ledger.Periods
{
    /// <summary>
    /// Through which day the book is closed; the last record of its stream says it. Only what names a date of its own
    /// is ever looked at here: a record without one is of the day on which it is recorded, no closed day can come
    /// again, and recorded time never goes back.
    /// </summary>
    internal sealed record ClosedPeriods : Aggregate
    {
        internal const string Stream = "periods";

        /// <summary>Null while nothing is closed.</summary>
        internal LocalDate? Through { get; private init; }

        public override bool IsInItsLastRecord => true;

        /// <summary>Why nothing can be dated so, or null.</summary>
        internal static Refusal? Objection(Book book, LocalDate effectiveOn)
        {
            var closed = book.Recall<ClosedPeriods>(Stream);
            return closed.IsOpen(effectiveOn) ? null : Refusal.PeriodClosed(effectiveOn, closed.Through!.Value);
        }

        internal bool IsOpen(LocalDate day) => !(day <= Through);

        public override ClosedPeriods After(Recorded recorded) =>
            recorded.Event is Event.PeriodClosed { Through: var through } && IsOpen(through)
                ? this with { Through = through }
                : throw Impossible(recorded);
    }
}
