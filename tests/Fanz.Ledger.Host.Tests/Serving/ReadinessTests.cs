using Fanz.Ledger.Host.Tests.Databases;

namespace Fanz.Ledger.Host.Tests.Serving;

public sealed class ReadinessTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task A_host_is_ready_while_its_database_answers_and_says_why_when_it_is_not()
    {
        await home.WriteSmallBooks();
        await using var host = await ServingLedger.Start(home.Settings);
        Assert.Null(await host.BecomesReady(true));

        await home.Server.Stop();
        Assert.Contains("database", await host.BecomesReady(false), StringComparison.Ordinal);
        Assert.True((await host.Ask("/health/live")).Answer.GetProperty("live").GetBoolean());
        await home.Server.Restart(CancellationToken.None);
        Assert.Null(await host.BecomesReady(true));

        await home.Tamper("insert into ledger.migrations (number, name, checksum) values (9999, '9999_later.sql', '')");
        Assert.NotNull(await host.BecomesReady(false));
        await home.Tamper("delete from ledger.migrations where number = 9999");
        Assert.Null(await host.BecomesReady(true));
        Assert.Equal(0, (await host.Program.Stop()).Code);
    }
}
