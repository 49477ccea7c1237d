using System.Runtime.CompilerServices;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Checkpoints;

/// <summary>
/// Checkpoints as they were made, each question one round trip. A head is written where a book has moved; at a
/// checkpoint a book stands at its newest head up to it.
/// </summary>
public sealed class CheckpointReader(NpgsqlDataSource source)
{
    private const int StatementsAPage = 500;
    private const long MicrosecondsTo2000 = 946_684_800_000_000;

    internal const string StatementsSql =
        """
        select sequence, at, tenant, previous, books, heads_root, key, next_key, signature, trail_sequence, trail_hash
        from ledger.checkpoints
        where tenant = $1 and sequence > $2 and sequence <= $3
        order by sequence
        limit $4
        """;

    internal const string LastSql =
        """
        select sequence, at, tenant, previous, books, heads_root, key, next_key, signature, trail_sequence, trail_hash
        from ledger.checkpoints
        where tenant = $1
        order by sequence desc
        limit 1
        """;

    internal const string HandoversSql =
        """
        select sequence, at, tenant, previous, books, heads_root, key, next_key, signature, trail_sequence, trail_hash
        from ledger.checkpoints
        where tenant = $1 and sequence < $2 and next_key is not null
        order by sequence
        """;

    internal const string HeadsSql =
        """
        select b.platform, h.sequence, h.last_number, h.last_position, h.seal, h.tree
        from ledger.books b
        cross join lateral (
            select sequence, last_number, last_position, seal, tree from ledger.checkpoint_heads
            where book_id = b.id and checkpoint <= $2
            order by checkpoint desc
            limit 1) h
        where b.tenant = $1
        order by b.platform
        """;

    internal const string CoveringSql =
        """
        select checkpoint from ledger.checkpoint_heads
        where book_id = $1 and sequence >= $2
        order by sequence
        limit 1
        """;

    /// <summary>The tenant's newest checkpoint; null before its first.</summary>
    public async Task<SignedCheckpoint?> Last(string tenant, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, LastSql, tenant);
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token) ? Read(reader) : null;
    }

    public async Task<SignedCheckpoint?> Find(string tenant, long sequence, CancellationToken token)
    {
        await foreach (var found in Between(tenant, sequence - 1, sequence, token)) return found;
        return null;
    }

    /// <summary>The checkpoints after one and up to another, a page at a time.</summary>
    public async IAsyncEnumerable<SignedCheckpoint> Between(
        string tenant, long after, long upTo, [EnumeratorCancellation] CancellationToken token)
    {
        while (after < upTo)
        {
            var page = new List<SignedCheckpoint>();
            await using (var batch = ByIndex.Query(source, StatementsSql, tenant, after, upTo, StatementsAPage))
            await using (var reader = await ByIndex.Read(batch, token))
                while (await reader.ReadAsync(token)) page.Add(Read(reader));
            foreach (var one in page) yield return one;
            if (page.Count < StatementsAPage) yield break;
            after = page[^1].Statement.Sequence;
        }
    }

    /// <summary>Those before a checkpoint that hand over to another key, oldest first.</summary>
    public async Task<IReadOnlyList<SignedCheckpoint>> Handovers(string tenant, long before, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, HandoversSql, tenant, before);
        await using var reader = await ByIndex.Read(batch, token);
        var found = new List<SignedCheckpoint>();
        while (await reader.ReadAsync(token)) found.Add(Read(reader));
        return found;
    }

    /// <summary>The heads of all books at a checkpoint, in its order.</summary>
    public async Task<IReadOnlyList<BookHead>> Heads(string tenant, long checkpoint, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, HeadsSql, tenant, checkpoint);
        await using var reader = await ByIndex.Read(batch, token);
        var heads = new List<BookHead>();
        while (await reader.ReadAsync(token)) heads.Add(ReadHead(reader, 0));
        return heads;
    }

    /// <summary>How far the trail had come at a checkpoint; null where it says nothing of it.</summary>
    public async Task<TrailHead?> Trail(string tenant, long checkpoint, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, StatementsSql, tenant, checkpoint - 1, checkpoint, 1);
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token) ? ReadTrail(reader) : null;
    }

    /// <summary>The first checkpoint that covers a seal of a book; null while none does.</summary>
    public async Task<long?> FirstCovering(int book, long seal, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, CoveringSql, book, seal);
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token) ? reader.GetInt64(0) : null;
    }

    /// <summary>
    /// Reads sequence, at, tenant, previous, books, heads_root, key, next_key, signature, trail_sequence, trail_hash.
    /// </summary>
    internal static SignedCheckpoint Read(NpgsqlDataReader reader) => new(
        new Checkpoint(
            reader.GetString(2), reader.GetInt64(0), TimeOf(reader.GetFieldValue<long>(1)),
            reader.GetFieldValue<byte[]>(3), reader.GetInt64(4), reader.GetFieldValue<byte[]>(5),
            reader.GetFieldValue<byte[]>(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<byte[]>(7),
            ReadTrail(reader)?.LeafOf(reader.GetString(2))),
        reader.GetFieldValue<byte[]>(8));

    /// <summary>Of the same row, how far the trail had come.</summary>
    internal static TrailHead? ReadTrail(NpgsqlDataReader reader) => reader.IsDBNull(9)
        ? null
        : new TrailHead(reader.GetInt64(9), reader.GetFieldValue<byte[]>(10));

    /// <summary>Reads platform, sequence, last_number, last_position, seal, tree.</summary>
    internal static BookHead ReadHead(NpgsqlDataReader reader, int column) => new(
        reader.GetString(column), reader.GetInt64(column + 1), reader.GetInt64(column + 2),
        reader.GetInt64(column + 3), reader.GetFieldValue<byte[]>(column + 4),
        reader.GetFieldValue<byte[]>(column + 5));

    /// <summary>
    /// A time as it is stored. One that was tampered with may be none: it becomes the first of all, which nothing has.
    /// </summary>
    internal static Instant TimeOf(long microseconds) =>
        microseconds is < -MicrosecondsTo2000 or > MicrosecondsTo2000 * 7
        ? NodaConstants.UnixEpoch
        : NodaConstants.UnixEpoch.PlusTicks((microseconds + MicrosecondsTo2000) * 10);
}
