using System.Text;
using NodaTime;

namespace Fanz.Ledger.Rails.Nacha;

/// <summary>
/// Writes records and keeps the sums that the control records state. What goes into the records is the caller's: our
/// payments, or a simulated bank's returns.
/// </summary>
internal sealed class NachaRecords(Stream stream) : IDisposable
{
    private readonly StringBuilder record = new(NachaLayout.RecordLength);
    private readonly HashingStream output = new(stream);
    private readonly byte[] bytes = new byte[NachaLayout.RecordLength + 1];
    private Sums batch;
    private Sums file;
    private int batches;
    private long records;

    private record struct Sums(long Entries, long Hash, long Debits, long Credits);

    public long HashOfFile => file.Hash % NachaLayout.HashModulus;

    public void FileHeader(
        string destination, string origin, LocalDateTime at, char modifier, string destinationName, string originName,
        string reference)
    {
        record.Append("101").Append(destination.PadLeft(10)).Append(origin.PadLeft(10)).Day(at.Date)
            .Number(at.Hour, 2).Number(at.Minute, 2).Append(modifier).Append("094101")
            .Text(destinationName, 23).Text(originName, 23).Text(reference, 8);
        End();
    }

    public void BatchHeader(
        string company, string data, string companyId, string entryClass, string description, string descriptiveDate,
        LocalDate effective, string odfi, string service = "220", string settled = "   ")
    {
        batch = default;
        batches++;
        record.Append('5').Append(service).Text(company, 16).Text(data, 20).Text(companyId, 10).Append(entryClass)
            .Text(description, 10).Text(descriptiveDate, 6).Day(effective).Append(settled).Append('1').Append(odfi)
            .Number(batches, 7);
        End();
    }

    public void Entry(
        int code, string routing, string account, long amount, string identification, string name, bool hasAddenda,
        string trace)
    {
        record.Append('6').Number(code, 2).Append(routing).Text(account, NachaLayout.AccountLength).Number(amount, 10)
            .Text(identification, NachaLayout.IdentificationLength).Text(name, NachaLayout.NameLength).Append("  ")
            .Append(hasAddenda ? '1' : '0').Append(trace);
        End();
        batch.Entries++;
        batch.Hash += long.Parse(routing.AsSpan(0, 8), System.Globalization.CultureInfo.InvariantCulture);
        if (code % 10 >= 5) batch.Debits += amount;
        else batch.Credits += amount;
    }

    /// <summary>An addendum, given whole: the columns differ by kind.</summary>
    public void Addendum(string columns)
    {
        record.Append(columns);
        End();
        batch.Entries++;
    }

    public void BatchControl(string companyId, string odfi, string service = "220")
    {
        record.Append('8').Append(service).Number(batch.Entries, 6).Number(batch.Hash % NachaLayout.HashModulus, 10)
            .Number(batch.Debits, 12).Number(batch.Credits, 12).Text(companyId, 10).Append(' ', 25).Append(odfi)
            .Number(batches, 7);
        End();
        file = new Sums(
            file.Entries + batch.Entries, file.Hash + (batch.Hash % NachaLayout.HashModulus),
            file.Debits + batch.Debits, file.Credits + batch.Credits);
    }

    /// <summary>The last record, and lines of nines until the block is full.</summary>
    public (string Sha256, long Length) FileControl()
    {
        var blocks = (records + 1 + NachaLayout.Blocking - 1) / NachaLayout.Blocking;
        record.Append('9').Number(batches, 6).Number(blocks, 6).Number(file.Entries, 8).Number(HashOfFile, 10)
            .Number(file.Debits, 12).Number(file.Credits, 12).Append(' ', 39);
        End();
        while (records % NachaLayout.Blocking != 0)
        {
            record.Append('9', NachaLayout.RecordLength);
            End();
        }

        output.Flush();
        return (output.Sha256(), output.Length);
    }

    public void Dispose() => output.Dispose();

    private void End()
    {
        if (record.Length != NachaLayout.RecordLength)
            throw new InvalidOperationException($"A record of {record.Length} characters.");
        for (var i = 0; i < NachaLayout.RecordLength; i++)
        {
            var letter = record[i];
            if (letter is < ' ' or > '~') throw new InvalidOperationException("A record is in printable ASCII.");
            bytes[i] = (byte)letter;
        }

        bytes[^1] = (byte)'\n';
        output.Write(bytes);
        records++;
        record.Clear();
    }
}
