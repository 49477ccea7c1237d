using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Rails.Csv;
using Fanz.Ledger.Rails.Iso20022;
using Fanz.Ledger.Rails.Nacha;

namespace Fanz.Ledger.Host.Banking;

/// <summary>What a table of a bank does not say itself.</summary>
internal sealed record TableTerms(CsvStatementMapping Mapping, string Account, Money.Currency Currency);

/// <summary>
/// A bank's file, read twice: once from end to end before anything is posted, when every line is judged and the totals
/// must come to what the file says; and once more for what is posted.
/// </summary>
internal sealed class BankFileReading(string path, TableTerms? table, string? name = null)
{
    private BankFileKind kind;

    public string Name { get; } = name ?? Path.GetFileName(path);

    public BankFileSummary? Summary { get; private set; }

    /// <summary>What is wrong with it: then nothing of it is posted.</summary>
    public BankFileFault? Fault { get; private set; }

    public string Format => kind switch
    {
        BankFileKind.Statement => "camt.053",
        BankFileKind.Notification => "camt.054",
        BankFileKind.StatusReport => "pain.002",
        BankFileKind.NachaReturns => "nacha",
        _ => "csv",
    };

    public bool HasStatements => kind is BankFileKind.Statement or BankFileKind.Csv;

    /// <summary>Reads all of it. The summary or the fault is there then.</summary>
    public void Validate(string? format)
    {
        using var stream = Open();
        kind = KindOf(stream, format);
        stream.Position = 0;
        if (kind == BankFileKind.Csv && table is null)
        {
            Fault = new BankFileFault(
                BankFileReason.ForeignFormat, "A table needs a mapping that says what its columns mean.", 1);
            return;
        }

        (Summary, Fault) = kind == BankFileKind.Csv
            ? BankFile.Validate(stream, input => Table(input, "table"))
            : BankFile.Validate(kind, stream);
        // A table has no name of its own: what is in it is its name.
        if (Summary is not null && kind == BankFileKind.Csv)
            Summary = Summary with { Id = $"csv-{Summary.Sha256[..32]}" };
        if (Summary is not null && Identifier.Problem(Summary.Id) is { } problem)
            (Summary, Fault) = (null, new BankFileFault(BankFileReason.Corrupt, $"The file's name {problem}.", 1));
    }

    /// <summary>What it says, line by line.</summary>
    public IEnumerable<Saying> Sayings()
    {
        using var stream = Open();
        switch (kind)
        {
            case BankFileKind.StatusReport:
                foreach (var saying in Statuses(StatusReportReader.Read(stream))) yield return saying;
                yield break;
            case BankFileKind.NachaReturns:
                foreach (var line in NachaReader.ReadReturns(stream).Lines) yield return ReturnOf(line);
                yield break;
        }

        var statements = kind == BankFileKind.Csv ? [Table(stream, Summary!.Id)] : CamtReader.Read(stream);
        foreach (var statement in statements)
        {
            var references = new LineReferences();
            foreach (var booking in Bookings(statement.Lines))
                foreach (var line in booking)
                    yield return MovementOf(statement, line, references.Of(line, booking.Count));
        }
    }

