using System.Text.RegularExpressions;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Payouts;

/// <summary>
/// Each list is read in each of its orders and with each of its filters from an index: on tables that the planner knows
/// nothing of yet, and on tables that were filled and analyzed.
/// </summary>
public sealed class PlanTests : IAsyncLifetime
{
    private const string Fill =
        """
        insert into ledger.builds (follower, book_id, number) select 'payouts', i, 7 from generate_series(1, 10) i;
        insert into projected.payouts (
            build, payout, creator, currency, amount, fee, sent, rail, batch, file, sequence, formed_on, formed_number,
            changed_number, changed_at, state)
        select 1 + i % 4, 'p-' || i, 'creator-' || i % 997, (array['USD', 'EUR'])[1 + i % 3 % 2], 100, 1, 99, 'ach',
            'batch-' || i / 2000, 'file-' || i / 1000, i % 1000, '2026-01-01', i, 100000 + i, now(),
            (array['settled', 'settled', 'settled', 'accepted', 'returned'])[1 + i % 5]
        from generate_series(1, 40000) i;
        insert into projected.payout_batches (
            build, batch, currency, rail, on_day, state, opened_number, changed_number)
        select 1 + i % 4, 'batch-' || i, (array['USD', 'EUR'])[1 + i % 3 % 2], 'ach', date '2020-01-01' + i / 4,
            'approved', i, i from generate_series(1, 8000) i;
        insert into projected.payment_files (
            build, file, rail, rail_set_by, batch, currency, message, created_at, execute_on, payouts, sent, hash,
            state, prepared_number)
        select 1 + i % 4, 'file-' || i, 'ach', 1, 'batch-' || i, 'USD', 'message-' || i, now(), '2026-01-01', 1, 1, '',
            'released', i from generate_series(1, 8000) i;
        insert into ledger.builds (follower, book_id, number) select 'balances', i, 7 from generate_series(1, 10) i;
        insert into projected.balances (
            build, account_id, code, owner, currency, balance, version, size_step, opened_number, moved_number, moved_on)
        select 11 + i % 4, i, (array['creator.available', 'fan.wallet', 'creator.reserve'])[1 + i % 3],
            'creator-' || i, 'USD', -100, 1, 3, 1, 1, '2026-01-01'
        from generate_series(1, 40000) i;
        analyze
        """;

    private static readonly TestDatabase Young = new();
    private static readonly TestDatabase Full = new();
    private static readonly Lazy<Task> Ready = new(Prepare);

    private static readonly Listing[] Lists = [PayoutLists.Payouts, PayoutLists.Batches, PayoutLists.Files];

    // By what another index finds: a few rows that are sorted are fewer than all in their order.
    private static readonly HashSet<(string List, string Order, string Filter)> MayBeSorted =
        [
            ("payouts", "payout", "creator"), ("payouts", "payout", "file"), ("payouts", "changed", "payout"),
            ("payouts", "changed", "creator"), ("payouts", "changed", "state"), ("payouts", "changed", "batch"),
            ("payouts", "changed", "file"), ("payout_batches", "newest", "batch"), ("payout_batches", "oldest", "batch"),
            ("payment_files", "newest", "file"), ("payment_files", "oldest", "file"),
        ];

    public static TheoryData<string, string, string?> EveryQuery()
    {
        var every = new TheoryData<string, string, string?>();
        foreach (var list in Lists)
            foreach (var order in list.Orders)
                foreach (var filter in list.Filters.Select(filter => filter.Name).Append(null))
                    every.Add(list.Name, order.Name, filter);
        return every;
    }

