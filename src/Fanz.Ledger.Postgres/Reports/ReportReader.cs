using System.Data;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Reports;

/// <summary>
/// Reads what reports are made of: sums of projected.code_days, of which a book has few rows however many accounts it
/// has. The places of the followers and all sums are of one snapshot.
/// Round trips: begin; the places; the sums; the end.
/// </summary>
public sealed class ReportReader(NpgsqlDataSource source)
{
    internal const string PlacesSql =
        """
        select b.book_id, b.id, b.number
        from unnest($2::int[]) asked (book_id)
        cross join lateral (
            select book_id, id, number from ledger.builds
            where follower = $1 and book_id = asked.book_id and state = 'live' and state <> 'retired' limit 1) b
        """;

    internal const string SumsSql =
        """
        select asked.build, c.code, c.owner, c.currency, sum(c.debits - c.credits)
        from unnest($1::int[]) asked (build)
        join projected.code_days c on c.build = asked.build
        where c.effective_on >= $2 and c.effective_on <= $3 and c.recorded_on <= $4
        group by asked.build, c.code, c.owner, c.currency
        """;

    /// <summary>
    /// The lines of each of the books; one that nothing was made of yet is at number 0, without lines.
    /// </summary>
    public async Task<IReadOnlyList<BookLines>> Read(
        IReadOnlyList<OpenedBook> books, ReportDays days, CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
        var places = await Places(connection, books, token);
        var lines = await Sums(connection, [.. places.Values.Select(place => place.Build)], days, token);
        return
            [
                .. books.Select(book => places.TryGetValue(book.Id, out var place)
                    ? new BookLines(book, place.Number, ReportLine.Sum(lines[place.Build]))
                    : new BookLines(book, 0, [])),
            ];
    }

    private static async Task<Dictionary<int, (int Build, long Number)>> Places(
        NpgsqlConnection connection, IReadOnlyList<OpenedBook> books, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            connection, PlacesSql, BalanceFollower.FollowerName, books.Select(book => book.Id).ToArray());
        await using var reader = await ByIndex.Read(batch, token);
        var places = new Dictionary<int, (int, long)>();
        while (await reader.ReadAsync(token)) places.Add(reader.GetInt32(0), (reader.GetInt32(1), reader.GetInt64(2)));
        return places;
    }

    private static async Task<ILookup<int, ReportLine>> Sums(
        NpgsqlConnection connection, int[] builds, ReportDays days, CancellationToken token)
    {
        await using var batch = ByIndex.Query(connection, SumsSql, builds, days.First, days.Last, days.Known);
        await using var reader = await ByIndex.Read(batch, token);
        var lines = new List<(int Build, ReportLine Line)>();
        while (await reader.ReadAsync(token))
        {
            lines.Add((reader.GetInt32(0), new ReportLine(
                Chart.Find(reader.GetString(1)), reader.GetString(2), Currency.Of(reader.GetString(3)),
                (Int128)reader.GetDecimal(4))));
        }

        return lines.ToLookup(line => line.Build, line => line.Line);
    }
}
