using System.Data;
using System.Runtime.CompilerServices;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Earnings;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Lists;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Reports;

/// <summary>Which revenue, and by what it is summed. It is always told by currency as well.</summary>
/// <param name="By">Words of <see cref="RevenueReport.Groups"/>, each once.</param>
/// <param name="From">The first day that counts, if not all do.</param>
/// <param name="To">The last one.</param>
/// <param name="Currency">The only one that is told, if not all are.</param>
/// <param name="Limit">How many rows at most; null for all.</param>
public sealed record RevenueQuestion(
    IReadOnlyList<string> By, DateOnly? From = null, DateOnly? To = null, string? Currency = null, int? Limit = null);

/// <summary>Up to which number of a book a report is complete.</summary>
public sealed record ReportedBook(OpenedBook Book, long Number);

/// <summary>What a report says: the same columns in every row, in their order.</summary>
public sealed record RevenueReported(
    IReadOnlyList<ReportedBook> Books, IReadOnlyList<IReadOnlyList<object?>> Rows);

/// <summary>
/// Revenue of one or several books, summed by whatever is asked for. All days are the days that records count for, so
/// that the hours of a day are the day, and the days of a month are the month. Amounts of different currencies are
/// never summed.
/// Round trips: begin; where the follower is in each book, and the sums; the end. One snapshot for all of it.
/// </summary>
public sealed class RevenueReport(NpgsqlDataSource source)
{
    /// <summary>By what it can be summed, in the order of the columns.</summary>
    public static IReadOnlyList<string> Groups { get; } = ["platform", "month", "day", "hour", "kind"];

    internal const string PlacesSql =
        """
        select b.id, b.book_id, b.number
        from unnest($2::int[]) asked (id)
        cross join lateral (
            select * from ledger.builds
            where follower = $1 and book_id = asked.id and state = 'live' and state <> 'retired'
            limit 1) b
        """;

    // Each build is looked for by itself: the offset keeps the planner from reading the days of all books.
    /// <summary>What is not asked for is nothing, and so all rows have it in common.</summary>
    internal static readonly string Sql =
        $"""
        select case when $2 then live.platform end, case when $3 then date_trunc('month', r.effective_on)::date end,
            case when $4 then r.effective_on end, case when $5 then r.hour end, case when $6 then r.kind end,
            r.currency,
            {string.Join(", ", RevenueList.Figures.Select(figure => $"sum({figure.Sql})::bigint"))}
        from unnest($1::int[], $10::text[]) live (build, platform)
        cross join lateral (
            select * from projected.revenue r
            where r.build = live.build and r.effective_on >= $7 and r.effective_on <= $8
                and ($9::text is null or r.currency = $9)
            offset 0) r
        group by 1, 2, 3, 4, 5, 6
        order by 1, 2, 3, 4, 5, 6
        limit $11
        """;

    private static readonly ListColumn[] GroupColumns =
        [
            new("platform", "", ValueKind.Text, "The platform; with its tenant, where there are several."),
            new("month", "", ValueKind.Date, "The first day of the month that it counts for."),
            new("day", "", ValueKind.Date, "The day that it counts for."),
            new("hour", "", ValueKind.Time, "The start of the hour in UTC in which it was recorded."),
            new("kind", "", ValueKind.Text, "What was sold or paid in, or what the account is for."),
            new("currency", "", ValueKind.Text, "The currency of the amounts."),
        ];

    /// <summary>The columns of a report that is summed by these.</summary>
    public static IReadOnlyList<ListColumn> Columns(IReadOnlyCollection<string> by) =>
        [.. GroupColumns.Where(column => IsTold(column, by)), .. RevenueList.Figures];

    /// <summary>The report, as far as the follower has come in each book.</summary>
    public async Task<RevenueReported> Read(
        IReadOnlyList<OpenedBook> books, RevenueQuestion question, CancellationToken token)
    {
        IReadOnlyList<ReportedBook> reported = [];
        var rows = new List<IReadOnlyList<object?>>();
        await foreach (var (places, row) in All(books, question, token))
        {
            if (row is not null) rows.Add(row);
            else reported = places;
        }

        return new RevenueReported(reported, rows);
    }

    /// <summary>
    /// The rows as they come, without any of them being kept. First, and without a row, it is told up to which numbers
    /// all of them are complete.
    /// </summary>
    public async IAsyncEnumerable<(IReadOnlyList<ReportedBook> Books, IReadOnlyList<object?>? Row)> All(
        IReadOnlyList<OpenedBook> books, RevenueQuestion question,
        [EnumeratorCancellation] CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
        var places = await Places(connection, books, token);
        var reported = books
            .Select(book => new ReportedBook(book, places.TryGetValue(book.Id, out var place) ? place.Number : 0))
            .ToArray();
        yield return (reported, null);
        var live = books.Where(book => places.ContainsKey(book.Id)).ToArray();
        // Platforms of several tenants may have the same name.
        var isOfOneTenant = books.Select(book => book.Name.Tenant).Distinct(StringComparer.Ordinal).Count() <= 1;
        await using var batch = Query(
            connection.CreateBatch(), Sql, [.. live.Select(book => places[book.Id].Build)],
            [.. live.Select(book => isOfOneTenant ? book.Name.Platform : book.Name.ToString())], question);
        await using var reader = await ByIndex.Read(batch, token);
        while (await reader.ReadAsync(token))
        {
            var row = new List<object?>();
            for (var i = 0; i < GroupColumns.Length; i++)
                if (IsTold(GroupColumns[i], question.By)) row.Add(ListValues.Read(reader, i, GroupColumns[i].Kind));
            for (var i = 0; i < RevenueList.Figures.Count; i++) row.Add(reader.GetInt64(GroupColumns.Length + i));
            yield return (reported, row);
        }
    }

    internal static NpgsqlBatch Query(
        NpgsqlBatch batch, string sql, int[] builds, string[] platforms, RevenueQuestion question)
    {
        var by = question.By;
        ByIndex.Add(batch, ByIndex.Settings);
        ByIndex.Add(
            batch, sql, builds, by.Contains("platform"), by.Contains("month"), by.Contains("day"), by.Contains("hour"),
            by.Contains("kind"), question.From ?? DateOnly.MinValue, question.To ?? DateOnly.MaxValue);
        var parameters = batch.BatchCommands[^1].Parameters;
        parameters.Add(new()
        {
            Value = (object?)question.Currency ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text,
        });
        parameters.Add(new() { Value = platforms });
        parameters.Add(new()
        {
            Value = (object?)question.Limit ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer,
        });
        return batch;
    }

    private static async Task<Dictionary<int, (int Build, long Number)>> Places(
        NpgsqlConnection connection, IReadOnlyList<OpenedBook> books, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            connection, PlacesSql, EarningsFollower.FollowerName, books.Select(book => book.Id).ToArray());
        await using var reader = await ByIndex.Read(batch, token);
        var places = new Dictionary<int, (int, long)>();
        while (await reader.ReadAsync(token)) places[reader.GetInt32(1)] = (reader.GetInt32(0), reader.GetInt64(2));
        return places;
    }

    private static bool IsTold(ListColumn column, IReadOnlyCollection<string> by) =>
        column.Name == "currency" || by.Contains(column.Name);
}
