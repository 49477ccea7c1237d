using System.Security.Cryptography;

namespace Fanz.Ledger.Audit;

/// <summary>
/// A Merkle tree over SHA-256. A leaf's hash is over a zero byte and its bytes, a node's over a one byte and its two
/// children; of an odd number of nodes the last moves up as it is. The root of no leaves is 32 zero bytes.
/// </summary>
public static class Merkle
{
    public const int HashLength = SHA256.HashSizeInBytes;

    public static void HashLeaf(ReadOnlySpan<byte> bytes, Span<byte> hash)
    {
        var length = bytes.Length + 1;
        byte[]? rented = null;
        var prefixed = length <= 2048
            ? stackalloc byte[2048]
            : rented = System.Buffers.ArrayPool<byte>.Shared.Rent(length);
        prefixed[0] = 0;
        bytes.CopyTo(prefixed[1..]);
        SHA256.HashData(prefixed[..length], hash);
        if (rented is not null) System.Buffers.ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>The node over two children.</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> pair = stackalloc byte[1 + (2 * HashLength)];
        pair[0] = 1;
        left.CopyTo(pair[1..]);
        right.CopyTo(pair[(1 + HashLength)..]);
        return SHA256.HashData(pair);
    }

    /// <summary>The root over leaf hashes that stand one after the other.</summary>
    public static byte[] Root(ReadOnlySpan<byte> leaves)
    {
        if (leaves.Length % HashLength != 0) throw new ArgumentException("Leaves are whole hashes.", nameof(leaves));
        var count = leaves.Length / HashLength;
        if (count == 0) return new byte[HashLength];
        var level = leaves.ToArray();
        Span<byte> pair = stackalloc byte[1 + (2 * HashLength)];
        pair[0] = 1;
        while (count > 1)
        {
            var next = 0;
            for (var i = 0; i < count; i += 2, next++)
            {
                var target = level.AsSpan(next * HashLength, HashLength);
                if (i + 1 == count)
                {
                    level.AsSpan(i * HashLength, HashLength).CopyTo(target);
                    continue;
                }

                level.AsSpan(i * HashLength, 2 * HashLength).CopyTo(pair[1..]);
                SHA256.HashData(pair, target);
            }

            count = next;
        }

        return level[..HashLength];
    }
}
