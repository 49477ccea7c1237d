using System.Collections.Immutable;
using Fanz.Ledger.Audit;

namespace Fanz.Ledger.Checkpoints;

/// <summary>
/// That one checkpoint goes on from another: what a book had sealed by then is still the beginning of what it has.
/// </summary>
public sealed record ConsistencyProof(
    SignedCheckpoint From, SignedCheckpoint To, ImmutableArray<BookGrowth> Books,
    ImmutableArray<SignedCheckpoint> Handovers)
{
    /// <summary>Whether it is about every book that the earlier one is about.</summary>
    public bool IsWhole => Books.Length == From.Statement.Books;

    /// <summary>What does not hold; null when all does.</summary>
    public string? Fault(IEnumerable<CheckpointVerifier> trusted)
    {
        var (from, to) = (From.Statement, To.Statement);
        var given = trusted.ToList();
        if (from.Tenant != to.Tenant) return "the checkpoints are of two tenants";
        if (from.Sequence >= to.Sequence || from.At >= to.At) return "the checkpoints are not one after the other";
        if (Books.IsEmpty && from.Books > 0) return "it is about no book";
        var indexes = new HashSet<long>();
        foreach (var book in Books)
        {
            if (book.From.Platform != book.To.Platform || !indexes.Add(book.FromPath.Index))
                return $"{book.From.Platform} is not held against itself, once";
            if ((TransactionProof.HeadFault(book.From, book.FromPath, from)
                ?? TransactionProof.HeadFault(book.To, book.ToPath, to)) is { } fault) return fault;
            if (!TreeRange.IsGrowth(
                book.From.Sequence, book.From.Tree, book.To.Sequence, book.To.Tree, book.Hashes))
                return $"what {from.Tenant}/{book.To.Platform} has is not what it had, and more";
        }

        ImmutableArray<SignedCheckpoint> before = [.. Handovers.Where(one => one.Statement.Sequence < from.Sequence)];
        return CheckpointTrust.Fault(given, before, From) ?? CheckpointTrust.Fault(given, Handovers, To);
    }
}

/// <summary>One book at two checkpoints, and the hashes that show how its tree has grown.</summary>
public sealed record BookGrowth(
    BookHead From, MerklePath FromPath, BookHead To, MerklePath ToPath, IReadOnlyList<byte[]> Hashes);
