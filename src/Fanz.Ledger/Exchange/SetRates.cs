using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// What one unit of the base currency was worth in others on a day, by a table that has a name. Reports of
        /// several currencies are made by it; nothing is sold or bought at these rates. A table is the tenant's, so it
        /// is kept in the treasury. Said again for the same day, all of that day's rates are replaced.
        /// </summary>
        /// <param name="Table">The name of the table, as `ecb` or `month-end`.</param>
        /// <param name="On">The day of the rates; today at the latest.</param>
        /// <param name="BaseCurrency">The currency of which one unit is valued.</param>
        /// <param name="Rates">What it is worth in each of the others.</param>
        /// <param name="Source">Who says so, for those who ask later.</param>
        public sealed record SetRates(
            string Table, LocalDate On, string BaseCurrency, IReadOnlyList<QuotedRate> Rates, string Source) : Command
        {
            private const int MostRates = 200;

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    Identifier.Problem(Table, RateTable.LongestName) is { } problem
                        ? new Fault("table", "ill_formed", $"table {problem}")
                        : null,
                    Fault.OfDate("on", On),
                    MoneyCurrencyFault("base_currency", BaseCurrency),
                    string.IsNullOrWhiteSpace(Source)
                        ? new Fault("source", "ill_formed", "source is missing")
                        : TextFault("source", Source))
                .Concat(FaultsOfRates());

            private IEnumerable<Fault> FaultsOfRates()
            {
                if (Rates is not { Count: > 0 })
                    return [new Fault("rates", "ill_formed", "At least one rate is named.")];
                if (Rates.Count > MostRates)
                    return [new Fault("rates", "too_many", $"At most {MostRates} rates are named.")];
                var seen = new HashSet<string>(StringComparer.Ordinal);
                return [.. Rates.SelectMany((rate, i) => FaultsOf($"rates[{i}]", rate, seen))];
            }

            private IEnumerable<Fault> FaultsOf(string field, QuotedRate? rate, HashSet<string> seen) =>
                rate is null
                    ? [new Fault(field, "ill_formed", $"{field} is missing")]
                    : Found(
                        MoneyCurrencyFault($"{field}.currency", rate.Currency),
                        rate.Currency is null || seen.Add(rate.Currency)
                            ? null
                            : new Fault($"{field}.currency", "repeated", $"{rate.Currency} is named twice."),
                        rate.Currency is not null && rate.Currency == BaseCurrency
                            ? new Fault($"{field}.currency", "same_currency", "The base currency is worth itself.")
                            : null,
                        RateFault($"{field}.rate", rate.Rate));
        }

        private static Fault? RateFault(string field, string? rate) =>
            ExchangeRate.TryParse(rate, out _) ? null : new Fault(
                field, "ill_formed", "A rate is above zero, such as 0.9150; 17 digits, 12 of them decimals.");
    }

    public abstract partial record Event
    {
        /// <summary>All the rates of the table on that day; those that a later record says replace them.</summary>
        public sealed record RatesSet(
            string Table, LocalDate On, string BaseCurrency, IReadOnlyList<QuotedRate> Rates, string Source) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal NotTheTreasury(BookName book) => Of(
            "not_the_treasury", $"What holds for all of the tenant's platforms is kept in {book.Treasury}.",
            ("book", book), ("treasury", book.Treasury));
    }
}

namespace Fanz.Ledger.Exchange
{
    /// <summary>What one unit of the base currency is worth of another, as a decimal in text: `0.9150`.</summary>
    public sealed record QuotedRate(string Currency, string Rate);

    /// <summary>
    /// A table over its days. No decision asks for its rates, reports do; so nothing of it is kept in memory but which
    /// table it is.
    /// </summary>
    internal sealed record RateTable : Aggregate
    {
        internal const int LongestName = 100;

        private string? Name { get; init; }

        public override bool IsInItsLastRecord => true;

        internal static string StreamOf(string table) => $"rates/{table}";

        public override RateTable After(Recorded recorded) =>
            recorded.Event is Event.RatesSet { Table: var table } && (Name ?? table) == table
                ? this with { Name = table }
                : throw Impossible(recorded);
    }

    internal static class SettingRates
    {
        /// <summary>
        /// The record is dated as its rates are: when the treasury has closed a month, the figures that were made with
        /// that month's rates stay what they are.
        /// </summary>
        internal static Decision Decide(Command.SetRates command, Book book, Moment now)
        {
            if (book.Name != book.Name.Treasury) return Refusal.NotTheTreasury(book.Name);
            var stream = RateTable.StreamOf(command.Table);
            book.Recall<RateTable>(stream);
            if (command.On > now.Today) return Refusal.EffectiveInFuture(command.On, now.Today);
            return Decision.Dated(command.On, (book, new Draft(
                new Event.RatesSet(command.Table, command.On, command.BaseCurrency, command.Rates, command.Source),
                Aggregate: stream)));
        }
    }
}
