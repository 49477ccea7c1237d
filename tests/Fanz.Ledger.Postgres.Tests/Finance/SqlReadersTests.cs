using Fanz.Ledger.Postgres.Finance;
using Fanz.Ledger.Postgres.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Finance;

/// <summary>Grants, and what becomes of them.</summary>
public sealed class SqlReadersTests(FinanceBooks books) : IClassFixture<FinanceBooks>, IAsyncLifetime
{
    private const string Look = "select tenant || '/' || platform from finance.books order by 1";

    private NpgsqlDataSource owner = null!;

    private SqlReaders Readers => new(owner);

    public Task InitializeAsync()
    {
        owner = LedgerDatabase.Connect(books.Database.OwnerConnectionString);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await owner.DisposeAsync();

    [Fact]
    public async Task What_is_granted_is_seen_at_once_and_what_is_revoked_no_more()
    {
        var (mine, elsewhere) = (FinanceBooks.Mine, FinanceBooks.Others[0]);
        var login = await books.Login("analytics_rw");
        var name = FinanceBooks.NameOf(login);
        await using var source = NpgsqlDataSource.Create(login);
        await using var session = await source.OpenConnectionAsync();
        await using var look = new NpgsqlCommand(
            $"select coalesce(string_agg(b, ' '), '') from ({Look}) as s (b)", session);
        await look.PrepareAsync();
        Assert.Equal($"{mine}", await look.ExecuteScalarAsync());

        Assert.Null(await Readers.Grant(Of(name, elsewhere.Platform), null, "tests", default));
        Assert.Null(await Readers.Grant(Of(name, elsewhere.Platform), null, "tests", default));
        Assert.Equal($"{elsewhere} {mine}", await look.ExecuteScalarAsync());
        Assert.Equal(
            [elsewhere.Platform, mine.Platform],
            (await Readers.List(default)).Where(row => row.Login == name && row.Role == "analytics_rw")
                .Select(row => row.Platform));

        Assert.Equal(1, await Readers.Revoke(name, mine.Tenant, mine.Platform, "tests", default));
        Assert.Equal($"{elsewhere}", await look.ExecuteScalarAsync());
        Assert.Equal(0, await Readers.Revoke(name, mine.Tenant, mine.Platform, "tests", default));
        await TestDatabase($"create table {FinanceBooks.WorkspaceOf(login)}.kept as select 1 as one");
        Assert.Equal(1, await Readers.Revoke(name, null, null, "tests", default));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => look.ExecuteScalarAsync());
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        var workspace = await Attempt.Run(login, $"select * from {FinanceBooks.WorkspaceOf(login)}.kept");
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, workspace.State);
        Assert.DoesNotContain(await Readers.List(default), row => row.Login == name);

