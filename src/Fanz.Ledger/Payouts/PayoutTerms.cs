using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// How creators are paid in a currency, from today or a later day on. Where nothing was ever set, payouts are
        /// made elsewhere and only recorded here; once it was, every payout keeps to it.
        /// </summary>
        /// <param name="Minimum">The least that is taken for a payout; less is carried forward.</param>
        /// <param name="Fee">The fee of a payout in a batch.</param>
        public sealed record SetPayoutTerms(
            string Currency, string Rail, long Minimum, long Fee, PayoutRequirements Needs, string ProposedBy,
            string ApprovedBy, LocalDate? EffectiveOn = null) : Command, IByTwoPeople
        {
            /// <summary>The fee of a payout that waits for no batch; without one there are no such payouts.</summary>
            public long? InstantFee { get; init; }

            /// <summary>The most that one of these takes; nobody approves it any more.</summary>
            public long? InstantMost { get; init; }

            /// <summary>
            /// The platform of the tenant from which all is paid: what is available here is transferred there first.
            /// </summary>
            public string? CombineInto { get; init; }

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    MoneyCurrencyFault("currency", Currency),
                    IdentifierFault("rail", Rail),
                    AmountFault("minimum", Minimum),
                    FeeFault("fee", Fee, Minimum),
                    Needs is null ? new Fault("needs", "ill_formed", "needs is missing") : Needs.Fault(),
                    Fault.OfDate("effective_on", EffectiveOn),
                    InstantFee is null == InstantMost is null
                        ? null
                        : new Fault("instant_fee", "ill_formed", "Instant payouts have a fee and a most, or neither."),
                    InstantMost is null ? null : AmountFault("instant_most", InstantMost.Value),
                    InstantFee is null ? null : FeeFault("instant_fee", InstantFee.Value, InstantMost ?? 0),
                    CombineIntoFault(book))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy));

            private Fault? CombineIntoFault(BookName book) =>
                CombineInto is null ? null
                : BookName.Problem(CombineInto) is { } problem
                    ? new Fault("combine_into", "ill_formed", $"combine_into {problem}")
                : CombineInto == book.Platform
                    ? new Fault("combine_into", "same_book", "It is this very platform.")
                    : null;
        }

        private static Fault? FeeFault(string field, long fee, long amount) =>
            fee < 0 ? new Fault(field, "ill_formed", "A fee is never negative.")
            : amount > 0 && fee >= amount
                ? new Fault(field, "over_amount", $"A fee of {fee} leaves nothing of {amount} to be sent.")
                : null;
    }

    public abstract partial record Event
    {
        public sealed record PayoutTermsSet(
            string Currency, string Rail, long Minimum, long Fee, PayoutRequirements Needs, LocalDate EffectiveOn,
            string ProposedBy, string ApprovedBy) : Event
        {
            public long? InstantFee { get; init; }

            public long? InstantMost { get; init; }

            public string? CombineInto { get; init; }
        }
    }

    public sealed partial record Refusal
    {
        public static Refusal NoPayoutTerms(Currency currency) => Of(
            "no_payout_terms", $"Nothing is set for payouts in {currency}: set_payout_terms does.",
            ("currency", currency));
    }
}

namespace Fanz.Ledger.Payouts
{
    /// <summary>What has to be known of a creator before they are paid.</summary>
    /// <param name="VerificationLevel">How well they are known; 0 asks for nothing.</param>
    /// <param name="CoolDownDays">How long a new or changed payout method has to wait.</param>
    /// <param name="Screening">Whether somebody has to have looked for them among the sanctioned.</param>
    /// <param name="TaxForm">Whether a tax form has to be on file, also where tax is withheld without one.</param>
    public sealed record PayoutRequirements(int VerificationLevel, int CoolDownDays, bool Screening, bool TaxForm)
    {
        /// <summary>Where nothing is set that would ask for anything.</summary>
        public static readonly PayoutRequirements None = new(0, 0, Screening: false, TaxForm: false);

        internal const int HighestLevel = 3;
        private const int LongestCoolDown = 365;

        internal Fault? Fault() =>
            VerificationLevel is < 0 or > HighestLevel
                ? new Fault("needs.verification_level", "ill_formed", $"A level is 0 to {HighestLevel}.")
            : CoolDownDays is < 0 or > LongestCoolDown
                ? new Fault("needs.cool_down_days", "ill_formed", $"A cool-down is 0 to {LongestCoolDown} days.")
                : null;
    }

    /// <summary>How creators are paid in a currency on a day.</summary>
    public sealed record PayoutTerms(
        string Rail, long Minimum, long Fee, PayoutRequirements Needs, long? InstantFee, long? InstantMost,
        string? CombineInto)
    {
        /// <summary>Null where payouts are not made by the ledger.</summary>
        public static PayoutTerms? Of(Book book, Currency currency, LocalDate on) =>
            book.Recall<PayoutTermsOverTime>(PayoutTermsOverTime.StreamOf(currency)).On(on);
    }

    public sealed record PayoutTermsOverTime : Aggregate
    {
        private Timeline<PayoutTerms> Terms { get; init; } = Timeline<PayoutTerms>.Empty;

        public static string StreamOf(Currency currency) => $"payout_terms/{currency}";

        public PayoutTerms? On(LocalDate day) => Terms.On(day);

        public override Aggregate After(Recorded recorded) => recorded.Event is Event.PayoutTermsSet set
            ? this with
            {
                Terms = Terms.With(set.EffectiveOn, new PayoutTerms(
                    set.Rail, set.Minimum, set.Fee, set.Needs, set.InstantFee, set.InstantMost, set.CombineInto)),
            }
            : throw Impossible(recorded);
    }

    internal static class SettingPayoutTerms
    {
        internal static Decision Decide(Command.SetPayoutTerms command, Book book, Moment now)
        {
            var stream = PayoutTermsOverTime.StreamOf(Currency.Of(command.Currency));
            book.Recall<PayoutTermsOverTime>(stream);
            var rail = book.Recall<Rail>(Rail.StreamOf(command.Rail));
            var from = command.EffectiveOn ?? now.Today;
            if (from < now.Today) return Refusal.EffectiveInPast(from, now.Today);
            if (rail.Settings is null) return Refusal.RailUnknown(command.Rail);
            var set = new Event.PayoutTermsSet(
                command.Currency, command.Rail, command.Minimum, command.Fee, command.Needs, from, command.ProposedBy,
                command.ApprovedBy)
            {
                InstantFee = command.InstantFee,
                InstantMost = command.InstantMost,
                CombineInto = command.CombineInto,
            };
            return Decision.Of(book, new Draft(set, Aggregate: stream));
        }
    }
}
