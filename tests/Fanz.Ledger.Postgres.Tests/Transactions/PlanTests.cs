using System.Text.RegularExpressions;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Settlement;
using Fanz.Ledger.Postgres.Standing;
using Fanz.Ledger.Postgres.Subscriptions;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Transactions;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Transactions;

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
        select f, i, 7 from unnest(array['transactions', 'references', 'subscriptions', 'tax', 'receipts', 'payees']) f,
            generate_series(1, 10) i;
        insert into projected.transactions (build, number, type, at, effective_on, currency, amount, actor)
        select 1 + i % 4, 1 + i / 4,
            (array['tip_sent', 'tip_sent', 'wallet_topped_up', 'sale_refunded'])[1 + i % 7 % 4],
            timestamptz '2026-01-01Z' + i * interval '1 second', date '2026-01-01' + i / 86400,
            (array['USD', 'EUR'])[1 + i % 3 % 2], i % 5000, 'tests' from generate_series(0, 79999) i;
        insert into projected.transaction_parties (party, build, number, type, as_fan, as_creator, as_affiliate)
        select 'fan-' || i % 997, 1 + i % 4, 1 + i / 4, 'tip_sent', true, false, false from generate_series(0, 79999) i
        union all
        select 'creator-' || i % 53, 1 + i % 4, 1 + i / 4, 'tip_sent', false, true, false
        from generate_series(0, 79999) i;
        insert into projected.found_by (text, kind, build, number)
        select 'text-' || i % 997, 'reference', 1 + i % 4, 1 + i / 4 from generate_series(0, 79999) i
        union all select 'spring', 'metadata.campaign', 1 + i % 4, 1 + i / 4 from generate_series(0, 79999) i;
        insert into projected.subscriptions (
            build, subscription, fan, creator, period, state, currency, price, deferred, unearned, charges, charged,
            refunds, refunded, last_number, attempts, started_on, period_start, period_end, has_paid)
        select 1 + i % 4, 's-' || i, 'fan-' || i % 997, 'creator-' || i % 53, 'monthly',
            (array['active', 'active', 'active', 'past_due', 'expired'])[1 + i % 5], 'USD', 999, 0, 0, 1, 999, 0, 0, i,
            0, date '2026-01-01', date '2026-01-01', date '2026-01-01' + i % 90, true from generate_series(1, 40000) i;
        insert into projected.subscription_days (
            build, day, trials, started, opened, renewed, recovered, upgraded, failed, cancelled, resumed, expired,
            trial_change, active_change, past_due_change, ending_change)
        select 1 + i % 4, date '2020-01-01' + i / 4, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0
        from generate_series(0, 7999) i;
        insert into projected.tax_earnings (
            build, creator, tax_year, quarter, currency, country, class, sales, gross, fees, refunds, later_refunds,
            adjustments, released, withheld, payments, payments_gross)
        select 1 + i % 4, 'creator-' || i / 32, 2025 + i / 4 % 2, 1 + i / 8 % 4, 'USD', 'US', 'goods', 1, 1, 1, 1, 1,
            1, 1, 1, 1, 1 from generate_series(0, 39999) i;
        insert into projected.tax_supplies (
            build, month, kind, jurisdiction, currency, rate, supplies, base, tax, refunded_base, refunded_tax,
            deposited, adjustments)
        select 1 + i % 4, date '2000-01-01' + (i / 200) * 31, 'vat', 'place-' || i / 4 % 50, 'USD', 1900, 1, 1, 1, 1, 1,
            1, 1 from generate_series(0, 39999) i;
        insert into projected.withholdings (
            build, tax_year, quarter, kind, role, payee, currency, base, withheld, deposited, adjustments)
        select 1 + i % 4, 2025 + i / 4 % 2, 1 + i / 8 % 4, 'backup', 'creator', 'creator-' || i / 32, 'USD', 1, 1, 1, 1
        from generate_series(0, 39999) i;
        insert into projected.tax_cohorts
            (build, creator, code, currency, cohort, country, class, sales, gross, fees, refunds)
        select 1 + i % 4, 'creator-' || i % 211, 'creator.pending', 'USD', date '2026-01-01' + i / 211 % 90, '',
            'goods', 1, 1, 1, 1 from generate_series(0, 39999) i on conflict do nothing;
        insert into projected.tax_releases (build, creator, code, currency, cohort, number)
        select build, creator, code, currency, cohort, 7 from projected.tax_cohorts;
        insert into projected.receipts
            (build, number, at, received_on, bank, bank_reference, currency, amount, assigned, assignments)
        select 1 + i % 4, i, now(), '2026-01-01', '', 'b-' || i, 'USD', 100, case when i % 50 < 4 then 0 else 100 end, 1
        from generate_series(1, 20000) i;
        insert into projected.payees (build, creator, level, expires_on, screening, screened_on, list)
        select 1 + i % 4, 'creator-' || i / 4, i % 3, date '2026-01-01' + i % 90,
            (array['clear', 'clear', 'clear', 'hit'])[1 + i % 4], date '2026-01-01', 'sdn'
        from generate_series(0, 39999) i;
        insert into projected.payout_methods (
            build, creator, method, version, rail, currency, country, masked, fingerprint, added_on, changed_at,
            changed_on, failed_attempts, verified_by)
        select 1 + i % 4, 'creator-' || i / 4, 'bank', 1, 'nacha', 'USD', 'US', '···6789', 'f-' || i / 4 % 9900,
            date '2026-01-01', now(), date '2026-01-01', 0, case when i % 50 > 4 then 'provider' end
        from generate_series(0, 39999) i;
        insert into projected.payout_wishes (build, creator, currency, mode, request)
        select 1 + i % 4, 'creator-' || i / 4, 'USD', 'automatic', case when i % 50 < 4 then i end
        from generate_series(0, 39999) i;
        analyze
        """;

    private static readonly string[] Owners = ["creator-7", "creator-8"];
    private static readonly string[] Codes = ["creator.pending", "creator.reserve"];
    private static readonly string[] Currencies = ["USD", "USD"];
    private static readonly DateOnly[] Cohorts = [new(2026, 2, 1), new(2026, 2, 2)];

    private static readonly TestDatabase Young = new();
    private static readonly TestDatabase Full = new();
    private static readonly Lazy<Task> Ready = new(Prepare);

    private static readonly Listing[] Lists =
        [
            TransactionLists.Transactions, SubscriptionLists.Subscriptions, SubscriptionLists.Days, TaxLists.Earnings,
            TaxLists.Supplies, TaxLists.Withholdings, ReceiptLists.Suspense, ReceiptLists.Receipts,
            PayeeLists.Payees, PayeeLists.Methods, PayeeLists.Wishes,
        ];

    // By what is not in the order at all: a few rows that are sorted are fewer than all in their order.
    private static readonly HashSet<(string List, string Filter)> MayBeSorted = [("subscriptions", "subscription")];

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
        var mayBeSorted = (filter is not null && MayBeSorted.Contains((name, filter)))
            || IsFoundBeforeItIsSorted(list, by, filter);
        foreach (var isFull in new[] { false, true })
            foreach (var isNextPage in new[] { false, true })
                foreach (var limit in new int?[] { 101, null })
                {
                    var after = isNextPage ? by.Keys.Select(Some).ToArray() : null;
                    var statement = ListStatement.Of(list, new ListRequest(by, filters, after, limit), 3, 3);
                    var plan = await Plan(statement.Sql, statement.Parameters, isFull);
                    Assert.True(!plan.Contains("Seq Scan on", StringComparison.Ordinal), plan);
                    if (!mayBeSorted) Assert.True(!plan.Contains("Sort Key", StringComparison.Ordinal), plan);
                }
    }

    [Theory]
    [InlineData("party", "party =")]
    [InlineData("fan", "party =")]
    [InlineData("reference", "text =")]
    [InlineData("metadata", "text =")]
    [InlineData("type", "type =")]
    public async Task The_index_of_a_filter_leads_in_the_orders_by_number_from_where_a_page_ended(
        string filter, string condition)
    {
        var list = TransactionLists.Transactions;
        var filters = list.Filters.Where(one => one.Name == filter || one.Name is "from" or "to")
            .ToDictionary(one => one.Name, Some);
        foreach (var order in list.Orders.Take(2))
            foreach (var isFull in new[] { false, true })
            {
                var statement = ListStatement.Of(list, new ListRequest(order, filters, [7L], 101), 3, 3);
                var plan = await Plan(statement.Sql, statement.Parameters, isFull);
                var walk = plan.Split('\n').First(line => line.Contains("Index Cond: ", StringComparison.Ordinal)
                    && line.Contains(condition, StringComparison.Ordinal));
                Assert.Contains("number >= ", walk, StringComparison.Ordinal);
                Assert.Contains(order.IsDescending ? "number < '7'" : "number > '7'", walk, StringComparison.Ordinal);
                Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
            }
    }

    [Fact]
    public async Task What_followers_look_up_for_a_page_they_find_by_index()
    {
        foreach (var (sql, condition, parameters) in new (string, string, object[])[]
        {
            (SubscriptionFollower.RowsSql, @"subscription = asked\.subscription", [3, Owners]),
            (CohortEarnings.KeptSql, @"creator = asked\.creator", [3, Owners, Codes, Currencies, Cohorts]),
            (CohortEarnings.ReleasedSql, @"creator = asked\.creator", [3, Owners, Codes, Currencies, Cohorts]),
            (CohortEarnings.ForgetSql, @"creator = \(gone\.creator", [3, Owners, Codes, Currencies, Cohorts]),
            (ReceiptFollower.AssignedSql, @"number = new\.number", [3, new[] { 7L }, new[] { 1L }, new[] { 1L },
                new[] { new DateOnly(2026, 2, 1) }]),
        })
        {
            var plan = await Plan(sql, parameters, isFull: true);
            Assert.True(Regex.IsMatch(plan, $"Index Cond: .*{condition}"), plan);
        }
    }

    [Fact]
    public async Task What_tax_reports_read_they_find_by_index()
    {
        foreach (var (sql, condition, parameters) in new (string, string, object[])[]
        {
            (TaxPapers.StreamsSql, @"stream = asked\.stream", [3, Owners]),
            (TaxPapers.YearSql, "stream >= 'withheld/2026/'", [3, "withheld/2026/", "withheld/20260"]),
            (TaxFigures.EarningsSql, @"build = live\.build", [new[] { 3 }, 2026]),
            (TaxFigures.WithheldSql, @"build = live\.build", [new[] { 3 }, 2026]),
            (TaxFigures.SuppliesSql, @"build = live\.build",
                [new[] { 3 }, new DateOnly(2026, 1, 1), new DateOnly(2026, 4, 1)]),
        })
        {
            var plan = await Plan(sql, parameters, isFull: true);
            Assert.True(Regex.IsMatch(plan, $"Index Cond: .*{condition}"), plan);
        }
    }

    /// <summary>
    /// In the orders by amount anything else may be so rare that its rows are found and sorted: whichever are fewer,
    /// those or the ones that would be walked.
    /// </summary>
    private static bool IsFoundBeforeItIsSorted(Listing list, ListOrder by, string? filter) =>
        list == TransactionLists.Transactions && by.Name is "largest" or "smallest"
        && filter is not (null or "currency" or "amount_from" or "amount_to");

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
        "reference" => "reference:text-7",
        "metadata" => "campaign=spring",
        "party" or "fan" => "fan-7",
        "creator" => "creator-7",
        "type" => "sale_refunded",
        "currency" => "USD",
        "tax_year" => 2026L,
        _ => Some(filter.Kind),
    };

    private static object Some(ListKey key) => Some(key.Kind);

    private static object Some(ValueKind kind) => kind switch
    {
        ValueKind.Date => new DateOnly(2026, 2, 1),
        ValueKind.Time => new DateTime(2026, 1, 1, 5, 0, 0, DateTimeKind.Utc),
        ValueKind.Whole or ValueKind.Minor => 7L,
        ValueKind.Flag => true,
        _ => "some",
    };

    private static async Task Prepare()
    {
        await Young.InitializeAsync();
        await Full.InitializeAsync();
        await TestDatabase.Execute(Full.OwnerConnectionString, Fill);
    }
}
