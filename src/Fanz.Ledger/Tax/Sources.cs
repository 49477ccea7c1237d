using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        private static IEnumerable<Fault> SourceFaults(IReadOnlyList<IncomeSource>? sources)
        {
            if (sources is null) return [];
            if (sources.Count is 0 or > IncomeSource.Most)
                return [new Fault("sources", "ill_formed", $"From 1 to {IncomeSource.Most} sources can be named.")];
            var seen = new HashSet<(string, IncomeClass)>();
            return [.. sources.SelectMany((source, i) => FaultsOf($"sources[{i}]", source, seen))];
        }

        private static IEnumerable<Fault> FaultsOf(
            string field, IncomeSource? source, HashSet<(string, IncomeClass)> seen) => source is null
            ? [new Fault(field, "ill_formed", $"{field} is missing")]
            : Found(
                source.Country is null
                    ? new Fault($"{field}.country", "ill_formed", "country is missing")
                    : CountryFault($"{field}.country", source.Country),
                IncomeClassFault($"{field}.income", source.Income),
                AmountFault($"{field}.amount", source.Amount),
                source.Country is null || seen.Add((source.Country, source.Income))
                    ? null
                    : new Fault(field, "repeated", "Each country and class of income has one line."));
    }
}

namespace Fanz.Ledger.Tax
{
    /// <summary>From which country a part of a release comes, and what for.</summary>
    public sealed record IncomeSource(string Country, IncomeClass Income, long Amount)
    {
        internal const int Most = 500;

        /// <summary>
        /// Sources that together are at most an amount. Where they are more, because something was taken from the money
        /// since, those of other countries give way first: what is not covered counts as the payer's own, so that never
        /// too little is withheld.
        /// </summary>
        public static IReadOnlyList<IncomeSource> Within(
            long amount, string payerCountry, IEnumerable<IncomeSource> sources)
        {
            var left = amount;
            var within = new List<IncomeSource>();
            foreach (var source in sources.Where(source => source.Amount > 0)
                .OrderBy(source => source.Country == payerCountry ? 0 : 1)
                .ThenBy(source => source.Country, StringComparer.Ordinal).ThenBy(source => source.Income))
            {
                var part = Math.Min(source.Amount, left);
                if (part == 0 || within.Count == Most) break;
                within.Add(source with { Amount = part });
                left -= part;
            }

            return within;
        }
    }
}
