using System.Data;
using System.Runtime.CompilerServices;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Lists;

/// <summary>A row: the values of the list's columns, in their order, and the keys by which it has its place.</summary>
public sealed record ListRow(IReadOnlyList<object?> Values, IReadOnlyList<object> Keys);

/// <summary>Rows, and the number that they are current to.</summary>
public sealed record ListPage(long Number, IReadOnlyList<ListRow> Rows);

/// <summary>
/// Reads lists. The place of the follower and the rows are of one snapshot, so the number is true of every row.
/// Round trips: begin and the follower's place; the rows; the end.
/// </summary>
public sealed class ListReader(NpgsqlDataSource source)
{
    internal const string PlaceSql =
        """
        select b.id, b.number
        from unnest($1::text[]) with ordinality asked (follower, place)
        cross join lateral (
            select id, number from ledger.builds
            where follower = asked.follower and book_id = $2 and state = 'live' and state <> 'retired'
            limit 1) b
        order by asked.place
        """;

    /// <summary>A page. Before the follower has begun with the book there is nothing, current to number 0.</summary>
    public async Task<ListPage> Page(OpenedBook book, Listing list, ListRequest request, CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        var rows = new List<ListRow>();
        var number = 0L;
        await foreach (var (at, row) in Read(connection, book, list, request, token))
        {
            number = at;
            if (row is not null) rows.Add(row);
        }

        return new ListPage(number, rows);
    }

    /// <summary>
    /// All rows as they come, without any of them being kept. The first value is told before the first row: the number
    /// that all of them are current to.
    /// </summary>
    public async IAsyncEnumerable<(long Number, ListRow? Row)> All(
        OpenedBook book, Listing list, ListRequest request, [EnumeratorCancellation] CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        await foreach (var one in Read(connection, book, list, request, token)) yield return one;
    }

    private static async IAsyncEnumerable<(long Number, ListRow? Row)> Read(
        NpgsqlConnection connection, OpenedBook book, Listing list, ListRequest request,
        [EnumeratorCancellation] CancellationToken token)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
        if (await Place(connection, book, request.FollowersOf(list), token) is not var (build, number))
        {
            yield return (0, null);
            yield break;
        }

        yield return (number, null);
        var statement = ListStatement.Of(list, request, book.Id, build);
        await using var command = new NpgsqlCommand(statement.Sql, connection);
        if (request.Limit is null) command.CommandTimeout = 0;
        foreach (var value in statement.Parameters) command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) yield return (number, ReadRow(reader, list, request.Order));
    }

    /// <summary>The build of the first follower, and the number that all of them have come to.</summary>
    private static async Task<(int Build, long Number)?> Place(
        NpgsqlConnection connection, OpenedBook book, IReadOnlyList<string> followers, CancellationToken token)
    {
        await using var batch = ByIndex.Query(connection, PlaceSql, followers.ToArray(), book.Id);
        await using var reader = await ByIndex.Read(batch, token);
        var places = new List<(int Build, long Number)>();
        while (await reader.ReadAsync(token)) places.Add((reader.GetInt32(0), reader.GetInt64(1)));
        return places.Count == followers.Count ? (places[0].Build, places.Min(place => place.Number)) : null;
    }

    private static ListRow ReadRow(NpgsqlDataReader reader, Listing list, ListOrder order)
    {
        var (values, keys) = (new object?[list.Columns.Count], new object[order.Keys.Count]);
        for (var i = 0; i < values.Length; i++) values[i] = ListValues.Read(reader, i, list.Columns[i].Kind);
        for (var i = 0; i < keys.Length; i++)
            keys[i] = ListValues.Read(reader, values.Length + i, order.Keys[i].Kind)!;
        return new ListRow(values, keys);
    }
}
