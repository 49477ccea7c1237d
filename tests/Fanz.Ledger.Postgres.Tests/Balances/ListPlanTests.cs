using System.Text.RegularExpressions;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Rates;
using Fanz.Ledger.Postgres.Reports;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Balances;

/// <summary>
/// Every order of every list with every filter comes from an index, on tables that the planner knows nothing of yet and
/// on tables that were filled and analyzed. Where there are many rows none are sorted but those of one step of size,
/// and what a filter's own index has left: so few that sorting them is cheaper than to pass over all others in order.
/// </summary>
public sealed partial class ListPlanTests : IAsyncLifetime
{
    private const string Fill =
        """
        insert into projected.balances (build, account_id, code, owner, currency, cohort, balance, version, size_step,
            opened_number, moved_number, moved_on, since_number, since_on, life)
        select 1 + i % 2, i, kind.code, 'owner-' || i % 3000, (array['USD', 'EUR', 'JPY'])[1 + i % 3],
            case when kind.code in ('creator.pending', 'creator.reserve', 'affiliate.pending')
                then date '2026-01-01' + i % 180 end,
            kind.size, 3, projected.size_step(kind.size), 1, i, date '2025-01-01' + i % 300,
            case when kind.size > 0 then 1 end, case when kind.size > 0 then date '2025-01-01' + i % 200 end,
            case i % 1000 when 0 then 'frozen' else 'open' end
        from generate_series(1, 60000) i
        cross join lateral (select (array[
            'fan.wallet', 'fan.wallet', 'fan.wallet', 'creator.pending', 'creator.reserve', 'creator.available',
            'affiliate.pending', 'creator.hold', 'creator.debt', 'fan.debt'])[1 + i % 10] as code,
            (i::bigint * 7919) % 100000 * (i % 3) as size) kind;
        insert into projected.account_days
        select i, 1, 1, 1, 1 + i % 2, date '2025-01-01' + d, date '2025-01-01' + d, 5, 5
        from generate_series(1, 60000, 7) i, generate_series(1, 8) d;
        insert into projected.code_days
        select 1, 1 + i % 2, date '2025-01-01' + d, date '2025-01-01' + d,
            (array['cash.bank', 'psp.receivable', 'psp.reserve', 'revenue.tip', 'fan.wallet', 'vat.payable'])
                [1 + i % 6],
            'institution-' || i % 7, (array['USD', 'EUR'])[1 + i % 2], 5, 5
        from generate_series(1, 42) i, generate_series(1, 300) d
        on conflict do nothing;
        insert into projected.rates
        select d, 1 + t % 2, date '2025-01-01' + d, date '2025-01-01' + d, 'table-' || t, 'EUR', 'C' || c, '1.5', 'x'
        from generate_series(1, 12) t, generate_series(1, 300) d, generate_series(1, 5) c;
        insert into ledger.builds (follower, book_id, number)
        select follower, i, 7 from unnest(array['balances', 'rates']) follower, generate_series(1, 500) i;
        analyze
        """;

    private static readonly TestDatabase Young = new();
    private static readonly TestDatabase Full = new();
    private static readonly Lazy<Task> Ready = new(Prepare);

    private static readonly Listing[] Lists =
        [
            BalanceLists.Balances, BalanceLists.DailyBalances, HeldLists.EscrowCalendar, HeldLists.EscrowDays,
            HeldLists.HoldsAndDebts, PositionList.Positions, RateList.Rates,
        ];

    public static TheoryData<string, string, string, bool> EveryOrderWithEveryFilter()
    {
        var all = new TheoryData<string, string, string, bool>();
        foreach (var list in Lists)
            foreach (var order in list.Orders)
                foreach (var filter in list.Filters.Select(filter => filter.Name).Append(""))
                    foreach (var isFull in (bool[])[false, true]) all.Add(list.Name, order.Name, filter, isFull);
        return all;
    }

