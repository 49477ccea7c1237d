using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Statements;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Tests.Statements;

/// <summary>
/// Statements are read from indexes alone and nothing is sorted: on tables that the planner knows nothing of yet, and
/// on tables that were filled and analyzed.
/// </summary>
public sealed class PlanTests : IAsyncLifetime
{
    private const string Fill =
        """
        select ledger.make_room(60000, 240000);
        insert into ledger.builds (follower, book_id, number, last_position, state)
        select f, b, 40000, 160000, 'live'
        from unnest(array['balances', 'rates', 'references']) f, generate_series(1, 20) b;
        insert into ledger.accounts (id, book_id, cohort, code, owner, currency)
        select i, 1 + i % 2, date '2026-01-01' + i / 50, 'creator.pending', 'creator-' || i % 50, 'USD'
        from generate_series(1, 20000) i;
        insert into ledger.journal (number, at, last_position, book_id, effective_on, type, actor, data)
        select i, timestamptz '2026-01-01' + i * interval '1 minute', i * 4, 1, date '2026-01-01' + i / 1440,
            'tip_sent', 'tests', '{}'
        from generate_series(1, 40000) i;
        insert into ledger.entries (position, account_id, number, version, amount, balance, book_id)
        select i, 1 + i % 20000, (i + 3) / 4, 1 + i / 20000, 1, 1, 1 from generate_series(1, 160000) i;
        insert into projected.account_days
            (account_id, entries, first_position, last_position, build, effective_on, recorded_on, debits, credits)
        select 1 + i % 20000, 1, i, i, (select min(id) from ledger.builds where follower = 'balances' and book_id = 1),
            date '2026-01-01' + i / 20000, date '2026-01-01' + i / 20000, 1, 0
        from generate_series(1, 100000) i;
        analyze
        """;

    private static readonly TestDatabase Young = new();
    private static readonly TestDatabase Full = new();
    private static readonly Lazy<Task> Ready = new(Prepare);
    private static readonly long[] Ids = [1, 51, 101];
    private static readonly string[] Codes = ["creator.available", "creator.pending"];

    private static readonly (DateOnly From, DateOnly To) Always = (DateOnly.MinValue, DateOnly.MaxValue);

    private static readonly Dictionary<string, (string Sql, object?[] Parameters, string[] Conditions)> Queries = new()
    {
        ["currencies"] = (
            StatementReader.CurrenciesSql, [1, "creator-1", Codes, null], ["owner = $2", "book_id = "]),
        ["the beginning"] = (
            StatementReader.BeginSql,
            [1, "creator-1", Codes, null, "USD", new DateOnly(2026, 1, 2), Always.To, Always.To],
            ["follower = 'balances'", "owner = $2", "currency = $5", "account_id = "]),
        ["whether anything of it is archived"] = (
            StatementReader.MovedAwaySql,
            [1, Ids, new DateOnly(2026, 1, 2), Always.To, Always.To, 1L, 4_000L],
            ["follower = 'balances'", "account_id = account.id", "\"position\" >= '"]),
        ["days"] = (
            StatementPages.DaysSql,
            [1, 100L, 4_000L, Ids, new DateOnly(2026, 1, 2), Always.To, Always.To, 31],
            ["follower = 'balances'", "account_id = account.id", "effective_on >= '", "effective_on >= (min"]),
        ["days of a period, as known"] = (
            StatementPages.DaysSql,
            [1, 100L, 4_000L, Ids, new DateOnly(2026, 1, 2), new DateOnly(2026, 1, 20), new DateOnly(2026, 1, 9), 31],
            ["follower = 'balances'", "account_id = account.id"]),
        ["entries"] = (
            StatementPages.EntriesSql, [1, Ids, new[] { 0L, 9, 9 }, new[] { 90L, 99, 99 }, 333],
            ["account_id = w.account_id", "\"position\" > w.after", "number = "]),
        ["what the ledger says"] = (
            StatementPages.InLedgerSql, [1, Ids, 4_000L], ["account_id = account.id", "\"position\" <= "]),
    };

    public static TheoryData<string, bool> EveryQueryOnBoth()
    {
        var both = new TheoryData<string, bool>();
        foreach (var name in Queries.Keys)
        {
            both.Add(name, false);
            both.Add(name, true);
        }

        return both;
    }

    public Task InitializeAsync() => Ready.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(EveryQueryOnBoth))]
    public async Task Every_query_is_answered_from_its_index_without_a_sort(string query, bool isFull)
    {
        var (sql, parameters, conditions) = Queries[query];
        var source = (isFull ? Full : Young).Source;
        await using var batch = ByIndex.Query(source, $"explain {sql}");
        foreach (var value in parameters)
        {
            batch.BatchCommands[1].Parameters.Add(value is null
                ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date }
                : new NpgsqlParameter { Value = value });
        }

        await using var reader = await ByIndex.Read(batch, CancellationToken.None);
        var plan = new List<string>();
        while (await reader.ReadAsync()) plan.Add(reader.GetString(0));
        var text = string.Join('\n', plan);
        foreach (var table in new[] { "journal", "entries", "accounts", "account_days", "builds" })
            Assert.DoesNotMatch($@"Seq Scan on {table}", text);
        // The few currencies of an owner may be sorted; nothing that grows with the entries is.
        if (query != "currencies") Assert.DoesNotMatch(@"Sort\b", text);
        var found = string.Join('\n', plan.Where(line => line.Contains("Index Cond:", StringComparison.Ordinal)));
        // The planner writes a parameter's value in its place.
        foreach (var condition in conditions)
            Assert.True(found.Contains(condition.Split('$')[0], StringComparison.Ordinal), $"{condition} in\n{text}");
    }

    private static async Task Prepare()
    {
        await Young.InitializeAsync();
        await Full.InitializeAsync();
        await TestDatabase.Execute(Full.SuperuserConnectionString, Fill);
    }
}
