using System.Runtime.CompilerServices;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Payouts;

/// <summary>
/// Finds payouts, batches and files as the follower `payouts` has left them. What may be long is read in pages, each a
/// few steps of an index behind the row that the last one ended with.
/// </summary>
public sealed class PayoutReader(NpgsqlDataSource source)
{
    private const int RowsAPage = 5_000;

    private const string Live =
        """
        (select id from ledger.builds
        where follower = 'payouts' and book_id = $1 and state = 'live' and state <> 'retired')
        """;

    private const string Columns =
        """
        select p.payout, p.creator, p.currency, p.amount, p.fee, p.sent, p.state, p.rail, p.batch, p.method,
            p.file, p.sequence, p.formed_number, p.changed_number, p.code, p.reason
        from projected.payouts p
        """;

    private const string BatchColumns =
        """
        select b.batch, b.currency, b.rail, b.on_day, b.state, b.payouts, b.sent, b.members, b.first_approver,
            b.second_approver
        from projected.payout_batches b
        """;

    private const string FileColumns =
        """
        select f.file, f.rail, f.batch, f.currency, f.payouts, f.sent, f.created_at, f.state, f.prepared_number
        from projected.payment_files f
        """;

    internal const string OneSql = $"{Columns} where p.build = {Live} and p.payout = $2";

    internal const string MembersSql =
        $"""
        {Columns}
        where p.batch = $2 and p.build = {Live} and p.payout > $3
        order by p.payout
        limit $4
        """;

    internal const string OfFileSql =
        $"""
        {Columns}
        where p.file = $2 and p.build = {Live} and (p.sequence, p.payout) > ($3, $4)
        order by p.sequence, p.payout
        limit $5
        """;

    // Instant payouts are few: they are sent with the next run.
    internal const string InstantSql =
        $"""
        {Columns}
        where p.build = {Live} and p.state in ('formed', 'submitted', 'unknown') and p.batch is null
            and p.rail is not null and (p.state = 'formed' or p.file is not null and not exists (
                select from projected.payment_files f where f.build = p.build and f.file = p.file))
        order by p.formed_number
        """;

    internal const string StatesSql =
        $"""
        select p.state, count(*), sum(p.sent)::bigint
        from projected.payouts p
        where p.batch = $2 and p.build = {Live}
        group by p.state order by p.state
        """;

    // All payouts that there ever were: for whoever looks at a book as a whole.
    private const string ByStateSql =
        $"""
        select p.state, count(*), sum(p.sent)::bigint
        from projected.payouts p
        where p.build = {Live}
        group by p.state order by p.state
        """;

    internal const string BatchSql = $"{BatchColumns} where b.build = {Live} and b.batch = $2";

    internal const string BatchesSql =
        $"""
        {BatchColumns}
        where b.build = {Live}
        order by b.opened_number desc
        limit $2
        """;

    // What is formed or on its way, and not what ever was: old batches are not looked through again.
    internal const string AtWorkSql =
        $"""
        with live as materialized (select {Live} as build), unfinished as materialized (
            select p.batch from live join projected.payouts p
                on p.build = live.build and p.state = 'formed' and p.batch is not null
            union
            select p.batch from live join projected.payouts p
                on p.build = live.build and p.state in ('submitted', 'unknown') and p.batch is not null
                    and p.file is not null
            where not exists (
                select from projected.payment_files f
                where f.build = p.build and f.file = p.file and f.state = 'released'))
        {BatchColumns}
        join unfinished on unfinished.batch = b.batch
        where b.build = (select build from live) and b.state in ('approved', 'rejected')
        order by b.opened_number
        """;

    internal const string FileSql = $"{FileColumns} where f.build = {Live} and f.file = $2";

    internal const string FilesSql = $"{FileColumns} where f.build = {Live} order by f.prepared_number desc limit $2";

    internal const string UnreleasedSql =
        $"{FileColumns} where f.build = {Live} and f.state = 'prepared' order by f.prepared_number";

    // Files are few, and those of one day fewer.
    internal const string EarlierSql =
        $"""
        select count(*) from projected.payment_files f
        where f.build = {Live} and f.rail = $2 and f.created_at >= $3 and f.created_at < $4 and f.prepared_number < $5
        """;

    /// <summary>A payout; null when there is none.</summary>
    public async Task<PayoutRow?> Find(OpenedBook book, string payout, CancellationToken token) =>
        (await Read(OneSql, ReadPayout, token, book.Id, payout)).SingleOrDefault();

