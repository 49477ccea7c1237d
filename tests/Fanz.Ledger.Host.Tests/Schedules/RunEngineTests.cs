using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Schedules;

/// <summary>Runs over a real database, in one process: whatever happens to them, each thing is done once.</summary>
public sealed class RunEngineTests(Home home) : IClassFixture<Home>
{
    private const int Creators = 10;
    private static readonly Duration LongestHold = Duration.FromDays(40);

    [Fact]
    public async Task A_run_releases_what_has_matured_skips_who_is_held_and_says_both()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await Tipped(ledger);
        await ledger.Post(book, new Command.HoldCreator("creator-3", "a person looks"));
        ledger.Clock.Advance(LongestHold);
        var engine = ledger.Engine();
        var run = new RunId(StandingJobs.ReleaseHolds, Schedule.Main, Today(ledger, book));
        var before = (await ledger.Journal(book)).Count;

        var dry = await engine.Preview(book, run, CancellationToken.None);
        Assert.Equal((RunEnd.Dry, Creators, Creators - 1, 1), (dry.End, dry.Planned, dry.Done, dry.Skipped));
        Assert.Equal(before, (await ledger.Journal(book)).Count);

        var report = await engine.Do(book, run, isByHand: true, CancellationToken.None);
        var finished = await ledger.Finished(book, run);
        Assert.Equal((RunEnd.Finished, Creators, Creators - 1), (report.End, report.Planned, report.Done));
        Assert.Equal(dry.Amounts, finished.Amounts);
        Assert.Equal(dry.SkippedFor, finished.SkippedFor);
        Assert.Equal("creator_held", Assert.Single(finished.SkippedFor!).Code);
        Assert.Equal(
            Creators - 1,
            (await ledger.Journal(book)).Count(record => record.Type == "hold_released"
                && record.Actor == run.Actor.ToString()));

        var again = await engine.Do(book, run, isByHand: true, CancellationToken.None);
        Assert.Equal((RunEnd.WasFinished, Creators - 1), (again.End, again.Done));

