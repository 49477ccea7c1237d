using System.Runtime.CompilerServices;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>What was made of a book, held against the journal.</summary>
/// <param name="Number">Up to where it is complete, and was compared.</param>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Differences">The first few rows that should not be there, or should; none when all is well.</param>
public sealed record CheckedTable(
    BookName Book, string Follower, string Table, long Number, long Rows, IReadOnlyList<string> Differences);

/// <summary>
/// Derives each projected table once more, straight from the journal and by a statement that shares nothing with the
/// follower, and compares. Table and place are read in one snapshot, so followers need not stand still. Nothing of the
/// book may be archived, nor may it be archived or attached again meanwhile.
/// </summary>
public sealed class ProjectionCheck(NpgsqlDataSource database)
{
    private const int MostDifferences = 20;

    private const string PlaceSql =
        """
        select id, number, last_position from ledger.builds
        where follower = $1 and book_id = $2 and state = 'live' and state <> 'retired'
        """;

    /// <summary>Checks what a follower has made of a book; a follower that has not begun has made nothing.</summary>
    public async IAsyncEnumerable<CheckedTable> Check(
        Follower follower, OpenedBook book, [EnumeratorCancellation] CancellationToken token = default)
    {
        var archived = new ArchivedRanges(database);
        await archived.RequireAll(book.Id, token);
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction =
            await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, token);
        if (await Place(connection, follower, book, token) is not var (build, number, position)) yield break;
        foreach (var table in follower.Tables)
        {
            var differences = new List<string>();
            await using (var command = Query(connection, DifferencesSql(table), book.Id, number, position, build))
            await using (var reader = await command.ExecuteReaderAsync(token))
                while (await reader.ReadAsync(token)) differences.Add($"{reader.GetString(0)}: {reader.GetString(1)}");
            await using var count = Query(connection, $"select count(*) from {table.Name} where build = $1", build);
            var rows = (long)(await count.ExecuteScalarAsync(token))!;
            await archived.RequireAll(book.Id, token);
            yield return new CheckedTable(book.Name, follower.Name, table.Name, number, rows, differences);
        }
    }

    /// <summary>Rows are counted, so that one that is there twice is found as well.</summary>
    private static string DifferencesSql(ProjectedTable table) =>
        $"""
        with derived ({table.Columns}) as ({table.NaiveSql}),
        kept as (select {table.Columns} from {table.Name} where build = $4),
        missing as (select * from derived except all select * from kept),
        surplus as (select * from kept except all select * from derived)
        (select 'missing', row_to_json(missing)::text from missing limit {MostDifferences})
        union all
        (select 'surplus', row_to_json(surplus)::text from surplus limit {MostDifferences})
        """;

    private static async Task<(int Build, long Number, long Position)?> Place(
        NpgsqlConnection connection, Follower follower, OpenedBook book, CancellationToken token)
    {
        await using var command = Query(connection, PlaceSql, follower.Name, book.Id);
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? (reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2)) : null;
    }

    private static NpgsqlCommand Query(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        return command;
    }
}
