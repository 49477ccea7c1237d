using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Erasure;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Erasure;

/// <summary>
/// What is known of one person, and the lines of a trail, are found by index: on tables that the planner knows nothing of
/// yet, and on tables that were filled and analyzed.
/// </summary>
public sealed class PlanTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Fill =
        """
        insert into ledger.trail (at, sequence, times, tenant, kind, action, actor, subject, previous, hash)
        select timestamptz '2026-01-01 00:00Z' + i * interval '1 minute', 1 + i / 4, 1, 't' || i % 4,
            (array['read', 'done', 'refused'])[1 + i % 3], 'a' || i % 7, 's' || i % 9, 'creator:' || i % 5000,
            sha256('x'), sha256('y')
        from generate_series(0, 39999) i;
        insert into ledger.accounts (book_id, id, code, owner, currency, cohort)
        select 1 + i % 4, 10000000 + i, (array['creator.pending', 'creator.available', 'fan.wallet'])[1 + i % 3],
            'o' || i % 20000, 'USD', case i % 3 when 0 then date '2026-01-01' end
        from generate_series(1, 40000) i;
        insert into ledger.journal (book_id, number, type, at, effective_on, last_position, stream, actor, data)
        select 1 + i % 4, 100 + i, 'tip_sent', '2026-01-01', '2026-01-01', 400 + i,
            case i % 5 when 0 then 'payee/o' || i % 7000 when 1 then 'person/creator/o' || i % 7000 end, 'shop', '{}'
        from generate_series(1, 40000) i;
        insert into ledger.entries (book_id, position, account_id, number, version, amount, balance)
        select 1 + i % 4, 400 + i, 10000000 + i % 40000, 100 + i, 1 + i / 40000, 1, 1 from generate_series(1, 40000) i;
        analyze
        """;

    private static readonly string[] Codes = ["creator.pending", "creator.available"];

    private static readonly (string Sql, object?[] Parameters, string Condition)[] Queries =
    [
        (AccessTrail.HeadSql, ["t1"], "tenant = "),
        (CheckpointMaker.TrailSql, ["t1", 9_000L], "sequence = "),
        (CheckpointMaker.TenantsSql, [], "tenant > "),
        (TrailReader.OfTenantSql, ["t1", 9_000L, null, null, null, null, null, 100], "sequence < "),
        (TrailReader.OfTenantSql,
            ["t1", 9_000L, new DateTime(2026, 1, 9, 0, 0, 0, DateTimeKind.Utc), null, "read", "a1", "s1", 100], "at >= "),
        (TrailReader.OfSubjectSql, ["t1", 9_000L, null, null, null, null, null, 100, "creator:7"], "subject = "),
        (PersonFacts.LedgerSql, ["o7", Codes, 3], "owner = "),
        (PersonFacts.VatSql, ["o7", Codes, 3], "owner = "),
        (PersonFacts.VatAwaySql, ["o7", Codes, 3], "owner = "),
        (PersonFacts.SanctionsSql, ["standing/creator/07", "o7", 3, "payee/o7"], "stream = "),
        (Forgetter.AskedSql, [3], "stream >= "),
        (Forgetter.WaitingSql, [3, "acme"], "stream >= "),
        (SubjectReader.AccountsSql, ["o7", Codes, 3], "owner = "),
        (SubjectReader.EntriesSql, [10_000_007L, 0L, 3, 100], "account_id = "),
        (SubjectReader.ArchivedSql, [3, 10_000_007L], "account_id = "),
        (SubjectReader.RecordsSql, [new[] { "payee/o7", "person/creator/o7" }, 3, "standing/creator/07", "o7"], "stream = "),
    ];

    [Fact]
    public async Task One_person_and_a_page_of_a_trail_are_found_by_index()
    {
        foreach (var isFull in new[] { false, true })
        {
            if (isFull) await TestDatabase.Execute(database.SuperuserConnectionString, Fill);
            foreach (var (sql, parameters, condition) in Queries)
            {
                var plan = await Plan(sql, parameters);
                Assert.True(!plan.Contains("Seq Scan on", StringComparison.Ordinal), plan);
                Assert.True(
                    plan.Split('\n').Any(line => line.Contains("Index Cond: ", StringComparison.Ordinal)
                        && line.Contains(condition, StringComparison.Ordinal)),
                    plan);
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