        // Without its role it may have another.
        Assert.Null(await Readers.Grant(Of(name, mine.Platform) with { Role = "tax_ops" }, null, "tests", default));
        Assert.Contains(FinanceBooks.Shown, (await Attempt.Run(login, Look)).Learnt, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Only_roles_that_write_have_a_workspace_and_write_in_it_alone(string role)
    {
        var login = await books.Login(role);
        var workspace = FinanceBooks.WorkspaceOf(login);
        var made = await Attempt.Run(
            login, $"create table {workspace}.mine as select * from finance.books",
            $"insert into {workspace}.mine select * from {workspace}.mine", $"select * from {workspace}.mine");
        if (role.EndsWith("_rw", StringComparison.Ordinal))
            Assert.Contains(FinanceBooks.Shown, made.Learnt, StringComparison.Ordinal);
        else
            Assert.Equal(PostgresErrorCodes.InvalidSchemaName, made.State);
    }

    [Fact]
    public async Task The_owner_can_remove_a_login_that_is_revoked_with_all_that_it_made()
    {
        var login = await books.Login("platform_app_rw");
        var (name, workspace) = (FinanceBooks.NameOf(login), FinanceBooks.WorkspaceOf(login));
        Assert.Null((await Attempt.Run(login, $"create table {workspace}.mine as select * from finance.books")).State);
        Assert.Equal(1, await Readers.Revoke(name, null, null, "tests", default));
        await using var drop = owner.CreateCommand($"drop schema {workspace} cascade; drop role {name}");
        await drop.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task A_new_login_inherits_nothing_of_an_old_one_of_its_name()
    {
        var (mine, elsewhere) = (FinanceBooks.Mine, FinanceBooks.Others[0]);
        var name = FinanceBooks.NameOf(await books.Login("tax_ops", mine.Tenant, elsewhere.Platform));
        await TestDatabase($"drop role {name}");
        Assert.Null((await Readers.List(default)).Single(row => row.Login == name).Role);
        var grant = Of(name, mine.Platform) with { Role = "analytics_ro" };
        Assert.Null(await Readers.Grant(grant, "secret", "tests", default));
        Assert.Equal($"{mine}", (await Attempt.Run(books.As(name, "secret"), Look)).Learnt.Trim());
    }

    [Fact]
    public async Task A_login_that_could_become_more_than_a_reader_is_none()
    {
        var reader = FinanceBooks.NameOf(await books.Login("tax_ops"));
        foreach (var (make, why) in new[]
        {
            ("create role {0} login superuser", "may do more"),
            ("create role {0} login bypassrls", "may do more"),
            ("create role {0} login createrole", "may do more"),
            ("create role {0} login replication", "may do more"),
            ("create role {0} login in role ledger_writer", "has ledger_writer"),
            ("create role {0} login in role ledger_host", "has ledger_writer"),
            ("create role {0} login in role ledger_owner", "has ledger_owner"),
            ("create role {0} login in role pg_read_all_data", "has pg_read_all_data"),
            ("create role {0} login noinherit in role auditor_ro", "has auditor_ro"),
            ("create role {0} login in role " + reader, "has tax_ops"),
            ("create role {0}", "cannot log in"),
            ("select '{0}'", "There is no login"),
        })
        {
            var name = books.NewLogin();
            await TestDatabase(string.Format(null, make, name));
            var fault = await Readers.Grant(Of(name, FinanceBooks.Mine.Platform), null, "tests", default);
            Assert.Contains(why, fault?.Problem, StringComparison.Ordinal);
            Assert.DoesNotContain(await Readers.List(default), row => row.Login == name);
        }

        var twice = await Readers.Grant(Of(reader, FinanceBooks.Mine.Platform), "password", "tests", default);
        Assert.Contains("is there", twice?.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "analytics_ro", "a", "b", "from 1 to 53")]
    [InlineData("x; drop table books", "analytics_ro", "a", "b", "has letters, digits")]
    [InlineData("pg_someone", "analytics_ro", "a", "b", "nobody's login")]
    [InlineData("ledger_host", "analytics_ro", "a", "b", "nobody's login")]
    [InlineData("auditor_ro", "analytics_ro", "a", "b", "nobody's login")]
    [InlineData("someone", "postgres", "a", "b", "A role is one of")]
    [InlineData("someone", "analytics_ro", "A", "b", "A tenant may only")]
    [InlineData("someone", "analytics_ro", "a", "", "A platform is missing")]
    [InlineData("someone", "platform_app_ro", "a", null, "name it")]
    public async Task What_is_ill_formed_is_told_and_changes_nothing(
        string login, string role, string tenant, string? platform, string why)
    {
        var grant = new SqlGrant
        {
            Login = login,
            Role = role,
            Tenant = tenant,
            Platforms = platform is null ? [] : [platform],
        };
        var fault = await Readers.Grant(grant, "password", "tests", default);
        Assert.Contains(why, fault?.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(await Readers.List(default), row => row.Login == login);
    }

    [Fact]
    public async Task A_login_may_have_any_name_that_can_be_quoted()
    {
        var name = books.NewLogin() + "-Mia.Of@Fanz";
        try
        {
            var grant = Of(name, FinanceBooks.Mine.Platform) with { Role = "platform_app_rw" };
            Assert.Null(await Readers.Grant(grant, "it's \\ a \"password\"", "tests", default));
            var made = await Attempt.Run(
                books.As(name, "it's \\ a \"password\""), $"create table \"workspace_{name}\".mine (id int)", Look);
            Assert.Null(made.State);
            Assert.Contains(FinanceBooks.Shown, made.Learnt, StringComparison.Ordinal);
            Assert.Equal(1, await Readers.Revoke(name, null, null, "tests", default));
        }
        finally
        {
            await TestDatabase($"drop owned by \"{name}\" cascade; drop role \"{name}\"");
        }
    }

    [Fact]
    public async Task Nobody_but_the_owner_says_who_reads()
    {
        await using var host = LedgerDatabase.Connect(books.Database.HostConnectionString);
        foreach (var sql in new[]
        {
            "select * from ledger.sql_readers", "delete from ledger.sql_readers",
            "insert into ledger.sql_readers (login, tenant, granted_by) values ('x', 'x', 'x')",
        })
        {
            await using var command = host.CreateCommand(sql);
            var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    public static TheoryData<string> Roles => [.. LedgerRoles.Readers];

    private static SqlGrant Of(string login, string platform) => new()
    {
        Login = login,
        Role = "analytics_rw",
        Tenant = FinanceBooks.Mine.Tenant,
        Platforms = [platform],
    };

    private Task TestDatabase(string sql) => Server.TestDatabase.Execute(books.Superuser, sql);
}
