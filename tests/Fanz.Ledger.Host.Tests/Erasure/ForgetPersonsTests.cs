using Fanz.Ledger.Erasure;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Schedules;
using Fanz.Ledger.Host.Tests.Standing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Erasure;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Schedules;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Erasure;

/// <summary>Every night somebody looks who has asked to be forgotten and may be.</summary>
public sealed class ForgetPersonsTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task Whoever_asked_is_forgotten_by_the_run_of_the_day_on_which_nothing_keeps_them_any_more()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var (main, side) = (await ledger.Open("main"), await ledger.Open("side"));
        var keys = new PersonKeys(ledger.Source, PayeeHost.MasterKey);
        foreach (var name in new[] { "ada", "bea/1", "cy", "dee" })
            _ = await keys.Seal(
                ledger.Tenant, $"creator:{name}", PersonKeys.PayoutDetails, "secret"u8.ToArray(), default);
        await ledger.Post(main, new Command.RequestErasure(Role.Creator, "ada", "asked"));
        await ledger.Post(side, new Command.RequestErasure(Role.Creator, "bea/1", "asked"));
        await ledger.Post(main, new Command.RequestErasure(Role.Creator, "bea/1", "asked twice"));
        // Held in one book, asked in the other; and one whose records are kept for ten years.
        await ledger.Post(main, new Command.RequestErasure(Role.Creator, "cy", "asked"));
        await ledger.Post(side, new Command.PlaceLegalHold(Role.Creator, "cy", "case", "a court asks", "pat", "sam"));
        await ledger.Post(main, new Command.RequestErasure(Role.Creator, "dee", "asked"));
        await ledger.Post(side, new Command.RecordScreening(
            "dee", ScreeningOutcome.Clear, "sdn", "screener", "search", Today(ledger, side)));

        var engine = ledger.Engine();
        var dry = await engine.Preview(main, Run(ledger, main), default);
        Assert.Equal((2, 2, 0), (dry.Planned, dry.Done, dry.Skipped));
        Assert.Equal(["ada", "bea/1", "cy", "dee"], await Keyed(ledger));

        // The day has come in all books at once, and each forgets those who asked in it.
        Assert.Equal((2, 2), await Done(ledger, main));
        Assert.Equal((0, 0), await Done(ledger, side));
        Assert.Equal(["cy", "dee"], await Keyed(ledger));
        ledger.Clock.Advance(Duration.FromDays(1));
        Assert.Equal((0, 0), await Done(ledger, main));

        await ledger.Post(side, new Command.LiftLegalHold(Role.Creator, "cy", "case", "over", "pat", "sam"));
        ledger.Clock.Advance(Duration.FromDays(1));
        Assert.Equal((1, 1), await Done(ledger, main));
        ledger.Clock.Advance(Duration.FromDays(366 * 9));
        Assert.Equal((0, 0), await Done(ledger, main));
        ledger.Clock.Advance(Duration.FromDays(366 * 2));
        Assert.Equal((1, 1), await Done(ledger, main));
        Assert.Empty(await Keyed(ledger));

        // Nobody is in the journal for being kept, and the trail says which run it was.
        Assert.DoesNotContain(await ledger.Journal(main), record => record.Event is Event.RunSkipped);
        var trail = await new TrailReader(ledger.Source).Read(
            ledger.Tenant, new TrailFilter { Action = "destroy_key" }, null, 10, default);
        Assert.Equal(4, trail.Count);
        Assert.All(trail, line => Assert.StartsWith("schedules/forget-persons@", line.Actor, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_was_killed_before_the_key_was_destroyed_destroys_it_when_it_is_gone_on_with()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        _ = await new PersonKeys(ledger.Source, PayeeHost.MasterKey)
            .Seal(ledger.Tenant, "creator:ada", PersonKeys.PayoutDetails, "secret"u8.ToArray(), default);
        await ledger.Post(book, new Command.RequestErasure(Role.Creator, "ada", "asked"));
        var run = Run(ledger, book);
        var killed = ledger.Engine(options => options with
        {
            Wrote = step =>
            {
                if (step == "items") throw new InvalidOperationException("killed");
            },
        });
        await Assert.ThrowsAsync<InvalidOperationException>(() => killed.Do(book, run, isByHand: false, default));
        Assert.Contains(await ledger.Journal(book), record => record.Event is Event.PersonForgotten);
        Assert.Equal(["ada"], await Keyed(ledger));

        // What was posted counts for the run, whoever goes on with it, and is not posted again.
        var report = await ledger.Engine().Do(book, run, isByHand: false, default);
        Assert.Equal((RunEnd.Finished, 1, 1, 0), (report.End, report.Planned, report.Done, report.Skipped));
        Assert.Empty(await Keyed(ledger));
        Assert.Single(await ledger.Journal(book), record => record.Event is Event.PersonForgotten);
    }

    [Fact]
    public async Task It_is_due_every_night_without_anybody_having_set_it()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        await ledger.Post(book, new Command.RequestErasure(Role.Fan, "ann", "asked"));
        ledger.Clock.Advance(Duration.FromDays(1));
        var reports = await ledger.Engine().DoWhatIsDue(book, default);
        Assert.Contains(reports, one => one is { Run.Job: StandingJobs.ForgetPersons, End: RunEnd.Finished, Done: 1 });
        Assert.Empty(await Forgetter.Waiting(ledger.Source, book, default));
    }

    private static LocalDate Today(ScheduledLedger ledger, OpenedBook book) =>
        ledger.Clock.GetCurrentInstant().InZone(book.Settings.TimeZone).Date;

    private static RunId Run(ScheduledLedger ledger, OpenedBook book) =>
        new(StandingJobs.ForgetPersons, Schedule.Main, Today(ledger, book));

    /// <summary>What the run of the day had to do, and what it did; it finds nothing.</summary>
    private static async Task<(long Planned, long Done)> Done(ScheduledLedger ledger, OpenedBook book)
    {
        var report = await ledger.Engine().Do(book, Run(ledger, book), isByHand: false, default);
        Assert.Equal((RunEnd.Finished, 0), (report.End, report.Skipped));
        Assert.Null(report.Findings);
        return (report.Planned, report.Done);
    }

    /// <summary>Whose key is there.</summary>
    private static async Task<List<string>> Keyed(ScheduledLedger ledger)
    {
        await using var query = ledger.Source.CreateCommand(
            """
            select substr(person, 9) from ledger.person_keys
            where tenant = $1 and person like 'creator:%' and wrapped is not null order by 1
            """);
        query.Parameters.Add(new() { Value = ledger.Tenant });
        await using var reader = await query.ExecuteReaderAsync();
        var people = new List<string>();
        while (await reader.ReadAsync()) people.Add(reader.GetString(0));
        return people;
    }
}
