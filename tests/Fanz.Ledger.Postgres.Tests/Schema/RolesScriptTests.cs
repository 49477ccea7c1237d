using System.Runtime.CompilerServices;
using Fanz.Ledger.Postgres.Finance;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests;

/// <summary>A server without the ledger's roles, as an administrator of a managed one meets it.</summary>
public sealed class RolesScriptTests(PrivateServer bare) : IClassFixture<PrivateServer>, IAsyncLifetime
{
    private string Administrator => bare.Server.SuperuserConnectionString("postgres");

    public async Task InitializeAsync()
    {
        await TestDatabase.Execute(Administrator, "drop database if exists ledger with (force)");
        string[] roles = ["reader", "ledger_owner", "ledger_host", "ledger_writer", .. LedgerRoles.Readers];
        foreach (var role in roles)
            await TestDatabase.Execute(Administrator, $"drop role if exists {role}");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_script_makes_a_database_that_the_owner_migrates_and_the_host_serves()
    {
        foreach (var owner in new[] { "first", "it's the second" })
        {
            var run = await RunScript("--variable=owner_password=" + owner, "--variable=host_password=h");
            Assert.True(run.Succeeded, run.Errors);
            await Schema.Migrate(As(LedgerRoles.Owner, owner), null, CancellationToken.None);
            await Schema.Check(As(LedgerRoles.Host, "h"), CancellationToken.None);
        }
    }

    [Fact]
    public async Task The_owner_lends_the_roles_of_the_script_to_logins()
    {
        var run = await RunScript("--variable=owner_password=o", "--variable=host_password=h");
        Assert.True(run.Succeeded, run.Errors);
        // As where only an administrator creates roles: it is the script that lets the owner hand its roles out.
        await TestDatabase.Execute(
            Administrator, "create role reader login password 'r'; alter role ledger_owner nocreaterole");
        await Schema.Migrate(As(LedgerRoles.Owner, "o"), null, CancellationToken.None);
        await using var owner = LedgerDatabase.Connect(As(LedgerRoles.Owner, "o"));
        var grant = new SqlGrant { Login = "reader", Role = "auditor_ro", Tenant = "t" };
        Assert.Null(await new SqlReaders(owner).Grant(grant, null, "tests", CancellationToken.None));
        Assert.Equal(0, await TestDatabase.Scalar<long>(As("reader", "r"), "select count(*) from finance.seals"));
    }

    [Fact]
    public async Task The_script_makes_no_role_without_a_password()
    {
        var run = await RunScript("--variable=owner_password=o");
        Assert.False(run.Succeeded);
        Assert.Contains("host_password is not set", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_that_may_not_create_roles_is_told_to_run_the_script()
    {
        await TestDatabase.Execute(Administrator, "create role ledger_owner login password 'weak'");
        await TestDatabase.Execute(Administrator, "create database ledger owner ledger_owner");
        var refused = await Assert.ThrowsAsync<SchemaRefused>(
            () => Schema.Migrate(As(LedgerRoles.Owner, "weak"), null, CancellationToken.None));
        Assert.Contains("ops/sql/roles.sql", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    private string As(string role, string password) =>
        new NpgsqlConnectionStringBuilder(Administrator)
        {
            Username = role,
            Password = password,
            Database = "ledger",
        }.ConnectionString;

    private async Task<ProgramRun> RunScript(params string[] variables)
    {
        var installation = await PostgresInstallation.Find(null, CancellationToken.None);
        var administrator = new NpgsqlConnectionStringBuilder(Administrator);
        return await ProgramRun.Run(
            [
                Path.Combine(installation.Folder, "psql"), "--no-psqlrc", "--quiet", "--file=" + Script(), .. variables,
                $"host={administrator.Host} port={administrator.Port} user=postgres dbname=postgres " +
                $"passfile={ServerPasswords.PathIn(bare.Server.DataDirectory)}",
            ],
            CancellationToken.None);
    }

    private static string Script([CallerFilePath] string here = "") => Path.GetFullPath(
        Path.Combine(Path.GetDirectoryName(here)!, "../../../ops/sql/roles.sql"));
}