    public Task InitializeAsync() => Ready.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(EveryOrderWithEveryFilter))]
    public async Task Every_list_comes_from_its_index(string name, string order, string filter, bool isFull)
    {
        var list = Lists.Single(list => list.Name == name);
        var filters = list.Filters.Where(one => one.IsRequired || one.Name == filter)
            .ToDictionary(one => one.Name, ValueOf);
        var sorted = list.Orders.Single(one => one.Name == order);
        foreach (var after in (object[]?[])[null, [.. sorted.Keys.Select(key => ValueOf(key.Kind))]])
        {
            var request = new ListRequest(sorted, filters, after, 101);
            var statement = ListStatement.Of(list, request, book: 1, build: 1);
            var plan = await Explain(isFull, statement.Sql, [.. statement.Parameters]);
            Assert.DoesNotContain("Seq Scan on", plan, StringComparison.Ordinal);
            Assert.Contains("Index Cond: (", plan, StringComparison.Ordinal);
            if (!isFull) continue;
            Assert.True(
                !WholeSort().IsMatch(plan) || IsLeftByFilter(filters.Keys, plan), $"{statement.Sql}\n{plan}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reports_read_the_days_of_their_builds_alone(bool isFull)
    {
        var day = new DateOnly(2025, 6, 1);
        foreach (var (sql, parameters, condition) in new (string, object?[], string)[]
        {
            (ReportReader.PlacesSql, ["balances", new[] { 1, 2 }], "book_id = asked.book_id"),
            (ReportReader.SumsSql, [new[] { 1 }, DateOnly.MinValue, day, day], "build = asked.build"),
            (RateReader.FindSql, ["rates", 1, "table-1", day, day], "table_name ="),
            (RateReader.LastBeforeSql, ["rates", 1, "table-1", day, day], "table_name ="),
            (DayReader.DaysSql, [1, 7L, day, day], "account_id ="),
            (DayReader.AccountSql, ["balances", 1, "fan.wallet", "owner-1", "USD", null], "owner ="),
        })
        {
            var plan = await Explain(isFull, sql, parameters);
            Assert.DoesNotContain("Seq Scan on", plan, StringComparison.Ordinal);
            Assert.Contains(
                plan.Split('\n'), line => line.Contains("Index Cond:", StringComparison.Ordinal)
                    && line.Contains(condition, StringComparison.Ordinal));
        }
    }

    private static bool IsLeftByFilter(IEnumerable<string> filters, string plan)
    {
        var conditions = string.Join('\n', plan.Split('\n').Where(
            line => line.Contains("Index Cond:", StringComparison.Ordinal)
                || line.Contains("using balances_not_open", StringComparison.Ordinal)));
        return filters.Any(filter => conditions.Contains(
            filter switch
            {
                "owner" or "fan" or "creator" or "affiliate" => "(owner = ",
                "code" => "(code = ",
                "from" or "to" or "cohort_from" or "cohort_to" => "(cohort ",
                "min_size" or "max_size" => "(size_step ",
                "moved_since" => "(moved_on ",
                "since_to" => "(since_on ",
                "life" => "balances_not_open",
                _ => "nothing else may be sorted",
            },
            StringComparison.Ordinal));
    }

    private static object ValueOf(ListFilter filter) => filter.Name switch
    {
        "code" => filter.Words?[0] ?? "fan.wallet",
        "currency" => "USD",
        "institution" => "institution-1",
        "life" => "frozen",
        "table" => "table-1",
        "cohort_from" or "cohort_to" => new DateOnly(2026, 4, 1),
        _ => ValueOf(filter.Kind),
    };

    private static object ValueOf(ValueKind kind) => kind switch
    {
        ValueKind.Text => "owner-17",
        ValueKind.Date => new DateOnly(2025, 6, 1),
        _ => 700L,
    };

    private static async Task<string> Explain(bool isFull, string sql, object?[] parameters)
    {
        var source = (isFull ? Full : Young).Source;
        await using var batch = ByIndex.Query(source, $"explain {sql}", parameters);
        await using var reader = await ByIndex.Read(batch, CancellationToken.None);
        var plan = new List<string>();
        while (await reader.ReadAsync()) plan.Add(reader.GetString(0));
        return string.Join('\n', plan);
    }

    private static async Task Prepare()
    {
        await Young.InitializeAsync();
        await Full.InitializeAsync();
        await TestDatabase.Execute(Full.OwnerConnectionString, Fill);
    }

    [GeneratedRegex(@"(^|-> +)Sort ", RegexOptions.Multiline)]
    private static partial Regex WholeSort();
}