    /// <summary>All that were ever formed for a batch, in the order of their names.</summary>
    public async IAsyncEnumerable<PayoutRow> Members(
        OpenedBook book, string batch, [EnumeratorCancellation] CancellationToken token)
    {
        for (var last = ""; ;)
        {
            var page = await Read(MembersSql, ReadPayout, token, book.Id, batch, last, RowsAPage);
            foreach (var row in page) yield return row;
            if (page.Count < RowsAPage) yield break;
            last = page[^1].Payout;
        }
    }

    /// <summary>All that were submitted in a file, in the order of their places.</summary>
    public async IAsyncEnumerable<PayoutRow> OfFile(
        OpenedBook book, string file, [EnumeratorCancellation] CancellationToken token)
    {
        for (var (last, payout) = (0L, ""); ;)
        {
            var page = await Read(OfFileSql, ReadPayout, token, book.Id, file, last, payout, RowsAPage);
            foreach (var row in page) yield return row;
            if (page.Count < RowsAPage) yield break;
            (last, payout) = (page[^1].Sequence!.Value, page[^1].Payout);
        }
    }

    /// <summary>What waits for no batch and is not sent yet, or was submitted in a file that is not prepared.</summary>
    public Task<List<PayoutRow>> Instants(OpenedBook book, CancellationToken token) =>
        Read(InstantSql, ReadPayout, token, book.Id);

    /// <summary>How the payouts of a batch stand.</summary>
    public Task<List<StateCount>> States(OpenedBook book, string batch, CancellationToken token) => Read(
        StatesSql, reader => new StateCount(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)), token,
        book.Id, batch);

    /// <summary>How all payouts of a book stand.</summary>
    public Task<List<StateCount>> States(OpenedBook book, CancellationToken token) => Read(
        ByStateSql, reader => new StateCount(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)), token, book.Id);

    public async Task<BatchRow?> Batch(OpenedBook book, string batch, CancellationToken token) =>
        (await Read(BatchSql, ReadBatch, token, book.Id, batch)).SingleOrDefault();

    /// <summary>The newest batches first.</summary>
    public Task<List<BatchRow>> Batches(OpenedBook book, int most, CancellationToken token) =>
        Read(BatchesSql, ReadBatch, token, book.Id, most);

    /// <summary>Approved batches that are not all sent, and rejected ones that are not all given back; oldest first.</summary>
    public Task<List<BatchRow>> AtWork(OpenedBook book, CancellationToken token) =>
        Read(AtWorkSql, ReadBatch, token, book.Id);

    public async Task<FileRow?> File(OpenedBook book, string file, CancellationToken token) =>
        (await Read(FileSql, ReadFile, token, book.Id, file)).SingleOrDefault();

    /// <summary>The newest files first.</summary>
    public Task<List<FileRow>> Files(OpenedBook book, int most, CancellationToken token) =>
        Read(FilesSql, ReadFile, token, book.Id, most);

    /// <summary>Files of which it is known what they are, and not whether they were written.</summary>
    public Task<List<FileRow>> Unreleased(OpenedBook book, CancellationToken token) =>
        Read(UnreleasedSql, ReadFile, token, book.Id);

    /// <summary>How many files of a rail were made in a time, before one of them.</summary>
    public async Task<long> Earlier(
        OpenedBook book, string rail, Instant from, Instant behind, long before, CancellationToken token) =>
        (await Read(
            EarlierSql, reader => reader.GetInt64(0), token, book.Id, rail, from.ToDateTimeUtc(),
            behind.ToDateTimeUtc(), before)).Single();

    private async Task<List<T>> Read<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken token, params object[] parameters)
    {
        await using var batch = ByIndex.Query(source, sql, parameters);
        await using var reader = await ByIndex.Read(batch, token);
        var rows = new List<T>();
        while (await reader.ReadAsync(token)) rows.Add(read(reader));
        return rows;
    }

    private static PayoutRow ReadPayout(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4),
        reader.GetInt64(5), reader.GetString(6), Text(reader, 7), Text(reader, 8), Text(reader, 9),
        Text(reader, 10), reader.IsDBNull(11) ? null : reader.GetInt64(11), reader.GetInt64(12), reader.GetInt64(13),
        Text(reader, 14), Text(reader, 15));

    private static BatchRow ReadBatch(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2),
        LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(3)), reader.GetString(4),
        reader.IsDBNull(5) ? null : reader.GetInt64(5), reader.IsDBNull(6) ? null : reader.GetInt64(6),
        Text(reader, 7), Text(reader, 8), Text(reader, 9));

    private static FileRow ReadFile(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), Text(reader, 2), reader.GetString(3), reader.GetInt64(4),
        reader.GetInt64(5), NodaTime.Instant.FromDateTimeUtc(reader.GetDateTime(6)), reader.GetString(7), reader.GetInt64(8));

    private static string? Text(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);
}
