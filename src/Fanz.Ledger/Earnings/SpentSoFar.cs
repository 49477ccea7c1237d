using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Event
    {
        /// <summary>
        /// A fan has spent something by a record of another stream, such as an authorisation: what that comes to.
        /// </summary>
        public sealed record SpendingCounted(string Fan, string Currency, Spent Spent) : Event;
    }
}

namespace Fanz.Ledger.Earnings
{
    /// <summary>
    /// What a fan has spent in one currency on the day of their last counted purchase and in its week. Each purchase
    /// carries the totals that it leads to, so the last one says it all.
    /// </summary>
    internal sealed record SpentSoFar : Aggregate
    {
        private LocalDate On { get; init; }

        private Spent? Totals { get; init; }

        public override bool IsInItsLastRecord => true;

        /// <summary>What was spent on this day and since its Monday, before anything more.</summary>
        public Spent AsOf(LocalDate today) => Totals is { } totals
            ? new Spent(On == today ? totals.Day : 0, MondayOf(On) == MondayOf(today) ? totals.Week : 0)
            : new Spent(0, 0);

        public override Aggregate After(Recorded recorded) => this with
        {
            On = recorded.EffectiveOn,
            Totals = recorded.Event switch
            {
                Event.Sale { Spent: { } spent } => spent,
                Event.SpendingCounted counted => counted.Spent,
                _ => throw Impossible(recorded),
            },
        };

        internal static LocalDate MondayOf(LocalDate day) => day.PlusDays(1 - (int)day.DayOfWeek);
    }
}
