using System.Security.Cryptography;
using System.Text;

namespace Fanz.Ledger.Host.Importing;

/// <summary>A record of a file: the line that it begins on, and its fields in the order that was asked for.</summary>
internal sealed record CsvRow(int Line, IReadOnlyList<string> Fields)
{
    public string this[int column] => Fields[column];
}

/// <summary>
/// Reads a file of RFC 4180 in UTF-8 record by record, however long it is, and hashes it on the way. The first record
/// names the columns, all of them and no others, in any order. A record that is wrong is told and left out; after a
/// quote that is wrong nothing can be trusted, and the rest of the file is.
/// </summary>
internal sealed class CsvReader(Stream stream, string file, IReadOnlyList<string> columns, Problems problems)
    : IDisposable
{
    private const int LongestField = 8_000;
    private const int EndOfFile = -1;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] block = new byte[1 << 16];
    private readonly byte[] field = new byte[LongestField];
    private int read;
    private int next;
    private int line = 1;
    private IReadOnlyList<string> header = [];
    private bool isMisread;

    /// <summary>Of everything that was read; of the whole file once it has no more rows.</summary>
    public string Sha256 => Convert.ToHexStringLower(hash.GetCurrentHash());

    public IEnumerable<CsvRow> Rows()
    {
        SkipByteOrderMark();
        if (ReadRecord() is not { } first || isMisread) yield break;
        if (PlacesOf(first.Fields) is not { } places) yield break;
        header = first.Fields;
        while (Peek() != EndOfFile)
        {
            if (ReadRecord() is not { } record) yield break;
            if (isMisread) continue;
            if (record.Fields.Count == columns.Count)
                yield return record with { Fields = [.. places.Select(place => record.Fields[place])] };
            else
                problems.Add(file, record.Line, null, $"has {record.Fields.Count} fields, not {columns.Count}.");
        }
    }

    public void Dispose()
    {
        hash.Dispose();
        stream.Dispose();
    }

    /// <summary>Where in the file each column is, or null where one is missing, unknown or named twice.</summary>
    private int[]? PlacesOf(IReadOnlyList<string> named)
    {
        var found = problems.Count;
        foreach (var missing in columns.Except(named, StringComparer.Ordinal))
            problems.Add(file, 1, missing, "is missing; the first line names the columns.");
        foreach (var unknown in named.Except(columns, StringComparer.Ordinal))
            problems.Add(file, 1, unknown, $"is no column of it; there are {string.Join(",", columns)}.");
        foreach (var twice in named.GroupBy(name => name, StringComparer.Ordinal).Where(some => some.Count() > 1))
            problems.Add(file, 1, twice.Key, "is named twice.");
        if (problems.Count > found) return null;
        return [.. columns.Select(column => named.ToList().IndexOf(column))];
    }

    /// <summary>The next record; null at the end of the file, and where it cannot be read on.</summary>
    private CsvRow? ReadRecord()
    {
        if (Peek() == EndOfFile)
        {
            problems.Add(file, 1, null, "is empty; the first line names the columns.");
            return null;
        }

        var (fields, began) = (new List<string>(columns.Count), line);
        isMisread = false;
        while (true)
        {
            if (ReadField(began, fields.Count) is not { } text) return null;
            fields.Add(text);
            switch (Take())
            {
                case ',': continue;
                case EndOfFile: return new CsvRow(began, fields);
                case '\n':
                    line++;
                    return new CsvRow(began, fields);
                case '\r' when Take() == '\n':
                    line++;
                    return new CsvRow(began, fields);
                default:
                    Unreadable(line, fields.Count - 1, "goes on after its closing quote, or ends in a bare CR.");
                    return null;
            }
        }
    }

    private string? ReadField(int began, int place)
    {
        var length = 0;
        if (Peek() == '"')
        {
            Take();
            while (true)
            {
                var taken = Take();
                if (taken == EndOfFile) return Unreadable(began, place, "has a quote that is never closed.");
                if (taken == '"' && Peek() != '"') break;
                if (taken == '"') Take();
                if (taken == '\n') line++;
                if (length == LongestField) return Unreadable(began, place, "is too long, or has a stray quote.");
                field[length++] = (byte)taken;
            }
        }
        else
        {
            while (Peek() is not (EndOfFile or ',' or '\n' or '\r'))
            {
                if (Peek() == '"') return Unreadable(line, place, "has a quote in its middle.");
                if (length == LongestField) return Unreadable(line, place, "is too long.");
                field[length++] = (byte)Take();
            }
        }

        try
        {
            return Strict.GetString(field, 0, length);
        }
        catch (DecoderFallbackException)
        {
            problems.Add(file, line, ColumnAt(place), "is not UTF-8.");
            isMisread = true;
            return "";
        }
    }

    private string? Unreadable(int at, int place, string problem)
    {
        problems.Add(file, at, ColumnAt(place), $"{problem} Nothing after it was read.");
        return null;
    }

    private string ColumnAt(int place) => place < header.Count ? header[place] : $"field {place + 1}";

    /// <summary>Spreadsheets put one at the beginning of what they save as UTF-8.</summary>
    private void SkipByteOrderMark()
    {
        if (Peek() == 0xEF && read >= 3 && block[1] == 0xBB && block[2] == 0xBF) next = 3;
    }

    private int Peek()
    {
        if (next < read) return block[next];
        (next, read) = (0, stream.Read(block));
        hash.AppendData(block, 0, read);
        return read == 0 ? EndOfFile : block[0];
    }

    private int Take()
    {
        var taken = Peek();
        if (taken != EndOfFile) next++;
        return taken;
    }
}
