using System.Runtime.CompilerServices;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Accounts;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>
/// Reads the journal of a book. Streams are read in pages, each a short transaction, up to a number that was settled
/// at the start: later commits neither hold nor change what is read.
/// </summary>
public sealed class JournalReader(NpgsqlDataSource source)
{
    private const int RecordsAPage = 1_000;

    internal const string PlaceSql =
        """
        with head as (
            select last_number, last_position from ledger.seals where book_id = $1
            order by last_number desc, sequence desc limit 1)
        select last_number, last_position from head where $2::bigint is null or $2 >= last_number
        union all
        select j.number, j.last_position from head cross join ledger.journal j
        where $2 < head.last_number and j.book_id = $1 and j.number = $2
        """;

    // Recorded time has no index, but it never goes back, and all records of a seal have the time of the seal: seals are
    // bisected by number, a step an index look-up. They are all here, also those of records that are archived.
    internal const string NumberAtSql =
        """
        with recursive search (low, high) as (
            (select 0::bigint, last_number from ledger.seals where book_id = $1
            order by last_number desc, sequence desc limit 1)
            union all
            select case when middle.at <= $2 then middle.last_number else low end,
                case when middle.at <= $2 then high else (low + high + 1) / 2 - 1 end
            from search
            cross join lateral (
                select last_number, at from ledger.seals
                where book_id = $1 and last_number >= (low + high + 1) / 2
                order by last_number, sequence limit 1) middle
            where low < high)
        select low from search where low >= high
        """;

    internal const string RecordsSql =
        """
        select number, type, at, effective_on, last_position, stream, refers_to, actor, data
        from ledger.journal
        where book_id = $1 and number > $2 and number <= $3
        order by number
        limit $4
        """;

    internal const string EntriesSql =
        """
        select e.position, e.account_id, a.code, a.owner, a.currency, a.cohort, e.number, e.version, e.amount, e.balance
        from ledger.entries e
        join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
        where e.book_id = $1 and e.position > $2 and e.position <= $3
        order by e.position
        """;

    internal const string StreamSql =
        """
        select number, type, at, effective_on, last_position, stream, refers_to, actor, data
        from ledger.journal
        where stream = $1 and book_id = $2 and number > $3 and number <= $4
        order by number
        """;

    /// <summary>
    /// The head of a book, or its place as of an earlier number or time. Within an archived range no place is known.
    /// </summary>
    public async Task<Place> PlaceAsOf(OpenedBook book, AsOf asOf, CancellationToken token)
    {
        var (place, within) = await Look(book, asOf, token);
        return within is null ? place : throw new RangeIsArchived(within);
    }

