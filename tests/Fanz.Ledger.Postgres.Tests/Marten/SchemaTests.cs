using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Marten;
using Fanz.Ledger.Postgres.Tests.Audit;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Marten;

/// <summary>A schema is made, made again and taken away, and never anything that is someone else's.</summary>
public sealed class SchemaTests(MartenBook shown) : IClassFixture<MartenBook>
{
    private const string Everything =
        """
        select string_agg(line, E'\n' order by line) from (
            select n.nspname || '.' || c.relname || ' ' || coalesce(c.relacl::text, '') as line
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^(pg_|information)'
            union all
            select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname !~ '^(pg_|information)'
            union all
            select nspname || ' ' || coalesce(nspacl::text, '') || coalesce(obj_description(oid, 'pg_namespace'), '')
            from pg_namespace where nspname !~ '^pg_') as lines
        """;

    [Fact]
    public async Task What_is_made_again_keeps_what_its_reader_has()
    {
        Assert.True(await shown.Make("twice"));
        await shown.Rows("select twice.mt_mark_event_progression('Mine:All', 7)");
        await shown.Rows("select twice.mt_mark_event_progression('HighWaterMark', 8)");
        await shown.Post(5, 5);
        var before = await Made();
        Assert.False(await shown.Make("twice", role: ""));
        Assert.Equal(before, await Made());
        Assert.Equal(
            [("HighWaterMark", 8L), ("Mine:All", 7L)],
            (await shown.Rows("select name, last_seq_id from twice.mt_event_progression order by name"))
                .Select(row => ((string)row[0]!, (long)row[1]!)));
    }

    [Fact]
    public async Task The_first_mark_is_the_head_for_there_is_no_gap_below_it()
    {
        await shown.Make("marked");
        var mark = Assert.Single(await shown.Rows("select name, last_seq_id from marked.mt_event_progression"));
        Assert.Equal(["HighWaterMark", shown.Ledger[MartenBook.Name].LastPosition], mark);
    }

    [Fact]
    public async Task What_is_dropped_leaves_nothing_and_the_index_goes_with_the_last()
    {
        var before = await Made();
        await shown.Make("one", SmallLedger.Side);
        await shown.Make("two", SmallLedger.Side);
        await shown.Drop("one", SmallLedger.Side);
        Assert.Contains("accounts_by_name_in_book_2", await Made(), StringComparison.Ordinal);
        await shown.Drop("two", SmallLedger.Side);
        Assert.Equal(before, await Made());
    }

    [Fact]
    public async Task What_someone_built_on_a_schema_or_in_it_is_not_dropped()
    {
        await shown.Make("used");
        foreach (var (build, remove) in new[]
            {
                ("create table used.mt_doc_mine (id int)", "drop table used.mt_doc_mine"),
                ("create view public.mine as select * from used.mt_streams", "drop view public.mine"),
            })
        {
            await TestDatabase.Execute(shown.Database.SuperuserConnectionString, build);
            var before = await Made();
            await Refuses(() => shown.Drop("used"), "drop that first");
            Assert.Equal(before, await Made());
            await TestDatabase.Execute(shown.Database.SuperuserConnectionString, remove);
        }

        await shown.Drop("used");
    }

    [Fact]
    public async Task A_name_that_cannot_be_or_is_taken_is_refused_and_nothing_is_changed()
    {
        await TestDatabase.Execute(shown.Database.OwnerConnectionString, "create schema theirs");
        await TestDatabase.Execute(
            shown.Database.OwnerConnectionString,
            "create schema said; comment on schema said is 'Book acme/main as Marten reads it'");
        var before = await Made();
        foreach (var (name, why) in new[]
            {
                ("", "1 to 63"), (new string('a', 64), "1 to 63"), ("Shown", "lower case"), ("a-b", "lower case"),
                ("a b", "lower case"), ("1a", "no digit first"), ("über", "lower case"), ("a\"b", "lower case"),
                ("a';drop schema ledger cascade;--", "lower case"), ("ledger", "belongs to others"),
                ("public", "belongs to others"), ("finance", "belongs to others"), ("pg_catalog", "belongs to others"),
                ("pg_mine", "belongs to others"), ("information_schema", "belongs to others"),
                ("user", "a word of SQL"), ("select", "a word of SQL"), ("theirs", "did not make it"), ("said", "did not make it"),
            })
        {
            await Refuses(() => shown.Make(name), why);
            await Refuses(() => shown.Drop(name), why);
        }

        await Refuses(() => shown.Make(MartenBook.Schema, SmallLedger.Side), "shows book acme/main, not acme/side");
        await Refuses(() => shown.Drop(MartenBook.Schema, SmallLedger.Side), "shows book acme/main, not acme/side");
        await Refuses(() => shown.Drop("nowhere"), "no schema nowhere");
        await Refuses(() => shown.Make("fresh", role: "nobody_of_that_name"), "no role nobody_of_that_name");
        await Refuses(() => shown.Make("fresh", role: "x; drop schema ledger"), "no role");
        Assert.Equal(before, await Made());
    }