    public Task InitializeAsync() => Ready.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(EveryQuery))]
    public async Task A_list_is_read_from_an_index_in_its_order(string name, string order, string? filter)
    {
        var list = Lists.Single(one => one.Name == name);
        var by = list.Orders.Single(one => one.Name == order);
        var filters = list.Filters.Where(one => one.Name == filter).ToDictionary(one => one.Name, Some);
        foreach (var isFull in new[] { false, true })
            foreach (var isNextPage in new[] { false, true })
                foreach (var limit in new int?[] { 101, null })
                {
                    var after = isNextPage ? by.Keys.Select(key => Some(key.Kind)).ToArray() : null;
                    var statement = ListStatement.Of(list, new ListRequest(by, filters, after, limit), 3, 3);
                    var plan = await Plan(statement.Sql, statement.Parameters, isFull);
                    Assert.True(!plan.Contains("Seq Scan on", StringComparison.Ordinal), plan);
                    if (filter is null || !MayBeSorted.Contains((name, order, filter)))
                        Assert.True(!plan.Contains("Sort Key", StringComparison.Ordinal), plan);
                }
    }

    [Theory]
    [InlineData("batch", "batch-7", "batch =")]
    [InlineData("state", "returned", "state =")]
    public async Task Those_of_a_batch_or_a_state_stand_together_in_the_order_of_their_names(
        string filter, string value, string condition)
    {
        var list = PayoutLists.Payouts;
        var request = new ListRequest(
            list.Orders[0], new Dictionary<string, object> { [filter] = value }, ["p-7"], 101);
        var statement = ListStatement.Of(list, request, 3, 3);
        var plan = await Plan(statement.Sql, statement.Parameters, isFull: true);
        Assert.True(Regex.IsMatch(plan, $@"Index Cond: .*{condition}.*payout > "), plan);
    }

    [Fact]
    public async Task What_runs_form_and_send_they_find_by_index()
    {
        var first = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var behind = first.AddDays(1);
        foreach (var (sql, condition, parameters) in new (string, string, object[])[]
        {
            (PayoutReader.OneSql, "payout = ", [3, "p-7"]),
            (PayoutReader.MembersSql, "batch = .*payout > ", [3, "batch-7", "p-7", 100]),
            (PayoutReader.OfFileSql, "file = ", [3, "file-7", 0L, "", 100]),
            (PayoutReader.InstantSql, "state = ", [3]),
            (PayoutReader.StatesSql, "batch = ", [3, "batch-7"]),
            (PayoutReader.BatchSql, "batch = ", [3, "batch-7"]),
            (PayoutReader.AtWorkSql, "state = ", [3]),
            (PayoutReader.FileSql, "file = ", [3, "file-7"]),
            (PayoutReader.EarlierSql, "prepared_number < ", [3, "ach", first, behind, 100L]),
            (DuePayees.PageSql, "code = .*owner > ", ["balances", 3, "creator.available", "", "USD", 1L, 100]),
            (PastStreams.RecordsSql, "stream = ", [new[] { "payout/p-7" }, new[] { 7L }, 3]),
        })
        {
            foreach (var isFull in new[] { false, true })
            {
                var plan = await Plan(sql, parameters, isFull);
                Assert.True(!plan.Contains("Seq Scan on", StringComparison.Ordinal), plan);
                // Of an empty table all indexes cost the same.
                if (isFull) Assert.True(Regex.IsMatch(plan, $"Index Cond: .*{condition}"), plan);
            }
        }
    }

    [Fact]
    public async Task What_followers_change_they_find_by_index()
    {
        string[] texts = ["x"];
        long[] numbers = [7];
        DateTime[] times = [new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc)];
        foreach (var (sql, condition, parameters) in new (string, string, object[])[]
        {
            (PayoutChanges.ChangeSql, @"payout = \(new\.payout",
                [3, texts, texts, texts, numbers, texts, texts, texts, texts, numbers, times]),
            (BatchChanges.ChangeSql, @"batch = \(new\.batch",
                [3, texts, texts, numbers, numbers, texts, texts, texts, texts, numbers]),
            (PaymentFileChanges.ReleaseSql, @"file = \(new\.file", [3, texts, numbers]),
        })
        {
            var plan = await Plan(sql, parameters, isFull: true);
            Assert.True(Regex.IsMatch(plan, $"Index Cond: .*{condition}"), plan);
        }
    }

    private static async Task<string> Plan(string sql, IEnumerable<object> parameters, bool isFull)
    {
        var source = (isFull ? Full : Young).Source;
        await using var batch = ByIndex.Query(source, $"explain {sql}", [.. parameters]);
        await using var rows = await ByIndex.Read(batch, CancellationToken.None);
        var plan = new List<string>();
        while (await rows.ReadAsync()) plan.Add(rows.GetString(0));
        return string.Join('\n', plan);
    }

    private static object Some(ListFilter filter) => filter.Name switch
    {
        "state" => "returned",
        "currency" => "USD",
        "rail" => "ach",
        "creator" => "creator-7",
        "batch" => "batch-7",
        "file" => "file-7",
        _ => Some(filter.Kind),
    };

    private static object Some(ValueKind kind) => kind switch
    {
        ValueKind.Date => new DateOnly(2026, 2, 1),
        ValueKind.Whole or ValueKind.Minor => 7L,
        _ => "p-7",
    };

    private static async Task Prepare()
    {
        await Young.InitializeAsync();
        await Full.InitializeAsync();
        await TestDatabase.Execute(Full.OwnerConnectionString, Fill);
    }
}
