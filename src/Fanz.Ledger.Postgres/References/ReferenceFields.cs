using System.Text.Json;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Postgres.References;

/// <summary>
/// Which fields of events are names by which other systems know a transaction. This table is all there is to it: a
/// field that is added here is found from then on, and everywhere once the follower has started over. Parties are not
/// in it, because their accounts find them; numbers of transactions are not, because the journal has an index on them.
/// </summary>
public static class ReferenceFields
{
    /// <summary>What stands before the key of a piece of metadata, to make its kind.</summary>
    public const string MetadataPrefix = "metadata.";

    // An event's own field, or a field of an object that it has; the last name is the kind.
    private static readonly (byte[]? Parent, byte[] Name, string Kind)[] Fields =
        [
            Of("reference"), Of("bank_reference"), Of("content"), Of("post"), Of("message"), Of("stream"), Of("gift"),
            Of("order"), Of("subscription"), Of("dispute"), Of("payout"), Of("authorisation"), Of("promotion"),
            Of("promotion", parent: "discount"), Of("run"), Of("import"), Of("notice"), Of("filing"), Of("file"),
            Of("statement"), Of("proposal"),
        ];

    /// <summary>What a reference can be.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        [.. Fields.Select(field => field.Kind).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The names in a record, each once.</summary>
    internal static HashSet<(string Kind, string Text)> In(JournalRecord record)
    {
        var found = new HashSet<(string, string)>();
        var reader = new Utf8JsonReader(record.Data.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"The data of record {record.Number} is no object.");
        Read(ref reader, parent: null, found);
        return found;
    }

    private static void Read(ref Utf8JsonReader reader, byte[]? parent, HashSet<(string, string)> found)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var kind = KindOf(ref reader, parent);
            var isMetadata = parent is null && reader.ValueTextEquals("metadata"u8);
            var child = ParentNamed(ref reader, parent);
            reader.Read();
            if (kind is not null && reader.TokenType == JsonTokenType.String) found.Add((kind, reader.GetString()!));
            else if (isMetadata && reader.TokenType == JsonTokenType.StartObject) ReadMetadata(ref reader, found);
            else if (child is not null && reader.TokenType == JsonTokenType.StartObject) Read(ref reader, child, found);
            else reader.Skip();
        }
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, HashSet<(string, string)> found)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var kind = MetadataPrefix + reader.GetString();
            reader.Read();
            found.Add((kind, reader.GetString()!));
        }
    }

    private static string? KindOf(ref Utf8JsonReader reader, byte[]? parent)
    {
        foreach (var (of, name, kind) in Fields)
            if ((parent is null ? of is null : of is not null && parent.AsSpan().SequenceEqual(of))
                && reader.ValueTextEquals(name)) return kind;
        return null;
    }

    private static byte[]? ParentNamed(ref Utf8JsonReader reader, byte[]? parent)
    {
        if (parent is not null) return null;
        foreach (var (of, _, _) in Fields)
            if (of is not null && reader.ValueTextEquals(of)) return of;
        return null;
    }

    private static (byte[]? Parent, byte[] Name, string Kind) Of(string name, string? parent = null) => (
        parent is null ? null : System.Text.Encoding.UTF8.GetBytes(parent),
        System.Text.Encoding.UTF8.GetBytes(name), name);
}
