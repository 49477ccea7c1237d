using System.Data;
using System.Runtime.CompilerServices;
using Fanz.Ledger.Books;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// One snapshot for what has no order that pages could follow: the books with their heads, the accounts and the
/// answers, and for the trails. Its heads say how far everything else is read. Two connections share it, because
/// accounts and answers are read beside each other, book by book; it is held for as long as the answers take, which
/// costs nobody anything: no row of the ledger is ever updated.
/// Round trips: one for the books; then streaming queries, two at a time.
/// </summary>
internal sealed class VerificationSnapshot : IAsyncDisposable
{
    private const int RowsAPage = 20_000;

    // Accounts and answers are read whole and sorted, which wants the opposite of what finds the heads.
    private const string ToScan =
        """
        select set_config('enable_seqscan', 'on', true), set_config('work_mem', '256MB', true)
        """;

    internal const string BooksSql =
        """
        select b.id, b.tenant, b.platform, b.time_zone, b.calendar, b.reporting_currency,
            head.sequence, head.last_number, head.last_position, head.at, head.vocabulary, head.hash,
            array(select number from ledger.journal j
                where j.book_id = b.id and j.number > coalesce(head.last_number, 0) order by number limit 2),
            array(select position from ledger.entries e
                where e.book_id = b.id and e.position > coalesce(head.last_position, 0) order by position limit 2),
            (select max(number) from ledger.journal j where j.book_id = b.id),
            (select max(position) from ledger.entries e where e.book_id = b.id)
        from ledger.books b
        left join lateral (
            select * from ledger.seals s where s.book_id = b.id
            order by s.last_number desc, s.sequence desc limit 1) head on true
        where $1::text is null or (b.tenant, b.platform) = ($1, $2)
        order by b.id
        """;

    internal const string AnswersBetweenSql =
        """
        select book_id, at, number, key_hash, request_hash, refusal from ledger.answers
        where book_id = $1 and ($2 is null or at > $2) and at <= $3
        order by at, number nulls last, key_hash
        """;

    private readonly NpgsqlConnection first;
    private readonly NpgsqlConnection second;

    private VerificationSnapshot(NpgsqlConnection first, NpgsqlConnection second) =>
        (this.first, this.second) = (first, second);

    public IReadOnlyList<BookRow> Books { get; private set; } = [];

    /// <summary>What of the books is archived, oldest first.</summary>
    public IReadOnlyList<ArchivedRange> Archived { get; private set; } = [];

    public static async Task<VerificationSnapshot> Take(NpgsqlDataSource source, BookName? book, CancellationToken token)
    {
        var first = await source.OpenConnectionAsync(token);
        var second = await source.OpenConnectionAsync(token);
        var snapshot = new VerificationSnapshot(first, second);
        try
        {
            await first.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
            await second.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
            await using var export = new NpgsqlCommand("select pg_export_snapshot()", first);
            var id = (string)(await export.ExecuteScalarAsync(token))!;
            // The server made the name, and it takes no parameter here.
            await using var import = new NpgsqlCommand($"set transaction snapshot '{id}'", second);
            await import.ExecuteNonQueryAsync(token);
            await KeepTogether(source, first, token);
            await Execute(first, ByIndex.Settings, token);
            snapshot.Books = await ReadBooks(first, book, token);
            snapshot.Archived = await ReadArchived(first, token);
            await Execute(first, ToScan, token);
            await Execute(second, ToScan, token);
            return snapshot;
        }
        catch
        {
            await snapshot.DisposeAsync();
            throw;
        }
    }

    public RowStream<AccountRow> Accounts(int? book, CancellationToken token) => new(
        stop => Pages(
            first,
            """
            select book_id, id, cohort, code, owner, currency from ledger.accounts
            where $1::int is null or book_id = $1
            order by book_id, id
            """,
            book, ReadAccount, stop),
        token);

    /// <summary>
    /// Answers are found by key alone: an index by number or time would cost every command of the hot path for the
    /// sake of this one reader, so it sorts them once instead, into the order in which seals cover them.
    /// </summary>
    public RowStream<AnswerRow> Answers(int? book, CancellationToken token) => new(
        stop => Pages(
            second,
            """
            select book_id, at, number, key_hash, request_hash, refusal from ledger.answers
            where $1::int is null or book_id = $1
            order by book_id, at, number nulls last, key_hash
            """,
            book, ReadAnswer, stop),
        token);

