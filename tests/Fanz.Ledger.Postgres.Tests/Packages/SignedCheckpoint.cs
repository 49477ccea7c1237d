using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Fanz.Ledger.Postgres.Tests.Packages;

/// <summary>A checkpoint over one book, made as ops/proof.md says and by nothing else.</summary>
internal static class SignedCheckpoint
{
    private const string At = "2026-02-01T00:00:00.000000Z";

    /// <summary>The line that a package has of it, over the seals up to one of them.</summary>
    /// <param name="trail">How far the trail had come; without it, it is of the first form.</param>
    public static string Line(
        string tenant, string platform, IReadOnlyList<JsonObject> seals, ECDsa key,
        (long Sequence, byte[] Hash)? trail = null)
    {
        var last = seals[^1];
        var tree = Root([.. seals.Select(seal => Convert.FromHexString((string)seal["hash"]!))]);
        var (sequence, number, position) = (
            (long)last["seal"]!, (long)last["last_number"]!, (long)last["last_position"]!);
        var head = new JsonObject
        {
            ["platform"] = platform, ["sequence"] = sequence, ["last_number"] = number, ["last_position"] = position,
            ["seal"] = (string)last["hash"]!, ["tree"] = Convert.ToHexStringLower(tree),
        };
        byte[] headBlock =
        [
            (byte)'H', .. Text(tenant), .. Text(platform), .. Number(sequence), .. Number(number), .. Number(position),
            .. Bytes(Convert.FromHexString((string)last["hash"]!)), .. Bytes(tree),
        ];
        var root = SHA256.HashData([0, .. headBlock]);
        var at = (DateTime.Parse(At, null, System.Globalization.DateTimeStyles.AdjustToUniversal)
            - DateTime.UnixEpoch).Ticks / 10;
        var der = key.ExportSubjectPublicKeyInfo();
        byte[] block =
        [
            (byte)'C', .. Text(tenant), .. Number(-1), .. Number(1), .. Number(at), .. Bytes(new byte[32]), .. Number(1),
            .. Bytes(root), .. Bytes(der), .. Number(-1),
        ];
        var leaf = trail is { } told
            ? SHA256.HashData([0, (byte)'L', .. Text(tenant), .. Number(told.Sequence), .. Bytes(told.Hash)])
            : [];
        if (trail is not null) block = [.. block, .. Bytes(leaf)];
        var signature = key.SignData(block, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var statement = new JsonObject
        {
            ["tenant"] = tenant, ["sequence"] = 1, ["at"] = At, ["previous"] = new string('0', 64), ["books"] = 1,
            ["heads_root"] = Convert.ToHexStringLower(root), ["key"] = Convert.ToBase64String(der), ["next_key"] = null,
            ["hash"] = Convert.ToHexStringLower(SHA256.HashData(block)),
            ["signature"] = Convert.ToBase64String(signature),
        };
        var document = new JsonObject
        {
            ["format"] = trail is null ? "fanz-ledger/checkpoint/1" : "fanz-ledger/checkpoint/2",
            ["statement"] = statement, ["heads"] = new JsonArray(head),
        };
        if (trail is { } given)
        {
            statement["trail"] = Convert.ToHexStringLower(leaf);
            document["trail"] = new JsonObject
            {
                ["sequence"] = given.Sequence, ["hash"] = Convert.ToHexStringLower(given.Hash),
            };
        }

        return new JsonObject { ["checkpoint"] = document }.ToJsonString();
    }

    private static byte[] Root(byte[][] leaves) => leaves.Length switch
    {
        1 => leaves[0],
        _ => Split(leaves),
    };

    /// <summary>By the definition of RFC 6962: the left half is the largest power of two that is smaller.</summary>
    private static byte[] Split(byte[][] leaves)
    {
        var half = 1;
        while (half * 2 < leaves.Length) half *= 2;
        return SHA256.HashData([1, .. Root(leaves[..half]), .. Root(leaves[half..])]);
    }

    private static byte[] Number(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Bytes(byte[] bytes) => [.. Number(bytes.Length), .. bytes];

    private static byte[] Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));
}
