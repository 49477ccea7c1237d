using Fanz.Ledger.Journal;
using Fanz.Ledger.Schedules;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class RunTests
{
    private const string Job = StandingJobs.ReleaseHolds;
    private static readonly LocalDate Today = new(2026, 1, 1);
    private static readonly RunId Id = new(Job, Schedule.Main, Today);
    private static readonly SkippedItem Held = new("bea/USD/2026-01-01", "creator_held", "USD", 700);
    private static readonly Command.BeginRun Begin = new(Job, Schedule.Main, Today, 2);
    private static readonly Command.RecordSkipped Skip = new(Job, Schedule.Main, Today, 1, [Held]);
    private static readonly Command.FinishRun Finish = new(Job, Schedule.Main, Today, 1);

    internal static readonly (string, Event)[] Events =
    [
        ("run_begun", new Event.RunBegun(Job, "main", Today, 0)),
        ("run_begun.full", new Event.RunBegun(Job, "main", Today, 3)
        {
            Amounts = [new RunAmount("EUR", 1, 500), new RunAmount("USD", 2, 1_400)], ByHand = true,
        }),
        ("run_skipped", new Event.RunSkipped(
            Job, "main", Today, 1, [Held, new SkippedItem("subscription/s-1", "renewal_due")])),
        ("run_finished", new Event.RunFinished(Job, "main", Today, 0, 0)),
        ("run_finished.full", new Event.RunFinished(Job, "main", Today, 2, 1)
        {
            Amounts = [new RunAmount("USD", 2, 1_400)],
            SkippedFor = [new SkippedFor("creator_held", 1, "USD", 700)],
            Findings = [new RunFinding("trial_balance", "USD", "USD", 0, 5)],
        }),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.RunIsAhead(Id, Today), Refusal.RunIsBegun(Id), Refusal.RunNotBegun(Id), Refusal.RunIsFinished(Id),
        Refusal.NotNextChunk(Id, 3, 1),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Begin, "" },
        { Begin with { Job = "a/b", Schedule = "", Items = -1 }, "job ill_formed; schedule ill_formed; items ill_formed" },
        { Begin with { On = new LocalDate(3000, 1, 1) }, "on date_out_of_range" },
        { Begin with { Amounts = [new RunAmount("USD", 1, 1), new RunAmount("USD", 1, 1)] },
            "amounts[1].currency ill_formed" },
        { Begin with { Amounts = [new RunAmount("usd", 1, -1)] },
            "amounts[0].currency unknown_currency; amounts[0] ill_formed" },
        { Skip, "" },
        { Skip with { Chunk = 0, Items = [] }, "chunk ill_formed; items ill_formed" },
        { Skip with { Items = [.. Enumerable.Repeat(Held, 501)] }, "items ill_formed" },
        { Skip with { Items = [new SkippedItem("", "", null, 5)] },
            "items[0].item ill_formed; items[0].code ill_formed; items[0].amount ill_formed" },
        { Skip with { Items = [null!] }, "items[0] ill_formed" },
        { Finish, "" },
        { Finish with { Done = -1, Findings = [new RunFinding("", "", "XXX")] },
            "done ill_formed; findings[0].check ill_formed; findings[0].subject ill_formed; "
            + "findings[0].currency unknown_currency" },
        { Finish with { Findings = [.. Enumerable.Repeat(new RunFinding("a", "b"), 101)] }, "findings too_many" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_step_of_a_run_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_run_is_begun_once_and_finished_once_and_says_what_it_skipped()
    {
        var book = new BookInMemory();
        Assert.Equal("run_not_begun", book.Post(Skip)?.Code);
        Assert.Equal("run_not_begun", book.Post(Finish)?.Code);
        Assert.Equal("run_is_ahead", book.Post(Begin with { On = Today.PlusDays(1) })?.Code);
        book.Posted(Begin);
        Assert.Equal("run_is_begun", book.Post(Begin)?.Code);
        Assert.Equal("not_next_chunk", book.Post(Skip with { Chunk = 2 })?.Code);
        book.Posted(Skip).Posted(Skip with { Chunk = 2, Items = [Held with { Item = "other" }, new("s", "x")] });
        book.Posted(Finish);
        foreach (var late in new Command[] { Begin, Skip with { Chunk = 3 }, Finish })
            Assert.Equal("run_is_finished", book.Post(late)?.Code);

        var finished = (Event.RunFinished)EventFormat.Read("run_finished", book.Journal[^1].Record.Data.Span);
        Assert.Equal((1, 3), (finished.Done, finished.Skipped));
        Assert.Equal(
            [new SkippedFor("creator_held", 2, "USD", 1_400), new SkippedFor("x", 1)], finished.SkippedFor!);
    }

    [Fact]
    public void A_key_is_a_runs_own_and_fits_however_long_the_name_of_an_item_is() => Properties.Hold(
        from job in Gen.Elements(StandingJobs.Names.ToArray())
        from name in Gen.Elements("main", new string('a', RunId.LongestName))
        from day in Gen.Choose(0, 3_000)
        from length in Gen.Choose(1, 250)
        select (Run: new RunId(job, name, Today.PlusDays(day)), Item: new string('i', length)),
        one =>
        {
            var key = one.Run.KeyOf(one.Item);
            Assert.InRange(key.Length, 1, Submission.MaxKeyLength);
            Assert.StartsWith(one.Run.Stream + "/", key, StringComparison.Ordinal);
            Assert.NotEqual(key, one.Run.KeyOf(one.Item + "i"));
            Assert.True(RunId.TryReadStream(one.Run.Stream, out var read));
            Assert.Equal(one.Run, read);
            Assert.Empty(one.Run.Actor.Faults());
        });

    [Fact]
    public void Whenever_somebody_looks_every_day_is_run_once_and_none_is_left_behind() => Properties.Hold(
        Gen.NonEmptyListOf(from hours in Gen.Choose(1, 120) from killed in Gen.Choose(0, 3) select (hours, killed == 0)),
        looks =>
        {
            // A host that looks at odd times, and now and then is killed in the middle of the first run that it does.
            var zone = DateTimeZoneProviders.Tzdb["America/New_York"];
            var (timetable, seen) = (new Timetable(), new Dictionary<LocalDate, SeenRun>());
            var (now, finished) = (Instant.FromUtc(2026, 3, 1, 0, 0), new List<LocalDate>());
            foreach (var (hours, isKilled) in looks.Append((1, false)))
            {
                now += Duration.FromHours(hours);
                foreach (var due in DueRuns.Of(timetable, Job, Schedule.Main, zone, now, seen))
                {
                    Assert.True(due.At <= now);
                    seen[due.Run.On] = new SeenRun(RunState.Begun, IsByHand: false);
                    if (isKilled) break;
                    seen[due.Run.On] = new SeenRun(RunState.Finished, IsByHand: false);
                    finished.Add(due.Run.On);
                }
            }

            Assert.Equal(finished.Distinct(), finished);
            var last = timetable.DueDays(Job, Schedule.Main, finished[0], now.InZone(zone).Date)
                .Where(day => timetable.On(day, Job, Schedule.Main)!.InstantOn(day, zone) <= now);
            Assert.Equal(last, finished.Order());
        },
        times: 200);

    [Fact]
    public void A_run_by_hand_counts_for_its_day_and_does_not_bring_back_the_days_before()
    {
        var now = Instant.FromUtc(2026, 3, 10, 12, 0);
        var seen = new Dictionary<LocalDate, SeenRun> { [new(2026, 1, 5)] = new(RunState.Finished, IsByHand: true) };
        var due = DueRuns.Of(new Timetable(), Job, Schedule.Main, DateTimeZone.Utc, now, seen);
        Assert.Equal([new LocalDate(2026, 3, 10)], due.Select(one => one.Run.On));
        seen[new(2026, 3, 10)] = new(RunState.Finished, IsByHand: true);
        Assert.Empty(DueRuns.Of(new Timetable(), Job, Schedule.Main, DateTimeZone.Utc, now, seen));
    }

    [Fact]
    public void What_was_begun_by_hand_is_brought_to_its_end_whether_it_was_due_or_not()
    {
        var seen = new Dictionary<LocalDate, SeenRun> { [Today] = new(RunState.Begun, IsByHand: true) };
        var due = DueRuns.Of(
            new Timetable(), Job, "extra", DateTimeZone.Utc, Instant.FromUtc(2026, 1, 2, 0, 0), seen);
        Assert.Equal((Today, true), due.Select(one => (one.Run.On, one.IsBegun)).Single());
    }
}
