using System.Text;

namespace Fanz.Ledger.Rails.Csv;

/// <summary>
/// Rows of a table as RFC 4180 has them: fields may be quoted, quotes within are doubled, and within quotes anything
/// may stand. One row is in memory at a time; one that has no end is refused.
/// </summary>
public sealed class CsvRows
{
    private const int MostFields = 300;
    private const int LongestField = 10_000;

    private readonly TextReader text;
    private readonly char delimiter;
    private readonly StringBuilder field = new();
    private readonly List<string> fields = [];
    private readonly char[] buffer = new char[8_192];
    private int at;
    private int end;
    private long line = 1;

    private CsvRows(TextReader text, char delimiter)
    {
        if (delimiter is '"' or '\r' or '\n')
            throw new ArgumentException("A quote or a line break separates no fields.", nameof(delimiter));
        this.delimiter = delimiter;
        this.text = text;
    }

    /// <summary>The stream stays open: it is closed by whoever opened it.</summary>
    public static CsvRows Of(Stream stream, char delimiter = ',') => new(
        new StreamReader(stream, new UTF8Encoding(true, throwOnInvalidBytes: true), false, 8_192, leaveOpen: true),
        delimiter);

    /// <summary>The line on which the row that was read last begins.</summary>
    public long Line { get; private set; }

    /// <summary>The next row, or null at the end.</summary>
    public IReadOnlyList<string>? Next()
    {
        fields.Clear();
        Line = line;
        if (Peek() < 0) return null;
        while (true)
        {
            var last = Peek() == '"' ? Quoted() : Plain();
            fields.Add(field.ToString());
            field.Clear();
            if (fields.Count > MostFields)
                throw Wrong(BankFileReason.TooLarge, $"A row has at most {MostFields} fields.");
            if (last != delimiter) return fields.ToArray();
        }
    }

    /// <summary>Reads to what ends the field; what ended it, or -1 at the end of the file.</summary>
    private int Plain()
    {
        while (true)
        {
            var letter = Take();
            if (letter < 0 || letter == delimiter || letter == '\n') return letter;
            if (letter == '\r') return LineBreak();
            if (letter == '"')
                throw Wrong(BankFileReason.Corrupt, "A quote stands in a field that does not begin with one.");
            Append(letter);
        }
    }

    private int Quoted()
    {
        Take();
        while (true)
        {
            var letter = Take();
            if (letter < 0) throw Wrong(BankFileReason.Truncated, "A quoted field has no end.");
            if (letter != '"') Append(letter);
            else if (Peek() == '"')
            {
                Take();
                Append('"');
            }
            else break;
        }

        var next = Take();
        if (next < 0 || next == delimiter || next == '\n') return next;
        return next == '\r' ? LineBreak() : throw Wrong(BankFileReason.Corrupt, "Something follows a closing quote.");
    }

    private int LineBreak() =>
        Take() == '\n' ? '\n' : throw Wrong(BankFileReason.Corrupt, "A line ends in half a line break.");

    private void Append(int letter)
    {
        if (letter == 0) throw Wrong(BankFileReason.WrongCharacter, "A field has a NUL character.");
        if (field.Length == LongestField)
            throw Wrong(BankFileReason.TooLarge, $"A field has at most {LongestField} characters.");
        field.Append((char)letter);
    }

    private int Take()
    {
        var letter = Peek();
        if (letter < 0) return letter;
        at++;
        if (letter == '\n') line++;
        return letter;
    }

    private int Peek()
    {
        if (at < end) return buffer[at];
        try
        {
            (at, end) = (0, text.Read(buffer));
        }
        catch (DecoderFallbackException)
        {
            throw Wrong(BankFileReason.WrongCharacter, "It is not in UTF-8.");
        }

        return end == 0 ? -1 : buffer[at];
    }

    private UnreadableBankFile Wrong(string reason, string message) => new(reason, message, line);
}
