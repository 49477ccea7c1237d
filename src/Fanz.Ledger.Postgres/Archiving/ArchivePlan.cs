using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Packages;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>
/// What of a book could be archived next: the oldest stretch that is here, up to the last seal that is old enough and
/// that a checkpoint covers.
/// </summary>
/// <param name="Obstacles">What comes first: followers and webhooks that have not come past the range.</param>
/// <param name="Open">
/// What later commands would be refused about while the range is away, with the number of one of each.
/// </param>
public sealed record PlannedRange(
    OpenedBook Book, long FirstNumber, long LastNumber, long FirstPosition, long LastPosition, long FirstSequence,
    long LastSequence, Instant UpTo, byte[] Seal, long Carried, IReadOnlyList<string> Obstacles,
    IReadOnlyList<OpenItem> Open)
{
    public long Records => LastNumber - FirstNumber + 1;

    public long Entries => LastPosition - FirstPosition + 1;

    /// <summary>The name of its file.</summary>
    public string File => $"{Book.Name.Tenant}-{Book.Name.Platform}.{FirstNumber}-{LastNumber}.jsonl.gz";
}

/// <summary>Something of a range that is not over: how many there are of a kind, and the first.</summary>
public sealed record OpenItem(string What, long Count, long First);

/// <summary>
/// Looks for what can be archived. It reads whole ranges of the journal and is in nobody's way.
/// </summary>
public sealed class ArchivePlan(NpgsqlDataSource source)
{
    private const long TicksTo2000 = 9_466_848_000_000_000;

    // A checkpoint of its own is in every file, so a range ends with the head of one.
    internal const string EndSql =
        """
        select s.sequence, s.last_number, s.last_position, s.at, s.vocabulary, s.hash
        from (
            select sequence, last_number from ledger.checkpoint_heads
            where book_id = $1 and last_number between $2 and $3
            order by sequence desc limit 1) head
        cross join lateral (
            select * from ledger.seals
            where book_id = $1 and last_number = head.last_number and sequence = head.sequence limit 1) s
        """;

    /// <summary>What a book goes on with: streams, where the range ends, and the last entry of each account.</summary>
    internal const string CarriedSql =
        """
        select number from ledger.journal
        where book_id = $1 and number between $2 and $3 and (stream is not null or number in (1, $3))
        union
        select e.number from ledger.accounts a cross join lateral (
            select number from ledger.entries
            where account_id = a.id and book_id = $1 and position between $4 and $5
            order by position desc limit 1) e
        where a.book_id = $1
        """;

    private const string BehindSql =
        """
        select 'follower ' || follower || ' is at ' || number from ledger.builds
        where book_id = $1 and state <> 'retired' and number < $2
        union all
        select 'webhook ' || c.webhook || ' is at ' || c.number
        from ledger.webhook_cursors c join ledger.webhooks w on w.id = c.webhook
        where c.book_id = $1 and c.number < $2 and w.state in ('active', 'paused')
        union all
        select 'webhook ' || d.webhook || ' has not delivered ' || min(d.number)
        from ledger.webhook_dead_letters d join ledger.webhooks w on w.id = d.webhook
        where d.book_id = $1 and d.number <= $2 and w.state in ('active', 'paused')
        group by d.webhook
        order by 1
        """;