        // What was passed over is done by the next day's run, once nothing stands in its way.
        await ledger.Post(book, new Command.UnholdCreator("creator-3", "all is well", "pat", "sam"));
        ledger.Clock.Advance(Duration.FromDays(1));
        var next = await engine.Do(
            book, run with { On = Today(ledger, book) }, isByHand: true, CancellationToken.None);
        Assert.Equal((RunEnd.Finished, 1, 0), (next.End, next.Done, next.Skipped));
    }

    [Fact]
    public async Task A_run_that_is_killed_after_any_of_its_writes_is_gone_on_with_and_ends_as_if_it_had_not_been()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var smooth = await Prepared(ledger, "smooth");
        var job = StandingJobs.ReleaseHolds;
        var calm = ledger.Engine();
        ledger.Clock.Advance(LongestHold);
        var run = new RunId(job, Schedule.Main, Today(ledger, smooth));
        Assert.Equal(RunEnd.Finished, (await calm.Do(smooth, run, isByHand: false, CancellationToken.None)).End);
        var expected = await ledger.Finished(smooth, run);

        // Killed after its first write, its second, and so on, until it gets through. Then each time from the start on.
        for (var kill = 1; ; kill++)
        {
            var book = await Prepared(ledger, $"rough{kill}", wait: false);
            ledger.Clock.Advance(LongestHold);
            var own = run with { On = Today(ledger, book) };
            var left = kill;
            var engine = ledger.Engine(options => options with
            {
                Wrote = _ =>
                {
                    if (--left == 0) throw new KilledException();
                },
            });
            var isKilled = false;
            for (var attempt = 0; attempt < 50; attempt++)
            {
                left = kill;
                try
                {
                    if ((await engine.Do(book, own, isByHand: false, CancellationToken.None)).End
                        is RunEnd.Finished or RunEnd.WasFinished) break;
                }
                catch (KilledException)
                {
                    isKilled = true;
                    if (attempt > 5) left = kill = int.MaxValue / 2;
                }
            }

            var finished = await ledger.Finished(book, own);
            Assert.Equal(expected.Done, finished.Done);
            Assert.Equal(expected.Amounts, finished.Amounts);
            Assert.Equal(expected.SkippedFor, finished.SkippedFor);
            var journal = await ledger.Journal(book);
            Assert.Equal(Creators - 2, journal.Count(record => record.Type == "hold_released"));
            Assert.Equal(2, journal.Select(record => record.Event).OfType<Event.RunSkipped>().Sum(one => one.Items.Count));
            Assert.Single(journal, record => record.Type == "run_begun");
            Assert.Single(journal, record => record.Type == "run_finished");
            if (!isKilled) break;
            if (kill > 100) break;
        }
    }

    [Fact]
    public async Task Engines_that_look_at_once_do_everything_once()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await Prepared(ledger, "shared");
        ledger.Clock.Advance(LongestHold);
        var engines = Enumerable.Range(0, 4).Select(_ => ledger.Engine()).ToArray();
        for (var day = 0; day < 3; day++)
        {
            for (var round = 0; round < 2; round++)
                await Task.WhenAll(engines.Select(engine => engine.DoWhatIsDue(book, CancellationToken.None)));
            ledger.Clock.Advance(Duration.FromDays(1));
        }

        var journal = await ledger.Journal(book);
        Assert.Equal(Creators - 2, journal.Count(record => record.Type == "hold_released"));
        var begun = journal.Select(record => record.Event).OfType<Event.RunBegun>()
            .Select(one => (one.Job, one.Schedule, one.On)).ToArray();
        Assert.Equal(begun.Distinct(), begun);
        Assert.Equal(begun.Length, journal.Count(record => record.Type == "run_finished"));
        Assert.Equal(3, begun.Count(one => one.Job == StandingJobs.ReleaseHolds));
    }

    [Fact]
    public async Task Days_that_nobody_looked_at_are_caught_up_with_in_their_order()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await Tipped(ledger);
        var engine = ledger.Engine();
        var first = Today(ledger, book);
        ledger.Clock.Advance(Duration.FromHours(10));
        Assert.All(await engine.DoWhatIsDue(book, CancellationToken.None), one => Assert.Equal(RunEnd.Finished, one.End));
        Assert.Empty(await engine.DoWhatIsDue(book, CancellationToken.None));
        ledger.Clock.Advance(Duration.FromDays(3));
        var reports = await ledger.Engine().DoWhatIsDue(book, CancellationToken.None);
        var days = reports.Where(one => one.Run.Job == StandingJobs.ReleaseHolds).Select(one => one.Run.On).ToArray();
        Assert.Equal(3, days.Length);
        Assert.Equal(days.Order(), days);
        Assert.Equal(days[0].PlusDays(2), days[2]);
        Assert.All(reports, one => Assert.Equal(RunEnd.Finished, one.End));
        Assert.True(first <= days[0]);
    }

    [Fact]
    public async Task A_run_of_a_later_day_is_refused_and_nothing_is_recorded()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        var ahead = new RunId(StandingJobs.ReleaseHolds, Schedule.Main, Today(ledger, book).PlusDays(1));
        var refused = await Assert.ThrowsAsync<RunRefused>(
            () => ledger.Engine().Do(book, ahead, isByHand: true, CancellationToken.None));
        Assert.Equal("run_is_ahead", refused.Refusal.Code);
        Assert.Single(await ledger.Journal(book));
    }

    [Fact]
    public void Every_job_that_can_be_scheduled_is_there_and_in_the_order_of_the_night() =>
        Assert.Equal(StandingJobs.Names, Jobs.All.Select(job => job.Name));

    private static LocalDate Today(ScheduledLedger ledger, OpenedBook book) =>
        ledger.Clock.GetCurrentInstant().InZone(book.Settings.TimeZone).Date;

    private static async Task<OpenedBook> Tipped(ScheduledLedger ledger, string platform = "fans")
    {
        var book = await ledger.Open(platform);
        for (var i = 0; i < Creators; i++) await ledger.Tip(book, $"creator-{i}", 1_000 + i);
        return book;
    }

    /// <summary>Ten creators with something, of whom two are not to have it yet.</summary>
    private static async Task<OpenedBook> Prepared(ScheduledLedger ledger, string platform, bool wait = false)
    {
        var book = await Tipped(ledger, platform);
        await ledger.Post(book, new Command.HoldCreator("creator-3", "a person looks"));
        await ledger.Post(book, new Command.HoldCreator("creator-7", "a person looks"));
        if (wait) ledger.Clock.Advance(LongestHold);
        return book;
    }

    private sealed class KilledException : Exception;
}
