using System.Diagnostics;
using System.Net;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Terminal;

namespace Fanz.Ledger.Host.Tests.Serving;

public sealed class ServeTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HomeFolder home = new();

    [Fact]
    public async Task A_first_host_plays_the_demonstration_and_a_second_on_its_address_ends_without_disturbing_it()
    {
        await using (var first = await ServingLedger.Start(home.Settings))
        {
            Assert.Null(await first.BecomesReady(true));
            Assert.Equal(HttpStatusCode.OK, (await first.Ask("/health/live")).Code);

            var second = await LedgerProgram.Run(home.Settings, "serve", "--urls", first.Address);
            Assert.Contains($"{first.Address} is in use", second.OneLine(), StringComparison.Ordinal);
            var books = await LedgerProgram.Run(home.Settings, "book", "list", "--json");
            Assert.Equal(3, books.Json.GetProperty("books").GetArrayLength());
            Assert.Null(await first.BecomesReady(true));

            var ended = await first.Program.Stop();
            Assert.Equal((0, ""), (ended.Code, ended.Output));
            Assert.Contains("Stopping", ended.Error, StringComparison.Ordinal);
        }

        await using var again = await ServingLedger.Start(
            new Dictionary<string, string>(home.Settings)
            {
                ["LEDGER_SCHEDULES"] = "on", ["LEDGER_SCHEDULES_EVERY_SECONDS"] = "1",
            });
        Assert.Null(await again.BecomesReady(true));
        await DoesRuns();
        var stopped = await again.Program.Stop();
        Assert.Equal(0, stopped.Code);
        Assert.DoesNotContain("demonstration", stopped.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_host_on_another_address_shares_the_server_and_leaves_it_running()
    {
        await using var first = await ServingLedger.Start(home.Settings);
        await using (var second = await ServingLedger.Start(home.Settings))
        {
            Assert.Null(await second.BecomesReady(true));
            Assert.Equal(0, (await second.Program.Stop()).Code);
        }

        Assert.Null(await first.BecomesReady(true));
        var fresh = await LedgerProgram.Run(home.Settings, "demo", "--fresh");
        Assert.Contains("is in use", fresh.OneLine(), StringComparison.Ordinal);
        Assert.Null(await first.BecomesReady(true));
        Assert.Equal(0, (await first.Program.Stop()).Code);
    }

    public void Dispose() => home.Dispose();

    /// <summary>Nobody asks for them: the host looks by itself what is due.</summary>
    private async Task DoesRuns()
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var runs = await LedgerProgram.Run(home.Settings, "runs", "--json");
            if (runs.Json.GetProperty("past").GetArrayLength() > 0) return;
            Assert.True(clock.Elapsed < Patience, $"No run was begun: {runs}");
        }
    }
}
