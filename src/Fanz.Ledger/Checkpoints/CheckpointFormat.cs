using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fanz.Ledger.Audit;

namespace Fanz.Ledger.Checkpoints;

/// <summary>
/// A checkpoint as a file, with the heads that it is over. ops/proof.md has the format. One that says something of a
/// trail is of the second form, under a name of its own: who only knows the first says so, and takes none for broken.
/// </summary>
public static class CheckpointFormat
{
    public const string Name = "fanz-ledger/checkpoint/1";
    public const string NameWithTrail = "fanz-ledger/checkpoint/2";

    public static byte[] Write(
        SignedCheckpoint signed, IEnumerable<BookHead> inOrder, TrailHead? trail = null) => Object(json =>
    {
        json.WriteString("format", signed.Statement.Trail is null ? Name : NameWithTrail);
        json.WritePropertyName("statement");
        Write(json, signed);
        json.WriteStartArray("heads");
        foreach (var head in inOrder) Write(json, head);
        json.WriteEndArray();
        if (trail is null) return;
        json.WriteStartObject("trail");
        json.WriteNumber("sequence", trail.Sequence);
        WriteHash(json, "hash", trail.Hash);
        json.WriteEndObject();
    });

    /// <exception cref="ProofUnreadable">It is no checkpoint, or its heads are not those that it states.</exception>
    public static (SignedCheckpoint Signed, IReadOnlyList<BookHead> Heads, TrailHead? Trail) Read(
        ReadOnlyMemory<byte> file)
    {
        using var document = Parse(file);
        var root = ReadMember.Root(document.RootElement);
        var hasTrail = IsSecondForm(root["format"].Text(), Name, NameWithTrail);
        var (signed, heads) = (ReadStatement(root["statement"]), root["heads"].Items().Select(ReadHead).ToList());
        if (!signed.Statement.HeadsRoot.AsSpan().SequenceEqual(BookHead.Root(signed.Statement.Tenant, heads))
            || heads.Count != signed.Statement.Books)
            throw new ProofUnreadable("the heads are not those of the statement.");
        var trail = hasTrail ? ReadTrail(root["trail"]) : null;
        var leaf = trail?.LeafOf(signed.Statement.Tenant);
        return leaf.AsSpan().SequenceEqual(signed.Statement.Trail)
            ? (signed, heads, trail)
            : throw new ProofUnreadable("the trail's head is not that of the statement.");
    }

    /// <summary>Which of the two forms a file says that it has.</summary>
    internal static bool IsSecondForm(string format, string first, string second) =>
        format == second || (format == first
            ? false
            : throw new ProofUnreadable($"the file is no {first} and no {second}."));

    internal static byte[] Object(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    internal static JsonDocument Parse(ReadOnlyMemory<byte> file)
    {
        try
        {
            // A member that stands twice could be read as one thing here and as another elsewhere.
            return JsonDocument.Parse(file, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException broken)
        {
            throw new ProofUnreadable($"the file is no JSON: {broken.Message}");
        }
    }

    internal static void Write(Utf8JsonWriter json, SignedCheckpoint signed)
    {
        var statement = signed.Statement;
        json.WriteStartObject();
        json.WriteString("tenant", statement.Tenant);
        json.WriteNumber("sequence", statement.Sequence);
        json.WriteString("at", ReadMember.Times.Format(statement.At));
        WriteHash(json, "previous", statement.Previous);
        json.WriteNumber("books", statement.Books);
        WriteHash(json, "heads_root", statement.HeadsRoot);
        json.WriteBase64String("key", statement.Key);
        if (statement.NextKey is { } next) json.WriteBase64String("next_key", next);
        else json.WriteNull("next_key");
        if (statement.Trail is { } trail) WriteHash(json, "trail", trail);
        WriteHash(json, "hash", statement.Hash());
        json.WriteBase64String("signature", signed.Signature);
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, BookHead head)
    {
        json.WriteStartObject();
        json.WriteString("platform", head.Platform);
        json.WriteNumber("sequence", head.Sequence);
        json.WriteNumber("last_number", head.LastNumber);
        json.WriteNumber("last_position", head.LastPosition);
        WriteHash(json, "seal", head.Seal);
        WriteHash(json, "tree", head.Tree);
        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, string name, MerklePath path)
    {
        json.WriteStartObject(name);
        json.WriteNumber("index", path.Index);
        json.WriteNumber("size", path.Size);
        WriteHashes(json, path.Hashes);
        json.WriteEndObject();
    }

    internal static void WriteHashes(Utf8JsonWriter json, IEnumerable<byte[]> hashes)
    {
        json.WriteStartArray("hashes");
        foreach (var hash in hashes) json.WriteStringValue(Convert.ToHexStringLower(hash));
        json.WriteEndArray();
    }

    internal static void WriteHash(Utf8JsonWriter json, string name, byte[] hash) =>
        json.WriteString(name, Convert.ToHexStringLower(hash));

    internal static SignedCheckpoint ReadStatement(ReadMember json)
    {
        var statement = new Checkpoint(
            json["tenant"].Text(), json["sequence"].Number(), json["at"].Time(), json["previous"].Hash(),
            json["books"].Number(), json["heads_root"].Hash(), json["key"].Base64(),
            json["next_key"].IsNull ? null : json["next_key"].Base64(), json.Find("trail")?.Hash());
        return statement.Hash().AsSpan().SequenceEqual(json["hash"].Hash())
            ? new SignedCheckpoint(statement, json["signature"].Base64())
            : throw json.Unfit("not what its hash is of");
    }

    internal static BookHead ReadHead(ReadMember json) => new(
        json["platform"].Text(), json["sequence"].Number(), json["last_number"].Number(),
        json["last_position"].Number(), json["seal"].Hash(), json["tree"].Hash());

    private static TrailHead ReadTrail(ReadMember json) => new(json["sequence"].Number(), json["hash"].Hash());
}
