using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Terminal;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Finance;

public sealed class SqlVerbTests(Home home) : IClassFixture<Home>, IAsyncLifetime
{
    public Task InitializeAsync() => home.WriteSmallBooks();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_login_is_made_granted_listed_and_revoked()
    {
        var made = await Sql("grant", "anna", "--role", "analytics_ro", "--tenant", "fanz", "--platform", "bestfans",
            "--create");
        Assert.Equal(0, made.Code);
        var password = made.Output.TrimEnd('\n');
        Assert.Matches("^[0-9a-f]{48}$", password);
        Assert.Contains("anna reads bestfans of fanz as analytics_ro", made.Error, StringComparison.Ordinal);
        Assert.Equal(["bestfans"], await Seen("anna", password));

        var more = await Sql("grant", "anna", "--role", "analytics_ro", "--tenant", "fanz", "--json");
        Assert.Equal((0, ""), (more.Code, more.Error));
        Assert.Equal(["_", "bestfans", "girlfanz"], await Seen("anna", password));

        var table = (await Sql("list")).Output;
        Assert.Contains("analytics_ro", table, StringComparison.Ordinal);
        Assert.DoesNotContain(password, table, StringComparison.Ordinal);
        var readers = (await Sql("list", "--json")).Json.GetProperty("readers");
        Assert.Equal(
            [null, "bestfans"], readers.EnumerateArray().Select(row => row.GetProperty("platform").GetString()));

        Assert.Equal(0, (await Sql("revoke", "anna", "--tenant", "fanz", "--platform", "bestfans")).Code);
        Assert.Equal("anna lost 1 of what it saw.\n", (await Sql("revoke", "anna")).Output);
        Assert.Empty((await Sql("list", "--json")).Json.GetProperty("readers").EnumerateArray());
        var again = await Sql("revoke", "anna");
        Assert.Equal(2, again.Code);
        Assert.Contains("anna sees no such thing", again.OneLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grant_that_cannot_be_is_told_in_one_line()
    {
        await home.Tamper("create role boss login superuser", "postgres");
        foreach (var (words, why) in new (string[], string)[]
        {
            (["grant", "nobody", "--role", "tax_ops", "--tenant", "fanz"], "There is no login nobody"),
            (["grant", "boss", "--role", "tax_ops", "--tenant", "fanz"], "may do more"),
            (["grant", "app", "--role", "platform_app_ro", "--tenant", "fanz"], "is of a platform"),
            (["grant", "app", "--role", "reader", "--tenant", "fanz"], "A role is one of"),
            (["grant", "app", "--role", "tax_ops"], "--tenant"),
            (["revoke", "app", "--platform", "bestfans"], "--platform needs the --tenant"),
        })
        {
            var ended = await Sql(words);
            Assert.Equal(2, ended.Code);
            Assert.Contains(why, ended.OneLine(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_named_database_takes_its_owner()
    {
        var settings = new Dictionary<string, string> { ["LEDGER_DATABASE"] = home.Server.HostConnectionString() };
        var refused = await LedgerProgram.Run(settings, "sql", "list");
        Assert.Contains("set LEDGER_OWNER_DATABASE", refused.OneLine(), StringComparison.Ordinal);
        settings["LEDGER_OWNER_DATABASE"] = home.Server.OwnerConnectionString();
        Assert.Equal(0, (await LedgerProgram.Run(settings, "sql", "list")).Code);
        var behind = await LedgerProgram.Run(await home.CreateDatabase("behind"), "sql", "list");
        Assert.Contains("run `ledger migrate`", behind.OneLine(), StringComparison.Ordinal);
    }

    private Task<Ended> Sql(params string[] words) => home.Run(["sql", .. words]);

    private async Task<List<string>> Seen(string login, string password)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(home.Server.HostConnectionString())
            {
                Username = login,
                Password = password,
                Pooling = false,
            });
        await using var command = source.CreateCommand("select platform from finance.books order by 1");
        await using var reader = await command.ExecuteReaderAsync();
        var seen = new List<string>();
        while (await reader.ReadAsync()) seen.Add(reader.GetString(0));
        return seen;
    }
}
