using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Packages;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Packages;

/// <summary>
/// What a package has beside the rows of its range is found by index, each by the columns that select it: on tables that
/// the planner knows nothing of yet, and on tables that were filled and analyzed.
/// </summary>
public sealed class PlanTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Fill =
        """
        insert into ledger.books (tenant, platform, time_zone, calendar, reporting_currency)
        select 't' || i % 40, 'p' || i, 'UTC', 'none', 'USD' from generate_series(1, 400) i;
        insert into ledger.accounts (book_id, id, code, owner, currency)
        select 1 + i % 4, 10000000 + i, 'fan.wallet', 'o' || i, 'USD' from generate_series(1, 20000) i;
        insert into ledger.journal (book_id, number, type, at, effective_on, last_position, stream, refers_to, actor, data)
        select 1 + i % 4, 100 + i, 'tip_sent', '2026-01-01', '2026-01-01', 400 + i,
            case i % 5 when 0 then 'payee/o' || i % 7000 when 1 then 'payout/o' || i % 7000 end,
            case i % 7 when 0 then 100 + i / 2 end, 'shop', '{}'
        from generate_series(1, 40000) i;
        insert into ledger.entries (book_id, position, account_id, number, version, amount, balance)
        select 1 + i % 4, 400 + i, 10000001 + i % 20000, 100 + i, 1 + i / 20000, 1, 1 from generate_series(1, 40000) i;
        insert into ledger.seals (book_id, sequence, last_number, last_position, at, vocabulary, root, previous, hash, leaves)
        select 1 + i % 4, 1 + i / 4, 100 + i, 400 + i, '2026-01-01', 1, '', '', '', '' from generate_series(1, 20000) i;
        insert into ledger.checkpoints (tenant, sequence, books, at, previous, heads_root, hash, key, next_key, signature)
        select 't' || i % 4, 1 + i / 4, 1, '2026-01-01', '', '', '', '', case i % 5000 when 0 then ''::bytea end, ''
        from generate_series(1, 20000) i;
        insert into ledger.checkpoint_heads (book_id, checkpoint, sequence, last_number, last_position, seal, tree)
        select 1 + i % 4, 1 + i / 4, 1 + i / 4, 100 + i, 400 + i, '', '' from generate_series(1, 20000) i;
        insert into ledger.builds (follower, book_id, number)
        select f, i, 7 from unnest(array['balances', 'deadlines', 'subscriptions']) f, generate_series(1, 200) i;
        insert into projected.balances (build, account_id, code, owner, currency, balance, version, size_step, opened_number,
            moved_number, moved_on)
        select 1 + i % 200, i, 'fan.wallet', 'o' || i, 'USD', 1, 1, 1, 1, 1, '2026-01-01' from generate_series(1, 40000) i;
        analyze
        """;

    private static readonly (string Sql, object?[] Parameters, string[] Conditions)[] Queries =
    [
        (PackageRows.EarlierSql,
            [3, 20_000L, 20_400L, new[] { "payee/", "rules/" }, new[] { "payee0", "rules0" }],
            ["stream >= whole.low", "stream = ranged.stream", "refers_to = w.number", "stream = journal_", "number = w.number"]),
        (PackageRows.RecordsSql, [3, new[] { 140L, 2_480L }], ["number = w.number", "\"position\" <= journal.last_position"]),
        (PackageRows.EntriesSql, [3, new[] { 440L, 880L }, new[] { 448L, 900L }],
            ["\"position\" > w.after", "\"position\" <= w.up_to"]),
        (PackageRows.SealBeforeSql, [3, 9_000L], ["last_number < "]),
        (PackageRows.SealOverSql, [3, 9_000L], ["last_number >= "]),
        (PackageRows.BalancesSql, [3, 9_000L], ["account_id = a.id", "\"position\" <= "]),
        (PackageRows.TotalsSql, [3, 7L], ["follower = ", "build = p.id"]),
        (PackagedCheckpoints.StatementsSql, [3, 100L, 4_000L, "t3"],
            ["sequence > ", "sequence = checkpoint_heads.checkpoint", "sequence < checkpoint_heads.checkpoint"]),
        (PackagedCheckpoints.HeadsSql, ["t3", 4_000L], ["tenant = ", "checkpoint <= "]),
    ];

    [Fact]
    public async Task What_a_package_begins_with_and_is_signed_by_is_found_by_index()
    {
        foreach (var isFull in new[] { false, true })
        {
            if (isFull) await TestDatabase.Execute(database.SuperuserConnectionString, Fill);
            foreach (var (sql, parameters, conditions) in Queries)
            {
                var plan = await Plan(sql, parameters);
                Assert.True(!plan.Contains("Seq Scan on", StringComparison.Ordinal), plan);
                LeadingColumnsSelect(plan);
                var found = string.Join(
                    '\n', plan.Split('\n').Where(line => line.Contains("Index Cond: ", StringComparison.Ordinal)));
                foreach (var condition in conditions)
                    Assert.True(found.Contains(condition, StringComparison.Ordinal), $"{condition} in\n{plan}");
            }
        }
    }

    /// <summary>An index whose leading column is not asked for is read from end to end.</summary>
    private static void LeadingColumnsSelect(string plan)
    {
        foreach (var (line, condition) in plan.Split('\n').Zip(plan.Split('\n').Skip(1)))
            foreach (var leading in new[] { "stream", "refers_to" })
                if (line.Contains($"_{leading}_book_id_number_idx", StringComparison.Ordinal))
                    Assert.True(condition.Contains($"Index Cond: (({leading} ", StringComparison.Ordinal), plan);
    }

    private async Task<string> Plan(string sql, object?[] parameters)
    {
        await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
        await using var batch = ByIndex.Query(source, $"explain {sql}", parameters);
        await using var rows = await ByIndex.Read(batch, CancellationToken.None);
        var plan = new List<string>();
        while (await rows.ReadAsync()) plan.Add(rows.GetString(0));
        return string.Join('\n', plan);
    }
}
