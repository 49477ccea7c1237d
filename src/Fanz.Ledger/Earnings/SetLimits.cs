using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Limits what fans pay, from a day on: today or later. It replaces as a whole what was said before of the same
        /// currency, kind and age; what is null is then not limited.
        /// </summary>
        public sealed record SetLimits(
            string Currency, SaleKind? Kind = null, int? YoungerThanDays = null, LocalDate? EffectiveOn = null)
            : Command
        {
            private const int OldEnough = 3_650;

            /// <summary>The least that one purchase may come to.</summary>
            public long? Minimum { get; init; }

            /// <summary>The most that one purchase may come to.</summary>
            public long? Maximum { get; init; }

            /// <summary>The most that a fan may pay at once, subscriptions aside.</summary>
            public long? PerPurchase { get; init; }

            /// <summary>The most that a fan may pay on one day of the book, subscriptions aside.</summary>
            public long? PerDay { get; init; }

            /// <summary>The most that a fan may pay from a Monday to its Sunday, subscriptions aside.</summary>
            public long? PerWeek { get; init; }

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                MoneyCurrencyFault("currency", Currency),
                Kind is null || Enum.IsDefined(Kind.Value)
                    ? null
                    : new Fault("kind", "ill_formed", "is no kind of sale"),
                YoungerThanDays is null or (>= 1 and <= OldEnough)
                    ? null
                    : new Fault("younger_than_days", "ill_formed", $"A young account is one of 1 to {OldEnough} days."),
                Fault.OfDate("effective_on", EffectiveOn),
                LimitFault("minimum", Minimum),
                LimitFault("maximum", Maximum),
                Minimum > Maximum ? new Fault("maximum", "below_minimum", "The most is no less than the least.") : null,
                LimitFault("per_purchase", PerPurchase),
                LimitFault("per_day", PerDay) ?? TotalFault("per_day", PerDay),
                LimitFault("per_week", PerWeek) ?? TotalFault("per_week", PerWeek));

            private static Fault? LimitFault(string field, long? amount) =>
                amount is { } limit ? AmountFault(field, limit) : null;

            private Fault? TotalFault(string field, long? amount) => amount is null || Kind is null
                ? null
                : new Fault(field, "not_by_kind", "What a fan spends is counted over all kinds together.");
        }
    }

    public abstract partial record Event
    {
        public sealed record LimitsSet(
            string Currency, LocalDate EffectiveOn, SaleKind? Kind = null, int? YoungerThanDays = null) : Event
        {
            public long? Minimum { get; init; }

            public long? Maximum { get; init; }

            public long? PerPurchase { get; init; }

            public long? PerDay { get; init; }

            public long? PerWeek { get; init; }
        }
    }
}

namespace Fanz.Ledger.Earnings
{
    internal static class SettingLimits
    {
        internal static Decision Decide(Command.SetLimits command, Book book, Moment now)
        {
            book.Recall<LimitsOverTime>(LimitsOverTime.Stream);
            var from = command.EffectiveOn ?? now.Today;
            if (from < now.Today) return Refusal.EffectiveInPast(from, now.Today);
            var set = new Event.LimitsSet(command.Currency, from, command.Kind, command.YoungerThanDays)
            {
                Minimum = command.Minimum,
                Maximum = command.Maximum,
                PerPurchase = command.PerPurchase,
                PerDay = command.PerDay,
                PerWeek = command.PerWeek,
            };
            return Decision.Of(book, new Draft(set, Aggregate: LimitsOverTime.Stream));
        }
    }
}
