using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Schedules;

/// <summary>
/// What is due is found by index, in the order of its days: on tables that the planner knows nothing of yet, and on
/// tables that were filled and analyzed.
/// </summary>
public sealed class PlanTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Fill =
        """
        insert into ledger.builds (follower, book_id, number)
        select f, i, 7 from unnest(array['balances', 'deadlines', 'subscriptions']) f, generate_series(1, 10) i;
        insert into projected.deadlines (number, amount, build, period, periods, due_on, kind, subject, currency)
        select i, 1, 1 + i % 4, 1, 1, date '2026-01-01' + i % 400,
            (array['recognition', 'authorisation', 'promotion'])[1 + i % 3], 's-' || i, 'USD'
        from generate_series(1, 40000) i;
        insert into projected.balances (build, account_id, code, owner, currency, cohort, balance, version, size_step,
            opened_number, moved_number, moved_on)
        select 1 + i % 4, i, (array['creator.pending', 'creator.reserve'])[1 + i % 2], 'creator-' || i % 997, 'USD',
            date '2026-01-01' + i % 90, case i % 20 when 0 then -100 else 0 end, 1, case i % 20 when 0 then 3 else 0 end,
            1, 1, '2026-01-01'
        from generate_series(1, 40000) i;
        analyze
        """;

    private static readonly DateOnly Day = new(2026, 2, 1);

    private static readonly (string Sql, object?[] Parameters, string Condition)[] Queries =
    [
        (MaturedCohorts.PageSql,
            ["balances", 3, "creator.pending", Day, new DateOnly(2026, 1, 7), "USD", "creator-7", 5L, 100],
            "ROW(cohort, code, currency, owner, account_id) >"),
        (DueDeadlines.PageSql, ["deadlines", 3, "recognition", Day, new DateOnly(2026, 1, 7), "s-7", 100],
            "ROW(due_on, subject) >"),
        (EndedSubscriptions.PageSql, ["subscriptions", 3, "cancelled", Day, new DateOnly(2026, 1, 7), "s-7", 100],
            "ROW(period_end, subscription) >"),
        (RunReader.MarksSql, [new[] { "run/a/main/2026-01-01" }, new[] { "run/a/main/~" }, 3], "stream >= asked.first"),
        (RunReader.TimetablesSql, ["schedules", 3], "stream = "),
        (RunReader.StreamSql, ["run/a/main/2026-01-01", 3], "stream = "),
        (RunReader.DoneSql, [3, 1L, 9L, "schedules/a@2026-01-01"], "number > "),
    ];

    [Fact]
    public async Task What_is_due_is_found_by_index_in_its_order()
    {
        foreach (var isFull in new[] { false, true })
        {
            if (isFull) await TestDatabase.Execute(database.SuperuserConnectionString, Fill);
            foreach (var (sql, parameters, condition) in Queries)
            {
                var plan = await Plan(sql, parameters);
                Assert.True(!plan.Contains("Seq Scan on", StringComparison.Ordinal), plan);
                Assert.True(!plan.Contains("Sort Key", StringComparison.Ordinal), plan);
                Assert.Contains(
                    plan.Split('\n'),
                    line => line.Contains("Index Cond: ", StringComparison.Ordinal)
                        && line.Contains(condition, StringComparison.Ordinal));
            }
        }
    }

    private async Task<string> Plan(string sql, object?[] parameters)
    {
        var source = database.Source;
        await using var batch = ByIndex.Query(source, $"explain {sql}", parameters);
        await using var rows = await ByIndex.Read(batch, CancellationToken.None);
        var plan = new List<string>();
        while (await rows.ReadAsync()) plan.Add(rows.GetString(0));
        return string.Join('\n', plan);
    }
}
