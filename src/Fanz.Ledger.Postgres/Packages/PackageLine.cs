using System.Buffers;
using System.Text.Json;
using Fanz.Ledger.Postgres.Audit;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>A line of a package is not what its format says.</summary>
internal sealed class LineRefused(string message) : Exception(message);

/// <summary>
/// One line of a package. Every line is an object whose first member says what it is; members that are not known are
/// skipped, and one that is missing or of another kind is a fault.
/// </summary>
internal ref struct PackageLine
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    private Utf8JsonReader reader;
    private bool isInside;

    private PackageLine(ReadOnlySpan<byte> line) => reader = new Utf8JsonReader(line);

    /// <summary>Reads the word that the line begins with and its value.</summary>
    public static PackageLine Open(ReadOnlySpan<byte> line, out string word)
    {
        var opened = new PackageLine(line);
        opened.Next(JsonTokenType.StartObject);
        opened.Next(JsonTokenType.PropertyName);
        word = opened.reader.GetString()!;
        opened.reader.Read();
        return opened;
    }

    public readonly long Number() => reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)
        ? number
        : throw new LineRefused("a number is not one of 64 bits");

    public readonly string Text() => reader.TokenType == JsonTokenType.String
        ? reader.GetString()!
        : throw new LineRefused("a text is missing");

    public readonly byte[] Bytes()
    {
        if (reader.TokenType != JsonTokenType.String) throw new LineRefused("a text is missing");
        if (!reader.ValueIsEscaped) return reader.ValueSpan.ToArray();
        var bytes = new byte[reader.ValueSpan.Length];
        return bytes[..reader.CopyString(bytes)];
    }

    public readonly bool Flag() => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw new LineRefused("a choice is neither true nor false"),
    };

    public readonly byte[] Hex() =>
        reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length % 2 == 0
            && !reader.ValueSpan.ContainsAnyExcept(HexDigits)
        ? Convert.FromHexString(reader.ValueSpan)
        : throw new LineRefused("bytes are not written in hexadecimal");

    public readonly byte[] Base64() =>
        reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var bytes)
        ? bytes
        : throw new LineRefused("bytes are not written in base64");

    public readonly long Time() => PackageFormat.TryReadTime(Text(), out var time)
        ? time
        : throw new LineRefused("a time is not one");

    public readonly int Date() => PackageFormat.TryReadDate(Text(), out var day)
        ? day
        : throw new LineRefused("a date is not one");

    /// <summary>Moves to the next member; its value is then read. False after the last.</summary>
    public bool Member(out string name)
    {
        name = "";
        // What nobody looked into is passed over as a whole.
        if (!isInside && reader.TokenType is (JsonTokenType.StartObject or JsonTokenType.StartArray)) reader.Skip();
        isInside = false;
        if (!reader.Read()) throw new LineRefused("it ends within itself");
        if (reader.TokenType == JsonTokenType.EndObject) return false;
        if (reader.TokenType != JsonTokenType.PropertyName) throw new LineRefused("it is no object");
        name = reader.GetString()!;
        reader.Read();
        return true;
    }

    /// <summary>The members that are read next are those of the object that is the value.</summary>
    public void Enter()
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new LineRefused("it is no object");
        isInside = true;
    }

    /// <summary>Whether an array has another element, which is then read.</summary>
    public bool Element()
    {
        reader.Read();
        return reader.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>The entries of a record: arrays of position, account, version, amount and balance.</summary>
    public void Entries(long number, List<EntryRow> entries)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new LineRefused("entries are no array");
        while (Element())
        {
            if (reader.TokenType != JsonTokenType.StartArray) throw new LineRefused("an entry is no array");
            entries.Add(new EntryRow(
                Position: NextNumber(), AccountId: NextNumber(), number, Version: NextNumber(), Amount: NextNumber(),
                Balance: NextNumber()));
            Next(JsonTokenType.EndArray);
        }
    }

    /// <summary>The value as it is written, an object or anything else.</summary>
    public byte[] Raw(ReadOnlySpan<byte> line)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return line[start..(int)reader.BytesConsumed].ToArray();
    }

    private long NextNumber()
    {
        reader.Read();
        return Number();
    }

    private void Next(JsonTokenType expected)
    {
        if (!reader.Read() || reader.TokenType != expected) throw new LineRefused("it is not what its format says");
    }
}
