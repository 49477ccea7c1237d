using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Host.Payouts.Provider;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.ProviderSimulator;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Payouts.Provider;

/// <summary>Payouts are found and asked about until the last word is said, by runs and by hosts themselves.</summary>
public sealed class ProviderPollingTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task A_run_asks_about_all_that_is_open_and_says_what_waits()
    {
        await using var provider = await SimulatedProvider.Start(
            new SimulatorOptions { Secret = ProviderWorld.Secret, Seed = 7 });
        await using var world = await ProviderWorld.Open(home, provider.Url);
        await world.TellTime(provider.Url);
        var host = world.Host();
        var payouts = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            payouts.Add(await world.Form());
            await world.Send(host, payouts[^1]);
        }

        await world.Form();
        for (var day = 0; day < 8; day++)
        {
            world.Clock.Advance(Duration.FromDays(1));
            await world.TellTime(provider.Url);
            var report = await Run(world, host);
            Assert.Equal((RunEnd.Finished, 0, 0), (report.End, report.Skipped, report.Findings?.Count ?? 0));
            Assert.Equal(RunEnd.WasFinished, (await Run(world, host)).End);
        }

        foreach (var payout in payouts)
        {
            var now = await world.State(payout);
            Assert.Contains(now, new[] { PayoutState.Settled, PayoutState.Rejected, PayoutState.Returned });
        }

        // Those that came back were found although they had been settled days before.
        var books = (await world.Control(provider.Url, "books")).GetProperty("Payments").EnumerateArray().ToList();
        Assert.Contains(books, one => one.GetProperty("Status").GetString() == "returned");
        foreach (var one in books.Where(one => one.GetProperty("Status").GetString() == "returned"))
            Assert.Equal(PayoutState.Returned, await world.State(one.GetProperty("Payout").GetString()!));

        await provider.DisposeAsync();
        var open = await world.Form();
        await world.Send(host, open);
        world.Clock.Advance(Duration.FromDays(1));
        var waiting = await Run(world, host);
        var skipped = Assert.Single(waiting.SkippedFor!);
        Assert.Equal(("provider_said_nothing", 1, 50_00), (skipped.Code, skipped.Count, skipped.Amount));
    }

    [Fact]
    public async Task A_host_finds_by_itself_what_was_submitted_and_never_sent()
    {
        await using var provider = await SimulatedProvider.Start(
            new SimulatorOptions { Secret = ProviderWorld.Secret, Seed = 3 });
        await using var world = await ProviderWorld.Open(home, provider.Url);
        await world.TellTime(provider.Url);
        var payout = await world.Form();
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Send(
            world.Host(options => options with
            {
                Reached = step => throw new InvalidOperationException(step),
            }), payout));
        Assert.Equal(PayoutState.Submitted, await world.State(payout));
        await Follow(world);
        await using (new ProviderWatch(world.Source, world.Writer, world.Host(), TimeSpan.FromMilliseconds(50), null))
        {
            await Fanz.Ledger.Postgres.Tests.Server.Eventually.True(
                async () => await world.State(payout) is not (PayoutState.Submitted or PayoutState.Unknown),
                "what was not sent is sent");
        }

        var books = await world.Control(provider.Url, "books");
        Assert.Equal(1, books.GetProperty("Payments").GetArrayLength());
    }

    private static async Task<RunReport> Run(ProviderWorld world, ProviderPayouts host)
    {
        var engine = new RunEngine(world.Source, world.Writer, new RunOptions
        {
            Clock = world.Clock,
            FollowsItself = true,
            Paying = new PayingTools(null, new Outbox(Path.GetTempPath())) { Providers = host },
        });
        var today = world.Clock.GetCurrentInstant().InUtc().Date;
        return await engine.Do(
            world.Book, new RunId(StandingJobs.PollPayouts, Schedule.Main, today), isByHand: true,
            CancellationToken.None);
    }

    private static async Task Follow(ProviderWorld world)
    {
        Follower[] followers = [.. Followers.All.Where(one => one.Name == PayoutFollower.FollowerName)];
        Assert.Empty(await CatchUp.With(
            world.Source, followers, [world.Book], new FollowerOptions(), CancellationToken.None));
    }
}
