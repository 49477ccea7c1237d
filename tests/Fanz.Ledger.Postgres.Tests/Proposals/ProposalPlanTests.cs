using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Proposals;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Proposals;

/// <summary>
/// The list is read from an index in its order, whatever is asked for, as soon as there are rows and later.
/// </summary>
public sealed class ProposalPlanTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Fill =
        """
        insert into ledger.builds (follower, book_id, number) select 'proposals', i, 7 from generate_series(1, 4) i;
        insert into projected.proposals (
            build, proposal, command, state, body, reason, proposed_by, proposed_at, expires_on, number, changed_number)
        select 1 + i % 4, 'p-' || i, (array['adjust', 'set_rail'])[1 + i % 2],
            case when i % 500 = 0 then 'open' else 'approved' end, '{}', 'why', 'pat', '2026-01-01Z', '2026-01-01', i, i
        from generate_series(1, 20000) i;
        analyze projected.proposals
        """;

    [Fact]
    public async Task Every_filter_and_order_finds_its_rows_by_an_index()
    {
        await Look();
        await TestDatabase.Execute(database.SuperuserConnectionString, Fill);
        await Look();
        var open = await Plan(ProposalList.Proposals.Orders[0], "state", "open");
        Assert.Contains("proposals_by_state", open, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort Key", open, StringComparison.Ordinal);
    }

    private async Task Look()
    {
        var list = ProposalList.Proposals;
        foreach (var order in list.Orders)
            foreach (var filter in list.Filters)
            {
                object value = filter.Kind == ValueKind.Date ? new DateOnly(2026, 1, 1) : "open";
                var plan = await Plan(order, filter.Name, value);
                Assert.DoesNotContain("Seq Scan on", plan, StringComparison.Ordinal);
                // One proposal is found by its name, and is in order by itself.
                if (filter.Name != "proposal") Assert.DoesNotContain("Sort Key", plan, StringComparison.Ordinal);
            }

        var source = database.Source;
        var change = await Explain(
            source, ProposalFollower.EndSql, 1, Texts("p-7"), Texts("approved"), Texts("sam"), Texts("no"),
            new long[] { 7 }, new long[] { 8 });
        Assert.DoesNotContain("Seq Scan on", change, StringComparison.Ordinal);

        static string[] Texts(string one) => [one];
    }

    private async Task<string> Plan(ListOrder order, string filter, object value)
    {
        var source = database.Source;
        var request = new ListRequest(order, new Dictionary<string, object> { [filter] = value }, [1_000L], 101);
        var statement = ListStatement.Of(ProposalList.Proposals, request, 1, 1);
        return await Explain(source, statement.Sql, [.. statement.Parameters]);
    }

    private static async Task<string> Explain(NpgsqlDataSource source, string sql, params object[] parameters)
    {
        await using var batch = ByIndex.Query(source, $"explain {sql}", parameters);
        await using var rows = await ByIndex.Read(batch, CancellationToken.None);
        var plan = new List<string>();
        while (await rows.ReadAsync()) plan.Add(rows.GetString(0));
        return string.Join('\n', plan);
    }
}
