using System.Globalization;
using System.Runtime.CompilerServices;
using Fanz.Ledger.Postgres.Audit;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Packages;

/// <summary>What a projection says of all accounts of a code and currency.</summary>
internal sealed record ProjectedTotal(
    string Projection, string Code, string Currency, long Accounts, Int128 Balance);

/// <summary>What a package has beside the rows of its range: where it begins, and what it begins with.</summary>
internal sealed class PackageRows(NpgsqlDataSource source, int book)
{
    private const int RecordsAtOnce = 500;

    // What is looked for by number is fenced off from what is asked of its stream and its reference: whoever says
    // "is not null" in the same breath is answered from those indexes, which are smaller and have the number last.
    internal const string EarlierSql =
        """
        with recursive
        ranged as not materialized (
            select stream, refers_to from ledger.journal
            where book_id = $1 and number > $2 and number <= $3 offset 0),
        continued as (
            select distinct stream from ranged where stream is not null),
        wanted (number) as (
            (select j.number from unnest($4, $5) as whole (low, high) cross join lateral (
                select number from ledger.journal
                where stream >= whole.low and stream < whole.high and book_id = $1 and number <= $2 offset 0) j
            union
            select j.number from continued c cross join lateral (
                select number from ledger.journal
                where stream = c.stream and book_id = $1 and number <= $2 offset 0) j
            union
            select refers_to from ranged where refers_to <= $2)
            union
            select next.number from wanted w cross join lateral (
                select stream, refers_to from ledger.journal
                where book_id = $1 and number = w.number offset 0) mine
            cross join lateral (
                select mine.refers_to as number where mine.refers_to is not null
                union all
                (select number from ledger.journal
                 where refers_to = w.number and book_id = $1 and number <= $2 offset 0)
                union all
                (select number from ledger.journal
                 where stream = mine.stream and book_id = $1 and number <= $2 offset 0)) next)
        select number from wanted order by number
        """;

    // The record before one may be archived: its entries begin behind the newest of any earlier record.
    internal const string RecordsSql =
        """
        select j.number, j.at, j.last_position, j.refers_to, j.effective_on, j.type, j.stream, j.actor, j.data,
            coalesce(before.position, 0)
        from unnest($2) as w (number)
        cross join lateral (select * from ledger.journal where book_id = $1 and number = w.number limit 1) j
        left join lateral (
            select position from ledger.entries
            where book_id = $1 and position <= j.last_position and number < w.number
            order by position desc limit 1) before on true
        order by j.number
        """;

    internal const string EntriesSql =
        """
        select e.position, e.account_id, e.number, e.version, e.amount, e.balance
        from unnest($2, $3) as w (after, up_to)
        cross join lateral (
            select * from ledger.entries where book_id = $1 and position > w.after and position <= w.up_to offset 0) e
        order by e.position
        """;

    internal const string SealBeforeSql =
        """
        select sequence, last_number, last_position, at, vocabulary, hash from ledger.seals
        where book_id = $1 and last_number < $2
        order by last_number desc, sequence desc
        limit 1
        """;

    internal const string SealOverSql =
        """
        select sequence, last_number, last_position, at, vocabulary, hash from ledger.seals
        where book_id = $1 and last_number >= $2
        order by last_number, sequence
        limit 1
        """;

    internal const string SealSql =
        """
        select sequence, last_number, last_position, at, vocabulary, hash from ledger.seals
        where book_id = $1 and last_number = $2 and sequence = $3
        """;

    internal const string BalancesSql =
        """
        select a.id, e.version, e.balance
        from ledger.accounts a
        cross join lateral (
            select version, balance from ledger.entries
            where account_id = a.id and book_id = a.book_id and position <= $2
            order by position desc limit 1) e
        where a.book_id = $1
        order by a.id
        """;

    internal const string TotalsSql =
        """
        select b.code, b.currency, count(*), sum(b.balance)::text
        from ledger.builds p
        join projected.balances b on b.build = p.id
        where p.book_id = $1 and p.follower = 'balances' and p.state = 'live' and p.number = $2
        group by b.code, b.currency
        order by b.code, b.currency
        """;

