using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>
/// Seals over nothing, well made and chained, as another server or a newer version might have left them.
/// </summary>
internal static class Forged
{
    public static async Task<Instant> Seal(string superuser, BookName book, int vocabulary, Duration later)
    {
        await using var source = NpgsqlDataSource.Create(superuser);
        Seal seal;
        int id;
        await using (var command = source.CreateCommand(
            """
            select s.sequence, s.last_number, s.last_position, s.hash, b.id, s.at
            from ledger.seals s join ledger.books b on b.id = s.book_id
            where b.tenant = $1 and b.platform = $2 order by s.sequence desc limit 1
            """))
        {
            command.Parameters.Add(new() { Value = book.Tenant });
            command.Parameters.Add(new() { Value = book.Platform });
            await using var reader = await command.ExecuteReaderAsync();
            Assert.True(await reader.ReadAsync());
            id = reader.GetInt32(4);
            seal = new Seal(
                reader.GetInt64(0) + 1, vocabulary, reader.GetInt64(1), reader.GetInt64(2),
                Instant.FromDateTimeUtc(reader.GetDateTime(5)) + later, Merkle.Root([]), reader.GetFieldValue<byte[]>(3));
        }

        await using var insert = source.CreateCommand(
            """
            insert into ledger.seals
                (book_id, sequence, vocabulary, last_number, last_position, at, root, previous, hash, leaves)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')
            """);
        foreach (var value in new object[]
            {
                id, seal.Sequence, seal.Vocabulary, seal.LastNumber, seal.LastPosition, seal.At.ToDateTimeUtc(), seal.Root,
                seal.Previous, seal.HashIn(book),
            })
            insert.Parameters.Add(new() { Value = value });
        await insert.ExecuteNonQueryAsync();
        return seal.At;
    }
}
