using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Wallets;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>Changes how the platform does things, from today or a later day on. What is null stays.</summary>
        public sealed record SetPolicy(string ProposedBy, string ApprovedBy, LocalDate? EffectiveOn = null) : Command, IByTwoPeople
        {
            private const int LongestLifetime = 1_200;
            private const int LongestDormancy = 36_500;
            private const int LongestProposal = 90;

            /// <summary>Over how many months a lifetime subscription is earned.</summary>
            public int? LifetimeMonths { get; init; }

            public Bearer? ChargebackBearer { get; init; }

            /// <summary>Whether whoever bears a lost chargeback bears its fee too.</summary>
            public bool? PassChargebackFee { get; init; }

            /// <summary>Whether what a charged-back top-up had paid for is taken back from the creators.</summary>
            public bool? ClawBackSpending { get; init; }

            public TokenPrice? TokenValue { get; init; }

            public int? DormantAfterDays { get; init; }

            /// <summary>For how many days after its own what was proposed can be approved.</summary>
            public int? ProposalDays { get; init; }

            private bool SaysNothing =>
                LifetimeMonths is null && ChargebackBearer is null && PassChargebackFee is null
                && ClawBackSpending is null && TokenValue is null && DormantAfterDays is null
                && ProposalDays is null;

            internal override IEnumerable<Fault> Faults(BookName book) => TwoPeopleFaults(ProposedBy, ApprovedBy)
                .Concat(Found(
                    Fault.OfDate("effective_on", EffectiveOn),
                    SaysNothing ? new Fault("policy", "says_nothing", "Nothing is to be changed.") : null,
                    LifetimeMonths is null or (>= 1 and <= LongestLifetime)
                        ? null
                        : new Fault("lifetime_months", "ill_formed", $"A lifetime is 1 to {LongestLifetime} months."),
                    ChargebackBearer is null || Enum.IsDefined(ChargebackBearer.Value)
                        ? null
                        : new Fault("chargeback_bearer", "ill_formed", "A chargeback is borne by platform or creator."),
                    TokenValue is null ? null : AmountFault("token_value.tokens", TokenValue.Tokens),
                    TokenValue is null ? null : AmountFault("token_value.amount", TokenValue.Amount),
                    DormantAfterDays is null or (>= 1 and <= LongestDormancy)
                        ? null
                        : new Fault(
                            "dormant_after_days", "ill_formed", $"Dormant after 1 to {LongestDormancy} days."),
                    ProposalDays is null or (>= 0 and <= LongestProposal)
                        ? null
                        : new Fault(
                            "proposal_days", "ill_formed", $"A proposal is open for 0 to {LongestProposal} days.")));
        }
    }

    public abstract partial record Event
    {
        public sealed record PolicySet(LocalDate EffectiveOn, string ProposedBy, string ApprovedBy) : Event
        {
            public int? LifetimeMonths { get; init; }

            public Bearer? ChargebackBearer { get; init; }

            public bool? PassChargebackFee { get; init; }

            public bool? ClawBackSpending { get; init; }

            public TokenPrice? TokenValue { get; init; }

            public int? DormantAfterDays { get; init; }

            public int? ProposalDays { get; init; }
        }
    }
}

namespace Fanz.Ledger.Policies
{
    /// <summary>How many tokens redeem how many minor units of the book's reporting currency.</summary>
    public sealed record TokenPrice(long Tokens, long Amount);

    /// <summary>How the platform handles things on a day, wherever that is its choice.</summary>
    public sealed record Policy(
        int LifetimeMonths, Bearer ChargebackBearer, bool PassChargebackFee, bool ClawBackSpending,
        TokenPrice TokenValue, int DormantAfterDays, int ProposalDays)
    {
        /// <summary>What holds where nothing else was set.</summary>
        public static readonly Policy Default = new(
            LifetimeMonths: 24, Bearer.Creator, PassChargebackFee: false, ClawBackSpending: false,
            new TokenPrice(Tokens: 100, Amount: 100), DormantAfterDays: 1_095, ProposalDays: 14);

        public static Policy Of(Book book, LocalDate on) => book.Recall<PolicyOverTime>(PolicyOverTime.Stream).On(on);

        internal Policy With(Event.PolicySet set) => new(
            set.LifetimeMonths ?? LifetimeMonths,
            set.ChargebackBearer ?? ChargebackBearer,
            set.PassChargebackFee ?? PassChargebackFee,
            set.ClawBackSpending ?? ClawBackSpending,
            set.TokenValue ?? TokenValue,
            set.DormantAfterDays ?? DormantAfterDays,
            set.ProposalDays ?? ProposalDays);
    }

    /// <summary>All that was set, in the order of its days, and what each comes to with those before.</summary>
    public sealed record PolicyOverTime : Aggregate
    {
        internal const string Stream = "policy";

        private ImmutableArray<Event.PolicySet> Sets { get; init; } = [];

        private Timeline<Policy> Resolved { get; init; } = Timeline<Policy>.Empty;

        public Policy On(LocalDate day) => Resolved.On(day) ?? Policy.Default;

        public override Aggregate After(Recorded recorded)
        {
            if (recorded.Event is not Event.PolicySet set) throw Impossible(recorded);
            var at = Sets.Length;
            while (at > 0 && Sets[at - 1].EffectiveOn > set.EffectiveOn) at--;
            var sets = Sets.Insert(at, set);
            // What was announced for later days builds upon this, so all of it is resolved anew.
            var (policy, resolved) = (Policy.Default, Timeline<Policy>.Empty);
            foreach (var each in sets) resolved = resolved.With(each.EffectiveOn, policy = policy.With(each));
            return this with { Sets = sets, Resolved = resolved };
        }
    }

    internal static class SettingPolicies
    {
        internal static Decision Decide(Command.SetPolicy command, Book book, Moment now)
        {
            book.Recall<PolicyOverTime>(PolicyOverTime.Stream);
            var from = command.EffectiveOn ?? now.Today;
            if (from < now.Today) return Refusal.EffectiveInPast(from, now.Today);
            if (command.TokenValue is { } price
                && TokenValue.ObjectionToChange(book, price, from, now.Today) is { } objection)
                return objection;
            var set = new Event.PolicySet(from, command.ProposedBy, command.ApprovedBy)
            {
                LifetimeMonths = command.LifetimeMonths,
                ChargebackBearer = command.ChargebackBearer,
                PassChargebackFee = command.PassChargebackFee,
                ClawBackSpending = command.ClawBackSpending,
                TokenValue = command.TokenValue,
                DormantAfterDays = command.DormantAfterDays,
                ProposalDays = command.ProposalDays,
            };
            return Decision.Of(book, new Draft(set, Aggregate: PolicyOverTime.Stream));
        }
    }
}
