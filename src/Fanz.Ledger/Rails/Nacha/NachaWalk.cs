using System.Globalization;
using NodaTime;

namespace Fanz.Ledger.Rails.Nacha;

internal sealed record NachaHeader(
    string Destination, string Origin, LocalDateTime CreatedAt, char Modifier, string DestinationName,
    string OriginName)
{
    /// <summary>By these the clearing house itself tells files apart.</summary>
    public string Id => string.Create(
        CultureInfo.InvariantCulture, $"{Origin}-{CreatedAt:yyyyMMddHHmm}-{Modifier}");
}

internal sealed record NachaBatch(
    string EntryClass, string Service, string CompanyId, LocalDate? EffectiveOn, string Odfi);

internal sealed record NachaEntry(
    long Line, NachaBatch Batch, int Code, string Routing, string Account, long Amount, string Identification,
    string Name, string Trace, IReadOnlyList<NachaAddendum> Addenda);

internal sealed record NachaAddendum(long Line, string Columns);

/// <summary>
/// Goes through a file of the clearing house once and checks all that its own numbers allow: lengths, order of records,
/// check digits, trace numbers, counts, hashes, totals, blocks. An entry is handed on as soon as it is read, so
/// what was handed on is only worth something when the walk has come to its end.
/// </summary>
internal sealed class NachaWalk
{
    private const int MostAddenda = 9_999;

    private readonly RecordStream records;
    private readonly SeenOnce traces = new();
    private Sums batchSums;
    private Sums fileSums;
    private int batches;
    private string? record;

    private record struct Sums(long Entries, long Hash, long Debits, long Credits);

    public NachaWalk(Stream stream)
    {
        records = new RecordStream(stream);
        record = records.Next() ?? throw new UnreadableBankFile(BankFileReason.Truncated, "The file is empty.", 1);
        if (!record.StartsWith("101", StringComparison.Ordinal) || record.Substring(34, 6) != "094101")
            throw Wrong(BankFileReason.ForeignFormat, "It does not begin as a file of the clearing house does.");
        Header = new NachaHeader(
            record[3..13].Trim(), record[13..23].Trim(),
            Day(24).At(Time(30)), record[33], record[40..63].TrimEnd(), record[63..86].TrimEnd());
    }

    public NachaHeader Header { get; }

    /// <param name="rising">
    /// Whether trace numbers rise within a batch. In what came back each begins with the bank that sent it back.
    /// </param>
    public IEnumerable<NachaEntry> Entries(bool rising)
    {
        Advance();
        while (record is { } header && header[0] == '5')
        {
            var batch = BatchOf();
            Advance();
            var last = "";
            while (record![0] == '6')
            {
                var entry = EntryOf(batch);
                if (rising && string.CompareOrdinal(entry.Trace, last) <= 0)
                    throw new UnreadableBankFile(
                        BankFileReason.WrongOrder, "Trace numbers rise within a batch.", entry.Line, 80);
                last = entry.Trace;
                yield return entry;
            }

            EndBatch(batch);
            Advance();
        }

        EndFile();
    }

    private NachaBatch BatchOf()
    {
        batches++;
        batchSums = default;
        if (Number(88, 7) != batches) throw Wrong(BankFileReason.WrongOrder, $"This is batch {batches}.", 88);
        var service = record!.Substring(1, 3);
        if (service is not ("200" or "220" or "225"))
            throw Wrong(BankFileReason.Corrupt, "The service class is 200, 220 or 225.", 2);
        return new NachaBatch(
            record.Substring(50, 3), service, record.Substring(40, 10).Trim(),
            string.IsNullOrWhiteSpace(record.Substring(69, 6)) ? null : Day(70), Digits(80, 8));
    }

    private NachaEntry EntryOf(NachaBatch batch)
    {
        var line = records.Line;
        var code = (int)Number(2, 2);
        if (code is not (>= 21 and <= 29 or >= 31 and <= 39) || code % 10 is 5 or 0)
            throw Wrong(BankFileReason.Corrupt, $"{code} is no code of an entry.", 2);
        var isCredit = code % 10 < 5;
        if ((batch.Service == "220" && !isCredit) || (batch.Service == "225" && isCredit))
            throw Wrong(BankFileReason.Corrupt, $"A batch of class {batch.Service} has no entry of code {code}.", 2);
        var routing = Digits(4, 9);
        if (RoutingNumber.CheckDigit(routing.AsSpan(0, 8)) != routing[8])
            throw Wrong(BankFileReason.WrongCheckDigit, "The check digit of the routing number is wrong.", 12);
        var amount = Number(30, 10);
        var trace = Digits(80, 15);
        if (!traces.IsFirst(trace)) throw Wrong(BankFileReason.Duplicate, "The trace number is there twice.", 80);
        batchSums.Hash += long.Parse(routing.AsSpan(0, 8), CultureInfo.InvariantCulture);
        batchSums.Entries++;
        if (isCredit) batchSums.Credits += amount;
        else batchSums.Debits += amount;
        var entry = new NachaEntry(
            line, batch, code, routing, record!.Substring(12, 17).TrimEnd(), amount, record.Substring(39, 15).TrimEnd(),
            record.Substring(54, 22).TrimEnd(), trace, []);
        var hasAddenda = record[78];
        if (hasAddenda is not ('0' or '1'))
            throw Wrong(BankFileReason.Corrupt, "Whether an entry has addenda is 0 or 1.", 79);
        Advance();
        var addenda = hasAddenda == '1' ? AddendaOf() : [];
        if (record![0] == '7') throw Wrong(BankFileReason.WrongOrder, "This entry has no addenda.", 1);
        return entry with { Addenda = addenda };
    }

