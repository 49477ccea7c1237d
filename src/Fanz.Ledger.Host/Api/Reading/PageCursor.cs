using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Postgres.Journal;

namespace Fanz.Ledger.Host.Api.Reading;

/// <summary>
/// Where a page of a list ends and the next one begins, as text that is nobody's business. It carries the place's seal,
/// like every cursor, and a mark of the list that it belongs to, so that it is not taken for a place in another.
/// </summary>
/// <param name="IsNewestFirst">The order of the list.</param>
/// <param name="IsTowardsNewer">The direction in which to go on from here.</param>
/// <param name="Place">The record at the edge of the page.</param>
/// <param name="Key">What the list is ordered by: a position or a number.</param>
internal readonly record struct PageCursor(bool IsNewestFirst, bool IsTowardsNewer, JournalCursor Place, long Key)
{
    private const int Length = 1 + (4 * sizeof(long));

    public string Write(ulong list)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = (byte)((IsNewestFirst ? 1 : 0) | (IsTowardsNewer ? 2 : 0));
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], Place.Number);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[9..], Place.Seal);
        BinaryPrimitives.WriteInt64BigEndian(bytes[17..], Key);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[25..], list);
        return Base64Url.EncodeToString(bytes);
    }

    public static PageCursor? Read(string text, ulong list)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length > 2 * Length || !Base64Url.IsValid(text, out var length) || length != Length) return null;
        Base64Url.DecodeFromChars(text, bytes);
        var number = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        var key = BinaryPrimitives.ReadInt64BigEndian(bytes[17..]);
        var cursor = new PageCursor(
            (bytes[0] & 1) != 0, (bytes[0] & 2) != 0,
            JournalCursor.Of(number, BinaryPrimitives.ReadUInt64BigEndian(bytes[9..])), key);
        // What was not written here is refused, also where it merely reads the same.
        return number > 0 && key > 0 && cursor.Write(list) == text ? cursor : null;
    }

    /// <summary>The mark of a list.</summary>
    public static ulong List(params ReadOnlySpan<string> parts)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts)), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
