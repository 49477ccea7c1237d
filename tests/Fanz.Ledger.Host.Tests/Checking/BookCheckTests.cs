using Fanz.Ledger.Host.Checking;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Banking;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Schedules;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Checking;

/// <summary>Every control check of a book: what is well, what waits, what is wrong and by which name.</summary>
public sealed class BookCheckTests(Home home) : IClassFixture<Home>
{
    private static readonly Duration Week = Duration.FromDays(7);

    [Fact]
    public async Task A_book_that_is_right_is_well_in_every_check_and_what_is_held_beyond_its_day_waits()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        await ledger.Tip(book, "bea");
        var lines = await Check(ledger.Source, book, Today(ledger, book));
        Assert.Equal(BookCheck.Names, lines.Keys);
        Assert.All(lines.Values, line => Assert.Equal((line.Check, CheckState.Well), (line.Check, line.State)));
        Assert.StartsWith("2 records and 4 entries", lines[BookCheck.Rows].Said, StringComparison.Ordinal);

        ledger.Clock.Advance(Duration.FromDays(60));
        var later = await Check(ledger.Source, book, Today(ledger, book));
        Assert.Equal(CheckState.Waiting, later[BookCheck.Matured].State);
        Assert.Empty(later.Values.SelectMany(line => line.Findings));
    }

    [Fact]
    public async Task Money_in_suspense_and_payouts_under_way_are_findings_only_when_they_are_old()
    {
        await using var ledger = await BankedLedger.Start(home);
        var book = await ledger.Open("fans");
        await ledger.Post(book, new Command.RecordReceipt(12_34, "USD", "line-7"));
        var today = ledger.Today;
        var young = await Check(ledger.Source, book, today);
        Assert.Equal(CheckState.Waiting, young["suspense_age"].State);
        Assert.Equal(CheckState.Well, young["payouts"].State);
        Assert.Empty(young.Values.SelectMany(line => line.Findings));

        var old = await Check(ledger.Source, book, today.PlusDays(CheckTerms.UsualDays + 1));
        var unknown = Assert.Single(old["suspense_age"].Findings);
        Assert.Equal(
            ("line-7", "USD", 12_34L, today),
            (unknown.BankReference, unknown.Currency, unknown.Found, unknown.Since));
        Assert.Equal(
            ["p1", "p2", "p3", "q1", "q2", "q3", "q4"], old["payouts"].Findings.Select(one => one.Subject).Order());
        Assert.Equal(CheckState.Well, old["sub_ledgers"].State);
    }

    [Fact]
    public async Task A_row_that_was_changed_is_found_with_the_days_rows_or_with_all_and_the_page_says_which_it_read()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        await ledger.Tip(book, "bea");
        ledger.Clock.Advance(Week);
        await ledger.Tip(book, "bea");
        await Change($"update ledger.journal set actor = 'nobody' where number = 2 and book_id = {book.Id}");
        var today = Today(ledger, book);

        var day = (await Check(ledger.Source, book, today))[BookCheck.Rows];
        Assert.Equal(CheckState.Well, day.State);
        Assert.Contains("those before 3 were not looked at", day.Said, StringComparison.Ordinal);
        var whole = (await Check(ledger.Source, book, today, CheckedRows.Whole))[BookCheck.Rows];
        Assert.Equal("journal number=2", Assert.Single(whole.Findings).Subject);

        await Change($"update ledger.entries set version = version + 1 where number = 3 and book_id = {book.Id}");
        var next = (await Check(ledger.Source, book, today))[BookCheck.Rows];
        Assert.Matches("^(entries position|journal number)=", Assert.Single(next.Findings).Subject);
    }

    [Fact]
    public async Task A_figure_that_was_changed_and_a_follower_that_has_stopped_are_named_by_the_page_and_by_the_run()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        await ledger.Tip(book, "bea");
        await Follow(ledger.Source, book);
        await home.Tamper(
            $"""
            update projected.balances set balance = balance + 5
            where code = 'creator.pending'
                and build in (select id from ledger.builds where book_id = {book.Id} and follower = 'balances');
            update ledger.builds set stopped = 'it met what it does not know', stopped_at = now()
            where book_id = {book.Id} and follower = 'deadlines'
            """);
        var lines = await Check(ledger.Source, book, Today(ledger, book));
        Assert.Equal(
            ["accounts", "holds", "sub_ledgers", BookCheck.Projections],
            lines.Values.Where(line => line.State == CheckState.Wrong).Select(line => line.Check));
        var held = Assert.Single(lines["holds"].Findings);
        Assert.Equal(5, held.Found - held.Expected);
        Assert.Equal(
            ["deadlines", "projected.balances", "projected.balances"],
            lines[BookCheck.Projections].Findings.Select(one => one.Subject));

        var run = new RunId(StandingJobs.DailyChecks, Schedule.Main, Today(ledger, book));
        var report = await ledger.Engine(options => options with { ChecksThoroughly = true })
            .Do(book, run, isByHand: true, CancellationToken.None);
        Assert.Equal(
            (RunEnd.Finished, BookCheck.Names.Count, BookCheck.Names.Count), (report.End, report.Planned, report.Done));
        Assert.Equal(
            lines.Values.SelectMany(line => line.Findings).Select(one => (one.Check, one.Subject)),
            report.Findings!.Select(one => (one.Check, one.Subject)));
    }

    [Fact]
    public async Task A_schedule_may_leave_checks_out_and_a_word_that_is_none_breaks_the_run_off()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        var today = Today(ledger, book);
        await Set(new Dictionary<string, string> { ["rows"] = "none", ["projections"] = "no" }, "light");
        await Set(new Dictionary<string, string> { ["rows"] = "some" }, "wrong");
        ledger.Clock.Advance(Duration.FromDays(1));
        var engine = ledger.Engine(options => options with { ChecksThoroughly = true });
        var light = await engine.Preview(
            book, new RunId(StandingJobs.DailyChecks, "light", today.PlusDays(1)), CancellationToken.None);
        Assert.Equal(BookCheck.Names.Count - 2, light.Done);
        var wrong = await engine.Do(
            book, new RunId(StandingJobs.DailyChecks, "wrong", today.PlusDays(1)), isByHand: true,
            CancellationToken.None);
        Assert.Equal((RunEnd.BrokenOff, "The option rows is day, whole or none."), (wrong.End, wrong.Why));

        Task Set(Dictionary<string, string> options, string schedule) => ledger.Post(book, new Command.SetSchedule(
            StandingJobs.DailyChecks, schedule, Cadence.Daily, "05:00", "olga", "pete", today.PlusDays(1))
        {
            Options = options,
        });
    }

    [Fact]
    public async Task The_verb_answers_with_one_page_and_one_exit_code()
    {
        await home.WriteSmallBooks();
        var well = await home.Run("check", "--book", "fanz/bestfans", "--json");
        Assert.Equal(0, well.Code);
        Assert.True(well.Json.GetProperty("ok").GetBoolean());
        Assert.Equal(
            BookCheck.Names,
            well.Json.GetProperty("books")[0].GetProperty("checks").EnumerateArray()
                .Select(line => line.GetProperty("check").GetString()));
        await home.Tamper(
            """
            update projected.code_days set debits = debits + 1 where ctid = (
                select ctid from projected.code_days
                where code = 'fan.wallet' and build in (
                    select b.id from ledger.builds b join ledger.books k on k.id = b.book_id
                    where b.follower = 'balances' and k.platform = 'bestfans') limit 1)
            """);
        var page = await home.Run("check", "--book", "fanz/bestfans", "--whole");
        Assert.Equal(1, page.Code);
        Assert.Contains(
            "WRONG: fanz/bestfans trial_balance: USD 0.01 USD instead of 0.00 USD", page.Output,
            StringComparison.Ordinal);
        Assert.Contains("next: ", page.Output, StringComparison.Ordinal);
        var unknown = await home.Run("check", "--book", "fanz/nowhere");
        Assert.Contains("There is no book", unknown.OneLine(), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyDictionary<string, CheckLine>> Check(
        NpgsqlDataSource source, OpenedBook book, LocalDate on, CheckedRows rows = CheckedRows.SinceTheDayBefore)
    {
        await Follow(source, book);
        var lines = new OrderedDictionary<string, CheckLine>();
        var check = new BookCheck(source, book, new CheckTerms(on, CheckTerms.UsualDays, rows, Projections: true));
        await foreach (var line in check.All(CancellationToken.None)) lines.Add(line.Check, line);
        return lines;
    }

    private static Task Follow(NpgsqlDataSource source, OpenedBook book) =>
        CatchUp.With(source, Followers.All, [book], new FollowerOptions(), CancellationToken.None);

    private Task Change(string sql) => home.Tamper(
        $"""
        set session_replication_role = replica;
        alter table ledger.journal disable trigger append_only;
        alter table ledger.entries disable trigger append_only;
        {sql}
        """);

    private static LocalDate Today(ScheduledLedger ledger, OpenedBook book) =>
        ledger.Clock.GetCurrentInstant().InZone(book.Settings.TimeZone).Date;
}
