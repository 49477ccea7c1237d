using System.Collections.Immutable;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Checkpoints;

/// <summary>
/// That a record, with its entries, is under a signed checkpoint: by its seal, by the tree over the seals of its book,
/// and by that book's head. ops/proof.md has what is checked, in this order, and how it stands in a file.
/// </summary>
public sealed record TransactionProof(
    BookName Book, Appended Record, MerklePath RecordPath, Seal Seal, MerklePath SealPath, BookHead Head,
    MerklePath HeadPath, SignedCheckpoint Signed, ImmutableArray<SignedCheckpoint> Handovers)
{
    /// <summary>What does not hold; null when all does.</summary>
    public string? Fault(IEnumerable<CheckpointVerifier> trusted)
    {
        var record = Record.Record;
        var leaf = LeafOf(Book, Record);
        if (!Leads(RecordPath, leaf, Seal.Root)) return "the record is not what its seal covers";
        if (record.At != Seal.At) return "the record's time is not that of its seal";
        if (record.Number > Seal.LastNumber || record.LastPosition > Seal.LastPosition)
            return "the record's seal ends before it";
        if (SealPath.Index != Seal.Sequence - 1 || SealPath.Size != Head.Sequence
            || !Leads(SealPath, Seal.HashIn(Book), Head.Tree))
            return "the seal is not in the tree of its book";
        if (Seal.LastNumber > Head.LastNumber || Seal.LastPosition > Head.LastPosition)
            return "the book's head is before the seal";
        if (Head.Platform != Book.Platform || Signed.Statement.Tenant != Book.Tenant)
            return "the checkpoint is not about this book";
        return HeadFault(Head, HeadPath, Signed.Statement)
            ?? CheckpointTrust.Fault(trusted, Handovers, Signed);
    }

    internal static string? HeadFault(BookHead head, MerklePath path, Checkpoint statement) =>
        path.Size == statement.Books && Leads(path, head.LeafOf(statement.Tenant), statement.HeadsRoot)
            ? null
            : $"the head of {head.Platform} is not under checkpoint {statement.Sequence}";

    /// <summary>The leaf of a record under its seal.</summary>
    public static byte[] LeafOf(BookName book, Appended appended)
    {
        var bytes = new CanonicalBytes();
        bytes.OfRecord(book, appended.Record, appended.Entries.AsSpan());
        var hash = new byte[Merkle.HashLength];
        Merkle.HashLeaf(bytes.Written, hash);
        return hash;
    }

    private static bool Leads(MerklePath path, byte[] leaf, byte[] root) =>
        path.Root(leaf) is { } reached && reached.AsSpan().SequenceEqual(root);
}
