using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Checkpoints;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>What a checkpoint says of the book of a package.</summary>
internal sealed record PackagedHead(
    long Sequence, long LastNumber, long LastPosition, byte[] Seal, byte[] Tree, bool IsTrusted);

/// <summary>
/// Checkpoints as their files are, one after the other, and whose key vouches for them: the trusted one, or one that
/// was handed over to by a statement that is believed. ops/proof.md says what is signed.
/// </summary>
internal sealed class CheckpointTrust(ECDsa? trusted)
{
    private readonly HashSet<string> keys =
        trusted is null ? [] : [Convert.ToBase64String(trusted.ExportSubjectPublicKeyInfo())];

    private bool isAnyBelieved;
    private bool isAnyRead;

    /// <summary>Why nothing can be believed although a key was given, or null.</summary>
    public string? Untrusted => trusted is not null && !isAnyBelieved
        ? isAnyRead ? "no checkpoint in it is signed with the trusted key" : "there is no checkpoint in it"
        : null;

    /// <summary>The book's head in a checkpoint, if it has one; or what is wrong with the checkpoint.</summary>
    public (PackagedHead? Head, string? Wrong) Read(byte[] document, string tenant, string platform)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            return Read(json.RootElement, tenant, platform);
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or CryptographicException)
        {
            return (null, "the checkpoint is not what its format says");
        }
    }

    private (PackagedHead? Head, string? Wrong) Read(JsonElement root, string tenant, string platform)
    {
        isAnyRead = true;
        if (root.GetProperty("format").GetString() is not (CheckpointFormat.Name or CheckpointFormat.NameWithTrail))
            return (null, "the checkpoint is of another format");
        var statement = root.GetProperty("statement");
        if (statement.GetProperty("tenant").GetString() != tenant) return (null, "the checkpoint is another tenant's");
        var heads = root.GetProperty("heads").EnumerateArray().ToArray();
        var leaves = heads.SelectMany(head => LeafOf(tenant, head)).ToArray();
        if (statement.GetProperty("books").GetInt64() != heads.Length
            || !Merkle.Root(leaves).AsSpan().SequenceEqual(Hex(statement, "heads_root")))
            return (null, "the checkpoint was not signed over these heads");
        if (!TrailLeaf(root, tenant).AsSpan().SequenceEqual(Trail(statement)))
            return (null, "the checkpoint was not signed over this head of the trail");
        var block = BlockOf(statement, tenant);
        if (!SHA256.HashData(block).AsSpan().SequenceEqual(Hex(statement, "hash")))
            return (null, "the checkpoint's hash is not that of what it says");
        var key = statement.GetProperty("key").GetString()!;
        using var signer = ECDsa.Create();
        signer.ImportSubjectPublicKeyInfo(Convert.FromBase64String(key), out _);
        var signature = Convert.FromBase64String(statement.GetProperty("signature").GetString()!);
        if (!signer.VerifyData(block, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
            return (null, "the checkpoint's signature does not fit its key");
        var isTrusted = keys.Contains(key);
        isAnyBelieved |= isTrusted;
        if (isTrusted && statement.GetProperty("next_key").GetString() is { } next)
        {
            keys.Remove(key);
            keys.Add(next);
        }

        var mine = heads.Where(head => head.GetProperty("platform").GetString() == platform).ToArray();
        return mine is [var one] ? (HeadOf(one, isTrusted), null) : (null, null);
    }

    private static PackagedHead HeadOf(JsonElement head, bool isTrusted) => new(
        head.GetProperty("sequence").GetInt64(), head.GetProperty("last_number").GetInt64(),
        head.GetProperty("last_position").GetInt64(), Hex(head, "seal"), Hex(head, "tree"), isTrusted);

    private static byte[] LeafOf(string tenant, JsonElement head)
    {
        using var block = new MemoryStream();
        block.WriteByte((byte)'H');
        Text(block, tenant);
        Text(block, head.GetProperty("platform").GetString());
        Number(block, head.GetProperty("sequence").GetInt64());
        Number(block, head.GetProperty("last_number").GetInt64());
        Number(block, head.GetProperty("last_position").GetInt64());
        Bytes(block, Hex(head, "seal"));
        Bytes(block, Hex(head, "tree"));
        var hash = new byte[Merkle.HashLength];
        Merkle.HashLeaf(block.ToArray(), hash);
        return hash;
    }

    /// <summary>What a package has of the trail: how far it had come, and none of its lines.</summary>
    private static byte[]? TrailLeaf(JsonElement root, string tenant) =>
        root.TryGetProperty("trail", out var head)
            ? new TrailHead(head.GetProperty("sequence").GetInt64(), Hex(head, "hash")).LeafOf(tenant)
            : null;

    private static byte[]? Trail(JsonElement statement) =>
        statement.TryGetProperty("trail", out _) ? Hex(statement, "trail") : null;

    private static byte[] BlockOf(JsonElement statement, string tenant)
    {
        using var block = new MemoryStream();
        block.WriteByte((byte)'C');
        Text(block, tenant);
        Number(block, -1);
        Number(block, statement.GetProperty("sequence").GetInt64());
        if (!PackageFormat.TryReadTime(statement.GetProperty("at").GetString(), out var at))
            throw new FormatException("A checkpoint has a time.");
        Number(block, at + ((PackageFormat.TimeOf(0) - DateTime.UnixEpoch).Ticks / 10));
        Bytes(block, Hex(statement, "previous"));
        Number(block, statement.GetProperty("books").GetInt64());
        Bytes(block, Hex(statement, "heads_root"));
        Bytes(block, Convert.FromBase64String(statement.GetProperty("key").GetString()!));
        if (statement.GetProperty("next_key").GetString() is { } next) Bytes(block, Convert.FromBase64String(next));
        else Number(block, -1);
        if (Trail(statement) is { } trail) Bytes(block, trail);
        return block.ToArray();
    }

    private static byte[] Hex(JsonElement element, string name) =>
        Convert.FromHexString(element.GetProperty(name).GetString()!);

    private static void Number(MemoryStream block, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        block.Write(bytes);
    }

    private static void Text(MemoryStream block, string? text) => Bytes(block, Encoding.UTF8.GetBytes(text!));

    private static void Bytes(MemoryStream block, byte[] bytes)
    {
        Number(block, bytes.Length);
        block.Write(bytes);
    }
}
