namespace Fanz.Ledger.Audit;

/// <summary>
/// The way from one leaf to the root: the siblings that it meets, the nearest first. Who has the leaf, the path and the
/// root needs no other leaf to know that this one is under it, and at which place.
/// </summary>
/// <param name="Index">Which leaf it is, from 0.</param>
/// <param name="Size">How many leaves there are.</param>
/// <param name="Hashes">The siblings; where a node moves up as it is there is none.</param>
public sealed record MerklePath(long Index, long Size, IReadOnlyList<byte[]> Hashes)
{
    /// <param name="leaves">All leaf hashes, one after the other.</param>
    /// <param name="index">Which of them.</param>
    public static MerklePath Of(ReadOnlySpan<byte> leaves, int index)
    {
        var level = new List<byte[]>();
        for (var at = 0; at < leaves.Length; at += Merkle.HashLength)
            level.Add(leaves.Slice(at, Merkle.HashLength).ToArray());
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, level.Count);
        var (size, hashes) = (level.Count, new List<byte[]>());
        for (var place = index; level.Count > 1; place >>= 1)
        {
            if ((place ^ 1) < level.Count) hashes.Add(level[place ^ 1]);
            var above = new List<byte[]>((level.Count + 1) / 2);
            for (var i = 0; i < level.Count; i += 2)
                above.Add(i + 1 < level.Count ? Merkle.Node(level[i], level[i + 1]) : level[i]);
            level = above;
        }

        return new MerklePath(index, size, hashes);
    }

    /// <summary>Where the path leads from a leaf; null if it has too many or too few hashes for its place.</summary>
    public byte[]? Root(byte[] leaf)
    {
        if (Index < 0 || Index >= Size) return null;
        var (index, last, root) = (Index, Size - 1, leaf);
        foreach (var hash in Hashes)
        {
            if (last == 0) return null;
            if ((index & 1) == 1 || index == last)
            {
                root = Merkle.Node(hash, root);
                for (; (index & 1) == 0 && index > 0; last >>= 1) index >>= 1;
            }
            else
            {
                root = Merkle.Node(root, hash);
            }

            (index, last) = (index >> 1, last >> 1);
        }

        return last == 0 ? root : null;
    }
}
