using System.Text.RegularExpressions;
using Fanz.Ledger.Postgres.Earnings;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Reports;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Earnings;

/// <summary>
/// Each list is read in each of its orders and with each of its filters from an index that has the rows in that order:
/// on tables that the planner knows nothing of yet, and on tables that were filled and analyzed. What the planner is
/// told is what the reader of lists tells it, for the transaction in which it reads.
/// </summary>
public sealed class PlanTests : IAsyncLifetime
{
    private const string Fill =
        """
        insert into ledger.builds (follower, book_id, number)
        select 'earnings', i, 7 from generate_series(1, 40) i;
        insert into projected.revenue (build, effective_on, hour, kind, currency)
        select 1 + i % 10, date '2026-01-01' + i % 300, timestamptz '2026-01-01Z' + i / 10 * interval '1 hour',
            (array['tip', 'ppv', 'subscription', 'order', 'message'])[1 + i % 5], (array['USD', 'EUR'])[1 + i % 2]
        from generate_series(1, 40000) i on conflict do nothing;
        insert into projected.earnings (build, creator, effective_on, kind, rule, currency)
        select 1 + i % 10, 'creator-' || i / 10 % 500, date '2026-01-01' + i % 297,
            (array['tip', 'ppv', 'subscription', 'order', 'hold_released'])[1 + i % 5], i % 3, 'USD'
        from generate_series(1, 60000) i on conflict do nothing;
        insert into projected.affiliate_earnings (build, affiliate, effective_on, kind, currency)
        select 1 + i % 10, 'affiliate-' || i / 10 % 300, date '2026-01-01' + i % 297,
            (array['tip', 'ppv', 'affiliate_released'])[1 + i % 3], 'USD'
        from generate_series(1, 40000) i on conflict do nothing;
        insert into projected.spending (build, fan, effective_on, kind, funding, currency)
        select 1 + i % 10, 'fan-' || i / 10 % 2000, date '2026-01-01' + i % 297,
            (array['tip', 'ppv', 'subscription', 'order'])[1 + i % 4], (array['wallet', 'card'])[1 + i % 2], 'USD'
        from generate_series(1, 80000) i on conflict do nothing;
        analyze
        """;

    private static readonly TestDatabase Young = new();
    private static readonly TestDatabase Full = new();
    private static readonly Lazy<Task> Ready = new(Prepare);

    private static readonly Listing[] Lists =
        [
            RevenueList.Revenue, EarningsLists.RevenueShare, EarningsLists.CreatorEarnings, SpendingList.FanSpending,
            AffiliateList.AffiliateEarnings,
        ];

    public static TheoryData<string, string, string?, bool, bool> EveryQuery()
    {
        var every = new TheoryData<string, string, string?, bool, bool>();
        foreach (var list in Lists)
            foreach (var order in list.Orders)
                foreach (var filter in list.Filters.Select(filter => filter.Name).Append(null))
                    foreach (var isNext in new[] { false, true })
                    {
                        every.Add(list.Name, order.Name, filter, isNext, false);
                        every.Add(list.Name, order.Name, filter, isNext, true);
                    }

        return every;
    }

    public Task InitializeAsync() => Ready.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(EveryQuery))]
    public async Task A_list_is_read_from_an_index_in_its_order(
        string name, string order, string? filter, bool isNextPage, bool isFull)
    {
        var list = Lists.Single(one => one.Name == name);
        var by = list.Orders.Single(one => one.Name == order);
        var filters = list.Filters.Where(one => one.Name == filter).ToDictionary(one => one.Name, Some);
        foreach (var limit in new int?[] { 101, null })
        {
            var after = isNextPage ? by.Keys.Select(Some).ToArray() : null;
            var statement = ListStatement.Of(list, new ListRequest(by, filters, after, limit), book: 3, build: 3);
            var plan = await Plan(statement.Sql, statement.Parameters, isFull);
            Assert.True(!plan.Contains("Seq Scan", StringComparison.Ordinal), plan);
            Assert.True(!plan.Contains("Sort", StringComparison.Ordinal), plan);
            Assert.Matches(@"Index Cond: \(+build = ", plan);
            if (filter is "creator" or "fan" or "affiliate")
                Assert.Matches($@"Index Cond: .*\({filter} = 'some'", plan);
            if (filter is "from" or "to") Assert.Matches("Index Cond: .*effective_on", plan);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_report_of_revenue_reads_the_days_of_its_books(bool isFull)
    {
        var source = (isFull ? Full : Young).Source;
        var question = new RevenueQuestion(["day", "kind"], new DateOnly(2026, 2, 1), new DateOnly(2026, 2, 3));
        await using var batch = RevenueReport.Query(
            source.CreateBatch(), $"explain {RevenueReport.Sql}", [3, 4], ["one", "two"], question);
        var plan = await Told(await ByIndex.Read(batch, CancellationToken.None));
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.True(Regex.IsMatch(plan, "Index Cond: .*build = .*effective_on >= .*effective_on <="), plan);
        await using var places = ByIndex.Query(
            source, $"explain {RevenueReport.PlacesSql}", "earnings", new[] { 3, 4 });
        Assert.Matches(
            "Index Cond: .*book_id = asked.id",
            await Told(await ByIndex.Read(places, CancellationToken.None)));
    }

    private static async Task<string> Plan(string sql, IEnumerable<object> parameters, bool isFull)
    {
        var source = (isFull ? Full : Young).Source;
        await using var batch = ByIndex.Query(source, $"explain {sql}", [.. parameters]);
        return await Told(await ByIndex.Read(batch, CancellationToken.None));
    }

    private static async Task<string> Told(NpgsqlDataReader reader)
    {
        await using var rows = reader;
        var plan = new List<string>();
        while (await rows.ReadAsync()) plan.Add(rows.GetString(0));
        return string.Join('\n', plan);
    }

    private static object Some(ListFilter filter) => filter.Name switch
    {
        "kind" => "tip",
        "currency" => "USD",
        "funding" => "card",
        _ => Some(filter.Kind),
    };

    private static object Some(ListKey key) => Some(key.Kind);

    private static object Some(ValueKind kind) => kind switch
    {
        ValueKind.Date => new DateOnly(2026, 6, 1),
        ValueKind.Time => new DateTime(2026, 6, 1, 5, 0, 0, DateTimeKind.Utc),
        ValueKind.Whole => 1L,
        _ => "some",
    };

    private static async Task Prepare()
    {
        await Young.InitializeAsync();
        await Full.InitializeAsync();
        await TestDatabase.Execute(Full.SuperuserConnectionString, Fill);
    }
}
