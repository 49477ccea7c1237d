using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Npgsql;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>
/// Records that are not found by their place: those of a stream, and those that refer to an earlier one. First their
/// numbers, a page at a time and in either direction; then the records, a few at a time, so that a page of large ones
/// is never in memory as a whole.
/// </summary>
public sealed class FoundRecords(NpgsqlDataSource source)
{
    internal const string StreamOldestSql =
        """
        select number from ledger.journal
        where stream = $1 and book_id = $2 and number > $3 and number < $4
        order by number limit $5
        """;

    internal const string StreamNewestSql =
        """
        select number from ledger.journal
        where stream = $1 and book_id = $2 and number > $3 and number < $4
        order by number desc limit $5
        """;

    internal const string ReferringOldestSql =
        """
        select number from ledger.journal
        where refers_to = $1 and book_id = $2 and number > $3 and number < $4
        order by number limit $5
        """;

    internal const string ReferringNewestSql =
        """
        select number from ledger.journal
        where refers_to = $1 and book_id = $2 and number > $3 and number < $4
        order by number desc limit $5
        """;

    internal const string RecordsSql =
        """
        select j.number, j.type, j.at, j.effective_on, j.last_position, j.stream, j.refers_to, j.actor, j.data, s.hash
        from unnest($2) with ordinality as w (number, ordinal)
        cross join lateral (select * from ledger.journal where book_id = $1 and number = w.number limit 1) j
        cross join lateral (
            select hash from ledger.seals where book_id = $1 and last_number >= w.number
            order by last_number, sequence limit 1) s
        order by w.ordinal
        """;

    internal const string EntriesSql =
        """
        select e.position, e.account_id, a.code, a.owner, a.currency, a.cohort, e.number, e.version, e.amount, e.balance
        from unnest($2) as w (number)
        cross join lateral (
            select last_position from ledger.journal where book_id = $1 and number = w.number limit 1) j
        left join lateral (
            select last_position from ledger.journal
            where book_id = $1 and number = w.number - 1 limit 1) before on true
        cross join lateral (
            select * from ledger.entries
            where book_id = $1 and position > coalesce(before.last_position, 0) and position <= j.last_position
            offset 0) e
        cross join lateral (select * from ledger.accounts where id = e.account_id and book_id = $1 limit 1) a
        order by e.position
        """;

    /// <summary>As above where the record before may be archived: behind the newest entry of any earlier record.</summary>
    internal const string CarriedEntriesSql =
        """
        select e.position, e.account_id, a.code, a.owner, a.currency, a.cohort, e.number, e.version, e.amount, e.balance
        from unnest($2) as w (number)
        cross join lateral (
            select last_position from ledger.journal where book_id = $1 and number = w.number limit 1) j
        left join lateral (
            select position from ledger.entries
            where book_id = $1 and position <= j.last_position and number < w.number
            order by position desc limit 1) before on true
        cross join lateral (
            select * from ledger.entries
            where book_id = $1 and position > coalesce(before.position, 0) and position <= j.last_position
            offset 0) e
        cross join lateral (select * from ledger.accounts where id = e.account_id and book_id = $1 limit 1) a
        order by e.position
        """;

    /// <summary>The numbers of a stream's records between two that are not among them. None of them is ever away.</summary>
    public Task<List<long>> OfStream(
        OpenedBook book, string stream, bool newestFirst, long after, long before, int limit,
        CancellationToken token) =>
        Numbers(newestFirst ? StreamNewestSql : StreamOldestSql, [stream, book.Id, after, before, limit], token);

    /// <summary>
    /// The numbers of the records that refer to another, between two that are not among them, up to where one of them
    /// may be archived.
    /// </summary>
    public async Task<FoundNumbers> Referring(
        OpenedBook book, long number, bool newestFirst, long after, long before, int limit, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            source, newestFirst ? ReferringNewestSql : ReferringOldestSql, number, book.Id, after, before, limit);
        RangesAway.Ask(batch, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var numbers = await Numbers(reader, token);
        var away = await RangesAway.Read(reader, token);
        // Nothing refers to what comes later.
        var (first, last) = (Math.Max(after, number), before - 1);
        if (numbers.Count == limit) (first, last) = newestFirst ? (numbers[^1] - 1, last) : (first, numbers[^1]);
        if (away.Between(first, last, newestFirst) is not { } range) return new FoundNumbers(numbers, null);
        numbers.RemoveAll(other => newestFirst ? other <= range.LastNumber : other >= range.FirstNumber);
        return new FoundNumbers(numbers, range);
    }

    /// <summary>
    /// Records with their entries, in the order of what is asked for; those not there are left out, and none may be
    /// archived.
    /// </summary>
    public Task<IReadOnlyList<Placed>> Read(
        OpenedBook book, IReadOnlyCollection<long> numbers, CancellationToken token) =>
        Read(EntriesSql, book, numbers, mayBeCarried: false, token);

    /// <summary>
    /// The same of records that are in a stream, or not archived: those of a stream are here as a whole, whatever is
    /// archived around them.
    /// </summary>
    public Task<IReadOnlyList<Placed>> ReadCarried(
        OpenedBook book, IReadOnlyCollection<long> numbers, CancellationToken token) =>
        Read(CarriedEntriesSql, book, numbers, mayBeCarried: true, token);

    private async Task<IReadOnlyList<Placed>> Read(
        string entriesSql, OpenedBook book, IReadOnlyCollection<long> numbers, bool mayBeCarried,
        CancellationToken token)
    {
        var wanted = numbers.ToArray();
        await using var batch = ByIndex.Query(source, RecordsSql, book.Id, wanted);
        ByIndex.Add(batch, entriesSql, book.Id, wanted);
        RangesAway.Ask(batch, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var records = new List<(JournalRecord Record, byte[] Seal)>();
        while (await reader.ReadAsync(token))
            records.Add((JournalReader.ReadRecord(reader), reader.GetFieldValue<byte[]>(9)));
        await reader.NextResultAsync(token);
        var entries = (await JournalReader.ReadEntries(reader, token)).ToLookup(entry => entry.Number);
        var away = await RangesAway.Read(reader, token);
        away.RequireNumbers(mayBeCarried
            ? [.. wanted.Where(number => records.All(found => found.Record.Number != number))]
            : wanted);
        return
            [
                .. records.Select(found => new Placed(
                    JournalCursor.Of(found.Record.Number, found.Seal),
                    new Appended(found.Record, [.. entries[found.Record.Number]]))),
            ];
    }

    private async Task<List<long>> Numbers(string sql, object[] parameters, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, sql, parameters);
        await using var reader = await ByIndex.Read(batch, token);
        return await Numbers(reader, token);
    }

    private static async Task<List<long>> Numbers(NpgsqlDataReader reader, CancellationToken token)
    {
        var numbers = new List<long>();
        while (await reader.ReadAsync(token)) numbers.Add(reader.GetInt64(0));
        return numbers;
    }
}
