using System.Text.RegularExpressions;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Marten;
using Fanz.Ledger.Postgres.Tests.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Tests.Marten;

/// <summary>
/// Marten sets nothing before it asks, so the plans are the planner's own: in a database that has just been made, in
/// one that was filled since the planner last looked, and in one that it knows.
/// </summary>
public sealed class PlanTests : IAsyncLifetime
{
    private const string Account = "creator.pending/USD/2026-01-22/owner-8";

    private static readonly BookName Book = new("acme", "main");
    private static readonly Dictionary<string, TestDatabase> Databases =
        new() { ["young"] = new(), ["filled"] = new(), ["known"] = new() };

    private static readonly Lazy<Task> Ready = new(Prepare);

    // The SQL, its parameters, and what must be index conditions of its plan.
    private static readonly Dictionary<string, (string Sql, object[] Parameters, string[] Conditions)> Queries = new()
    {
        ["a page of events"] = (MartenSql.Page, [40L, 100_000L],
            ["\"position\" > ", "id = entries.account_id", "= (accounts.code ||", "number = entries.number"]),
        ["a page of events of some types"] = (MartenSql.PageOfTypes, [40L, 100_000L, new[] { "tip_sent" }],
            ["\"position\" > ", "id = entries.account_id", "= (accounts.code ||", "number = entries.number"]),
        ["the next event of some types"] = (MartenSql.NextOfTypes, [40L, new[] { "tip_sent" }],
            ["\"position\" > ", "number = entries.number"]),
        ["a stream"] = (MartenSql.Stream, [Account],
            [Account, "account_id = accounts.id", "number = entries.number"]),
        ["a stream up to a version"] = (MartenSql.StreamUpTo, [Account, 3L],
            [Account, "account_id = accounts.id", "number = entries.number"]),
        ["what is new in a stream"] = (MartenSql.StreamSince, [Account, 3L, DateTime.UnixEpoch],
            [Account, "account_id = accounts.id", "number = entries.number"]),
        ["the state of a stream"] = (MartenSql.StreamState, [Account],
            [Account, "account_id = accounts.id", "number = $"]),
        ["where the sequence is"] = (MartenSql.Sequence, [], ["book_id = 1"]),
        ["a gap"] = (MartenSql.Gap, [40L], ["\"position\" >= "]),
        ["raw events"] = (MartenSql.Raw, [40L, 100],
            ["\"position\" > ", "id = entries.account_id", "number = entries.number"]),
        ["raw events of a few streams"] = (MartenSql.RawOfStreams, [new[] { Account }],
            [Account, "account_id = accounts.id", "number = entries.number"]),
        ["the newest events"] = (MartenSql.Newest, [], ["book_id = 1", "number = entries.number"]),
    };

    // What is asked in the order of the events must not be sorted, nor must more be read than is asked for.
    private static readonly string[] InOrder =
        ["a page of events", "a page of events of some types", "the next event of some types", "a gap", "raw events",
            "the newest events"];

    public static TheoryData<string, string> EveryQueryEverywhere()
    {
        var all = new TheoryData<string, string>();
        foreach (var query in Queries.Keys)
            foreach (var age in new[] { "young", "filled", "known" }) all.Add(query, age);
        return all;
    }

