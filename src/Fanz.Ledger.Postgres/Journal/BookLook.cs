using Fanz.Ledger.Postgres.Books;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>How a book stands in the database that was looked at.</summary>
/// <param name="Head">Its last record.</param>
/// <param name="Position">Its last entry.</param>
/// <param name="Now">The database's clock, or the time of the last seal if a simulation is ahead of it.</param>
/// <param name="MayLag">It is a standby: what is not here yet may be elsewhere.</param>
/// <param name="Asked">The place that was asked for as this chain has it; null where the chain is shorter.</param>
/// <param name="PositionAsked">The last entry up to that place.</param>
public sealed record BookLook(
    JournalCursor Head, long Position, Instant Now, bool MayLag, JournalCursor? Asked, long PositionAsked)
{
    public long Number => Head.Number;

    /// <summary>Whether whoever stands at this place has read this timeline, and nothing else.</summary>
    public bool Knows(JournalCursor cursor) => Asked == cursor;
}

/// <summary>
/// The first look of every read, in one statement: where the book ends, and whether a reader's place lies on its
/// timeline. It looks for the book by id and name, because a copy that lost commits may have given the id away again.
/// </summary>
public sealed class BookLooks(NpgsqlDataSource source)
{
    // A seal that closes refusals alone repeats its number: the first of those with a number is the one that covers it.
    internal const string LookSql =
        """
        select head.last_number, tip.hash, head.last_position, greatest(clock_timestamp(), head.at),
            pg_is_in_recovery(), asked.hash, coalesce(place.last_position, 0)
        from (select id from ledger.books where id = $1 and tenant = $2 and platform = $3) b
        cross join lateral (
            select last_number, last_position, at from ledger.seals where book_id = b.id
            order by last_number desc, sequence desc limit 1) head
        cross join lateral (
            select hash from ledger.seals where book_id = b.id and last_number >= head.last_number
            order by last_number, sequence limit 1) tip
        left join lateral (
            select hash from ledger.seals where book_id = b.id and last_number >= $4
            order by last_number, sequence limit 1) asked on true
        left join lateral (
            select last_position from ledger.journal where book_id = b.id and number = $4 limit 1) place on true
        """;

    internal const string BeforeSql =
        """
        select last_number from ledger.seals where book_id = $1 and last_number < $2
        order by last_number desc, sequence desc limit 1
        """;

    internal const string PlacesSql =
        """
        select w.number, s.hash
        from unnest($2) with ordinality as w (number, ordinal)
        cross join lateral (
            select hash from ledger.seals where book_id = $1 and last_number >= w.number
            order by last_number, sequence limit 1) s
        order by w.ordinal
        """;

    /// <summary>The cursors of numbers that the book has, in their order.</summary>
    public async Task<JournalCursor[]> Places(OpenedBook book, long[] numbers, CancellationToken token)
    {
        if (numbers.Length == 0) return [];
        await using var batch = ByIndex.Query(source, PlacesSql, book.Id, numbers);
        await using var reader = await ByIndex.Read(batch, token);
        var places = new List<JournalCursor>();
        while (await reader.ReadAsync(token))
            places.Add(JournalCursor.Of(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        return [.. places];
    }

    /// <summary>How the book stands, and a reader's place in it; null when this database has no such book.</summary>
    public async Task<BookLook?> At(OpenedBook book, JournalCursor place, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, LookSql, Parameters(book, place));
        await using var reader = await ByIndex.Read(batch, token);
        return await Read(reader, place, token);
    }

    /// <summary>
    /// The last number that a reader whose cursor is not of this timeline can still have in common with it. The seals
    /// that cover the cursor's number differ, so what is common ends before the one of this chain.
    /// </summary>
    public async Task<long> MostInCommon(OpenedBook book, JournalCursor lost, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, BeforeSql, book.Id, lost.Number);
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token) ? reader.GetInt64(0) : 0;
    }

    internal static object[] Parameters(OpenedBook book, JournalCursor place) =>
        [book.Id, book.Name.Tenant, book.Name.Platform, place.Number];

    internal static async Task<BookLook?> Read(NpgsqlDataReader reader, JournalCursor place, CancellationToken token)
    {
        if (!await reader.ReadAsync(token)) return null;
        var asked = place.Number == 0
            ? JournalCursor.Start
            : reader.IsDBNull(5)
                ? (JournalCursor?)null
                : JournalCursor.Of(place.Number, reader.GetFieldValue<byte[]>(5));
        return new BookLook(
            Head: JournalCursor.Of(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)),
            Position: reader.GetInt64(2),
            Now: Instant.FromDateTimeUtc(reader.GetDateTime(3)),
            MayLag: reader.GetBoolean(4),
            Asked: asked,
            PositionAsked: reader.GetInt64(6));
    }
}
