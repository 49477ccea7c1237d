using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>
/// Reads pages for followers. Round trips: the seal over the place and the records; then, for those who need them,
/// the entries, the accounts that are not known yet, and what is referred to, a step of references at a time.
/// </summary>
internal sealed class PageReader(NpgsqlConnection connection)
{
    /// <summary>Accounts never change, so they are kept; and forgotten all at once before they are too many.</summary>
    private const int MostAccounts = 200_000;

    /// <summary>The seal that closed the batch of a record: the same one for ever, while nothing is lost.</summary>
    internal const string CoveringSealSql =
        """
        select hash from ledger.seals where book_id = $1 and last_number >= $2
        order by last_number, sequence
        limit 1
        """;

    internal const string EntriesSql =
        """
        select position, account_id, number, version, amount, balance
        from ledger.entries
        where book_id = $1 and position > $2 and position <= $3
        order by position
        """;

    internal const string AccountsSql =
        """
        select a.id, a.code, a.owner, a.currency, a.cohort
        from unnest($1::bigint[]) asked (id)
        cross join lateral (select * from ledger.accounts where id = asked.id and book_id = $2 limit 1) a
        """;

    internal const string ReferredSql =
        """
        select j.number, j.type, j.at, j.effective_on, j.last_position, j.stream, j.refers_to, j.actor, j.data
        from unnest($2::bigint[]) asked (number)
        cross join lateral (select * from ledger.journal where book_id = $1 and number = asked.number limit 1) j
        """;

    private readonly Dictionary<long, AccountKey> accounts = [];

    /// <summary>
    /// The records behind a place, and the seal over the place itself. None of them may be missing: what followers make
    /// would be of other records than the book's.
    /// </summary>
    public async Task<(byte[]? Covering, List<JournalRecord> Records)> Records(
        int book, long number, int limit, CancellationToken token)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, CoveringSealSql, book, number);
        Add(batch, JournalReader.RecordsSql, book, number, long.MaxValue, limit);
        RangesAway.Ask(batch, book);
        await using var reader = await batch.ExecuteReaderAsync(token);
        var covering = await reader.ReadAsync(token) ? reader.GetFieldValue<byte[]>(0) : null;
        await reader.NextResultAsync(token);
        var records = new List<JournalRecord>();
        while (await reader.ReadAsync(token)) records.Add(JournalReader.ReadRecord(reader));
        var away = await RangesAway.Read(reader, token);
        var last = records.Count > 0 ? records[^1].Number : number;
        if (away.Between(number, last) is { } range) throw new RangeIsArchived(range);
        return last - number == records.Count
            ? (covering, records)
            : throw new InvariantBroken($"Of the records {number + 1} to {last} some are not there.");
    }

    /// <summary>What followers are shown of some records.</summary>
    public async Task<FollowedPage> Page(
        int book, BookName name, DateTimeZone timeZone, Place after, IReadOnlyList<JournalRecord> records,
        bool withEntries, bool withReferred, CancellationToken token)
    {
        var entries = withEntries ? await Entries(book, after.Position, records[^1].LastPosition, token) : null;
        var followed = new List<FollowedRecord>(records.Count);
        var position = after.Position;
        foreach (var record in records)
        {
            var count = checked((int)(record.LastPosition - position));
            followed.Add(new FollowedRecord(record, entries is null
                ? ArraySegment<Entry>.Empty
                : new ArraySegment<Entry>(entries, (int)(position - after.Position), count)));
            position = record.LastPosition;
        }

        var referred = withReferred ? await Referred(book, after.Number, records, token) : [];
        return new FollowedPage(book, name, timeZone, after, followed, referred);
    }

    private async Task<Entry[]> Entries(int book, long after, long upTo, CancellationToken token)
    {
        var entries = new Entry[upTo - after];
        if (entries.Length == 0) return entries;
        var (next, unknown) = (0, new HashSet<long>());
        if (accounts.Count > MostAccounts) accounts.Clear();
        await using (var command = new NpgsqlCommand(EntriesSql, connection))
        {
            foreach (var value in (ReadOnlySpan<object>)[book, after, upTo])
                command.Parameters.Add(new() { Value = value });
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                var account = reader.GetInt64(1);
                if (!accounts.ContainsKey(account)) unknown.Add(account);
                entries[next++] = new Entry(
                    reader.GetInt64(0), account, default, reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                    reader.GetInt64(5));
            }
        }

        if (next < entries.Length) await Explain(book, after, upTo, token);
        if (unknown.Count > 0) await Meet(book, [.. unknown], token);
        for (var i = 0; i < entries.Length; i++)
            entries[i] = entries[i] with { Account = accounts[entries[i].AccountId] };
        return entries;
    }

    /// <summary>Why entries are not there: they were archived since their records were read.</summary>
    private async Task Explain(int book, long after, long upTo, CancellationToken token)
    {
        (await Away(book, token)).RequirePositions(after, upTo);
        throw new InvariantBroken($"Of the entries {after + 1} to {upTo} some are not there.");
    }

    private async Task<RangesAway> Away(int book, CancellationToken token)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, "select");
        RangesAway.Ask(batch, book);
        await using var reader = await batch.ExecuteReaderAsync(token);
        return await RangesAway.Read(reader, token);
    }

    private async Task Meet(int book, long[] unknown, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(AccountsSql, connection);
        command.Parameters.Add(new() { Value = unknown });
        command.Parameters.Add(new() { Value = book });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) accounts[reader.GetInt64(0)] = AccountReader.ReadKey(reader, 1);
    }

    private async Task<Dictionary<long, FollowedRecord>> Referred(
        int book, long upTo, IReadOnlyList<JournalRecord> records, CancellationToken token)
    {
        var known = new Dictionary<long, FollowedRecord>();
        var asked = Before(upTo, records, known);
        while (asked.Length > 0)
        {
            await using var command = new NpgsqlCommand(ReferredSql, connection);
            command.Parameters.Add(new() { Value = book });
            command.Parameters.Add(new() { Value = asked });
            var found = new List<JournalRecord>();
            await using (var reader = await command.ExecuteReaderAsync(token))
                while (await reader.ReadAsync(token)) found.Add(JournalReader.ReadRecord(reader));
            foreach (var record in found) known.Add(record.Number, new FollowedRecord(record, []));
            if (found.Count < asked.Length)
                (await Away(book, token)).RequireNumbers([.. asked.Where(number => !known.ContainsKey(number))]);
            asked = Before(upTo, found, known);
        }

        return known;
    }

    private static long[] Before(
        long upTo, IEnumerable<JournalRecord> records, Dictionary<long, FollowedRecord> known) =>
        [
            .. records.Select(record => record.RefersTo ?? 0)
                .Where(number => number > 0 && number <= upTo && !known.ContainsKey(number))
                .Distinct(),
        ];

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        batch.BatchCommands.Add(command);
    }
}
