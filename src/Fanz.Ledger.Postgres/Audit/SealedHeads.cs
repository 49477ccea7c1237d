using Fanz.Ledger.Audit;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// Holds a book's seals, as they are verified one by one, against what checkpoints say of it. The checkpoints were held
/// against their signatures before, so where a seal is not what one of them says, the seals were made anew by someone
/// who could not sign: what was rewritten lies after the last head that still fits.
/// </summary>
internal sealed class SealedHeads(
    BookRow book, SealPlace? start, RowStream<HeadRow> heads, Dictionary<(int Level, long Index), NodeRow> nodes)
{
    private readonly List<NodeRow> filled = [];
    private readonly SealTree tree = new();
    private long signedNumber = start?.LastNumber ?? 0;
    private long signedSequence = start?.Sequence ?? 0;
    private long lastNumber = start?.LastNumber ?? 0;

    /// <summary>Records after the last head, which only the database vouches for.</summary>
    public long UnsignedRecords => lastNumber - signedNumber;

    // What lies before the start is trusted, and so are the roots over it: the seal's hash covers all before it as
    // well.
    private bool IsWhole => start is null;

    public async ValueTask<Broken?> Fault(SealPlace seal)
    {
        lastNumber = seal.LastNumber;
        if (IsWhole)
            tree.Add(seal.Hash, (level, index, hash) =>
                filled.Add(new NodeRow(book.Id, level, index, seal.LastNumber, hash)));
        if (!await heads.HasCurrent() || heads.Current.Head.Sequence > seal.Sequence) return null;
        var (checkpoint, head) = (heads.Current.Checkpoint, heads.Current.Head);
        heads.Advance();
        if (head.LastNumber != seal.LastNumber || head.LastPosition != seal.LastPosition
            || !head.Seal.AsSpan().SequenceEqual(seal.Hash)
            || (IsWhole && !head.Tree.AsSpan().SequenceEqual(tree.Root())))
            return Rewritten(checkpoint, head.LastNumber);
        (signedNumber, signedSequence) = (head.LastNumber, head.Sequence);
        return null;
    }

    /// <summary>What is left when the seals are at their end: heads beyond it, and nodes that are not theirs.</summary>
    public async ValueTask<Broken?> Rest()
    {
        if (await heads.HasCurrent()) return Rewritten(heads.Current.Checkpoint, heads.Current.Head.LastNumber);
        if (!IsWhole) return null;
        foreach (var node in filled)
        {
            var isSigned = (node.Index + 1) << (node.Level * SealTree.BitsALevel) <= signedSequence;
            if (!isSigned) continue;
            if (!nodes.Remove((node.Level, node.Index), out var kept)) return Node(node, "it is missing");
            if (kept.LastNumber != node.LastNumber || !kept.Hash.AsSpan().SequenceEqual(node.Hash))
                return Node(node, "it is not what the seals under it make");
        }

        return nodes.Count == 0 ? null : Node(nodes.Values.First(), "no checkpoint has made it");
    }

    private Broken Rewritten(long checkpoint, long upTo) => new(
        book.Name, "seals", $"sequence={signedSequence + 1}",
        $"checkpoint {checkpoint} signed other seals from here on: something in numbers {signedNumber + 1} to {upTo} " +
        "was rewritten or taken away");

    private Broken Node(NodeRow node, string why) => new(book.Name, "seal_nodes", node.Key, why);
}
