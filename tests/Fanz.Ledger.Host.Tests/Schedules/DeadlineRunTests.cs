using Fanz.Ledger.Earnings;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Schedules;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Schedules;

/// <summary>What falls due by a date is done by the run of that date, and what is over for good is not asked again.</summary>
public sealed class DeadlineRunTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task Authorisations_and_promotions_expire_on_the_day_after_their_last()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        var today = Today(ledger, book);
        await ledger.Post(book, new Command.TopUp("ann", 10_000, "USD"));
        await ledger.Post(book, new Command.Authorise("a-1", "ann", 700, "USD", today.PlusDays(1)));
        await ledger.Post(book, new Command.Authorise("a-2", "ann", 800, "USD", today.PlusDays(9)));
        await ledger.Post(book, new Command.Authorise("a-3", "ann", 900, "USD", today.PlusDays(1)));
        await ledger.Post(book, new Command.SendTip("ann", "bea", 900, "USD", Funding.Authorisation)
        {
            Authorisation = "a-3",
        });
        await ledger.Post(book, new Command.GrantPromo("ann", 500, "USD", "spring", today.PlusDays(1)));

        ledger.Clock.Advance(Duration.FromDays(1));
        Assert.Equal((0, 0), await Do(ledger, book, StandingJobs.ExpireAuthorisations));
        ledger.Clock.Advance(Duration.FromDays(1));
        Assert.Equal((1, 0), await Do(ledger, book, StandingJobs.ExpireAuthorisations));
        Assert.Equal((1, 0), await Do(ledger, book, StandingJobs.ExpirePromos));
        var expired = (await ledger.Journal(book)).Select(record => record.Event).OfType<Event.AuthorisationExpired>();
        Assert.Equal("a-1", Assert.Single(expired).Authorisation);
    }

    [Fact]
    public async Task Proposals_expire_on_the_day_after_their_last()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        var (today, fields) = (Today(ledger, book), CommandBody.Of(
            new Command.GrantGoodwill(500, "USD", "sorry", "pat", "sam", Fan: "ann")));
        foreach (var (name, days) in new[] { ("p-1", 1), ("p-2", 9), ("p-3", 1) })
            await ledger.Post(book, new Command.Propose(
                name, "grant_goodwill", fields, "why", "pat", today.PlusDays(days)));
        await ledger.Post(book, new Command.ApproveProposal("p-3", "grant_goodwill", "sam"));

        ledger.Clock.Advance(Duration.FromDays(1));
        Assert.Equal((0, 0), await Do(ledger, book, StandingJobs.ExpireProposals));
        ledger.Clock.Advance(Duration.FromDays(1));
        Assert.Equal((1, 0), await Do(ledger, book, StandingJobs.ExpireProposals));
        var expired = (await ledger.Journal(book)).Select(record => record.Event).OfType<Event.ProposalExpired>();
        Assert.Equal("p-1", Assert.Single(expired).Proposal);
    }

    [Fact]
    public async Task All_months_that_are_over_are_earned_and_what_was_given_back_is_asked_for_once()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        await Start(ledger, book, "s-1", SubscriptionPeriod.Yearly);
        var refunded = await Start(ledger, book, "s-2", SubscriptionPeriod.Yearly);
        await ledger.Post(book, new Command.RefundSale(refunded.Number, "not as described"));
        ledger.Clock.Advance(Duration.FromDays(95));
        var (done, skipped) = await Do(ledger, book, StandingJobs.RecogniseRevenue);
        Assert.Equal((3, 3), (done, skipped));
        ledger.Clock.Advance(Duration.FromDays(1));
        Assert.Equal((0, 0), await Do(ledger, book, StandingJobs.RecogniseRevenue));
        ledger.Clock.Advance(Duration.FromDays(31));
        Assert.Equal((1, 0), await Do(ledger, book, StandingJobs.RecogniseRevenue));
    }

    [Fact]
    public async Task Cancelled_subscriptions_end_with_their_period_and_unpaid_ones_after_some_days()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        foreach (var name in new[] { "goes-on", "cancelled", "unpaid" })
            await Start(ledger, book, name, SubscriptionPeriod.Monthly);
        await ledger.Post(book, new Command.CancelSubscription("cancelled"));
        ledger.Clock.Advance(Duration.FromDays(32));
        await ledger.Post(book, new Command.MarkPastDue("unpaid", "card declined"));
        Assert.Equal((1, 1), await Do(ledger, book, StandingJobs.ExpireSubscriptions));
        var run = new RunId(StandingJobs.ExpireSubscriptions, Schedule.Main, Today(ledger, book));
        Assert.Equal("renewal_due", Assert.Single((await ledger.Finished(book, run)).SkippedFor!).Code);
        ledger.Clock.Advance(Duration.FromDays(20));
        Assert.Equal((1, 1), await Do(ledger, book, StandingJobs.ExpireSubscriptions));
    }

    [Fact]
    public async Task A_book_whose_figures_agree_has_no_findings()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        await Start(ledger, book, "s-1", SubscriptionPeriod.Yearly);
        await ledger.Tip(book, "bea");
        var run = new RunId(StandingJobs.DailyChecks, Schedule.Main, Today(ledger, book));
        var report = await ledger.Engine().Do(book, run, isByHand: true, CancellationToken.None);
        Assert.Equal((RunEnd.Finished, 5, 5, 0), (report.End, report.Planned, report.Done, report.Skipped));
        Assert.Null(report.Findings);
    }

    [Fact]
    public async Task A_figure_that_was_changed_behind_the_journals_back_is_found()
    {
        await using var ledger = await ScheduledLedger.Start(home);
        var book = await ledger.Open();
        await ledger.Tip(book, "bea");
        var run = new RunId(StandingJobs.DailyChecks, Schedule.Main, Today(ledger, book));
        await ledger.Engine().Preview(book, run, CancellationToken.None);
        await home.Tamper(
            $"""
            update projected.balances set balance = balance + 5
            where code = 'creator.pending'
                and build in (select id from ledger.builds where book_id = {book.Id} and follower = 'balances')
            """);
        var report = await ledger.Engine().Do(book, run, isByHand: true, CancellationToken.None);
        Assert.Equal(["accounts", "holds"], report.Findings!.Select(finding => finding.Check));
        Assert.All(report.Findings!, finding => Assert.Equal(5, finding.Found - finding.Expected));
    }

    private static Task<Postgres.Writing.Receipt> Start(
        ScheduledLedger ledger, OpenedBook book, string name, SubscriptionPeriod period) => ledger.Post(
        book, new Command.StartSubscription(name, "ann", "bea", 1_200, "USD", Funding.Card, period));

    private static async Task<(long Done, long Skipped)> Do(ScheduledLedger ledger, OpenedBook book, string job)
    {
        var run = new RunId(job, Schedule.Main, Today(ledger, book));
        var engine = ledger.Engine();
        var dry = await engine.Preview(book, run, CancellationToken.None);
        var report = await engine.Do(book, run, isByHand: true, CancellationToken.None);
        Assert.Equal(RunEnd.Finished, report.End);
        Assert.Equal((dry.Done, dry.Skipped), (report.Done, report.Skipped));
        return (report.Done, report.Skipped);
    }

    private static LocalDate Today(ScheduledLedger ledger, OpenedBook book) =>
        ledger.Clock.GetCurrentInstant().InZone(book.Settings.TimeZone).Date;
}
