using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>A book in which a follower is not at the head.</summary>
/// <param name="Number">Where its live build is.</param>
internal sealed record BehindBook(string Follower, int Id, BookName Name, DateTimeZone TimeZone, long Number)
{
    // A place beyond the head is not at it either: whoever takes the next step finds out why.
    internal const string Sql =
        """
        with heads as materialized (
            select b.id, b.tenant, b.platform, b.time_zone, head.last_number
            from ledger.books b
            cross join lateral (
                select last_number from ledger.seals s where s.book_id = b.id
                order by last_number desc, sequence desc
                limit 1) head)
        select asked.follower, heads.id, heads.tenant, heads.platform, heads.time_zone, c.number
        from unnest($1::text[]) asked (follower)
        cross join heads
        left join lateral (
            select number, stopped, paused_at from ledger.builds live
            where live.follower = asked.follower and live.book_id = heads.id and live.state = 'live'
                and live.state <> 'retired'
            limit 1) c on true
        where c.number is null
            or (c.number <> heads.last_number and c.stopped is null and c.paused_at is null)
        order by heads.id
        """;

    private const string BeginSql =
        """
        insert into ledger.builds (follower, book_id) select * from unnest($1::text[], $2::int[])
        on conflict do nothing
        """;

    /// <summary>One look at all books, for several followers. Books that are new to one get a build.</summary>
    public static async Task<List<BehindBook>> Look(
        NpgsqlDataSource database, string[] followers, CancellationToken token)
    {
        var (behind, begun) = (new List<BehindBook>(), new List<BehindBook>());
        await using (var look = ByIndex.Query(database, Sql, [followers]))
        await using (var reader = await ByIndex.Read(look, token))
        {
            while (await reader.ReadAsync(token))
            {
                var isNew = reader.IsDBNull(5);
                var book = new BehindBook(
                    reader.GetString(0), reader.GetInt32(1), new BookName(reader.GetString(2), reader.GetString(3)),
                    DateTimeZoneProviders.Tzdb[reader.GetString(4)], isNew ? 0 : reader.GetInt64(5));
                behind.Add(book);
                if (isNew) begun.Add(book);
            }
        }

        if (begun.Count == 0) return behind;
        await using var begin = database.CreateCommand(BeginSql);
        begin.Parameters.Add(new() { Value = begun.Select(book => book.Follower).ToArray() });
        begin.Parameters.Add(new() { Value = begun.Select(book => book.Id).ToArray() });
        await begin.ExecuteNonQueryAsync(token);
        return behind;
    }
}
