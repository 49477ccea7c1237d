using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// What residents of a country pay on income from the payer's, by the treaty between the two, from a day on
        /// until other rates follow. A class of income that is not named has no rate; none at all ends the treaty. Days
        /// that are over may be named, for a table is brought in after its rates began: what was withheld stays.
        /// </summary>
        public sealed record SetTreatyRates(
            string Country, LocalDate EffectiveOn, IReadOnlyList<TreatyRate> Rates, string Source, string ProposedBy,
            string ApprovedBy) : Command, IByTwoPeople
        {
            private const int MostRates = 10;

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => TwoPeopleFaults(ProposedBy, ApprovedBy)
                .Concat(Found(
                    Country is null
                        ? new Fault("country", "ill_formed", "country is missing")
                        : CountryFault("country", Country),
                    Fault.OfDate("effective_on", EffectiveOn),
                    string.IsNullOrWhiteSpace(Source)
                        ? new Fault("source", "ill_formed", "source is missing")
                        : TextFault("source", Source),
                    Rates is null or { Count: > MostRates }
                        ? new Fault("rates", "ill_formed", $"From 0 to {MostRates} rates are named.")
                        : null))
                .Concat((Rates ?? []).SelectMany(FaultsOf));

            private IEnumerable<Fault> FaultsOf(TreatyRate? rate, int at) => rate is null
                ? [new Fault($"rates[{at}]", "ill_formed", $"rates[{at}] is missing")]
                : Found(
                    IncomeClassFault($"rates[{at}].income", rate.Income),
                    BasisPointsFault($"rates[{at}].rate_basis_points", rate.RateBasisPoints),
                    IdentifierFault($"rates[{at}].article", rate.Article),
                    Rates.Take(at).Any(earlier => earlier?.Income == rate.Income)
                        ? new Fault($"rates[{at}].income", "repeated", "Each class of income has one rate.")
                        : null);
        }
    }

    public abstract partial record Event
    {
        public sealed record TreatyRatesSet(
            string Country, LocalDate EffectiveOn, IReadOnlyList<TreatyRate> Rates, string Source, string ProposedBy,
            string ApprovedBy) : Event;
    }
}

namespace Fanz.Ledger.Tax
{
    /// <summary>What a treaty takes of income of a class, and which of its articles says so.</summary>
    public sealed record TreatyRate(IncomeClass Income, int RateBasisPoints, string Article);

    /// <summary>The rates of the treaty with one country, over its days.</summary>
    public sealed record TreatyRates : Aggregate
    {
        private Timeline<Event.TreatyRatesSet> Sets { get; init; } = Timeline<Event.TreatyRatesSet>.Empty;

        public static string StreamOf(string country) => $"treaty/{country}";

        public TreatyRate? On(LocalDate day, IncomeClass income) =>
            Sets.On(day)?.Rates.FirstOrDefault(rate => rate.Income == income);

        public override TreatyRates After(Recorded recorded) => recorded.Event is Event.TreatyRatesSet set
            ? this with { Sets = Sets.With(set.EffectiveOn, set) }
            : throw Impossible(recorded);
    }

    internal static class SettingTreatyRates
    {
        internal static Decision Decide(Command.SetTreatyRates command, Book book)
        {
            var stream = TreatyRates.StreamOf(command.Country);
            book.Recall<TreatyRates>(stream);
            return Decision.Of(book, new Draft(
                new Event.TreatyRatesSet(
                    command.Country, command.EffectiveOn, command.Rates, command.Source, command.ProposedBy,
                    command.ApprovedBy),
                Aggregate: stream));
        }
    }
}
