using System.Runtime.CompilerServices;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// The rows of one book in pages. Each page is a statement and a transaction of its own, up to a head that was
/// committed before: however long a book is, its reader holds no snapshot. Texts and JSON come as they are stored.
/// </summary>
internal sealed class RowPages(NpgsqlDataSource source)
{
    private const int RowsAPage = 20_000;
    private const int SealsAPage = 100;

    internal const string JournalSql =
        """
        select number, at, last_position, refers_to, effective_on, type, stream, actor, data
        from ledger.journal
        where book_id = $1 and number > $2 and number <= $3
        order by number
        limit $4
        """;

    internal const string EntriesSql =
        """
        select position, account_id, number, version, amount, balance
        from ledger.entries
        where book_id = $1 and position > $2 and position <= $3
        order by position
        limit $4
        """;

    internal const string SealsSql =
        """
        select sequence, last_number, last_position, at, vocabulary, root, previous, hash, leaves
        from ledger.seals
        where book_id = $1 and (last_number, sequence) > ($2, $3) and (last_number, sequence) <= ($4, $5)
        order by last_number, sequence
        limit $6
        """;

    internal const string HeadsSql =
        """
        select null, book_id, checkpoint, '', sequence, last_number, last_position, seal, tree
        from ledger.checkpoint_heads
        where book_id = $1 and sequence > $2 and checkpoint <= $3
        order by sequence
        limit $4
        """;

    public IAsyncEnumerable<List<JournalRow>> Journal(int book, long after, long upTo, CancellationToken token) =>
        Pages(JournalSql, book, after, upTo, RowsAPage, ReadRecord, row => row.Number, token);

    public IAsyncEnumerable<List<EntryRow>> Entries(int book, long after, long upTo, CancellationToken token) =>
        Pages(EntriesSql, book, after, upTo, RowsAPage, ReadEntry, row => row.Position, token);

    /// <summary>The heads of a book after a seal, up to a checkpoint.</summary>
    public async IAsyncEnumerable<List<HeadRow>> Heads(
        int book, long afterSeal, long upToCheckpoint, [EnumeratorCancellation] CancellationToken token)
    {
        while (true)
        {
            await using var batch = Query(HeadsSql, book, afterSeal, upToCheckpoint, RowsAPage);
            var page = await Read(batch, VerificationSnapshot.ReadHead, RowsAPage, token);
            if (page.Count > 0) yield return page;
            if (page.Count < RowsAPage) yield break;
            afterSeal = page[^1].Head.Sequence;
        }
    }

    /// <summary>The seals after one that stands at (last number, sequence), in that order.</summary>
    public async IAsyncEnumerable<List<SealRow>> Seals(
        int book, (long Number, long Sequence) after, (long Number, long Sequence) upTo,
        [EnumeratorCancellation] CancellationToken token)
    {
        while (true)
        {
            await using var batch = Query(
                SealsSql, book, after.Number, after.Sequence, upTo.Number, upTo.Sequence, SealsAPage);
            var page = await Read(batch, ReadSeal, SealsAPage, token);
            if (page.Count > 0) yield return page;
            if (page.Count < SealsAPage) yield break;
            after = (page[^1].LastNumber, page[^1].Sequence);
        }
    }

    private async IAsyncEnumerable<List<T>> Pages<T>(
        string sql, int book, long after, long upTo, int limit, Func<NpgsqlDataReader, T> read, Func<T, long> key,
        [EnumeratorCancellation] CancellationToken token)
    {
        while (after < upTo)
        {
            await using var batch = Query(sql, book, after, upTo, limit);
            var page = await Read(batch, read, limit, token);
            if (page.Count > 0) yield return page;
            if (page.Count < limit) yield break;
            after = key(page[^1]);
        }
    }

    /// <summary>A page may come from a cold disk, and nobody waits for it but this reader.</summary>
    private NpgsqlBatch Query(string sql, params ReadOnlySpan<object?> parameters)
    {
        var batch = ByIndex.Query(source, sql, parameters);
        batch.Timeout = 0;
        return batch;
    }

    private static async Task<List<T>> Read<T>(
        NpgsqlBatch batch, Func<NpgsqlDataReader, T> read, int limit, CancellationToken token)
    {
        var page = new List<T>(limit);
        await using var reader = await ByIndex.Read(batch, token);
        while (await reader.ReadAsync(token)) page.Add(read(reader));
        return page;
    }

    internal static JournalRow ReadRecord(NpgsqlDataReader reader) => new(
        Number: reader.GetInt64(0),
        At: reader.GetFieldValue<long>(1),
        LastPosition: reader.GetInt64(2),
        RefersTo: reader.IsDBNull(3) ? null : reader.GetInt64(3),
        EffectiveOn: reader.GetFieldValue<int>(4),
        Type: reader.GetString(5),
        Stream: reader.IsDBNull(6) ? null : reader.GetString(6),
        Actor: reader.GetString(7),
        Data: reader.GetFieldValue<byte[]>(8));

    internal static EntryRow ReadEntry(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
        reader.GetInt64(5));

    private static SealRow ReadSeal(NpgsqlDataReader reader) => new(
        Sequence: reader.GetInt64(0),
        LastNumber: reader.GetInt64(1),
        LastPosition: reader.GetInt64(2),
        At: reader.GetFieldValue<long>(3),
        Vocabulary: reader.GetInt32(4),
        Root: reader.GetFieldValue<byte[]>(5),
        Previous: reader.GetFieldValue<byte[]>(6),
        Hash: reader.GetFieldValue<byte[]>(7),
        Leaves: reader.GetFieldValue<byte[]>(8));
}