    /// <summary>The last record that was written by a time, whether it is archived or not.</summary>
    public async Task<long> NumberAt(OpenedBook book, Instant time, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, NumberAtSql, book.Id, time.ToDateTimeUtc());
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token) ? reader.GetInt64(0) : 0;
    }

    /// <summary>A place; or its number alone, and the archived range that it lies within.</summary>
    internal async Task<(Place Place, ArchivedRange? Within)> Look(OpenedBook book, AsOf asOf, CancellationToken token)
    {
        var number = asOf switch
        {
            AsOf.ANumber asked => asked.Value,
            AsOf.ATime asked => await NumberAt(book, asked.Value, token),
            _ => (long?)null,
        };
        await using var batch = ByIndex.Query(source, PlaceSql, book.Id, number);
        if (number is not null) RangesAway.Ask(batch, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var place = await reader.ReadAsync(token) ? new Place(reader.GetInt64(0), reader.GetInt64(1)) : default;
        if (number is not { } earlier) return (place, null);
        return (await RangesAway.Read(reader, token)).Within(earlier) is { } within
            ? (new Place(earlier, 0), within)
            : (place, null);
    }

    /// <summary>A record with its entries; null when the book has none of that number.</summary>
    public async Task<Appended?> Find(OpenedBook book, long number, CancellationToken token)
    {
        if (number < 1 || (await PlaceAsOf(book, AsOf.Head, token)).Number < number) return null;
        await foreach (var record in WithEntries(book, number - 1, number, token)) return record;
        return null;
    }

    /// <summary>The records after a number, at most so many, up to the head that the book has now.</summary>
    public async IAsyncEnumerable<JournalRecord> After(
        OpenedBook book, long number, int limit, [EnumeratorCancellation] CancellationToken token)
    {
        var head = (await PlaceAsOf(book, AsOf.Head, token)).Number;
        var upTo = limit < head - number ? number + limit : head;
        await foreach (var page in Pages(book, number, upTo, token))
            foreach (var record in page) yield return record;
    }

    /// <summary>The records after one number and up to another, with their entries.</summary>
    public async IAsyncEnumerable<Appended> WithEntries(
        OpenedBook book, long after, long upTo, [EnumeratorCancellation] CancellationToken token)
    {
        var position = (await PlaceAsOf(book, AsOf.Number(after), token)).Position;
        await foreach (var page in Pages(book, after, upTo, token))
        {
            var entries = await Entries(book, position, page[^1].LastPosition, token);
            var next = 0;
            foreach (var record in page)
            {
                var count = (int)(record.LastPosition - position);
                yield return new Appended(record, [.. entries.Slice(next, count)]);
                next += count;
                position = record.LastPosition;
            }
        }
    }

    /// <summary>
    /// What a stream says after one number and up to another. A stream is short: it is read at once. It is all here,
    /// whatever is archived.
    /// </summary>
    public async Task<IReadOnlyList<JournalRecord>> Stream(
        OpenedBook book, string stream, long after, long upTo, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, StreamSql, stream, book.Id, after, upTo);
        await using var reader = await ByIndex.Read(batch, token);
        return await Records(reader, token);
    }

    /// <summary>A page that would reach into an archived range ends before it; one that begins there is refused.</summary>
    private async IAsyncEnumerable<IReadOnlyList<JournalRecord>> Pages(
        OpenedBook book, long after, long upTo, [EnumeratorCancellation] CancellationToken token)
    {
        while (after < upTo)
        {
            var page = await Page(book, after, upTo, token);
            if (page.Count == 0) yield break;
            yield return page;
            after = page[^1].Number;
        }
    }

    private async Task<List<JournalRecord>> Page(OpenedBook book, long after, long upTo, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, RecordsSql, book.Id, after, upTo, RecordsAPage);
        RangesAway.Ask(batch, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var page = await Records(reader, token);
        var away = await RangesAway.Read(reader, token);
        var last = page.Count < RecordsAPage ? upTo : page[^1].Number;
        if (away.Between(after, last) is not { } range) return page;
        if (range.FirstNumber <= after + 1) throw new RangeIsArchived(range);
        page.RemoveAll(record => record.Number >= range.FirstNumber);
        return page;
    }

    private async Task<List<Entry>> Entries(OpenedBook book, long after, long upTo, CancellationToken token)
    {
        if (after >= upTo) return [];
        await using var batch = ByIndex.Query(source, EntriesSql, book.Id, after, upTo);
        RangesAway.Ask(batch, book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var entries = await ReadEntries(reader, token);
        (await RangesAway.Read(reader, token)).RequirePositions(after, upTo);
        return entries;
    }

    private static async Task<List<JournalRecord>> Records(NpgsqlDataReader reader, CancellationToken token)
    {
        var records = new List<JournalRecord>();
        while (await reader.ReadAsync(token)) records.Add(ReadRecord(reader));
        return records;
    }

    internal static JournalRecord ReadRecord(NpgsqlDataReader reader) => new(
        Number: reader.GetInt64(0),
        Type: reader.GetString(1),
        At: Instant.FromDateTimeUtc(reader.GetDateTime(2)),
        EffectiveOn: LocalDate.FromDateOnly(reader.GetFieldValue<DateOnly>(3)),
        LastPosition: reader.GetInt64(4),
        Stream: reader.IsDBNull(5) ? null : reader.GetString(5),
        RefersTo: reader.IsDBNull(6) ? null : reader.GetInt64(6),
        Actor: reader.GetString(7),
        Data: reader.GetFieldValue<byte[]>(8));

    internal static async Task<List<Entry>> ReadEntries(NpgsqlDataReader reader, CancellationToken token)
    {
        var entries = new List<Entry>();
        while (await reader.ReadAsync(token))
        {
            entries.Add(new Entry(
                Position: reader.GetInt64(0),
                AccountId: reader.GetInt64(1),
                Account: AccountReader.ReadKey(reader, 2),
                Number: reader.GetInt64(6),
                Version: reader.GetInt64(7),
                Amount: reader.GetInt64(8),
                Balance: reader.GetInt64(9)));
        }

        return entries;
    }
}