    /// <summary>
    /// Those between two seals, in the same order: whoever takes a month along need not sort the years around it.
    /// </summary>
    /// <param name="after">The time of the seal before, or null for the first.</param>
    public RowStream<AnswerRow> Answers(int book, long? after, long upTo, CancellationToken token)
    {
        var query = new NpgsqlCommand(AnswersBetweenSql, second);
        query.Parameters.Add(new() { Value = book });
        query.Parameters.Add(new() { Value = (object?)after ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        query.Parameters.Add(new() { Value = upTo, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        return new RowStream<AnswerRow>(stop => Pages(query, ReadAnswer, stop), token);
    }

    /// <summary>The checkpoints of one tenant or of all, read to the end before accounts and answers are.</summary>
    public RowStream<CheckpointRow> Checkpoints(string? tenant, CancellationToken token) => new(
        stop => Pages(
            first,
            """
            select sequence, at, tenant, previous, books, heads_root, key, next_key, signature, trail_sequence,
                trail_hash, hash
            from ledger.checkpoints
            where $1::text is null or tenant = $1
            order by tenant, sequence
            """,
            tenant,
            reader => new CheckpointRow(
                CheckpointReader.Read(reader), CheckpointReader.ReadTrail(reader), reader.GetFieldValue<byte[]>(11)),
            stop),
        token);

    /// <summary>How far each trail had come, by the checkpoints that say so; read once the books are.</summary>
    public RowStream<SignedTrail> SignedTrails(CancellationToken token) => new(
        stop => Pages(
            first,
            """
            select tenant, sequence, trail_sequence, trail_hash from ledger.checkpoints
            where trail_sequence is not null and $1::text is null
            order by tenant, sequence
            """,
            only: null,
            reader => new SignedTrail(
                reader.GetString(0), reader.GetInt64(1),
                new TrailHead(reader.GetInt64(2), reader.GetFieldValue<byte[]>(3))),
            stop),
        token);

    /// <summary>All lines of all trails, in the same order.</summary>
    public RowStream<TrailRow> Trails(CancellationToken token) => new(
        stop => Pages(second, TrailReader.AllSql, only: null, TrailReader.ReadRow, stop), token);

    /// <summary>Their heads, in the same order; first those whose book is in no row of books.</summary>
    public RowStream<HeadRow> Heads(string? tenant, CancellationToken token) => new(
        stop => Pages(
            second,
            """
            select b.tenant, h.book_id, h.checkpoint, coalesce(b.platform, ''), h.sequence, h.last_number,
                h.last_position, h.seal, h.tree
            from ledger.checkpoint_heads h
            left join ledger.books b on b.id = h.book_id
            where $1::text is null or b.tenant = $1
            order by b.tenant nulls first, h.checkpoint, b.platform
            """,
            tenant, ReadHead, stop),
        token);

    /// <summary>The kept nodes of the trees over seals; there is one for 256 seals.</summary>
    public async Task<List<NodeRow>> Nodes(int? book, CancellationToken token)
    {
        var nodes = new List<NodeRow>();
        await foreach (var page in Pages(
            first,
            """
            select book_id, level, index, last_number, hash from ledger.seal_nodes
            where $1::int is null or book_id = $1
            """,
            book,
            reader => new NodeRow(
                reader.GetInt32(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3),
                reader.GetFieldValue<byte[]>(4)),
            token)) nodes.AddRange(page);
        return nodes;
    }

    public static HeadRow ReadHead(NpgsqlDataReader reader) => new(
        reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2),
        CheckpointReader.ReadHead(reader, 3));

    public static AnswerRow ReadAnswer(NpgsqlDataReader reader) => new(
        Book: reader.GetInt32(0),
        At: reader.GetFieldValue<long>(1),
        Number: reader.IsDBNull(2) ? null : reader.GetInt64(2),
        KeyHash: reader.GetGuid(3),
        RequestHash: reader.GetFieldValue<byte[]>(4),
        Refusal: reader.IsDBNull(5) ? null : reader.GetFieldValue<byte[]>(5));

    public async ValueTask DisposeAsync()
    {
        await second.DisposeAsync();
        await first.DisposeAsync();
    }

    /// <summary>
    /// Nothing is archived, or attached again, while a book is read as a whole; nor was it between the snapshot and the
    /// lock, which is younger.
    /// </summary>
    private static async Task KeepTogether(
        NpgsqlDataSource source, NpgsqlConnection connection, CancellationToken token)
    {
        const string done =
            "select (select count(*) from ledger.archived_ranges) + (select count(*) from ledger.returned_ranges)";
        await using var take = new NpgsqlCommand(
            $"select pg_try_advisory_xact_lock_shared({PartitionSwap.LockSql})", connection);
        await using var asOfSnapshot = new NpgsqlCommand(done, connection);
        await using var now = source.CreateCommand(done);
        if (await take.ExecuteScalarAsync(token) is not true
            || !Equals(await asOfSnapshot.ExecuteScalarAsync(token), await now.ExecuteScalarAsync(token)))
            throw new ArchiveRefused("Something is being archived, or attached again. Try again when that is done.");
    }

    private static async Task<IReadOnlyList<ArchivedRange>> ReadArchived(
        NpgsqlConnection connection, CancellationToken token)
    {
        await using var query = new NpgsqlCommand(ArchivedRanges.AllAwaySql, connection);
        await using var reader = await query.ExecuteReaderAsync(token);
        var ranges = new List<ArchivedRange>();
        while (await reader.ReadAsync(token)) ranges.Add(ArchivedRanges.Read(reader));
        return ranges;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(token);
    }

    private static async Task<IReadOnlyList<BookRow>> ReadBooks(
        NpgsqlConnection connection, BookName? book, CancellationToken token)
    {
        await using var query = new NpgsqlCommand(BooksSql, connection);
        query.Parameters.Add(new() { Value = (object?)book?.Tenant ?? DBNull.Value, DataTypeName = "text" });
        query.Parameters.Add(new() { Value = (object?)book?.Platform ?? DBNull.Value, DataTypeName = "text" });
        await using var reader = await query.ExecuteReaderAsync(token);
        var books = new List<BookRow>();
        while (await reader.ReadAsync(token))
        {
            books.Add(new BookRow(
                reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                reader.GetString(4), reader.GetString(5),
                reader.IsDBNull(6) ? null : ReadPlace(reader, 6),
                reader.GetFieldValue<long[]>(12), reader.GetFieldValue<long[]>(13),
                reader.IsDBNull(14) ? 0 : reader.GetInt64(14), reader.IsDBNull(15) ? 0 : reader.GetInt64(15)));
        }

        return books;
    }

    /// <summary>Reads sequence, last_number, last_position, at, vocabulary, hash.</summary>
    public static SealPlace ReadPlace(NpgsqlDataReader reader, int column) => new(
        reader.GetInt64(column), reader.GetInt64(column + 1), reader.GetInt64(column + 2),
        reader.GetFieldValue<long>(column + 3), reader.GetInt32(column + 4), reader.GetFieldValue<byte[]>(column + 5));

    internal static AccountRow ReadAccount(NpgsqlDataReader reader) => new(
        Book: reader.GetInt32(0),
        Id: reader.GetInt64(1),
        Cohort: reader.IsDBNull(2) ? null : reader.GetFieldValue<int>(2),
        Code: reader.GetString(3),
        Owner: reader.GetString(4),
        Currency: reader.GetString(5));

    private static IAsyncEnumerable<List<T>> Pages<T>(
        NpgsqlConnection connection, string sql, object? only, Func<NpgsqlDataReader, T> read, CancellationToken token)
    {
        var query = new NpgsqlCommand(sql, connection);
        query.Parameters.Add(new() { Value = only ?? DBNull.Value });
        return Pages(query, read, token);
    }

    private static async IAsyncEnumerable<List<T>> Pages<T>(
        NpgsqlCommand command, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken token)
    {
        await using var query = command;
        query.CommandTimeout = 0;
        await using var reader = await query.ExecuteReaderAsync(token);
        var page = new List<T>(RowsAPage);
        while (await reader.ReadAsync(token))
        {
            page.Add(read(reader));
            if (page.Count < RowsAPage) continue;
            yield return page;
            page = new List<T>(RowsAPage);
        }

        if (page.Count > 0) yield return page;
    }
}