    public Task InitializeAsync() => Ready.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(EveryQueryEverywhere))]
    public async Task Every_query_is_answered_from_its_index(string query, string age)
    {
        var (sql, parameters, conditions) = Queries[query];
        var plan = await Plan(Databases[age], sql, parameters);
        foreach (var table in new[] { "journal", "entries", "accounts", "seals" })
            Assert.DoesNotMatch($@"Seq Scan on {table}", plan);
        var found = string.Join('\n', plan.Split('\n').Where(line => line.Contains("Cond:", StringComparison.Ordinal)));
        foreach (var condition in conditions)
            Assert.True(found.Contains(condition, StringComparison.Ordinal), $"{condition} in\n{plan}");
        if (age != "young" && InOrder.Contains(query)) Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_reads_no_more_than_a_page()
    {
        var plan = await Plan(Databases["known"], MartenSql.Page, [40L, 100_000L], "analyze, timing off, buffers off");
        var rows = Regex.Matches(plan, @"Index (?:Only )?Scan.* \(actual rows=(\d+) loops=(\d+)\)");
        Assert.True(rows.Count >= 3, plan);
        Assert.All(rows, row => Assert.True(
            long.Parse(row.Groups[1].ValueSpan, null) * long.Parse(row.Groups[2].ValueSpan, null) <= 505, plan));
    }

    [Fact]
    public async Task Looking_for_gaps_and_counting_read_nothing_but_positions()
    {
        foreach (var sql in new[] { MartenSql.Gap, MartenSql.Highest, MartenSql.Count })
        {
            var plan = await Plan(Databases["known"], sql, sql == MartenSql.Count ? [] : [40L]);
            Assert.DoesNotContain("accounts", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("journal", plan, StringComparison.Ordinal);
        }
    }

    private static async Task<string> Plan(
        TestDatabase database, string sql, object[] parameters, string options = "costs off")
    {
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var command = source.CreateCommand($"explain ({options}) {sql}");
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync()) plan.Add(reader.GetString(0));
        return string.Join('\n', plan);
    }

    private static async Task Prepare()
    {
        foreach (var (age, database) in Databases)
        {
            await database.InitializeAsync();
            await using var ledger = new SeededLedger(database.SuperuserConnectionString);
            await ledger.Open(Book);
            await ledger.Open(new BookName("acme", "side"));
            await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
            var book = await new BookRegistry(source).Find(Book, CancellationToken.None);
            await new MartenSchema(database.OwnerConnectionString)
                .Make(book!, "shown", null, null, CancellationToken.None);
            if (age == "young") continue;
            await TestDatabase.Execute(database.OwnerConnectionString, FillSql);
            if (age == "known") await TestDatabase.Execute(database.OwnerConnectionString, "analyze");
        }
    }

    /// <summary>
    /// Two books of a hundred thousand accounts and four hundred thousand entries, which no vacuum looks at by itself.
    /// </summary>
    private const string FillSql =
        """
        alter table ledger.accounts set (autovacuum_enabled = false);
        alter table ledger.entries_from_0 set (autovacuum_enabled = false);
        alter table ledger.journal_from_0 set (autovacuum_enabled = false);
        insert into ledger.accounts (id, book_id, cohort, code, owner, currency)
        select n, 1 + n % 2, case when n % 4 < 2 then date '2026-01-22' end,
            case when n % 4 < 2 then 'creator.pending' else 'fan.wallet' end, 'owner-' || n, 'USD'
        from generate_series(2::bigint, 200001) n;
        insert into ledger.journal (number, at, last_position, book_id, effective_on, type, actor, data)
        select n, timestamptz '2026-01-15 12:00:00Z' + n * interval '1 second', 4 * (n - 1), b, '2026-01-15',
            case when n % 100 = 0 then 'account_closed' else 'tip_sent' end, 'tests', '{"fan":"f","reserve_until":"x"}'
        from generate_series(2::bigint, 100001) n, generate_series(1, 2) b;
        insert into ledger.entries (position, account_id, number, version, amount, balance, book_id)
        select p, 2 * (1 + p * 7919 % 100000) + (b - 1), 2 + (p - 1) / 4, 1 + (p - 1) / 100000, 1,
            1 + (p - 1) / 100000, b
        from generate_series(1::bigint, 400000) p, generate_series(1, 2) b;
        insert into ledger.seals
            (sequence, last_number, last_position, at, book_id, vocabulary, root, previous, hash, leaves)
        select n, n, 4 * (n - 1), timestamptz '2026-01-15 12:00:00Z', b, 1, '', '', '', ''
        from generate_series(100::bigint, 100000, 100) n, generate_series(1, 2) b;
        """;
}
