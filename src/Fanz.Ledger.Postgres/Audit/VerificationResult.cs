using Fanz.Ledger.Postgres.Archiving;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>What a verification has read, and the first thing that is not as it was sealed.</summary>
public sealed record VerificationResult(
    long Books, long Records, long Entries, long Seals, long Answers, TimeSpan Elapsed, Broken? FirstBroken)
{
    /// <summary>How many signed statements there are.</summary>
    public long Checkpoints { get; init; }

    /// <summary>How many records no signed statement covers yet: those are as safe as the database is.</summary>
    public long UnsignedRecords { get; init; }

    /// <summary>Lines of the access trails, which are looked at with all of the books.</summary>
    public long TrailLines { get; init; }

    /// <summary>Ranges that are archived: their seals were verified, and those of their records that are here.</summary>
    public IReadOnlyList<(string Book, ArchivedRange Range)> Archived { get; init; } = [];

    /// <summary>How many of them no signed statement covers yet.</summary>
    public long UnsignedTrailLines { get; init; }

    public bool Ok => FirstBroken is null;

    public double EntriesPerSecond => Elapsed > TimeSpan.Zero ? Entries / Elapsed.TotalSeconds : 0;
}

/// <summary>One row that was changed, put in or taken away since it was sealed.</summary>
/// <param name="Book">"tenant/platform"; "tenant" for what is of all its books and of a trail; "#7" when no book has the row's
/// id.</param>
/// <param name="Table">
/// journal, entries, answers, seals, accounts, books, checkpoints, checkpoint_heads, seal_nodes, archived_ranges,
/// returned_ranges or trail; archive is the
/// folder that checkpoints are carried to.
/// </param>
/// <param name="Key">Which row, by its column: "number=12", "position=40", "key_hash=…", "id=7", "sequence=3".</param>
public sealed record Broken(string Book, string Table, string Key, string Why)
{
    public override string ToString() => $"{Book} {Table} {Key}: {Why}";
}

/// <summary>How far a verification has come in the book that it is reading.</summary>
public sealed record VerificationProgress(string Book, long Number, long LastNumber, long EntriesSoFar);
