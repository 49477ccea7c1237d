using System.Security.Cryptography;
using NodaTime;

namespace Fanz.Ledger.Audit;

/// <summary>What became of what somebody asked for.</summary>
public enum TrailKind
{
    /// <summary>What is restricted was shown.</summary>
    Read,

    /// <summary>What only few may do was done.</summary>
    Done,

    /// <summary>Somebody tried, and may not.</summary>
    Refused,
}

/// <summary>
/// What is to be written down: who did what, and with whom or what it was about. Ids stand here and no names, so that
/// whoever looks through the trail learns of nobody more than that there is one.
/// </summary>
/// <param name="Action">What it was, as the document of the API names it: `reveal_tax_form`.</param>
/// <param name="Actor">The service, and the person; empty where nobody was known.</param>
public sealed record TrailNote(TrailKind Kind, string Action, string Actor)
{
    public string? KeyId { get; init; }

    public string? Platform { get; init; }

    /// <summary>Of whom or what: `creator:mia`, `key:0123456789abcdef`.</summary>
    public string? Subject { get; init; }

    /// <summary>What of the subject: `tax_form/w9-1`. Of a refused attempt the code that it was refused with.</summary>
    public string? Item { get; init; }

    /// <summary>The record of the journal that says more.</summary>
    public long? Number { get; init; }

    public int Times { get; init; } = 1;

    public string? Request { get; init; }

    public static string WordOf(TrailKind kind) => kind switch
    {
        TrailKind.Read => "read",
        TrailKind.Done => "done",
        TrailKind.Refused => "refused",
        _ => throw new Journal.InvariantBroken($"{kind} is no kind of line."),
    };
}

/// <summary>A line of a tenant's trail, chained to the one before it.</summary>
/// <param name="Kind">As it is written, so that a line that was changed to what there is not can be told as such.</param>
/// <param name="Previous">The hash of the line before; zeros before the first.</param>
public sealed record TrailLine(
    string Tenant, long Sequence, Instant At, string Kind, string Action, string Actor, byte[] Previous)
{
    public string? KeyId { get; init; }

    public string? Platform { get; init; }

    public string? Subject { get; init; }

    public string? Item { get; init; }

    public long? Number { get; init; }

    public int Times { get; init; } = 1;

    public string? Request { get; init; }

    /// <summary>The line that follows another, or the first.</summary>
    public static TrailLine After(string tenant, long sequence, byte[] hash, Instant at, TrailNote note) => new(
        tenant, sequence + 1, at, TrailNote.WordOf(note.Kind), note.Action, note.Actor, hash)
    {
        KeyId = note.KeyId,
        Platform = note.Platform,
        Subject = note.Subject,
        Item = note.Item,
        Number = note.Number,
        Times = note.Times,
        Request = note.Request,
    };

    public byte[] Hash()
    {
        var bytes = new CanonicalBytes();
        bytes.OfTrail(this);
        return SHA256.HashData(bytes.Written);
    }
}
