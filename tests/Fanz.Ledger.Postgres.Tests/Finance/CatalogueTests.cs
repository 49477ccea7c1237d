using System.Runtime.CompilerServices;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Finance;

/// <summary>
/// Whatever readers can reach is guarded and explained, whoever adds it and when: the catalogue is asked, and no list
/// in this file. A failure names what is missing; the recipe stands at the head of the migration that made finance.
/// </summary>
public sealed class CatalogueTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    // $1 are the roles of readers. Everything that is neither the server's nor a reader's own.
    private const string Reach =
        """
        with reader as (select oid, rolname from pg_roles where rolname = any ($1)),
        relation as (
            select c.oid, n.nspname, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
                c.oid::regclass::text as name
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
                and c.relkind in ('r', 'p', 'v', 'm', 'f'))
        """;

    private const string UnguardedSql =
        """
        select format('%s reads %s: select ledger.guard(%L)', reader.rolname, relation.name, relation.name)
        from relation cross join reader
        where relation.relkind <> 'v' and has_any_column_privilege(reader.oid, relation.oid, 'select')
            and not (relation.relkind in ('r', 'p') and relation.relrowsecurity and relation.relforcerowsecurity
                and exists (
                    select from pg_policy p
                    where p.polrelid = relation.oid and p.polcmd = 'r' and p.polpermissive
                        and reader.oid = any (p.polroles) and pg_get_expr(p.polqual, p.polrelid) <> 'true'))
        """;

    private const string OpenPoliciesSql =
        """
        select format('%s on %s is for %s', p.polname, p.polrelid::regclass, r.rolname)
        from pg_policy p
        cross join unnest(p.polroles) as policed (role)
        left join pg_roles r on r.oid = policed.role
        join pg_class c on c.oid = p.polrelid
        where pg_get_expr(p.polqual, p.polrelid) = 'true' and policed.role <> c.relowner
            and r.rolname is distinct from 'ledger_writer' and r.rolname is distinct from 'pg_read_all_data'
        """;

    private const string UnexplainedSql =
        """
        select format('%s is no view with security_invoker', name) from relation
        where nspname = 'finance' and (relkind <> 'v'
            or not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on'], false))
        union all
        select format('%s has no comment', name) from relation
        where nspname = 'finance' and obj_description(oid, 'pg_class') is null
        union all
        select format('%s.%s has no comment', name, a.attname)
        from relation join pg_attribute a on a.attrelid = relation.oid and a.attnum > 0 and not a.attisdropped
        where nspname = 'finance' and col_description(relation.oid, a.attnum) is null
        """;

    private const string ElsewhereSql =
        """
        select format('%s uses schema %s', reader.rolname, n.nspname) from pg_namespace n cross join reader
        where has_schema_privilege(reader.oid, n.oid, 'usage')
            and n.nspname not in ('finance', 'public', 'pg_catalog', 'information_schema')
        union all
        select format('%s reads the view %s', reader.rolname, name) from relation cross join reader
        where relkind = 'v' and nspname <> 'finance' and has_any_column_privilege(reader.oid, relation.oid, 'select')
        union all
        select format('nobody reads %s', name) from relation
        where nspname = 'finance' and not exists (
            select from reader where has_table_privilege(reader.oid, relation.oid, 'select'))
        """;

    private const string DoingSql =
        """
        select format('%s may change %s', reader.rolname, name) from relation cross join reader
        where has_table_privilege(reader.oid, relation.oid, 'insert, update, delete, truncate, references, trigger')
            or has_any_column_privilege(reader.oid, relation.oid, 'insert, update, references')
        union all
        select format('%s may create in %s', reader.rolname, n.nspname) from pg_namespace n cross join reader
        where has_schema_privilege(reader.oid, n.oid, 'create')
        union all
        select format('%s may create schemas', reader.rolname) from reader
        where has_database_privilege(reader.oid, current_database(), 'create')
        union all
        select format('%s uses %s', reader.rolname, s.oid::regclass) from pg_class s cross join reader
        where s.relkind = 'S' and has_sequence_privilege(reader.oid, s.oid, 'usage, select, update')
        union all
        select format('%s may run %s', reader.rolname, p.oid::regprocedure)
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace cross join reader
        where n.nspname not in ('pg_catalog', 'information_schema')
            and has_function_privilege(reader.oid, p.oid, 'execute')
            and (p.prosecdef or has_schema_privilege(reader.oid, n.oid, 'usage'))
        union all
        select format('%s is a member of %s', reader.rolname, r.rolname) from pg_roles r cross join reader
        where r.oid <> reader.oid and pg_has_role(reader.oid, r.oid, 'member')
        """;

    [Fact]
    public Task Every_table_that_a_reader_can_reach_has_forced_row_security_with_a_policy_for_that_reader() =>
        Nothing(UnguardedSql);

    [Fact]
    public Task No_policy_shows_everything_but_to_the_owner_the_writers_and_those_a_superuser_trusts() =>
        Nothing(OpenPoliciesSql);

    [Fact]
    public Task Every_view_in_finance_asks_as_its_reader_and_is_explained_to_the_last_column() =>
        Nothing(UnexplainedSql);

    [Fact]
    public Task Readers_reach_views_in_finance_alone_and_each_of_those_leads_somewhere() =>
        Nothing(ElsewhereSql);

    [Fact]
    public Task Readers_change_nothing_make_nothing_and_run_nothing_of_the_ledger() =>
        Nothing(DoingSql);

    [Fact]
    public async Task Who_reads_which_view_is_written_down_as_it_is()
    {
        var written = new List<string>();
        foreach (var row in await File.ReadAllLinesAsync(Page()))
        {
            // | role, role | for | reads | never |
            if (row.Split('|') is not [_, var roles, _, var reads, ..]) continue;
            foreach (var role in Quoted(roles).Where(LedgerRoles.Readers.Contains))
                written.AddRange(Quoted(reads).Select(view => $"{role} {view}"));
        }

        await using var source = NpgsqlDataSource.Create(database.SuperuserConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        var granted = await Complaints(
            connection,
            """
            select format('%s %s', rolname, relname) from relation cross join reader
            where nspname = 'finance' and has_table_privilege(reader.oid, relation.oid, 'select')
            """);
        Assert.Equal(granted.Order(), written.Order());
    }

    [Fact]
    public async Task The_catalogue_is_really_asked()
    {
        foreach (var (mistake, complaint) in new[]
        {
            ("grant select on ledger.answers to tax_ops", "tax_ops reads ledger.answers"),
            ("grant select on ledger.entries_from_0 to tax_ops", "tax_ops reads ledger.entries_from_0"),
            ("alter table ledger.seals no force row level security", "auditor_ro reads ledger.seals"),
            ("drop policy readers on ledger.books", "analytics_ro reads ledger.books"),
            ("create policy more on ledger.books to tax_ops using (true)", "more on ledger.books is for tax_ops"),
            ("create policy more on ledger.books using (true)", "more on ledger.books is for"),
            ("create materialized view finance.copy as select 1 as one", "finance.copy is no view"),
            ("create view finance.bare as select 1 as one", "finance.bare is no view with security_invoker"),
            ("create view finance.bare as select 1 as one", "finance.bare.one has no comment"),
            ("create view finance.bare as select 1 as one", "nobody reads finance.bare"),
            ("grant usage on schema ledger to tax_ops", "tax_ops uses schema ledger"),
            ("grant update (at) on ledger.journal to tax_ops", "tax_ops may change ledger.journal"),
            ("grant create on schema finance to tax_ops", "tax_ops may create in finance"),
            ("grant execute on function ledger.make_room to tax_ops", "tax_ops may run ledger.make_room"),
        })
        {
            var found = new List<string>();
            await using var source = NpgsqlDataSource.Create(database.SuperuserConnectionString);
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var make = new NpgsqlCommand(mistake, connection)) await make.ExecuteNonQueryAsync();
            foreach (var rule in new[] { UnguardedSql, OpenPoliciesSql, UnexplainedSql, ElsewhereSql, DoingSql })
                found.AddRange(await Complaints(connection, rule));
            Assert.Contains(found, line => line.StartsWith(complaint, StringComparison.Ordinal));
        }
    }

    private async Task Nothing(string rule)
    {
        await using var source = NpgsqlDataSource.Create(database.SuperuserConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        Assert.Empty(await Complaints(connection, rule));
    }

    private static async Task<List<string>> Complaints(NpgsqlConnection connection, string rule)
    {
        await using var command = new NpgsqlCommand($"{Reach}\n{rule}", connection);
        command.Parameters.Add(new() { Value = LedgerRoles.Readers.ToArray() });
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await reader.ReadAsync()) found.Add(reader.GetString(0));
        return found;
    }

    private static IEnumerable<string> Quoted(string cell) => cell.Split('`').Where((_, i) => i % 2 == 1);

    private static string Page([CallerFilePath] string here = "") => Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(here)!, "../../../ops/sql/README.md"));
}
