using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Rails.Csv;

/// <summary>What a row of a processor's report is about.</summary>
public enum ProcessorLineKind
{
    Charge,
    Refund,
    Chargeback,
    ChargebackWon,
    Fee,
    ReserveKept,
    ReserveReleased,

    /// <summary>What the processor paid to our bank.</summary>
    Payout,
    Other,
}

/// <summary>One row of a processor's report; amounts are signed as they change what the processor owes us.</summary>
public sealed record ProcessorLine(
    long Line, ProcessorLineKind Kind, LocalDate On, string Reference, Currency Currency, long Gross, long Fee,
    long Net);

/// <summary>
/// Which columns of a processor's report mean what, and what its words for kinds mean. Net is gross less fee: where the
/// report has all three, each row is checked.
/// </summary>
public sealed record ProcessorMapping(
    string On, string Reference, string Kind, string Currency, string Gross,
    IReadOnlyDictionary<string, ProcessorLineKind> Kinds)
{
    public char Delimiter { get; init; } = ',';

    public char DecimalPoint { get; init; } = '.';

    public string DayPattern { get; init; } = "uuuu-MM-dd";

    public string? Fee { get; init; }

    public string? Net { get; init; }

    internal IEnumerable<string> Columns =>
        new[] { On, Reference, Kind, Currency, Gross, Fee, Net }.OfType<string>();

    public IEnumerable<Fault> Faults()
    {
        var form = new CsvStatementMapping(On, Gross)
        {
            Delimiter = Delimiter, DecimalPoint = DecimalPoint, DayPattern = DayPattern,
        };
        foreach (var fault in form.Faults()) yield return fault;
        if (Columns.Any(string.IsNullOrEmpty) || Columns.Distinct(StringComparer.Ordinal).Count() != Columns.Count())
            yield return new Fault("columns", "repeated", "A column has a name and means one thing.");
        if (Kinds is null or { Count: 0 })
            yield return new Fault("kinds", "ill_formed", "The words for kinds are missing.");
    }
}

/// <summary>
/// Reads a processor's report, row by row; a word for a kind that the mapping does not have is refused.
/// </summary>
public static class ProcessorReportReader
{
    public static IEnumerable<ProcessorLine> Read(Stream stream, ProcessorMapping mapping)
    {
        if (mapping.Faults().FirstOrDefault() is { } fault)
            throw new ArgumentException(fault.ToString(), nameof(mapping));
        var table = new CsvTable(stream, mapping.Delimiter, mapping.DecimalPoint, mapping.DayPattern, mapping.Columns);
        return Lines(table, mapping);
    }

    private static IEnumerable<ProcessorLine> Lines(CsvTable table, ProcessorMapping mapping)
    {
        var seen = new SeenOnce();
        while (table.Next())
        {
            var word = table.Text(mapping.Kind);
            if (!mapping.Kinds.TryGetValue(word, out var kind))
                throw table.Wrong(
                    BankFileReason.ForeignFormat, "The mapping does not say what this kind is.", mapping.Kind);
            var currency = table.Currency(mapping.Currency);
            var reference = table.Text(mapping.Reference);
            if (reference.Length == 0)
                throw table.Wrong(BankFileReason.Missing, "A row has a reference.", mapping.Reference);
            if (!seen.IsFirst($"{kind}\n{reference}"))
                throw table.Wrong(BankFileReason.Duplicate, "The reference is there twice.", mapping.Reference);
            var gross = table.Amount(mapping.Gross, currency);
            var fee = table.TextOrNull(mapping.Fee) is null ? 0 : table.Amount(mapping.Fee!, currency);
            var net = mapping.Net is null ? gross - fee : table.Amount(mapping.Net, currency);
            if (net != gross - fee)
                throw table.Wrong(BankFileReason.WrongTotal, $"{gross} less {fee} is not {net}.", mapping.Net);
            yield return new ProcessorLine(
                table.Line, kind, table.Day(mapping.On), reference, currency, gross, fee, net);
        }
    }
}
