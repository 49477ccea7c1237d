using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public sealed partial record Refusal
    {
        public static Refusal WithholdingByLedger(string creator) => Of(
            "withholding_by_ledger",
            "What is withheld follows from the creator's forms; a release does not state it.", ("creator", creator));

        public static Refusal SourcesOverRelease(AccountKey held, Int128 sources, long released) => Of(
            "sources_over_release", $"Sources of {sources} are more than the release of {released}.",
            ("account", held), ("sources", sources), ("released", released));
    }
}

namespace Fanz.Ledger.Tax
{
    /// <summary>
    /// What a release withholds by the creator's own papers. Backup withholding is on all of it. From a non-resident it
    /// is on what comes from the payer's country, class by class, each at the rate of a treaty where one is claimed and
    /// in force; what is of no known source counts as the payer's own country's and as no class that a treaty names.
    /// </summary>
    internal static class DecidedWithholding
    {
        /// <summary>Everything is looked at whatever comes of it, so that few looks find all that is needed.</summary>
        internal static (Withheld[]? Lines, Refusal? Refusal) Of(
            Command.Release command, TaxTerms terms, AccountKey held, long amount, Book book, LocalDate today)
        {
            var status = book.Recall<TaxStanding>(TaxStanding.StreamOf(held.Owner)).On(today);
            var rates = status.Claims is null
                ? null
                : book.Recall<TreatyRates>(TreatyRates.StreamOf(status.Form!.Country));
            if (command.Withholding is not null) return (null, Refusal.WithholdingByLedger(held.Owner));
            var sources = command.Sources ?? [];
            var covered = sources.Aggregate(Int128.Zero, (sum, source) => sum + source.Amount);
            if (covered > amount) return (null, Refusal.SourcesOverRelease(held, covered, amount));
            if (amount == 0) return (null, null);
            return status.Withholding switch
            {
                null => (null, null),
                WithholdingKind.Backup => ([Backup(status, amount, terms.BackupBasisPoints!.Value)], null),
                WithholdingKind.NonResident => (NonResident(status, terms, rates, sources, amount, today), null),
                _ => throw new InvariantBroken($"{status.Withholding} is no withholding."),
            };
        }

        private static Withheld Backup(TaxStatus status, long amount, int rate) =>
            At(WithholdingKind.Backup, amount, rate) with
            {
                Rule = status.Rule, Form = status.Form?.Form, Country = status.Form?.Country,
            };

        private static Withheld[]? NonResident(
            TaxStatus status, TaxTerms terms, TreatyRates? rates, IReadOnlyList<IncomeSource> sources, long amount,
            LocalDate today)
        {
            var unknown = amount - sources.Sum(source => source.Amount);
            var lines = Enum.GetValues<IncomeClass>()
                .Select(income => (Income: income, Base: (income == IncomeClass.Other ? unknown : 0) + sources
                    .Where(source => source.Country == terms.PayerCountry && source.Income == income)
                    .Sum(source => source.Amount)))
                .Where(part => part.Base > 0)
                .Select(part => Line(part.Income, part.Base))
                .ToArray();
            return lines.Length > 0 ? lines : null;

            Withheld Line(IncomeClass income, long from)
            {
                var isClaimed = status.Claims?.Any(claim => claim.Income == income) == true;
                var treaty = isClaimed ? rates!.On(today, income) : null;
                var (rate, rule) = status.Rule == WithholdingRule.EffectivelyConnected ? (0, status.Rule.Value)
                    : treaty is not null ? (treaty.RateBasisPoints, WithholdingRule.Treaty)
                    : (terms.NonResidentBasisPoints!.Value,
                        isClaimed ? WithholdingRule.TreatyRateMissing : status.Rule!.Value);
                return At(WithholdingKind.NonResident, from, rate) with
                {
                    Rule = rule, Income = income, Form = status.Form!.Form, Country = status.Form.Country,
                    Article = treaty?.Article,
                };
            }
        }

        private static Withheld At(WithholdingKind kind, long from, int rate) =>
            new(kind, from, rate, Allocation.Share(from, rate).Share);
    }
}