    [Fact]
    public async Task Who_does_not_own_the_tables_makes_nothing_and_leaves_nothing()
    {
        var before = await Made();
        var host = new MartenSchema(shown.Database.HostConnectionString);
        await using var source = NpgsqlDataSource.Create(shown.Database.HostConnectionString);
        var book = await new Fanz.Ledger.Postgres.Books.BookRegistry(source).Find(SmallLedger.Side, default);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => host.Make(book!, "mine", null, null, default));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        Assert.Equal(before, await Made());
    }

    [Fact]
    public async Task Two_do_not_work_at_once_and_what_an_interrupted_run_left_is_made_anew()
    {
        await using var source = NpgsqlDataSource.Create(shown.Database.OwnerConnectionString);
        await using (var other = await source.OpenConnectionAsync())
        {
            await using var hold = new NpgsqlCommand(
                "select pg_advisory_lock(hashtextextended('ledger marten', 0))", other);
            await hold.ExecuteNonQueryAsync();
            await Refuses(() => shown.Make("late"), "Another `ledger marten`");
            await using var release = new NpgsqlCommand("select pg_advisory_unlock_all()", other);
            await release.ExecuteNonQueryAsync();
        }

        await TestDatabase.Execute(
            shown.Database.SuperuserConnectionString,
            "update pg_index set indisvalid = false where indexrelid = 'ledger.accounts_by_name_in_book_1'::regclass");
        Assert.False(await shown.Make());
        Assert.True(await TestDatabase.Scalar<bool>(
            shown.Database.OwnerConnectionString,
            "select indisvalid from pg_index where indexrelid = 'ledger.accounts_by_name_in_book_1'::regclass"));
    }

    [Fact]
    public async Task An_index_that_waits_for_others_can_be_given_up()
    {
        var before = await Made();
        await using var source = NpgsqlDataSource.Create(shown.Database.OwnerConnectionString);
        var book = await new Fanz.Ledger.Postgres.Books.BookRegistry(source).Find(SmallLedger.Side, default);
        using var patience = new CancellationTokenSource();
        await using (var other = await source.OpenConnectionAsync())
        {
            await using var transaction = await other.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("lock table ledger.accounts in row exclusive mode", other);
            await hold.ExecuteNonQueryAsync();
            var make = new MartenSchema(shown.Database.OwnerConnectionString)
                .Make(book!, "waiting", null, null, patience.Token);
            await using var waiting = source.CreateCommand(
                """
                select count(*) > 0 from pg_stat_activity
                where datname = current_database() and query like 'create unique index%' and wait_event_type = 'Lock'
                """);
            while (await waiting.ExecuteScalarAsync() is not true)
            {
                Assert.False(make.IsCompleted, "The index did not wait.");
                await Task.Delay(20);
            }

            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => make);
        }

        // What could not be dropped while the other was there goes with the next run, or by the next drop.
        Assert.True(await shown.Make("waiting", SmallLedger.Side, role: ""));
        await shown.Drop("waiting", SmallLedger.Side);
        Assert.Equal(before, await Made());
    }

    private Task<string> Made() => TestDatabase.Scalar<string>(shown.Database.OwnerConnectionString, Everything);

    private static async Task Refuses(Func<Task> attempt, string why)
    {
        var refused = await Assert.ThrowsAsync<MartenRefused>(attempt);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
