using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Tests.Server;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Access;

public sealed class AccessLogTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly AccessRow Read =
        new(Instant.FromUtc(2026, 1, 15, 12, 0), "r", "GET", "/v1/{tenant}/{platform}/journal", 200, null);

    [Fact]
    public async Task Everything_that_was_taken_is_written_in_few_inserts_and_at_the_latest_when_it_is_closed()
    {
        await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
        await using (var log = new AccessLog(source, Patience, message => Assert.Fail(message)))
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(caller => Task.Run(async () =>
            {
                for (var i = 0; i < 1_000; i++)
                    Assert.True(await log.Add(Read with { Request = $"all-{caller}-{i}", Number = i }));
            })));
        }

        Assert.Equal(20_000, await Count("count(distinct request)", "request like 'all-%'"));
        Assert.Equal(20_000, await Count("count(*)", "request like 'all-%'"));
        Assert.InRange(await Count("count(distinct xmin::text)", "request like 'all-%'"), 1, 60);
    }

    [Fact]
    public async Task A_row_says_what_was_asked_and_answered()
    {
        await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
        await using (var log = new AccessLog(source, Patience, message => Assert.Fail(message)))
        {
            await log.Add(Read with
            {
                Request = "whole",
                Status = 409,
                Code = "insufficient_funds",
                KeyId = "0123456789abcdef",
                Actor = "shop/carol",
                Tenant = "acme",
                Platform = "main",
                Number = 17,
            });
        }

        var row = await TestDatabase.Scalar<string>(
            database.OwnerConnectionString,
            """
            select concat_ws(' ', at at time zone 'UTC', status, times, number, request, key_id, actor, tenant, platform,
                method, route, code)
            from ledger.access_log where request = 'whole'
            """);
        Assert.Equal(
            "2026-01-15 12:00:00 409 1 17 whole 0123456789abcdef shop/carol acme main GET "
            + "/v1/{tenant}/{platform}/journal insufficient_funds", row);
    }

    [Fact]
    public async Task A_flood_of_denials_that_are_alike_is_counted()
    {
        await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
        await using (var log = new AccessLog(source, Patience, message => Assert.Fail(message)))
        {
            for (var i = 0; i < 5_000; i++)
            {
                await log.Add(Read with { Request = $"denied-{i}", Status = 401, Code = "unauthenticated" });
                await log.Add(Read with { Request = $"limited-{i}", Status = 429, KeyId = $"{i % 2}" });
                await log.Add(Read with { Request = $"refused-{i}", Status = 409 });
            }
        }

        Assert.Equal(5_000, await Count("sum(times)", "request like 'denied-%'"));
        Assert.Equal(5_000, await Count("sum(times)", "request like 'limited-%'"));
        Assert.InRange(await Count("count(*)", "status in (401, 429)"), 3, 300);
        Assert.Equal(5_000, await Count("count(*)", "request like 'refused-%'"));
    }

    [Fact]
    public async Task While_the_database_is_away_those_who_ask_wait_and_nothing_that_was_taken_is_lost()
    {
        var home = await PrivateServer.Start();
        try
        {
            await KeepsEverything(home.Server);
        }
        finally
        {
            await home.DisposeAsync();
        }
    }

    private static async Task KeepsEverything(EmbeddedServer server)
    {
        await using var source = NpgsqlDataSource.Create(server.HostConnectionString());
        var told = new List<string>();
        var log = new AccessLog(source, TimeSpan.FromSeconds(60), message => Tell(told, message));
        await log.Add(Read with { Request = "before" });
        await Eventually.True(() => log.Waiting == 0, "The first row was never taken up.");
        await server.Stop();

        var taken = 0;
        var asking = Task.Run(async () =>
        {
            for (; taken < 25_000; taken++) await log.Add(Read with { Request = $"{taken}" });
        });
        await Eventually.True(() => log.Waiting == AccessLog.Room, "Nobody was held back.");
        Assert.False(asking.IsCompleted);
        Assert.InRange(Volatile.Read(ref taken), AccessLog.Room, AccessLog.Room + 6_000);
        await Eventually.True(() => told.Count > 0, "Nobody was told.");

        await server.Restart(CancellationToken.None);
        await asking;
        await log.DisposeAsync();
        Assert.False(await log.Add(Read));
        Assert.Equal(25_001, await TestDatabase.Scalar<long>(
            server.OwnerConnectionString(), "select count(distinct request) from ledger.access_log"));
    }

    [Fact]
    public async Task What_cannot_be_written_at_the_end_is_told()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Password=x;Timeout=1");
        var told = new List<string>();
        var log = new AccessLog(nowhere, TimeSpan.FromMilliseconds(300), message => Tell(told, message));
        for (var i = 0; i < 3; i++) await log.Add(Read);
        await log.DisposeAsync();
        Assert.Contains(told, message => message.StartsWith("3 rows of the access log", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("update ledger.access_log set status = 200")]
    [InlineData("delete from ledger.access_log")]
    [InlineData("truncate ledger.access_log")]
    [InlineData("select count(*) from ledger.access_log")]
    public async Task The_host_only_adds_to_it_and_nobody_changes_it(string statement)
    {
        await TestDatabase.Execute(
            database.HostConnectionString,
            "insert into ledger.access_log (at, status, times, request, method) values (now(), 200, 1, 'x', 'GET')");
        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            TestDatabase.Execute(database.HostConnectionString, statement));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        if (statement.StartsWith("select", StringComparison.Ordinal)) return;
        var stopped = await Assert.ThrowsAsync<PostgresException>(() =>
            TestDatabase.Execute(database.OwnerConnectionString, statement));
        Assert.Equal(PostgresErrorCodes.RestrictViolation, stopped.SqlState);
    }

    private Task<long> Count(string what, string where) => TestDatabase.Scalar<long>(
        database.OwnerConnectionString, $"select ({what})::bigint from ledger.access_log where {where}");

    private static void Tell(List<string> told, string message)
    {
        lock (told) told.Add(message);
    }
}
