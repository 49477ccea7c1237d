using System.Globalization;
using System.Text.Json;
using Fanz.Ledger.Audit;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Checkpoints;

/// <summary>A file is not what it should be. The message says which member of it.</summary>
public sealed class ProofUnreadable(string message) : Exception(message);

/// <summary>
/// A member of a checkpoint's or a proof's JSON. A file comes from outside: whatever is missing or of another kind is
/// told by its place, and nothing is taken for something else.
/// </summary>
internal readonly record struct ReadMember(JsonElement Json, string Place)
{
    internal static readonly InstantPattern Times =
        InstantPattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss.ffffff'Z'");

    private const int MostHashesInAPath = 63;

    // Beyond these no microseconds are counted; nothing was recorded then.
    private static readonly Instant FirstTime = Instant.FromUtc(1970, 1, 1, 0, 0);
    private static readonly Instant LastTime = Instant.FromUtc(2200, 1, 1, 0, 0);

    public static ReadMember Root(JsonElement json) => new ReadMember(json, "the file").Of(JsonValueKind.Object);

    public ReadMember this[string name] =>
        Of(JsonValueKind.Object).Json.TryGetProperty(name, out var value)
            ? new ReadMember(value, name)
            : throw new ProofUnreadable($"{Place} has no {name}.");

    /// <summary>A member that need not be there.</summary>
    public ReadMember? Find(string name) =>
        Of(JsonValueKind.Object).Json.TryGetProperty(name, out var value) ? new ReadMember(value, name) : null;

    public bool IsNull => Json.ValueKind == JsonValueKind.Null;

    public string Text()
    {
        try
        {
            return Of(JsonValueKind.String).Json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Unfit("no text: half of a character stands alone");
        }
    }

    public string? TextOrNull() => IsNull ? null : Text();

    public long Number() => Json.ValueKind == JsonValueKind.Number && Json.TryGetInt64(out var number)
        ? number
        : throw Unfit("no whole number of 64 bits");

    public int Small() => Number() is >= 0 and <= int.MaxValue and var number ? (int)number : throw Unfit("no count");

    public byte[] Hash()
    {
        var text = Text();
        if (text.Length != 2 * Merkle.HashLength || text.Any(c => c is not (>= '0' and <= '9' or >= 'a' and <= 'f')))
            throw Unfit("no hash of 64 hexadecimal digits in small letters");
        return Convert.FromHexString(text);
    }

    public byte[] Base64()
    {
        var text = Text();
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : throw Unfit("no base64");
    }

    public Instant Time() =>
        Times.Parse(Text()).TryGetValue(default, out var time) && time < LastTime && time >= FirstTime
        ? time
        : throw Unfit("no time as 2026-01-15T12:00:00.000000Z");

    public LocalDate Date() => LocalDatePattern.Iso.Parse(Text()).TryGetValue(default, out var date)
        ? date
        : throw Unfit("no date as 2026-01-15");

    public IEnumerable<ReadMember> Items()
    {
        var place = Place;
        return Of(JsonValueKind.Array).Json.EnumerateArray()
            .Select((item, index) => new ReadMember(
                item, string.Create(CultureInfo.InvariantCulture, $"{place}[{index}]")));
    }

    public IReadOnlyList<byte[]> Hashes() => [.. Items().Select(item => item.Hash())];

    public MerklePath Path()
    {
        var path = new MerklePath(this["index"].Number(), this["size"].Number(), this["hashes"].Hashes());
        return path.Hashes.Count <= MostHashesInAPath ? path : throw Unfit("no path: it is too long");
    }

    public ReadMember Of(JsonValueKind kind) => Json.ValueKind == kind ? this : throw Unfit($"no {kind}");

    public ProofUnreadable Unfit(string what) => new($"{Place} is {what}.");
}
