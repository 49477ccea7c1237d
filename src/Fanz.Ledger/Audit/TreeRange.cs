using System.Numerics;

namespace Fanz.Ledger.Audit;

/// <summary>
/// Some leaves of a tree that only grows at its end, one after the other, under a node of their own. Proofs are made of
/// the hashes over such ranges: which ones follows from the sizes alone (RFC 9162, 2.1.3 and 2.1.4).
/// </summary>
/// <param name="From">The first leaf, from 0.</param>
/// <param name="To">The one after the last.</param>
public readonly record struct TreeRange(long From, long To)
{
    public long Length => To - From;

    /// <summary>The siblings on the way from a leaf to the root of a tree, the nearest first.</summary>
    public static IReadOnlyList<TreeRange> OfPath(long index, long size)
    {
        if (index < 0 || index >= size)
            throw new ArgumentOutOfRangeException(nameof(index), "The tree has no such leaf.");
        var ranges = new List<TreeRange>();
        var (from, to) = (0L, size);
        while (to - from > 1)
        {
            var middle = from + Split(to - from);
            ranges.Add(index < middle ? new TreeRange(middle, to) : new TreeRange(from, middle));
            (from, to) = index < middle ? (from, middle) : (middle, to);
        }

        ranges.Reverse();
        return ranges;
    }

    /// <summary>What shows that a tree of one size is the beginning of a tree of another.</summary>
    public static IReadOnlyList<TreeRange> OfGrowth(long earlier, long later)
    {
        if (earlier < 1 || earlier > later)
            throw new ArgumentOutOfRangeException(nameof(earlier), "A tree grows from one leaf on.");
        var ranges = new List<TreeRange>();
        var (from, to, isWhole) = (0L, later, true);
        while (to != earlier)
        {
            var middle = from + Split(to - from);
            if (earlier <= middle)
            {
                ranges.Add(new TreeRange(middle, to));
                to = middle;
            }
            else
            {
                ranges.Add(new TreeRange(from, middle));
                (from, isWhole) = (middle, false);
            }
        }

        // The whole of the earlier tree is known to whoever asks.
        if (!isWhole) ranges.Add(new TreeRange(from, to));
        ranges.Reverse();
        return ranges;
    }

    /// <summary>Whether a tree goes on from another, by the hashes over <see cref="OfGrowth"/>.</summary>
    public static bool IsGrowth(
        long earlier, byte[] earlierRoot, long later, byte[] laterRoot, IReadOnlyList<byte[]> hashes)
    {
        if (earlier < 1 || earlier > later) return false;
        if (earlier == later) return hashes.Count == 0 && earlierRoot.AsSpan().SequenceEqual(laterRoot);
        var rest = BitOperations.IsPow2(earlier) ? [earlierRoot, .. hashes] : hashes;
        if (rest.Count == 0) return false;
        var (index, last) = (earlier - 1, later - 1);
        for (; (index & 1) == 1; last >>= 1) index >>= 1;
        var (old, grown) = (rest[0], rest[0]);
        foreach (var hash in rest.Skip(1))
        {
            if (last == 0) return false;
            if ((index & 1) == 1 || index == last)
            {
                (old, grown) = (Merkle.Node(hash, old), Merkle.Node(hash, grown));
                for (; (index & 1) == 0 && index > 0; last >>= 1) index >>= 1;
            }
            else
            {
                grown = Merkle.Node(grown, hash);
            }

            (index, last) = (index >> 1, last >> 1);
        }

        return last == 0 && old.AsSpan().SequenceEqual(earlierRoot) && grown.AsSpan().SequenceEqual(laterRoot);
    }

    /// <summary>The full trees that stand side by side in it, the largest first.</summary>
    public IEnumerable<TreeRange> FullTrees()
    {
        for (var from = From; from < To;)
        {
            var size = 1L << BitOperations.Log2((ulong)(To - from));
            yield return new TreeRange(from, from + size);
            from += size;
        }
    }

    /// <summary>The largest power of two below a size.</summary>
    private static long Split(long size) => 1L << BitOperations.Log2((ulong)(size - 1));
}
