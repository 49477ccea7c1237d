using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Finance;

/// <summary>
/// A login of one platform tries to see more, in every way that PostgreSQL is known to have. Each way is also seen to
/// work as far as it may: it shows what is the login's own, or ends with the error that is said beside it.
/// </summary>
public sealed class EscapeTests(FinanceBooks books) : IClassFixture<FinanceBooks>
{
    private const string Denied = PostgresErrorCodes.InsufficientPrivilege;

    // {w} is the login's own workspace, {me} the login and {other} one of another tenant with a workspace {their}.
    private static readonly Dictionary<string, (string? State, string[] Statements)> Ways = new()
    {
        ["plainly"] = (null,
            ["select * from finance.accounts", "select * from finance.entries", "select * from finance.journal"]),
        ["by asking for others by name"] = (null,
            ["""
            select * from finance.books where tenant <> 't-sh0wn-7c' or platform <> 'p-sh0wn-7c'
            union all select * from finance.books
            """]),
        ["with a function that tells what it is given, and is said to be cheap"] = (null,
            [Leak, "select count(*) from finance.accounts where {w}.leak(owner)",
                "select count(*) from finance.entries where {w}.leak(owner || amount)",
                "select count(*) from finance.journal where {w}.leak(data::text) and {w}.leak(actor)"]),
        ["with a telling function in a join, an order and an aggregate"] = (null,
            [Leak, """
            select count(*) from finance.accounts a join finance.journal j on {w}.leak(a.owner) or {w}.leak(j.actor)
            """,
                "select count(*) filter (where {w}.leak(owner)) from finance.accounts",
                "select owner from finance.accounts order by {w}.leak(owner) limit 1"]),
        ["with a telling operator"] = (null,
            [Leak, """
            create function {w}.tell(text, text) returns boolean language plpgsql cost 0.0001 as
                $$ begin raise notice '%', $1; return true; end $$
            """,
                "create operator {w}.=== (leftarg = text, rightarg = text, function = {w}.tell)",
                "select count(*) from finance.accounts where owner operator({w}.===) 'x'"]),
        ["with a telling function of one's own temporary schema"] = (null,
            ["""
            create function pg_temp.leak(text) returns boolean language plpgsql cost 0.0001 as
                $$ begin raise notice '%', $1; return true; end $$
            """,
                "select count(*) from finance.accounts where pg_temp.leak(owner)"]),
        ["with a telling cast and a domain"] = (null,
            [Leak, "create domain {w}.told as text check ({w}.leak(value))",
                "select owner::{w}.told from finance.accounts"]),
        ["with a function that claims to leak nothing"] = (Denied,
            [Show, "create function {w}.quiet(text) returns boolean language sql leakproof as 'select true'"]),
        ["with a function that runs as its owner"] = (null,
            ["""
            create function {w}.mine() returns setof text language sql security definer as
                'select owner from finance.accounts'
            """,
                "select * from {w}.mine()"]),
        ["with an error that quotes a value"] = (PostgresErrorCodes.InvalidTextRepresentation,
            ["select owner from finance.accounts", "select owner::int from finance.accounts where owner like 'h1dd%'",
                "select owner::int from finance.accounts"]),
        ["with a division that fails for one value only"] = (null,
            [Show, "select 1 / (balance - balance) from finance.entries where owner like 'h1dd%'",
                "select 1 / (length(owner) - length(owner)) from finance.accounts where owner like 'h1dd%'"]),
        ["with what EXPLAIN counts and knows"] = (null,
            [Show, "explain (analyze, verbose, buffers) select * from finance.accounts where owner like 'h1dd%'",
                "explain (analyze, verbose, settings) select * from finance.entries",
                "explain (analyze, verbose) select * from finance.books"]),
        ["with the statistics of the planner"] = (null,
            [Show, "select * from pg_stats where schemaname = 'ledger'", "select * from pg_stats_ext",
                "select query from pg_stat_activity where pid <> pg_backend_pid()"]),
        ["with the statistics as they are kept"] = (Denied, [Show, "select * from pg_statistic"]),
        ["with row security off"] = (Denied,
            [Show, "set row_security = off", "select * from finance.accounts"]),
        ["with row security off for good"] = (Denied,
            [Show, "alter role {me} set row_security = off", "set row_security = off",
                "select * from finance.journal"]),
        ["as the owner"] = (Denied, [Show, "set role ledger_owner"]),
        ["as the host"] = (Denied, [Show, "set role ledger_host"]),
        ["as a writer"] = (Denied, [Show, "set role ledger_writer"]),
        ["as an auditor"] = (Denied, [Show, "set role auditor_ro"]),
        ["as a superuser"] = (Denied, [Show, "set role postgres"]),
        ["as another login"] = (Denied, [Show, "set session authorization {other}"]),
        ["as another login, by a setting"] = (Denied,
            [Show, "select set_config('session_authorization', '{other}', false)"]),
        ["as another role from the next session on"] = (Denied,
            [Show, "alter role {me} set role = 'ledger_owner'", "set role ledger_owner"]),
        ["as its own role without the login"] = (null,
            ["set role analytics_rw", "select session_user, current_user", "select * from finance.accounts"]),
        ["by lending itself a role"] = (Denied, [Show, "grant auditor_ro to {me}"]),
        ["by taking row security off for itself"] = (Denied, [Show, "alter role {me} bypassrls"]),
        ["with a statement prepared in another role"] = (null,
            ["prepare p as select * from finance.accounts", "execute p", "set role analytics_rw", "execute p",
                "reset role", "set plan_cache_mode = force_generic_plan", "execute p"]),
        ["with a cursor that outlives its role and transaction"] = (null,
            ["begin", "set local role analytics_rw",
                "declare c scroll cursor with hold for select owner, balance from finance.entries", "commit",
                "fetch all from c", "fetch backward all from c"]),
        ["with workers that are other processes"] = (null,
            ["set force_parallel_mode = on", "set parallel_setup_cost = 0", "set min_parallel_table_scan_size = 0",
                "select owner, balance from finance.entries"]),
        ["with plans of every other kind"] = (null,
            [Leak, "set enable_hashjoin = off", "set enable_nestloop = off", "set enable_indexscan = off",
                "set enable_bitmapscan = off", "select count(*) from finance.entries where {w}.leak(owner)",
                "set enable_mergejoin = off", "set enable_hashjoin = on",
                "select count(*) from finance.entries where {w}.leak(owner)"]),
        ["straight from the tables"] = (Denied, [Show, "select * from ledger.accounts"]),
        ["straight from a partition"] = (Denied, [Show, "select * from ledger.entries_from_0"]),
        ["from what says who sees what"] = (Denied, [Show, "select * from ledger.sql_readers"]),
        ["from the keys"] = (Denied, [Show, "select hash from ledger.api_keys"]),
        ["from a view for another role"] = (Denied, [Show, "select * from finance.access_log"]),
        ["by running what the host runs"] = (Denied, [Show, "select ledger.make_room(0, 0)"]),
        ["with a view over views"] = (null,
            ["create view {w}.one as select * from finance.entries",
                "create view {w}.two with (security_barrier = false) as select * from {w}.one",
                "select * from {w}.two"]),
        ["with a rule on a table of its own"] = (null,
            ["create table {w}.into (owner text)", "create table {w}.trap (id int)",
                """
                create rule r as on insert to {w}.trap do also insert into {w}.into select owner from finance.accounts
                """,
                "insert into {w}.trap values (1)", "select * from {w}.into"]),
        ["with a trigger on a table of its own"] = (null,
            ["create table {w}.watched (id int)", "create table {w}.seen (owner text)",
                """
                create function {w}.fire() returns trigger language plpgsql security definer as
                    $$ begin insert into {w}.seen select owner from finance.accounts; return new; end $$
                """,
                "create trigger t before insert on {w}.watched for each row execute function {w}.fire()",
                "insert into {w}.watched values (1)", "select * from {w}.seen"]),
        ["with a copy for itself"] = (null,
            ["create table {w}.mine as select * from finance.entries", "table {w}.mine"]),
        ["with a materialized view"] = (null,
            ["create materialized view {w}.kept as select * from finance.entries", "table {w}.kept"]),
        ["by copying out"] = (null, ["copy (select * from finance.entries) to stdout"]),
        ["by copying out of a table"] = (Denied, [Show, "copy ledger.accounts to stdout"]),
        ["by copying to a file"] = (Denied, [Show, "copy (select * from finance.books) to '/tmp/books'"]),
        ["by copying to a program"] = (Denied, [Show, "copy (select * from finance.books) to program 'cat'"]),
        ["by reading a file"] = (Denied, [Show, "select pg_read_file('postgresql.conf')"]),
        ["by listing files"] = (Denied, [Show, "select pg_ls_dir('base')"]),
        ["by a large object of a file"] = (Denied, [Show, "select lo_import('/etc/passwd')"]),
        ["by another connection"] = (Denied, [Show, "create extension dblink"]),
        ["by a foreign table"] = (Denied, [Show, "create foreign data wrapper mine"]),
        ["by a language that knows no bounds"] = (Denied,
            [Show, "create function {w}.f() returns int language c as 'f'"]),
        ["with tables as XML"] = (Denied, [Show, "select table_to_xml('ledger.accounts', true, false, '')"]),
        ["with a query as XML"] = (null,
            ["select query_to_xml('select owner from finance.accounts', true, false, '')"]),
        ["with tables of the same name that come first"] = (null,
            ["""
            create table {w}.sql_readers as
            select '{me}'::name as login, 't-h1dd3n' || '-4f' as tenant, null::text as platform
            """,
                "create table {w}.books as select * from finance.books",
                "create temp table sql_readers as select * from {w}.sql_readers",
                "set search_path = pg_temp, {w}, finance",
                "select * from finance.accounts"]),
        ["with functions and operators of the same name that come first"] = (null,
            ["create function {w}.same(name, name) returns boolean language sql as 'select true'",
                "create operator {w}.= (leftarg = name, rightarg = name, function = {w}.same)",
                "create function {w}.yes(int, int) returns boolean language sql as 'select true'",
                "create operator {w}.= (leftarg = int, rightarg = int, function = {w}.yes)",
                """
                create function {w}."session_user"() returns name language sql as $$ select '{other}'::name $$
                """,
                "set search_path = {w}, pg_catalog", "select * from finance.accounts"]),
        ["by changing what is written"] = (Denied, [Show, "update finance.books set tenant = 'x'"]),
        ["by deleting"] = (Denied, [Show, "delete from finance.books"]),
        ["by adding oneself"] = (Denied,
            [Show, "insert into ledger.sql_readers (login, tenant, granted_by) values (session_user, 'x', 'x')"]),
        ["by locking rows"] = (Denied, [Show, "select * from finance.books for update"]),
        ["by locking a table"] = (Denied, [Show, "begin", "lock table finance.journal in exclusive mode"]),
        ["by changing a view"] = (Denied, [Show, "alter view finance.accounts set (security_invoker = false)"]),
        ["by replacing a view"] = (Denied, [Show, "create or replace view finance.books as select 1 as one"]),
        ["by dropping a policy"] = (Denied, [Show, "drop policy readers on ledger.books"]),
        ["by guarding"] = (Denied, [Show, "select ledger.guard('finance.books')"]),
        ["by referring to a table"] = (Denied,
            [Show, "create table {w}.refers (id int references ledger.books (id))"]),
        ["by inheriting from a table"] = (Denied, [Show, "create table {w}.child () inherits (ledger.accounts)"]),
        ["in the schema of the views"] = (Denied, [Show, "create table finance.mine (id int)"]),
        ["in the schema public"] = (Denied, [Show, "create table public.mine (id int)"]),
        ["in a schema of its own making"] = (Denied, [Show, "create schema mine"]),
        ["in another's workspace"] = (Denied, [Show, "create table {their}.mine (id int)"]),
        ["from another's workspace"] = (Denied, [Show, "select * from {their}.left_open"]),
        ["by letting others into the workspace"] = (null,
            ["select * from finance.books", "grant all on schema {w} to public", "grant all on schema {w} to {other}"]),
    };