    private List<NachaAddendum> AddendaOf()
    {
        var addenda = new List<NachaAddendum>();
        while (record![0] == '7')
        {
            if (addenda.Count == MostAddenda) throw Wrong(BankFileReason.TooLarge, "An entry has too many addenda.", 1);
            addenda.Add(new NachaAddendum(records.Line, record));
            batchSums.Entries++;
            Advance();
        }

        return addenda.Count > 0
            ? addenda
            : throw Wrong(BankFileReason.Missing, "The entry before says that it has addenda.", 1);
    }

    private void EndBatch(NachaBatch batch)
    {
        if (record![0] != '8')
            throw Wrong(BankFileReason.WrongOrder, "An entry or the end of the batch is due here.", 1);
        if (record.Substring(1, 3) != batch.Service || record.Substring(44, 10).Trim() != batch.CompanyId
            || record.Substring(79, 8) != batch.Odfi || Number(88, 7) != batches)
            throw Wrong(BankFileReason.Corrupt, "The end of the batch is of another one than its beginning.", 2);
        Same(BankFileReason.WrongCount, "entries and addenda", Number(5, 6), batchSums.Entries, 5);
        Same(BankFileReason.WrongHash, "hash", Number(11, 10), batchSums.Hash % NachaLayout.HashModulus, 11);
        Same(BankFileReason.WrongTotal, "debits", Number(21, 12), batchSums.Debits, 21);
        Same(BankFileReason.WrongTotal, "credits", Number(33, 12), batchSums.Credits, 33);
        fileSums = new Sums(
            fileSums.Entries + batchSums.Entries, fileSums.Hash + (batchSums.Hash % NachaLayout.HashModulus),
            fileSums.Debits + batchSums.Debits, fileSums.Credits + batchSums.Credits);
    }

    private void EndFile()
    {
        if (record![0] != '9') throw Wrong(BankFileReason.WrongOrder, "A batch or the end of the file is due here.", 1);
        var blocks = (records.Line + NachaLayout.Blocking - 1) / NachaLayout.Blocking;
        Same(BankFileReason.WrongCount, "batches", Number(2, 6), batches, 2);
        Same(BankFileReason.WrongCount, "blocks", Number(8, 6), blocks, 8);
        Same(BankFileReason.WrongCount, "entries and addenda", Number(14, 8), fileSums.Entries, 14);
        Same(BankFileReason.WrongHash, "hash", Number(22, 10), fileSums.Hash % NachaLayout.HashModulus, 22);
        Same(BankFileReason.WrongTotal, "debits", Number(32, 12), fileSums.Debits, 32);
        Same(BankFileReason.WrongTotal, "credits", Number(44, 12), fileSums.Credits, 44);
        while (records.Line % NachaLayout.Blocking != 0)
        {
            Advance();
            if (record.AsSpan().ContainsAnyExcept('9'))
                throw Wrong(BankFileReason.Corrupt, "A block is filled with nines.", 1);
        }

        records.End();
    }

    private void Advance() => record = records.Next()
        ?? throw new UnreadableBankFile(
            BankFileReason.Truncated, "The file ends before its last record.", records.Line + 1);

    private void Same(string reason, string what, long said, long counted, int column)
    {
        if (said != counted) throw Wrong(reason, $"It says {said} for its {what}; there is {counted}.", column);
    }

    private string Digits(int column, int width)
    {
        var digits = record!.Substring(column - 1, width);
        var wrong = digits.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return wrong < 0 ? digits : throw Wrong(BankFileReason.Corrupt, "A digit is due here.", column + wrong);
    }

    private long Number(int column, int width) => long.Parse(Digits(column, width), CultureInfo.InvariantCulture);

    private LocalDate Day(int column)
    {
        Digits(column, 6);
        return NachaDay.Of(record!.AsSpan(column - 1, 6))
            ?? throw Wrong(BankFileReason.WrongDate, "There is no such day.", column);
    }

    private LocalTime Time(int column)
    {
        if (string.IsNullOrWhiteSpace(record!.Substring(column - 1, 4))) return LocalTime.Midnight;
        var (hour, minute) = (Number(column, 2), Number(column + 2, 2));
        return hour < 24 && minute < 60
            ? new LocalTime((int)hour, (int)minute)
            : throw Wrong(BankFileReason.WrongDate, "There is no such time.", column);
    }

    private UnreadableBankFile Wrong(string reason, string message, int? column = null) =>
        new(reason, message, records.Line, column);
}
