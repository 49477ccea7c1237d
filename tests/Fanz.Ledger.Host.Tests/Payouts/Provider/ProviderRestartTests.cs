using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Payouts;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Payouts.Provider;

public sealed class ProviderRestartTests(Home home) : IClassFixture<Home>, IDisposable
{
    private readonly string books = Path.GetTempFileName();

    public void Dispose() => File.Delete(books);

    [Fact]
    public async Task A_provider_that_is_killed_and_comes_back_was_told_everything_once()
    {
        var provider = await SimulatorProcess.Start(seed: 5, books);
        await using var world = await ProviderWorld.Open(home, provider.Url);
        await world.TellTime(provider.Url);
        await world.Control(provider.Url, "faults", new { percent = 40 });
        var host = world.Host(options => options with { Attempts = 1, Timeout = Duration.FromMilliseconds(800) });
        var payouts = new List<string>();
        for (var i = 0; i < 16; i++) payouts.Add(await world.Form());
        var sending = Task.WhenAll(payouts.Select(payout => world.Send(host, payout)));
        await Task.WhenAny(sending, Task.Delay(150));
        await provider.Kill();
        await sending;
        await provider.DisposeAsync();

        await using var again = await SimulatorProcess.Start(seed: 5, books, new Uri(provider.Url).Port);
        await world.TellTime(again.Url);
        var survivor = world.Host();
        for (var day = 0; day < 8; day++)
        {
            await world.Ask(survivor, payouts);
            world.Clock.Advance(Duration.FromHours(24));
            await world.TellTime(again.Url);
        }

        await world.Ask(survivor, payouts);
        var payments = (await world.Control(again.Url, "books")).GetProperty("Payments").EnumerateArray()
            .ToLookup(one => one.GetProperty("Payout").GetString()!);
        var paid = 0L;
        foreach (var payout in payouts)
        {
            Assert.Single(payments[payout]);
            var state = await world.State(payout);
            Assert.Contains(state, new[] { PayoutState.Settled, PayoutState.Rejected, PayoutState.Returned });
            if (state == PayoutState.Settled) paid += 50_00;
        }

        Assert.Equal(-paid, await world.Balance("cash.bank", "prefunded"));
    }
}
