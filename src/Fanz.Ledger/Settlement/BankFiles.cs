using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Journal;

public abstract partial record Command
{
    /// <summary>
    /// A file of a bank was read from end to end and is about to be posted. What is in it is said first, so that
    /// the same file is never another one, and one that was stopped half-way is gone on with.
    /// </summary>
    /// <param name="File">The bank's own name of it.</param>
    /// <param name="Format">Such as camt.053, camt.054, pain.002, nacha or csv.</param>
    /// <param name="Sha256">Over all of its bytes.</param>
    /// <param name="Lines">How many lines it has that say something.</param>
    public sealed record BeginBankFile(
        string File, string Format, string Sha256, long Lines, IReadOnlyList<BankFileTotal> Totals,
        string? Bank = null, string? Name = null) : Command
    {
        private const int MostCurrencies = 20;

        internal override int MostLegs => 0;

        internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("file", File),
                IdentifierFault("format", Format),
                HashFault("sha256", Sha256),
                Lines >= 0 ? null : new Fault("lines", "ill_formed", "A file has no fewer than no lines."),
                Bank is null ? null : IdentifierFault("bank", Bank),
                Name is null ? null : IdentifierFault("name", Name))
            .Concat(TotalsFaults());

        private IEnumerable<Fault> TotalsFaults()
        {
            const string field = "totals";
            if (Totals is null) return [new Fault(field, "ill_formed", $"{field} is missing")];
            if (Totals.Count > MostCurrencies)
                return [new Fault(field, "too_many", $"At most {MostCurrencies} currencies are named.")];
            if (Totals.Any(total => total is null || !Money.Currency.TryOf(total.Currency, out _)))
                return [new Fault(field, "unknown_currency", "A total is in a currency that is known.")];
            if (Totals.Any(total => total.In < 0 || total.Out < 0))
                return [new Fault(field, "ill_formed", "What came in and what went out are not below zero.")];
            return Totals.DistinctBy(total => total.Currency).Count() == Totals.Count
                ? []
                : [new Fault(field, "repeated", "A currency has one total.")];
        }
    }

    /// <summary>A page of a file has been dealt with, line by line.</summary>
    public sealed record RecordBankLines(
        string File, int Page, IReadOnlyList<BankFileItem> Items, string? Bank = null) : Command
    {
        internal override int MostLegs => 0;

        internal override IEnumerable<Fault> Faults(BookName book) => Found(
                IdentifierFault("file", File),
                Page > 0 ? null : new Fault("page", "ill_formed", "Pages are numbered from 1."),
                Bank is null ? null : IdentifierFault("bank", Bank))
            .Concat(BankFileItem.Faults(Items));
    }

    /// <summary>All lines of a file have been dealt with, and come to what was said of it.</summary>
    public sealed record FinishBankFile(string File, string? Bank = null) : Command
    {
        internal override int MostLegs => 0;

        internal override IEnumerable<Fault> Faults(BookName book) => Found(
            IdentifierFault("file", File), Bank is null ? null : IdentifierFault("bank", Bank));
    }
}

public abstract partial record Event
{
    public sealed record BankFileBegun(
        string File, string Format, string Sha256, long Lines, IReadOnlyList<BankFileTotal> Totals,
        string? Bank = null, string? Name = null) : Event;

    public sealed record BankLinesRecorded(
        string File, int Page, IReadOnlyList<BankFileItem> Items, string? Bank = null) : Event;

    /// <param name="Findings">Of how many lines a person has to know.</param>
    public sealed record BankFileFinished(
        string File, long Lines, long Posted, long Known, long Suspense, long Findings,
        string? Bank = null) : Event;
}

public sealed partial record Refusal
{
    public static Refusal BankFileExists(string file, string state) => Of(
        "bank_file_exists", $"The file {Identifier.Quote(file)} is {state} already.",
        ("file", file), ("state", state));

    public static Refusal BankFileDiffers(string file, string sha256) => Of(
        "bank_file_differs",
        $"The file {Identifier.Quote(file)} came before with other content: the bank has to say which is right.",
        ("file", file), ("sha256", sha256));

    public static Refusal BankFileNotUnderWay(string file, string state) => Of(
        "bank_file_not_under_way", $"The file {Identifier.Quote(file)} is {state}, not under way.",
        ("file", file), ("state", state));

    public static Refusal NotNextPage(string file, int page, int next) => Of(
        "not_next_page", $"Page {next} of the file {Identifier.Quote(file)} comes next, not {page}.",
        ("file", file), ("page", page), ("next", next));

    public static Refusal BankFileIncomplete(string file, string what, Int128 come, Int128 expected) => Of(
        "bank_file_incomplete",
        $"Of {what} {come} have come by the file {Identifier.Quote(file)}, which has {expected}.",
        ("file", file), ("of", what), ("come", come), ("expected", expected));
}