    private const string Show = "select * from finance.books";

    private const string Leak =
        """
        create or replace function {w}.leak(text) returns boolean language plpgsql cost 0.0001 as
            $$ begin raise notice '%', $1; return true; end $$
        """;

    public static TheoryData<string> EveryWay => [.. Ways.Keys];

    [Theory]
    [MemberData(nameof(EveryWay))]
    public async Task No_way_leads_out_of_ones_own_platform(string way)
    {
        var (me, other) = (await books.Login("analytics_rw"), await Rival());
        var (state, statements) = Ways[way];
        var learnt = await Attempt.Run(me, statements.Select(statement => statement
            .Replace("{w}", FinanceBooks.WorkspaceOf(me), StringComparison.Ordinal)
            .Replace("{me}", FinanceBooks.NameOf(me), StringComparison.Ordinal)
            .Replace("{their}", FinanceBooks.WorkspaceOf(other), StringComparison.Ordinal)
            .Replace("{other}", FinanceBooks.NameOf(other), StringComparison.Ordinal)));
        Assert.True(learnt.State == state, $"{learnt.State} in place of {state}: {learnt.Learnt}");
        Assert.Contains(FinanceBooks.Shown, learnt.Learnt, StringComparison.Ordinal);
        Assert.DoesNotContain(FinanceBooks.Hidden, learnt.Learnt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_sees_into_a_workspace_that_its_login_opened_to_everybody()
    {
        var (me, other) = (await books.Login("analytics_rw"), await Rival());
        Assert.Equal(Denied, (await Attempt.Run(
            me, $"select * from {FinanceBooks.WorkspaceOf(other)}.left_open")).State);
        Assert.Equal(Denied, (await Attempt.Run(me, $"select {FinanceBooks.WorkspaceOf(other)}.trap()")).State);
        // The trap itself works, for the one who set it.
        var sprung = await Attempt.Run(other, $"select {FinanceBooks.WorkspaceOf(other)}.trap()");
        Assert.Contains(FinanceBooks.Hidden, sprung.Learnt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_nothing_was_granted_sees_nothing()
    {
        var login = books.NewLogin();
        await TestDatabaseOf(
            $"create role {login} login password 'secret'; grant auditor_ro, analytics_rw, tax_ops to {login}");
        foreach (var view in new[] { "books", "accounts", "entries", "journal", "seals", "access_log", "tax_entries" })
        {
            var learnt = await Attempt.Run(books.As(login, "secret"), $"select count(*) from finance.{view}");
            Assert.Equal("0", learnt.Learnt.Trim());
        }
    }

    /// <summary>Should somebody let a reader into the schema of the tables, the rows are still not theirs.</summary>
    [Fact]
    public async Task Behind_the_wall_of_rights_there_is_the_wall_of_rows()
    {
        var me = await books.Login("auditor_ro");
        await TestDatabaseOf($"grant usage on schema ledger to {FinanceBooks.NameOf(me)}");
        foreach (var table in new[] { "sql_readers", "books", "accounts", "journal", "entries", "seals", "access_log" })
        {
            var what = table == "sql_readers" ? "login, tenant, platform" : "*";
            var learnt = await Attempt.Run(me, $"select '{FinanceBooks.Shown}'", $"select {what} from ledger.{table}");
            Assert.Null(learnt.State);
            Assert.NotEqual(FinanceBooks.Shown, learnt.Learnt.Trim());
            Assert.DoesNotContain(FinanceBooks.Hidden, learnt.Learnt, StringComparison.Ordinal);
        }

        foreach (var table in new[] { "entries_from_0", "journal_from_0", "answers", "api_keys", "webhooks" })
            Assert.Equal(Denied, (await Attempt.Run(me, $"select * from ledger.{table}")).State);
    }

    /// <summary>A login of another tenant, which has opened all that it has to everybody.</summary>
    private async Task<string> Rival()
    {
        var rival = await books.Login("analytics_rw", FinanceBooks.Others[1].Tenant);
        var workspace = FinanceBooks.WorkspaceOf(rival);
        var opened = await Attempt.Run(
            rival,
            $"create table {workspace}.left_open as select * from finance.entries",
            $"grant all on {workspace}.left_open to public",
            $"""
            create function {workspace}.trap() returns setof text language sql security definer as
                'select owner from finance.accounts'
            """,
            $"grant execute on function {workspace}.trap to public");
        Assert.Null(opened.State);
        return rival;
    }

    private Task TestDatabaseOf(string sql) => Server.TestDatabase.Execute(books.Superuser, sql);
}
