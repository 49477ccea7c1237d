using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// Agrees how sales are shared, from a day on: today or later. A rule stands for itself: where it holds,
        /// nothing of a wider one is mixed in.
        /// </summary>
        public sealed record SetRevenueRule(
            RuleScope Scope, int FeeBasisPoints, int ReserveBasisPoints, int ReserveDays, int HoldDays,
            string ProposedBy, string ApprovedBy, LocalDate? EffectiveOn = null) : Command, IByTwoPeople
        {
            private const int ShortestHold = 7;
            private const int LongestHold = 30;
            private const int LongestReserve = 180;
            private const int MostRows = 200;

            /// <summary>Other holds for kinds of sale, tiers and countries of creators.</summary>
            public IReadOnlyList<HoldDaysFor>? HoldDaysBy { get; init; }

            /// <summary>The least that the platform takes of a sale, by currency.</summary>
            public IReadOnlyList<MinimumFee>? MinimumFees { get; init; }

            /// <summary>What affiliates earn; nothing if it is not said.</summary>
            public AffiliateTerms? Affiliate { get; init; }

            internal override IEnumerable<Fault> Faults(BookName book) => ScopeFaults(Scope)
                .Concat(Found(
                    BasisPointsFault("fee_basis_points", FeeBasisPoints),
                    BasisPointsFault("reserve_basis_points", ReserveBasisPoints),
                    ReserveDays is >= 0 and <= LongestReserve
                        ? null
                        : new Fault("reserve_days", "ill_formed", $"A reserve is kept 0 to {LongestReserve} days."),
                    HoldDaysFault("hold_days", HoldDays)))
                .Concat(TwoPeopleFaults(ProposedBy, ApprovedBy))
                .Concat(Found(Fault.OfDate("effective_on", EffectiveOn)))
                .Concat(FaultsOfHolds())
                .Concat(FaultsOfMinimumFees())
                .Concat(FaultsOfAffiliate());

            private static Fault? BasisPointsFault(string field, int basisPoints) =>
                basisPoints is >= 0 and <= Allocation.WholeInBasisPoints
                    ? null
                    : new Fault(field, "ill_formed", $"A share is 0 to {Allocation.WholeInBasisPoints} basis points.");

            private static Fault? HoldDaysFault(string field, int days) => days is >= ShortestHold and <= LongestHold
                ? null
                : new Fault(field, "ill_formed", $"Earnings are held {ShortestHold} to {LongestHold} days.");

            private IEnumerable<Fault> FaultsOfHolds()
            {
                if (HoldDaysBy is not { } all) yield break;
                if (all.Count is 0 or > MostRows || all.Any(row => row is null))
                {
                    yield return new Fault("hold_days_by", "ill_formed", $"From 1 to {MostRows} rows can be named.");
                    yield break;
                }

                for (var i = 0; i < all.Count; i++)
                {
                    var (field, row) = ($"hold_days_by[{i}]", all[i]);
                    foreach (var fault in Found(
                        row is { Kind: null, Tier: null, Country: null }
                            ? new Fault(field, "ill_formed", "A row names a kind, a tier or a country.")
                            : null,
                        row.Kind is null || Enum.IsDefined(row.Kind.Value)
                            ? null
                            : new Fault($"{field}.kind", "ill_formed", "is no kind of sale"),
                        row.Tier is null ? null : IdentifierFault($"{field}.tier", row.Tier),
                        CountryFault($"{field}.country", row.Country),
                        HoldDaysFault($"{field}.days", row.Days)))
                        yield return fault;
                }

                if (all.Select(row => (row.Kind, row.Tier, row.Country)).Distinct().Count() != all.Count)
                    yield return new Fault("hold_days_by", "repeated", "Two rows are about the same.");
            }

            private IEnumerable<Fault> FaultsOfMinimumFees()
            {
                if (MinimumFees is not { } all) yield break;
                if (all.Count is 0 or > MostRows || all.Any(row => row is null))
                {
                    yield return new Fault("minimum_fees", "ill_formed", $"From 1 to {MostRows} rows can be named.");
                    yield break;
                }

                for (var i = 0; i < all.Count; i++)
                {
                    foreach (var fault in Found(
                        MoneyCurrencyFault($"minimum_fees[{i}].currency", all[i].Currency),
                        AmountFault($"minimum_fees[{i}].amount", all[i].Amount)))
                        yield return fault;
                }

                if (all.Select(row => row.Currency).Distinct().Count() != all.Count)
                    yield return new Fault("minimum_fees", "repeated", "A currency has one minimum fee.");
            }

            private IEnumerable<Fault> FaultsOfAffiliate() => Affiliate is not { } terms ? [] : Found(
                BasisPointsFault("affiliate.basis_points", terms.BasisPoints),
                Enum.IsDefined(terms.Basis)
                    ? null
                    : new Fault("affiliate.basis", "ill_formed", "A basis is gross, platform_share or creator_net."),
                Enum.IsDefined(terms.BorneBy)
                    ? null
                    : new Fault("affiliate.borne_by", "ill_formed", "It is borne by the platform or the creator."));
        }

        private static IEnumerable<Fault> ScopeFaults(RuleScope? scope) => scope is null
            ? [new Fault("scope", "ill_formed", "scope is missing")]
            : Found(
                scope.Creator is null ? null : IdentifierFault("scope.creator", scope.Creator),
                scope.Kind is null || Enum.IsDefined(scope.Kind.Value)
                    ? null
                    : new Fault("scope.kind", "ill_formed", "is no kind of sale"),
                scope.Tenant && scope is not { Creator: null, Kind: null }
                    ? new Fault("scope.tenant", "ill_formed", "A rule of the tenant is for all creators and kinds.")
                    : null);
    }

    public abstract partial record Event
    {
        /// <summary>The number of its record is the version of the rule.</summary>
        public sealed record RevenueRuleSet(
            RuleScope Scope, int FeeBasisPoints, int ReserveBasisPoints, int ReserveDays, int HoldDays,
            string ProposedBy, string ApprovedBy, LocalDate EffectiveOn) : Event
        {
            public IReadOnlyList<HoldDaysFor>? HoldDaysBy { get; init; }

            public IReadOnlyList<MinimumFee>? MinimumFees { get; init; }

            public AffiliateTerms? Affiliate { get; init; }
        }
    }
}

namespace Fanz.Ledger.Earnings
{
    internal static class SettingRevenueRules
    {
        internal static Decision Decide(Command.SetRevenueRule command, Book book, Moment now)
        {
            RevenueRules.In(book, command.Scope);
            var from = command.EffectiveOn ?? now.Today;
            if (from < now.Today) return Refusal.EffectiveInPast(from, now.Today);
            var set = new Event.RevenueRuleSet(
                command.Scope, command.FeeBasisPoints, command.ReserveBasisPoints, command.ReserveDays,
                command.HoldDays, command.ProposedBy, command.ApprovedBy, from)
            {
                HoldDaysBy = command.HoldDaysBy,
                MinimumFees = command.MinimumFees,
                Affiliate = command.Affiliate,
            };
            return Decision.Of(book, new Draft(set, Aggregate: command.Scope.Stream));
        }
    }
}