    private FileStream Open() => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);

    private BankStatement Table(Stream stream, string id) =>
        CsvStatementReader.Read(stream, table!.Mapping, id, table.Account, table.Currency);

    private static BankFileKind KindOf(FileStream stream, string? format)
    {
        var beginning = new byte[BankFileFormat.Beginning];
        var found = BankFileFormat.Detect(beginning.AsSpan(0, stream.ReadAtLeast(beginning, beginning.Length, false)));
        var asked = format switch
        {
            null or "auto" => found,
            "camt.053" => BankFileKind.Statement,
            "camt.054" => BankFileKind.Notification,
            "pain.002" => BankFileKind.StatusReport,
            "nacha" => BankFileKind.NachaReturns,
            _ => BankFileKind.Csv,
        };
        // Payments that we send are not what comes back, and an empty file of returns looks like them.
        return asked == BankFileKind.Nacha ? BankFileKind.NachaReturns : asked;
    }

    /// <summary>The lines of one booking together, so that the parts of a bulk can be told apart.</summary>
    private static IEnumerable<IReadOnlyList<BankLine>> Bookings(IEnumerable<BankLine> lines)
    {
        var booking = new List<BankLine>();
        foreach (var line in lines)
        {
            if (booking.Count > 0 && booking[0].Entry != line.Entry)
            {
                yield return booking;
                booking = [];
            }

            booking.Add(line);
        }

        if (booking.Count > 0) yield return booking;
    }

    private static Saying.Movement MovementOf(BankStatement statement, BankLine line, string reference)
    {
        var said = line.References;
        var information = said.PaymentInformationId;
        // We call the payment information of a file by the file's message and a number.
        var ofFile = information?.LastIndexOf('-') is > 0 and var dash ? information[..dash] : null;
        return new Saying.Movement(
            line.Line, line.Amount, statement.Currency.Code, line.BookedOn, reference,
            said.ServicerReference ?? said.EntryReference, Named(said.EndToEndId, said.InstructionId),
            Named(said.MessageId, information, ofFile, said.EndToEndId, said.InstructionId), said.ReturnCode,
            said.ReturnReason, line.IsReversal);
    }

    private static Saying.Return ReturnOf(ReturnLine line) => new(
        line.Line, line.Code, line.Amount, line.IsDebit, line.IsChange, line.Identification.Trim(),
        long.Parse(line.OriginalTrace.AsSpan(8), CultureInfo.InvariantCulture));

    private static IEnumerable<Saying> Statuses(StatusReport report)
    {
        if (report.GroupStatus is { } all)
            yield return new Saying.Status(
                1, null, report.OriginalMessageId, all, First(report.Reasons)?.Code, First(report.Reasons)?.Text,
                null);
        foreach (var line in report.Lines)
            yield return new Saying.Status(
                line.Line, line.EndToEndId ?? line.InstructionId, line.IsOfAll ? report.OriginalMessageId : null,
                line.Status, First(line.Reasons)?.Code, First(line.Reasons)?.Text, line.Amount);
    }

    private static StatusReason? First(IReadOnlyList<StatusReason> reasons) => reasons.Count == 0 ? null : reasons[0];

    private static string[] Named(params string?[] names) =>
        [.. names.OfType<string>().Where(name => Identifier.Problem(name) is null).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// By what a line is known wherever it is told again: the bank's reference, and within a bulk the payment's own
    /// name. Where a bank gives none, the day, the amount and the words, counted where they are there several times.
    /// </summary>
    private sealed class LineReferences
    {
        private const int Longest = 100;
        private readonly Dictionary<string, int> alike = new(StringComparer.Ordinal);

        public string Of(BankLine line, int parts)
        {
            var said = line.References;
            var own = said.ServicerReference ?? said.EntryReference;
            if (own is not null && parts == 1) return Counted(Short(own));
            var name = said.EndToEndId ?? said.InstructionId;
            if (own is not null && name is not null) return Counted(Short($"{own}/{name}"));
            if (own is not null) return Counted(Short(own));
            var words = $"{name}\0{line.Text}";
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(words)))[..12];
            return Counted(string.Create(
                CultureInfo.InvariantCulture, $"~{line.BookedOn:uuuuMMdd}/{line.Amount}/{hash}"));
        }

        private string Counted(string reference)
        {
            var times = alike[reference] = alike.GetValueOrDefault(reference) + 1;
            return times == 1 ? reference : string.Create(CultureInfo.InvariantCulture, $"{reference}#{times}");
        }

        private static string Short(string text) => text.Length <= Longest
            ? text
            : $"{text[..60]}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24]}";
    }
}
