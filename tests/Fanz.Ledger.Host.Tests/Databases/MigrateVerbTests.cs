using System.Diagnostics;
using Fanz.Ledger.Host.Tests.Terminal;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Databases;

public sealed class MigrateVerbTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task A_named_database_is_migrated_by_its_owner_and_only_checked_by_the_others()
    {
        var settings = await home.CreateDatabase("named");
        var behind = await LedgerProgram.Run(settings, "book", "list");
        Assert.Contains("run `ledger migrate`", behind.OneLine(), StringComparison.Ordinal);
        var serving = await LedgerProgram.Run(settings, "serve", "--urls", "http://127.0.0.1:0");
        Assert.Contains("run `ledger migrate`", serving.OneLine(), StringComparison.Ordinal);

        var applied = await LedgerProgram.Run(settings, "migrate", "--json");
        Assert.Equal(0, applied.Code);
        Assert.Equal("0001_journal.sql", applied.Json.GetProperty("applied")[0].GetString());
        var again = await LedgerProgram.Run(settings, "migrate");
        Assert.Equal((0, ""), (again.Code, again.Error));
        Assert.StartsWith("Nothing to apply", again.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await LedgerProgram.Run(settings, "book", "list")).Code);

        await home.Tamper(
            """
            insert into ledger.migrations (number, name, checksum)
            select count(*) + 1, '0099_later.sql', '' from ledger.migrations
            """,
            "named");
        var ahead = await LedgerProgram.Run(settings, "verify");
        Assert.Contains("newer than this program", ahead.OneLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_verb_ends_with_130_and_says_nothing()
    {
        var settings = await home.CreateDatabase("interrupted");
        await using var source = NpgsqlDataSource.Create(home.Server.OwnerConnectionString("interrupted"));
        await using var connection = await source.OpenConnectionAsync();
        await using var @lock = new NpgsqlCommand(
            "select pg_advisory_lock(hashtextextended('ledger migrations', 0))", connection);
        await @lock.ExecuteNonQueryAsync();

        await using var migrate = LedgerProgram.Start(settings, "migrate");
        await Waits(connection);
        var ended = await migrate.Stop();
        Assert.Equal((130, "", ""), (ended.Code, ended.Output, ended.Error));
    }

    private static async Task Waits(NpgsqlConnection connection)
    {
        var clock = Stopwatch.StartNew();
        await using var waiting = new NpgsqlCommand(
            "select exists (select from pg_locks where locktype = 'advisory' and not granted)", connection);
        while (await waiting.ExecuteScalarAsync() is not true)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "The migration never came to the lock.");
            await Task.Delay(20);
        }
    }
}
