using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.References;

/// <summary>Records that were found, newest first.</summary>
/// <param name="AsOf">The number that this is complete up to.</param>
/// <param name="HasMore">There are older ones: go on before the last number.</param>
public sealed record Found(long AsOf, IReadOnlyList<Appended> Records, bool HasMore);

/// <summary>
/// Finds transactions by what other systems call them.
/// Round trips: the numbers, with the checkpoint of the same snapshot; their records; the entries of these.
/// </summary>
public sealed class ReferenceReader(NpgsqlDataSource source)
{
    // One index step for each kind, however many records there are of another.
    internal const string NumbersSql =
        """
        select c.number, found.number
        from (select number from ledger.checkpoints where follower = $1 and book_id = $2) c
        left join lateral (
            select distinct hit.number
            from unnest($3::text[]) asked (kind)
            cross join lateral (
                select f.number from ledger.found_by f
                where f.text = $4 and f.kind = asked.kind and f.book_id = $2 and f.number < $5
                order by f.number desc
                limit $6) hit
            order by hit.number desc
            limit $6) found on true
        """;

    internal const string RecordsSql =
        """
        select j.number, j.type, j.at, j.effective_on, j.last_position, j.stream, j.refers_to, j.actor, j.data
        from unnest($2::bigint[]) asked (number)
        join ledger.journal j on j.book_id = $1 and j.number = asked.number
        order by asked.number desc
        """;

    // The entries of a record begin after those of the one before; the first record of a book has none before it.
    internal const string EntriesSql =
        """
        select e.position, e.account_id, a.code, a.owner, a.currency, a.cohort, e.number, e.version, e.amount, e.balance
        from unnest($2::bigint[]) asked (number)
        join ledger.journal j on j.book_id = $1 and j.number = asked.number
        cross join lateral (
            select coalesce(
                (select b.last_position from ledger.journal b where b.book_id = $1 and b.number = asked.number - 1), 0)
                as last_position) before
        join ledger.entries e on e.book_id = $1 and e.position > before.last_position and e.position <= j.last_position
        join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
        order by asked.number, e.position
        """;

    /// <summary>By a reference of any of these kinds, which are names of <see cref="ReferenceFields.Kinds"/>.</summary>
    public Task<Found> ByReference(
        OpenedBook book, string text, IReadOnlyList<string> kinds, long before, int limit, CancellationToken token) =>
        Find(book, [.. kinds], text, before, limit, token);

    public Task<Found> ByMetadata(
        OpenedBook book, string key, string value, long before, int limit, CancellationToken token) =>
        Find(book, [ReferenceFields.MetadataPrefix + key], value, before, limit, token);

    private async Task<Found> Find(
        OpenedBook book, string[] kinds, string text, long before, int limit, CancellationToken token)
    {
        var numbers = new List<long>();
        var asOf = 0L;
        await using (var batch = ByIndex.Query(
            source, NumbersSql, ReferenceFollower.FollowerName, book.Id, kinds, text, before, limit + 1L))
        await using (var reader = await ByIndex.Read(batch, token))
        {
            while (await reader.ReadAsync(token))
            {
                asOf = reader.GetInt64(0);
                if (!reader.IsDBNull(1)) numbers.Add(reader.GetInt64(1));
            }
        }

        var hasMore = numbers.Count > limit;
        if (hasMore) numbers.RemoveAt(limit);
        return new Found(asOf, await Records(book, [.. numbers], token), hasMore);
    }

    private async Task<IReadOnlyList<Appended>> Records(OpenedBook book, long[] numbers, CancellationToken token)
    {
        if (numbers.Length == 0) return [];
        var records = await RecordsOf(book, numbers, token);
        var entries = await Entries(book, numbers, token);
        return [.. records.Select(record => new Appended(record, [.. entries[record.Number]]))];
    }

    private async Task<List<JournalRecord>> RecordsOf(OpenedBook book, long[] numbers, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, RecordsSql, book.Id, numbers);
        await using var reader = await ByIndex.Read(batch, token);
        return await JournalReader.ReadRecords(reader, token);
    }

    private async Task<ILookup<long, Entry>> Entries(OpenedBook book, long[] numbers, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, EntriesSql, book.Id, numbers);
        await using var reader = await ByIndex.Read(batch, token);
        return (await JournalReader.ReadEntries(reader, token)).ToLookup(entry => entry.Number);
    }
}
