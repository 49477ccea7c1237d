using System.Buffers.Binary;
using System.Globalization;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>
/// A place in a book's journal on one timeline of it, as text `N-HEX`: the number, and the first 64 bits of the hash of
/// the seal that covers it. A seal's hash covers all that came before, so whoever comes with a cursor whose seal is not
/// in the chain has read commits that were lost with a primary. Before the first record it is `0`.
/// </summary>
public readonly record struct JournalCursor
{
    private const int HexDigits = 16;

    /// <summary>No book comes so far; up to here, numbers can be added up without care.</summary>
    private const long MostNumber = 1L << 62;

    private readonly ulong seal;

    private JournalCursor(long number, ulong seal) => (Number, this.seal) = (number, seal);

    public static JournalCursor Start => default;

    public long Number { get; }

    /// <summary>The first bytes of the seal's hash, where a cursor is part of something else.</summary>
    internal ulong Seal => seal;

    public static JournalCursor Of(long number, ReadOnlySpan<byte> hashOfSeal) =>
        new(number, BinaryPrimitives.ReadUInt64BigEndian(hashOfSeal));

    internal static JournalCursor Of(long number, ulong seal) => new(number, seal);

    public override string ToString() => Number == 0
        ? "0"
        : string.Create(CultureInfo.InvariantCulture, $"{Number}-{seal:x16}");

    /// <summary>Reads the one form that a cursor is written in.</summary>
    public static bool TryParse(string text, out JournalCursor cursor)
    {
        cursor = default;
        if (text == "0") return true;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 1 || text.Length != dash + 1 + HexDigits) return false;
        if (!long.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !ulong.TryParse(
                text.AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var seal))
            return false;
        cursor = new JournalCursor(number, seal);
        return number is > 0 and < MostNumber && cursor.ToString() == text;
    }
}

/// <summary>A record with its entries, and the cursor of the place behind it.</summary>
public sealed record Placed(JournalCursor Cursor, Appended Appended);
