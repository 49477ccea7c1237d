using System.Text.Json;
using Fanz.Ledger.Host.Payouts.Provider;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Writing;
using Fanz.Ledger.ProviderSimulator;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Payouts.Provider;

/// <summary>
/// Whatever a provider, the network and the hosts do, each payout is paid once or not at all, and both sides' books say
/// the same in the end.
/// </summary>
public sealed class ProviderPropertyTests(Home home) : IClassFixture<Home>
{
    private const int Payouts = 18;
    private const int Rounds = 5;
    private const int MostRounds = 30;
    private const int FewestDeaths = 5;

    [Theory]
    [InlineData(1, 240, 0)]
    [InlineData(2, 240, 0)]
    [InlineData(3, 24, 96)]
    public async Task No_payout_is_paid_twice_and_none_is_lost_whatever_goes_wrong(
        int seed, int sendWithin, int finalAfter)
    {
        await using var provider = await SimulatedProvider.Start(
            new SimulatorOptions { Secret = ProviderWorld.Secret, Seed = seed });
        (string, string)[] settings = [("at_once", "6"), ("send_within_hours", $"{sendWithin}")];
        // What was not sent in its time is then known never to have been made, and only then.
        if (finalAfter > 0) settings = [.. settings, ("not_found_is_final_after_hours", $"{finalAfter}")];
        await using var world = await ProviderWorld.Open(home, provider.Url, settings);
        await world.TellTime(provider.Url);
        var payouts = new List<string>();
        for (var i = 0; i < Payouts; i++) payouts.Add(await world.Form(20_00 + i));
        var chance = new Chance(seed);
        var deaths = new Deaths(chance);
        ProviderOptions Mortal(ProviderOptions options) => options with
        {
            Reached = deaths.Reached,
            Timeout = Duration.FromMilliseconds(600),
            Attempts = 2,
        };
        var (_, callbacks) = await world.Serve(Mortal);
        var writers = new[] { world.Writer, world.NewWriter() };

        await world.Control(provider.Url, "faults", new { percent = 60 });
        // How often hosts come to where they may die depends on what was timed out: it goes on until enough have died.
        for (var round = 0; round < Rounds || (deaths.Count <= FewestDeaths && round < MostRounds); round++)
        {
            // Two hosts send and ask, about the same payouts and at once, while the provider calls a third.
            await Task.WhenAll(
                Live(world, world.Host(Mortal), writers[0], payouts, chance, (round, 'a')),
                Live(world, world.Host(Mortal), writers[1], payouts, chance, (round, 'b')),
                Tell(world, provider.Url, callbacks));
            world.Clock.Advance(Duration.FromHours(chance.Of(14, "hours", round)));
            await world.TellTime(provider.Url);
        }

        await world.Control(provider.Url, "faults", new { percent = 0 });
        deaths.AreOver = true;
        var survivor = world.Host();
        foreach (var payout in payouts)
            if (await world.State(payout) == PayoutState.Formed) await world.Send(survivor, payout);
        for (var day = 0; day < 10; day++)
        {
            world.Clock.Advance(Duration.FromHours(25));
            await world.TellTime(provider.Url);
            await world.Ask(survivor, payouts);
        }

        var told = await Tell(world, provider.Url, callbacks);
        Assert.Equal(0, told!.Value.GetProperty("WronglyTaken").GetInt32());
        Assert.True(deaths.Count > FewestDeaths, $"Only {deaths.Count} hosts died.");
        await BooksAgree(world, await world.Control(provider.Url, "books"), payouts, mayBeMissing: finalAfter > 0);
    }

    /// <summary>What a host does until it dies, or is through.</summary>
    private static async Task Live(
        ProviderWorld world, ProviderPayouts host, BookWriter writer, List<string> payouts, Chance chance,
        (int Round, char Host) who)
    {
        try
        {
            foreach (var payout in payouts.Where(one => chance.Of(3, "sends", who, one) == 0))
                if (await world.State(payout) == PayoutState.Formed) await world.Send(host, payout, writer);
            await world.Ask(host, [.. payouts.Where(one => chance.Of(3, "asks", who, one) > 0)], writer);
        }
        catch (HostDied)
        {
            // Nothing of it is left but what is in the journal, and with the provider.
        }
    }

    private static async Task<JsonElement?> Tell(ProviderWorld world, string provider, string callbacks) =>
        await world.Control(provider, "callbacks", new { url = callbacks });

    private static async Task BooksAgree(
        ProviderWorld world, JsonElement books, List<string> payouts, bool mayBeMissing)
    {
        var payments = books.GetProperty("Payments").EnumerateArray()
            .ToLookup(one => one.GetProperty("Payout").GetString()!);
        var movements = books.GetProperty("Movements").EnumerateArray()
            .ToLookup(one => one.GetProperty("Payout").GetString()!, one => one.GetProperty("Amount").GetInt64());
        var (paid, held, back) = (0L, 0L, 0L);
        foreach (var (index, payout) in payouts.Index())
        {
            var (state, sent) = (await world.State(payout), 20_00L + index);
            var expected = "rejected";
            if (!mayBeMissing || payments[payout].Any())
            {
                var payment = Assert.Single(payments[payout]);
                Assert.Equal(sent, payment.GetProperty("Amount").GetInt64());
                if (payment.GetProperty("Fate").GetInt32() != (int)Fate.IsRefused)
                    expected = payment.GetProperty("Status").GetString()!;
            }

            Assert.Equal((payout, expected), (payout, Payout.InWords(state)));
            long[] moved = state switch
            {
                PayoutState.Settled => [-sent],
                PayoutState.Returned => [-sent, sent],
                _ => [],
            };
            Assert.Equal(moved, movements[payout]);
            paid += moved.Sum();
            if (state == PayoutState.Returned) held += sent;
            if (state == PayoutState.Rejected) back += sent + ProviderWorld.Fee;
        }

        Assert.Equal(paid, await world.Balance("cash.bank", "prefunded"));
        Assert.Equal(0, await world.Balance("payout.transit", "%"));
        Assert.Equal(0, await world.Balance("payout.clearing", "%"));
        Assert.Equal(-held, await world.Balance("creator.hold", "%"));
        Assert.Equal(-back, await world.Balance("creator.available", "%"));
    }

    private sealed class HostDied : Exception;

    /// <summary>Ends a host at some of the steps that it comes to.</summary>
    private sealed class Deaths(Chance chance)
    {
        private int steps;
        private int count;

        public bool AreOver { get; set; }

        public int Count => count;

        public void Reached(string step)
        {
            if (AreOver || chance.Of(9, "death", step, Interlocked.Increment(ref steps)) != 0) return;
            Interlocked.Increment(ref count);
            throw new HostDied();
        }
    }
}
