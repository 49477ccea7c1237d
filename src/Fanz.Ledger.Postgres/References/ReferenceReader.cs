using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.References;

/// <summary>What was found, newest first: the numbers of transactions, which <see cref="FoundRecords"/> reads.</summary>
/// <param name="AsOf">The number that this is complete up to.</param>
public sealed record Found(long AsOf, IReadOnlyList<long> Numbers);

/// <summary>
/// Finds transactions by what other systems call them, with the checkpoint of the same snapshot in one round trip.
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
        var (asOf, numbers) = (0L, new List<long>());
        await using var batch = ByIndex.Query(
            source, NumbersSql, ReferenceFollower.FollowerName, book.Id, kinds, text, before, limit);
        await using var reader = await ByIndex.Read(batch, token);
        while (await reader.ReadAsync(token))
        {
            asOf = reader.GetInt64(0);
            if (!reader.IsDBNull(1)) numbers.Add(reader.GetInt64(1));
        }

        return new Found(asOf, numbers);
    }
}
