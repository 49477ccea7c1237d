namespace Fanz.Ledger.Audit;

/// <summary>
/// The tree over the hashes of a book's seals, as it grows: it keeps the roots of the full trees that stand side by
/// side, which is all that it takes to go on. Nodes over 256, 256², … seals are told as they become full: those are
/// kept, so that a proof need not look at every seal.
/// </summary>
public sealed class SealTree
{
    /// <summary>Every level that is kept stands over this many nodes, a power of two, of the level below.</summary>
    public const int Width = 1 << BitsALevel;
    public const int BitsALevel = 8;

    // By the logarithm of their sizes.
    private readonly byte[]?[] full = new byte[]?[63];

    public long Size { get; private set; }

    /// <summary>Goes on from a tree that is a number of full trees, the largest first.</summary>
    public static SealTree From(long size, IEnumerable<byte[]> fullTrees)
    {
        var tree = new SealTree { Size = size };
        using var next = fullTrees.GetEnumerator();
        for (var bit = tree.full.Length - 1; bit >= 0; bit--)
        {
            if ((size >> bit & 1) == 0) continue;
            tree.full[bit] = next.MoveNext() ? next.Current : throw new ArgumentException("A full tree is missing.");
        }

        return tree;
    }

    /// <param name="seal">The hash of the next seal.</param>
    /// <param name="filled">Told of each kept node that this seal is the last of: its level from 1, its index, its
    /// hash.</param>
    public void Add(byte[] seal, Action<int, long, byte[]>? filled = null)
    {
        var (node, bit) = (seal, 0);
        for (; (Size >> bit & 1) == 1; bit++)
        {
            node = Merkle.Node(full[bit]!, node);
            full[bit] = null;
            if ((bit + 1) % BitsALevel == 0) filled?.Invoke((bit + 1) / BitsALevel, Size >> (bit + 1), node);
        }

        full[bit] = node;
        Size++;
    }

    public byte[] Root()
    {
        byte[]? root = null;
        foreach (var tree in full)
        {
            if (tree is null) continue;
            root = root is null ? tree : Merkle.Node(tree, root);
        }

        return root ?? new byte[Merkle.HashLength];
    }
}
