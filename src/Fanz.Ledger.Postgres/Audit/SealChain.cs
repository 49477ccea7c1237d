using Fanz.Ledger.Audit;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// Whether a seal follows the one before. Its columns must give its hash and its leaves its root, so a seal that was
/// changed gives itself away; one that was changed together with its hash no longer fits the seal after it.
/// </summary>
internal sealed class SealChain(BookRow book, RowLeaf leaf)
{
    public Broken? Fault(SealPlace? before, SealRow seal, SealRow? next)
    {
        var expected = (before?.Sequence ?? 0) + 1;
        var previous = before?.Hash ?? Seal.None;
        var unfit = Unfit(seal);
        if (seal.Sequence != expected)
        {
            // A seal that does not agree with itself is the changed one. One that does is out of place only if the
            // expected one follows; otherwise the expected one is gone.
            if (unfit is not null)
                return Broken(seal.Previous.AsSpan().SequenceEqual(previous) ? expected : seal.Sequence, unfit);
            return next?.Sequence == expected && Unfit(next) is null
                ? Broken(seal.Sequence, "it stands where another seal belongs")
                : Broken(expected, "it is missing");
        }

        if (unfit is not null) return Broken(expected, unfit);
        if (!seal.Previous.AsSpan().SequenceEqual(previous))
            return Broken(expected, "previous is not the hash of the seal before");
        if (before is null) return null;
        if (seal.At <= before.At) return Broken(expected, "at is not later than that of the seal before");
        if (seal.LastNumber < before.LastNumber) return Broken(expected, "last_number goes back");
        return seal.LastPosition < before.LastPosition ? Broken(expected, "last_position goes back") : null;
    }

    public Broken Broken(long sequence, string why) => new(book.Name, "seals", $"sequence={sequence}", why);

    /// <summary>Where a seal does not agree with itself.</summary>
    private string? Unfit(SealRow seal)
    {
        if (!leaf.OfSeal(seal).AsSpan().SequenceEqual(seal.Hash)) return "hash is not the hash of the row";
        if (seal.Leaves.Length % Merkle.HashLength != 0) return "leaves are not whole hashes";
        return Merkle.Root(seal.Leaves).AsSpan().SequenceEqual(seal.Root) ? null : "root is not the root of leaves";
    }
}
