using Fanz.Ledger.Money;
using Fanz.Ledger.Rails.Iso20022;
using Fanz.Ledger.Rails.Nacha;
using NodaTime;

namespace Fanz.Ledger.Rails;

/// <summary>What a file was found to hold when all of it had been read.</summary>
/// <param name="Id">By which the sender tells his files apart.</param>
/// <param name="Sha256">Of all bytes: two files of one id and different content are no repetition.</param>
public sealed record BankFileSummary(
    BankFileKind Kind, string Id, IReadOnlyList<BankFilePart> Parts, string Sha256, long Length);

/// <summary>A statement, or whatever else has lines of its own.</summary>
/// <param name="Opening">As stated, or as the lines' own balances show it.</param>
public sealed record BankFilePart(
    string Id, string Account, Currency? Currency, LocalDate? From, LocalDate? To, long? Opening, long? Closing,
    long Lines, long Credits, long Debits);

/// <summary>Goes through a whole file before anybody acts on any of it.</summary>
public static class BankFile
{
    /// <summary>
    /// Reads all of a file whose form says what it is. Either all of it can be relied on, or the first fault that
    /// stands against it is told. The stream is read to its end and not closed.
    /// </summary>
    public static (BankFileSummary? Summary, BankFileFault? Fault) Validate(BankFileKind kind, Stream stream) =>
        kind switch
    {
        BankFileKind.Statement or BankFileKind.Notification =>
            Validate(kind, stream, input => CamtReader.Read(input).Select(one => (one.MessageId ?? one.Id, Part(one)))),
        BankFileKind.StatusReport => Validate(kind, stream, input => [Part(StatusReportReader.Read(input))]),
        BankFileKind.NachaReturns => Validate(kind, stream, input => [Part(NachaReader.ReadReturns(input))]),
        BankFileKind.Nacha => Validate(kind, stream, input => [Part(NachaReader.Read(input))]),
        _ => (null, new BankFileFault(BankFileReason.ForeignFormat, $"A file of the kind {kind} is not read here.", 1)),
    };

    /// <summary>Reads all of a table, which its mapping makes a statement.</summary>
    public static (BankFileSummary? Summary, BankFileFault? Fault) Validate(
        Stream stream, Func<Stream, BankStatement> read) =>
        Validate(BankFileKind.Csv, stream, input =>
        {
            var statement = read(input);
            return [(statement.Id, Part(statement))];
        });

    private static (BankFileSummary?, BankFileFault?) Validate(
        BankFileKind kind, Stream stream, Func<Stream, IEnumerable<(string Id, BankFilePart Part)>> read)
    {
        using var input = new HashingStream(stream);
        try
        {
            var parts = new List<BankFilePart>();
            var id = "";
            foreach (var (name, part) in read(input))
            {
                id = name;
                parts.Add(part);
            }

            // What follows the last thing that was read is part of the file all the same.
            Span<byte> rest = stackalloc byte[512];
            while (input.Read(rest) > 0)
            {
            }

            return (new BankFileSummary(kind, id, parts, input.Sha256(), input.Length), null);
        }
        catch (UnreadableBankFile why)
        {
            return (null, why.Fault);
        }
    }

    private static BankFilePart Part(BankStatement statement)
    {
        var sums = new Sums();
        BankLine? first = null;
        BankLine? last = null;
        foreach (var line in statement.Lines)
        {
            sums.Add(line.Amount, line.BookedOn);
            first ??= line;
            last = line;
        }

        var (earliest, latest) = statement.IsNewestFirst ? (last, first) : (first, last);
        return new BankFilePart(
            statement.Id, statement.Account, statement.Currency, statement.From ?? sums.From, statement.To ?? sums.To,
            statement.Opening ?? (earliest?.BalanceAfter - earliest?.Amount), statement.Closing ?? latest?.BalanceAfter,
            sums.Lines, sums.Credits, sums.Debits);
    }

    private static (string, BankFilePart) Part(StatusReport report)
    {
        var sums = new Sums();
        foreach (var _ in report.Lines) sums.Add(0, null);
        return (report.Id, new BankFilePart(
            report.OriginalMessageId, "", null, null, null, null, null, sums.Lines, 0, 0));
    }

    private static (string, BankFilePart) Part(ReturnFile file)
    {
        var sums = new Sums();
        foreach (var line in file.Lines) sums.Add(line.IsDebit ? -line.Amount : line.Amount, null);
        var day = file.CreatedAt.Date;
        return (file.Id, new BankFilePart(
            file.Id, file.Destination, Currency.Of("USD"), day, day, null, null, sums.Lines, sums.Credits,
            sums.Debits));
    }

    private static (string, BankFilePart) Part(NachaFile file)
    {
        var sums = new Sums();
        foreach (var payment in file.Payments) sums.Add(payment.Amount, payment.EffectiveOn);
        return (file.Id, new BankFilePart(
            file.Id, file.Origin, Currency.Of("USD"), sums.From, sums.To, null, null, sums.Lines, sums.Credits,
            sums.Debits));
    }

    private sealed class Sums
    {
        public long Lines { get; private set; }

        public long Credits { get; private set; }

        public long Debits { get; private set; }

        public LocalDate? From { get; private set; }

        public LocalDate? To { get; private set; }

        public void Add(long amount, LocalDate? day)
        {
            Lines++;
            if (amount >= 0) Credits += amount;
            else Debits -= amount;
            if (day is not { } on) return;
            From = From is { } from && from < on ? from : on;
            To = To is { } to && to > on ? to : on;
        }
    }
}
