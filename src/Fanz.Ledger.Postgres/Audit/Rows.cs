using Fanz.Ledger.Checkpoints;

namespace Fanz.Ledger.Postgres.Audit;

// Rows as they are stored, before anything is believed of them. Times are PostgreSQL's microseconds and dates its
// days, both since 2000: a value that was tampered with may be one that no type of the domain can hold.

internal readonly record struct JournalRow(
    long Number, long At, long LastPosition, long? RefersTo, int EffectiveOn, string Type, string? Stream,
    string Actor, byte[] Data);

internal readonly record struct EntryRow(
    long Position, long AccountId, long Number, long Version, long Amount, long Balance);

internal readonly record struct AnswerRow(
    int Book, long At, long? Number, Guid KeyHash, byte[] RequestHash, byte[]? Refusal)
{
    public string Key => $"key_hash={KeyHash}";
}

internal readonly record struct AccountRow(int Book, long Id, int? Cohort, string Code, string Owner, string Currency)
{
    public string Key => $"id={Id}";
}

internal sealed record SealRow(
    long Sequence, long LastNumber, long LastPosition, long At, int Vocabulary, byte[] Root, byte[] Previous,
    byte[] Hash, byte[] Leaves)
{
    public string Key => $"sequence={Sequence}";
}

/// <summary>A signed statement, with the trail's head and the hash that stand beside it.</summary>
internal readonly record struct CheckpointRow(SignedCheckpoint Signed, TrailHead? Trail, byte[] Hash)
{
    public string Tenant => Signed.Statement.Tenant;

    public long Sequence => Signed.Statement.Sequence;
}

/// <summary>A head of a checkpoint. Without a tenant its book is in no row of books.</summary>
internal readonly record struct HeadRow(string? Tenant, int Book, long Checkpoint, BookHead Head);

/// <summary>A kept node of the tree over a book's seals.</summary>
internal readonly record struct NodeRow(int Book, int Level, long Index, long LastNumber, byte[] Hash)
{
    public string Key => $"index={Index}, level={Level}";
}

/// <summary>
/// A book's row, its last seal, what lies beyond that seal and where its rows really end, all as of one snapshot.
/// </summary>
internal sealed record BookRow(
    int Id, string Tenant, string Platform, string TimeZone, string Calendar, string ReportingCurrency,
    SealPlace? Head, long[] UnsealedNumbers, long[] UnsealedPositions, long LastNumber, long LastPosition)
{
    public string Name => $"{Tenant}/{Platform}";

    public string Key => $"id={Id}";
}

/// <summary>Where a seal stands: what lies up to it is under it or under one before.</summary>
internal sealed record SealPlace(
    long Sequence, long LastNumber, long LastPosition, long At, int Vocabulary, byte[] Hash);

/// <summary>What one seal should cover, in the order of its leaves.</summary>
internal sealed class SealedBatch
{
    public List<JournalRow> Records { get; private init; } = [];

    public List<EntryRow> Entries { get; private init; } = [];

    public List<AnswerRow> Answers { get; private init; } = [];

    /// <summary>An empty one, with room for as much: batches that follow each other are alike.</summary>
    public SealedBatch Another() => new()
    {
        Records = new(Records.Count), Entries = new(Entries.Count), Answers = new(Answers.Count),
    };

    public void Clear()
    {
        Records.Clear();
        Entries.Clear();
        Answers.Clear();
    }
}
