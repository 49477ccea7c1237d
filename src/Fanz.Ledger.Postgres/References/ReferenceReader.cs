using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.References;

/// <summary>What was found: the numbers of transactions, which <see cref="FoundRecords"/> reads.</summary>
/// <param name="AsOf">The number that this is complete up to.</param>
public sealed record Found(long AsOf, List<long> Numbers);

/// <summary>
/// Finds transactions by what other systems call them, with the place of the same snapshot in one round trip.
/// </summary>
public sealed class ReferenceReader(NpgsqlDataSource source)
{
    // One index step for each kind, however many records there are of another.
    internal const string NewestSql =
        """
        select c.number, found.number
        from (
            select id, number from ledger.builds
            where follower = $1 and book_id = $2 and state = 'live' and state <> 'retired') c
        left join lateral (
            select distinct hit.number
            from unnest($3::text[]) asked (kind)
            cross join lateral (
                select f.number from projected.found_by f
                where f.text = $4 and f.kind = asked.kind and f.build = c.id and f.number > $5 and f.number < $6
                order by f.number desc
                limit $7) hit
            order by hit.number desc
            limit $7) found on true
        """;

    internal const string OldestSql =
        """
        select c.number, found.number
        from (
            select id, number from ledger.builds
            where follower = $1 and book_id = $2 and state = 'live' and state <> 'retired') c
        left join lateral (
            select distinct hit.number
            from unnest($3::text[]) asked (kind)
            cross join lateral (
                select f.number from projected.found_by f
                where f.text = $4 and f.kind = asked.kind and f.build = c.id and f.number > $5 and f.number < $6
                order by f.number
                limit $7) hit
            order by hit.number
            limit $7) found on true
        """;

    /// <summary>
    /// The transactions that carry a name of any of these kinds: of <see cref="ReferenceFields.Kinds"/>, or of
    /// metadata; between two numbers that are not among them, in one direction, so many at most.
    /// </summary>
    public async Task<Found> Find(
        OpenedBook book, IReadOnlyList<string> kinds, string text, bool newestFirst, long after, long before, int limit,
        CancellationToken token)
    {
        var (asOf, numbers) = (0L, new List<long>());
        await using var batch = ByIndex.Query(
            source, newestFirst ? NewestSql : OldestSql, ReferenceFollower.FollowerName, book.Id, kinds.ToArray(), text,
            after, before, limit);
        await using var reader = await ByIndex.Read(batch, token);
        while (await reader.ReadAsync(token))
        {
            asOf = reader.GetInt64(0);
            if (!reader.IsDBNull(1)) numbers.Add(reader.GetInt64(1));
        }

        return new Found(asOf, numbers);
    }
}
