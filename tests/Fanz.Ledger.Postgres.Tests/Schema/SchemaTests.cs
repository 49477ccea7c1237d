using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests;

/// <summary>The runner on migrations of its own, each test on an empty database.</summary>
public sealed class SchemaTests(TestDatabase template) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly Migration First = new(1, "0001_first.sql", "create table ledger.first (id int);");

    private static readonly Migration Second = new(
        2, "0002_second.sql",
        """
        create table ledger.second (id int);
        create function ledger.answer() returns int language plpgsql as $$ begin return 42; end; $$;
        create function ledger.question() returns int language sql begin atomic select 6; select 7; end;
        """);

    private readonly string name = $"schema_{Guid.NewGuid():n}";

    private string Owner => In(template.OwnerConnectionString);

    private string Host => In(template.HostConnectionString);

    public Task InitializeAsync() =>
        TestDatabase.Execute(
            template.SuperuserConnectionString, $"create database {name} owner ledger_owner template template0");

    public Task DisposeAsync() =>
        TestDatabase.Execute(template.SuperuserConnectionString, $"drop database if exists {name} with (force)");

    [Fact]
    public async Task Migrations_are_applied_in_order_and_once()
    {
        var told = new List<string>();
        await Migrate([Second, First], told);
        await Migrate([First, Second], told);
        Assert.Equal(["applying 0001_first.sql", "applying 0002_second.sql"], told);
        Assert.Equal(42, await TestDatabase.Scalar<int>(Owner, "select ledger.answer()"));
        await Check([First, Second]);
    }

    [Fact]
    public async Task The_migrations_of_this_program_apply_to_an_empty_database()
    {
        await Schema.Migrate(Owner, null, CancellationToken.None);
        await Schema.Check(Host, CancellationToken.None);
    }

    [Fact]
    public async Task Hosts_that_migrate_at_once_apply_everything_once()
    {
        var told = new List<string>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Migrate([First, Second], told)));
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_and_can_be_mended()
    {
        var broken = Second with { Sql = "create table ledger.half (id int); select 1/0;" };
        var refused = await Assert.ThrowsAsync<SchemaRefused>(() => Migrate([First, broken]));
        Assert.Equal("0002_second.sql failed and changed nothing: division by zero (22012).", refused.Message);
        Assert.True(await TestDatabase.Scalar<bool>(Owner, "select to_regclass('ledger.half') is null"));
        await Migrate([First, Second]);
    }

    [Fact]
    public async Task A_migration_changed_after_it_was_applied_is_named()
    {
        await Migrate([First]);
        var changed = First with { Sql = "create table ledger.other (id int);" };
        var refusals = new[]
        {
            await Assert.ThrowsAsync<SchemaRefused>(() => Migrate([changed])),
            await Assert.ThrowsAsync<SchemaRefused>(() => Check([changed])),
        };
        foreach (var refusal in refusals)
            Assert.StartsWith("0001_first.sql was changed", refusal.Message, StringComparison.Ordinal);
        await Migrate([First with { Sql = First.Sql.Replace("\n", "\r\n", StringComparison.Ordinal) }]);
    }

    [Fact]
    public async Task An_older_program_refuses_a_newer_database()
    {
        await Migrate([First, Second]);
        var migrating = await Assert.ThrowsAsync<SchemaRefused>(() => Migrate([First]));
        var serving = await Assert.ThrowsAsync<SchemaRefused>(() => Check([First]));
        Assert.Contains("it has 0002_second.sql", migrating.Message, StringComparison.Ordinal);
        Assert.Equal(migrating.Message, serving.Message);
    }

    [Fact]
    public async Task A_database_that_is_absent_empty_or_behind_is_not_served()
    {
        var absent = await Assert.ThrowsAsync<SchemaRefused>(() => Schema.Check(
            new NpgsqlConnectionStringBuilder(Host) { Database = "nowhere" }.ConnectionString, [],
            CancellationToken.None));
        Assert.Contains("\"nowhere\" does not exist", absent.Message, StringComparison.Ordinal);
        var empty = await Assert.ThrowsAsync<SchemaRefused>(() => Check([First]));
        Assert.Contains("has no ledger", empty.Message, StringComparison.Ordinal);
        await Migrate([First]);
        var behind = await Assert.ThrowsAsync<SchemaRefused>(() => Check([First, Second]));
        Assert.Contains("is at migration 1 and this program needs 2", behind.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_host_reads_the_applied_migrations_and_cannot_change_them()
    {
        await Migrate([First]);
        foreach (var change in new[]
        {
            "delete from ledger.migrations",
            "update ledger.migrations set checksum = ''",
            "create table ledger.mine (id int)",
        })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.Execute(Host, change));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }

        var migrating = await Assert.ThrowsAsync<SchemaRefused>(() => Schema.Migrate(
            Host, [First, Second], null, CancellationToken.None));
        Assert.DoesNotContain('\n', migrating.Message);
    }

    [Fact]
    public async Task A_gap_in_the_numbers_is_a_mistake_of_the_build_or_of_the_database()
    {
        var build = await Assert.ThrowsAsync<SchemaRefused>(() => Migrate([Second]));
        Assert.Contains("0002_second.sql comes at 1", build.Message, StringComparison.Ordinal);
        await Migrate([First, Second]);
        await TestDatabase.Execute(Owner, "delete from ledger.migrations where number = 1");
        var database = await Assert.ThrowsAsync<SchemaRefused>(() => Migrate([First, Second]));
        Assert.Contains("has 0002_second.sql but not migration 1", database.Message, StringComparison.Ordinal);
        Assert.Throws<SchemaRefused>(() => Migration.FromFile("journal.sql", ""));
    }

    [Fact]
    public async Task A_database_in_another_encoding_or_an_old_server_is_refused()
    {
        var latin = $"{name}_latin";
        await TestDatabase.Execute(
            template.SuperuserConnectionString,
            $"create database {latin} owner ledger_owner template template0 encoding 'LATIN1' locale 'C'");
        try
        {
            var refused = await Assert.ThrowsAsync<SchemaRefused>(() => Schema.Migrate(
                new NpgsqlConnectionStringBuilder(Owner) { Database = latin }.ConnectionString, null,
                CancellationToken.None));
            Assert.Contains("LATIN1", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await TestDatabase.Execute(template.SuperuserConnectionString, $"drop database {latin} with (force)");
        }

        var old = Assert.Throws<SchemaRefused>(() => Schema.RequireSuitable(140012, "UTF8", "ledger"));
        Assert.Contains("PostgreSQL 14", old.Message, StringComparison.Ordinal);
    }

    private Task Migrate(IReadOnlyList<Migration> migrations, List<string>? told = null) =>
        Schema.Migrate(Owner, migrations, told is null ? null : new Listener(told), CancellationToken.None);

    private Task Check(IReadOnlyList<Migration> migrations) =>
        Schema.Check(Host, migrations, CancellationToken.None);

    private string In(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = name }.ConnectionString;

    private sealed class Listener(List<string> told) : IProgress<string>
    {
        public void Report(string value)
        {
            lock (told)
                told.Add(value);
        }
    }
}