    private const string OpenSql =
        """
        with builds as (select id from ledger.builds where book_id = $1 and state = 'live')
        select kind, count(*), min(number) from projected.deadlines
        where build in (select id from builds) and number between $2 and $3
        group by kind
        union all
        select 'receipt', count(*), min(number) from projected.receipts
        where build in (select id from builds) and number between $2 and $3 and assigned < amount
        union all
        select 'payment', count(*), min(number) from projected.payments
        where build in (select id from builds) and number between $2 and $3 and assigned < amount
        union all
        select 'refund', count(*), min(j.number) from ledger.journal j
        where j.book_id = $1 and j.number between $2 and $3 and j.type = 'sale_refunded'
            and j.data ->> 'funding' = 'card'
            and not exists (
                select from ledger.journal r where r.refers_to = j.number and r.book_id = $1
                    and r.type in ('refund_executed', 'reversed'))
            and not exists (
                select from ledger.journal d
                where d.refers_to = j.refers_to and d.book_id = $1 and d.type = 'dispute_lost')
        union all
        select 'order', count(*), min(j.number) from ledger.journal j
        where j.book_id = $1 and j.number between $2 and $3 and j.type = 'order_placed' and not exists (
            select from ledger.journal r where r.refers_to = j.number and r.book_id = $1
                and r.type in ('order_delivered', 'sale_refunded', 'dispute_lost', 'reversed'))
        union all
        select 'run', count(*), min(j.number) from ledger.journal j
        where j.book_id = $1 and j.number between $2 and $3 and j.type = 'run_begun' and not exists (
            select from ledger.journal l where l.stream = j.stream and l.book_id = $1 and l.type = 'run_finished')
        union all
        select 'dispute', count(*), min(j.refers_to) from ledger.journal j
        where j.book_id = $1 and j.refers_to between $2 and $3 and j.type in ('dispute_opened', 'dispute_reopened')
            and not exists (
                select from ledger.journal l where l.stream = j.stream and l.book_id = $1 and l.number > j.number)
        """;

    /// <param name="book">Which book.</param>
    /// <param name="before">Only what was recorded before this time.</param>
    /// <param name="token">Stops it.</param>
    /// <returns>Null when nothing is old enough.</returns>
    public async Task<PlannedRange?> Next(OpenedBook book, Instant before, CancellationToken token)
    {
        var number = await new JournalReader(source).NumberAt(book, before.PlusNanoseconds(-1_000), token);
        var away = await new ArchivedRanges(source).Of(book.Id, token);
        var start = 1L;
        foreach (var range in away)
        {
            if (range.FirstNumber != start)
            {
                number = Math.Min(number, range.FirstNumber - 1);
                break;
            }

            start = range.LastNumber + 1;
        }

        if (number < start || await End(book.Id, start, number, token) is not { } end) return null;
        var first = start == 1 ? null : await new PackageRows(source, book.Id).SealBefore(start, token);
        return new PlannedRange(
            book, start, end.LastNumber, (first?.LastPosition ?? 0) + 1, end.LastPosition, (first?.Sequence ?? 0) + 1,
            end.Sequence, Instant.FromUnixTimeTicks((end.At * 10) + TicksTo2000), end.Hash,
            await Count(book.Id, start, end, (first?.LastPosition ?? 0) + 1, token),
            await Behind(book.Id, end.LastNumber, token), await Open(book.Id, start, end.LastNumber, token));
    }

    /// <summary>Who has not come past a number yet.</summary>
    internal async Task<IReadOnlyList<string>> Behind(int book, long number, CancellationToken token)
    {
        await using var query = Query(BehindSql, book, number);
        await using var reader = await query.ExecuteReaderAsync(token);
        var found = new List<string>();
        while (await reader.ReadAsync(token)) found.Add(reader.GetString(0));
        return found;
    }

    private async Task<IReadOnlyList<OpenItem>> Open(int book, long first, long last, CancellationToken token)
    {
        await using var query = Query(OpenSql, book, first, last);
        await using var reader = await query.ExecuteReaderAsync(token);
        var found = new List<OpenItem>();
        while (await reader.ReadAsync(token))
            if (reader.GetInt64(1) > 0)
                found.Add(new OpenItem(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        return found;
    }

    private async Task<long> Count(int book, long first, SealPlace end, long position, CancellationToken token)
    {
        await using var query = Query(
            $"select count(*) from ({CarriedSql}) carried", book, first, end.LastNumber, position, end.LastPosition);
        return (long)(await query.ExecuteScalarAsync(token))!;
    }

    private async Task<SealPlace?> End(int book, long from, long upTo, CancellationToken token)
    {
        await using var query = ByIndex.Query(source, EndSql, book, from, upTo);
        await using var reader = await ByIndex.Read(query, token);
        return await reader.ReadAsync(token) ? VerificationSnapshot.ReadPlace(reader, 0) : null;
    }

    private NpgsqlCommand Query(string sql, params ReadOnlySpan<object> parameters)
    {
        var query = source.CreateCommand(sql);
        query.CommandTimeout = 0;
        foreach (var value in parameters) query.Parameters.Add(new() { Value = value });
        return query;
    }
}
