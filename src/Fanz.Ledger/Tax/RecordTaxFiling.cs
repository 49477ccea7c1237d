using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Journal
{
    public abstract partial record Command
    {
        /// <summary>
        /// A file was handed to a tax authority. Its hash proves later which one it was, and its totals are what a
        /// corrected one is compared with.
        /// </summary>
        /// <param name="Filing">An id of the filing, never used before for this form and year.</param>
        /// <param name="Quarter">The quarter it is of, where it is of one.</param>
        /// <param name="Sha256">The SHA-256 of the file, 64 digits of hexadecimal.</param>
        /// <param name="Corrects">The earlier filing that it corrects.</param>
        public sealed record RecordTaxFiling(
            string Filing, TaxReturn Form, int Year, string Sha256, IReadOnlyList<FiledTotal> Totals,
            int? Quarter = null, string? Corrects = null) : Command
        {
            private const int MostTotals = 200;

            internal override int MostLegs => 0;

            internal override IEnumerable<Fault> Faults(BookName book) => Found(
                    IdentifierFault("filing", Filing),
                    Enum.IsDefined(Form) ? null : new Fault("form", "ill_formed", "It is no form of this list."),
                    Year is >= 1900 and < 3000 ? null : new Fault("year", "ill_formed", "A year is 1900 to 2999."),
                    Sha256 is { Length: 64 } && Sha256.All(char.IsAsciiHexDigitLower)
                        ? null
                        : new Fault("sha256", "ill_formed", "A hash is 64 small digits of hexadecimal."),
                    Totals is null or { Count: > MostTotals }
                        ? new Fault("totals", "ill_formed", $"From 0 to {MostTotals} totals are named.")
                        : null,
                    Quarter is null or (>= 1 and <= 4)
                        ? null
                        : new Fault("quarter", "ill_formed", "A quarter is 1 to 4."),
                    Corrects is null ? null : IdentifierFault("corrects", Corrects))
                .Concat((Totals ?? []).SelectMany(FaultsOf));

            private static IEnumerable<Fault> FaultsOf(FiledTotal? total, int at) => total is null
                ? [new Fault($"totals[{at}]", "ill_formed", $"totals[{at}] is missing")]
                : Found(
                    IdentifierFault($"totals[{at}].what", total.What),
                    MoneyCurrencyFault($"totals[{at}].currency", total.Currency));
        }
    }

    public abstract partial record Event
    {
        public sealed record TaxFiled(
            string Filing, TaxReturn Form, int Year, string Sha256, IReadOnlyList<FiledTotal> Totals,
            int? Quarter = null, string? Corrects = null) : Event;
    }

    public sealed partial record Refusal
    {
        public static Refusal TaxFilingExists(string filing) => Of(
            "tax_filing_exists", $"The filing {Identifier.Quote(filing)} has been recorded before.",
            ("filing", filing));

        public static Refusal TaxFilingUnknown(string filing) => Of(
            "tax_filing_unknown", $"There is no filing {Identifier.Quote(filing)} of this form and year.",
            ("filing", filing));
    }
}

namespace Fanz.Ledger.Tax
{
    /// <summary>What is handed to tax authorities.</summary>
    [JsonConverter(typeof(WordJson<TaxReturn>))]
    public enum TaxReturn
    {
        [JsonStringEnumMemberName("1099-nec")]
        Nec,
        [JsonStringEnumMemberName("1099-misc")]
        Misc,
        [JsonStringEnumMemberName("1099-k")]
        K,
        [JsonStringEnumMemberName("1042-s")]
        ForeignPersons,
        [JsonStringEnumMemberName("dac7")]
        Dac7,
        [JsonStringEnumMemberName("uk")]
        Uk,
        [JsonStringEnumMemberName("vat")]
        Vat,
    }

    /// <summary>A sum over a file, by the name of its column.</summary>
    public sealed record FiledTotal(string What, string Currency, long Amount);

    /// <summary>What was filed of a form for a year.</summary>
    public sealed record TaxFilings : Aggregate
    {
        private ImmutableDictionary<string, Event.TaxFiled> Filed { get; init; } =
            ImmutableDictionary.Create<string, Event.TaxFiled>(StringComparer.Ordinal);

        public static string StreamOf(TaxReturn form, int year) =>
            FormattableString.Invariant($"tax_filing/{WordJson<TaxReturn>.WordOf(form)}/{year}");

        public Event.TaxFiled? Of(string filing) => Filed.GetValueOrDefault(filing);

        public override TaxFilings After(Recorded recorded) =>
            recorded.Event is Event.TaxFiled filed && Of(filed.Filing) is null
                ? this with { Filed = Filed.Add(filed.Filing, filed) }
                : throw Impossible(recorded);
    }

    internal static class TaxFiling
    {
        internal static Decision Decide(Command.RecordTaxFiling command, Book book)
        {
            var stream = TaxFilings.StreamOf(command.Form, command.Year);
            var filings = book.Recall<TaxFilings>(stream);
            if (filings.Of(command.Filing) is not null) return Refusal.TaxFilingExists(command.Filing);
            if (command.Corrects is { } earlier && filings.Of(earlier) is null)
                return Refusal.TaxFilingUnknown(earlier);
            return Decision.Of(book, new Draft(
                new Event.TaxFiled(
                    command.Filing, command.Form, command.Year, command.Sha256, command.Totals, command.Quarter,
                    command.Corrects),
                Aggregate: stream));
        }
    }
}