    /// <summary>The last seal before a record.</summary>
    public Task<SealPlace?> SealBefore(long number, CancellationToken token) => ReadSeal(SealBeforeSql, number, token);

    /// <summary>The first seal that covers a record.</summary>
    public Task<SealPlace?> SealOver(long number, CancellationToken token) => ReadSeal(SealOverSql, number, token);

    /// <summary>One seal, by the last record up to it and its own number.</summary>
    public async Task<SealPlace?> Seal(long lastNumber, long sequence, CancellationToken token)
    {
        await using var query = ByIndex.Query(source, SealSql, book, lastNumber, sequence);
        await using var reader = await ByIndex.Read(query, token);
        return await reader.ReadAsync(token) ? VerificationSnapshot.ReadPlace(reader, 0) : null;
    }

    /// <summary>Every account that had moved by then, with its last entry.</summary>
    public async IAsyncEnumerable<(long Id, long Version, long Balance)> Balances(
        SealPlace place, [EnumeratorCancellation] CancellationToken token)
    {
        await using var query = ByIndex.Query(source, BalancesSql, book, place.LastPosition);
        query.Timeout = 0;
        await using var reader = await ByIndex.Read(query, token);
        while (await reader.ReadAsync(token)) yield return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    /// <summary>
    /// The records from before a place that decisions up to another may ask for, oldest first; those that are archived
    /// are left out.
    /// </summary>
    public async IAsyncEnumerable<(JournalRow Record, List<EntryRow> Entries)> Earlier(
        SealPlace start, SealPlace end, [EnumeratorCancellation] CancellationToken token)
    {
        var numbers = new List<long>();
        await using (var query = ByIndex.Query(
            source, EarlierSql, book, start.LastNumber, end.LastNumber, PackageFormat.WholeStreams.ToArray(),
            PackageFormat.WholeStreams.Select(Above).ToArray()))
        {
            query.Timeout = 0;
            await using var reader = await ByIndex.Read(query, token);
            while (await reader.ReadAsync(token)) numbers.Add(reader.GetInt64(0));
        }

        foreach (var some in numbers.Chunk(RecordsAtOnce))
        {
            var records = new List<(JournalRow Record, long After)>();
            await using (var query = ByIndex.Query(source, RecordsSql, book, some))
            {
                await using var reader = await ByIndex.Read(query, token);
                while (await reader.ReadAsync(token)) records.Add((RowPages.ReadRecord(reader), reader.GetInt64(9)));
            }

            var entries = new List<EntryRow>();
            await using (var query = ByIndex.Query(
                source, EntriesSql, book, records.Select(one => one.After).ToArray(),
                records.Select(one => one.Record.LastPosition).ToArray()))
            {
                await using var reader = await ByIndex.Read(query, token);
                while (await reader.ReadAsync(token)) entries.Add(RowPages.ReadEntry(reader));
            }

            var ofRecord = entries.ToLookup(entry => entry.Number);
            foreach (var (record, _) in records) yield return (record, [.. ofRecord[record.Number]]);
        }
    }

    /// <summary>
    /// What projections say of a place: the balances by code and currency, if that is where the projection stands.
    /// </summary>
    public async IAsyncEnumerable<ProjectedTotal> Totals(
        SealPlace place, [EnumeratorCancellation] CancellationToken token)
    {
        await using var query = ByIndex.Query(source, TotalsSql, book, place.LastNumber);
        query.Timeout = 0;
        await using var reader = await ByIndex.Read(query, token);
        while (await reader.ReadAsync(token))
        {
            yield return new ProjectedTotal(
                "balances", reader.GetString(0), reader.GetString(1), reader.GetInt64(2),
                Int128.Parse(reader.GetString(3), CultureInfo.InvariantCulture));
        }
    }

    private async Task<SealPlace?> ReadSeal(string sql, long number, CancellationToken token)
    {
        await using var query = ByIndex.Query(source, sql, book, number);
        await using var reader = await ByIndex.Read(query, token);
        return await reader.ReadAsync(token) ? VerificationSnapshot.ReadPlace(reader, 0) : null;
    }

    /// <summary>The first text that begins otherwise, as bytes compare.</summary>
    private static string Above(string beginning) => beginning[..^1] + (char)(beginning[^1] + 1);
}
