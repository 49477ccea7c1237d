using Fanz.Ledger.Earnings;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;
using static Fanz.Ledger.Tests.MovingIn;
using static Fanz.Ledger.Tests.Subscribing;

namespace Fanz.Ledger.Tests;

/// <summary>A subscription that was begun elsewhere goes on as one that was begun here.</summary>
public class OpenedSubscriptionTests
{
    private const long Charged = 5;

    [Fact]
    public void What_is_left_of_a_year_is_owed_and_earned_month_by_month()
    {
        var book = With(MovingIn.Yearly);
        // The months until then are over already, and are earned at once.
        for (var period = 1; period <= 10; period++)
        {
            var over = new LocalDate(2026, 1, 15).PlusMonths(period - 1);
            book.ShouldRefuse(Recognise(Charged, period + 1), "not_next_period");
            book.On(over.Year, over.Month, over.Day).Posted(Recognise(Charged, period));
        }

        book.ShouldRefuse(Recognise(Charged, 11), "nothing_to_recognise");
        book.ShouldEndWith("""
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves   0.00 USD
              debit   deferred.revenue                           2.00 USD   leaves   0.00 USD
              credit  creator.pending of bea until 2026-10-22    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2027-01-13    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves  20.00 USD
            """);
        book.Posted(Renew());
        Assert.Equal("2026-10-15 to 2027-10-15 in 12", book.LastPeriod());
    }

    [Fact]
    public void It_is_brought_in_with_one_record_for_the_part_one_for_its_terms_and_one_for_its_money() =>
        With(MovingIn.Yearly).ShouldRead("""
            import_begun
            subscriptions_opened
            subscription_opened
            charge_opened
              debit   suspense of import/move                  100.00 USD   leaves -100.00 USD
              credit  creator.unearned of bea                   80.00 USD   leaves  80.00 USD
              credit  deferred.revenue                          20.00 USD   leaves  20.00 USD
            balances_opened
              debit   psp.receivable                           100.00 USD   leaves 100.00 USD
              credit  suspense of import/move                  100.00 USD   leaves   0.00 USD
            import_finished
            """);

    [Fact]
    public void A_month_is_earned_when_it_is_over_and_renewed_from_three_days_before()
    {
        var book = With(MovingIn.Monthly);
        var renew = new Command.RenewSubscription("s-2", Funding.Card);
        book.Posted(renew);
        Assert.Equal("2026-01-04 to 2026-02-04 in 1", book.LastPeriod());
        book.ShouldRefuse(renew, "too_early", ("from", "2026-02-01"));
        book.ShouldRefuse(Recognise(Charged, 1), "too_early", ("from", "2026-01-04"));
        book.On(2026, 1, 4).Posted(Recognise(Charged, 1)).ShouldEndWith("""
            revenue_recognised
              debit   deferred.revenue                           2.00 USD   leaves   2.00 USD
              credit  revenue.subscription                       2.00 USD   leaves   2.00 USD
            """);
    }

    [Fact]
    public void What_is_not_earned_yet_can_be_refunded_and_is_then_not_earned()
    {
        var book = With(MovingIn.Yearly).On(2026, 1, 15).Posted(Recognise(Charged, 1));
        book.ShouldRefuse(
            new Command.RefundSale(Charged, "asked", 100_01), "refund_exceeds_sale", ("remaining", "10000"));
        book.Posted(new Command.RefundSale(Charged, "left", 90_00) { UnearnedOnly = true }).ShouldEndWith("""
            sale_refunded
              debit   creator.unearned of bea                   72.00 USD   leaves   0.00 USD
              debit   deferred.revenue                          18.00 USD   leaves   0.00 USD
              credit  refund.payable                            90.00 USD   leaves  90.00 USD
            """);
        book.On(2026, 2, 15).ShouldRefuse(Recognise(Charged, 2), "nothing_to_recognise");
    }

    [Fact]
    public void What_a_bank_disputes_beyond_what_is_left_is_the_platforms_loss()
    {
        var book = With(MovingIn.Yearly).Posted(new Command.OpenDispute("d-1", Charged, 15_00, 120_00));
        book.ShouldRefuse(Recognise(Charged, 1), "earning_during_dispute");
        book.Posted(new Command.LoseDispute("d-1")).ShouldEndWith("""
            dispute_lost
              debit   creator.unearned of bea                   80.00 USD   leaves   0.00 USD
              debit   deferred.revenue                          20.00 USD   leaves   0.00 USD
              debit   expense.chargeback_loss                   20.00 USD   leaves  20.00 USD
              credit  chargeback.receivable                    120.00 USD   leaves   0.00 USD
            """);
    }

    [Fact]
    public void Those_who_share_it_each_earn_their_own()
    {
        var shared = MovingIn.Yearly with
        {
            Collaborators = [new("bea", 60), new("cid", 40)],
            Charge = MovingIn.Yearly.Charge! with { Unearned = [new("bea", 48_00), new("cid", 32_00)] },
        };
        var book = With(shared).On(2026, 1, 15).Posted(Recognise(Charged, 1));
        book.ShouldEndWith("""
            revenue_recognised
              debit   creator.unearned of bea                    4.80 USD   leaves  43.20 USD
              debit   creator.unearned of cid                    3.20 USD   leaves  28.80 USD
              debit   deferred.revenue                           2.00 USD   leaves  18.00 USD
              credit  creator.pending of bea until 2026-01-22    4.32 USD   leaves   4.32 USD
              credit  creator.reserve of bea until 2026-04-15    0.48 USD   leaves   0.48 USD
              credit  creator.pending of cid until 2026-01-22    2.88 USD   leaves   2.88 USD
              credit  creator.reserve of cid until 2026-04-15    0.32 USD   leaves   0.32 USD
              credit  revenue.subscription                       2.00 USD   leaves   2.00 USD
            """);
        var recognised = Assert.IsType<Event.RevenueRecognised>(book.LastEvent());
        Assert.Equal(["bea", "cid"], recognised.Shares!.Select(share => share.Creator));
    }

    [Fact]
    public void An_upgrade_is_charged_for_the_days_that_are_left()
    {
        var book = With(MovingIn.Yearly).Posted(Upgrade(240_00));
        Assert.Equal("2026-01-01 to 2026-10-15 in 10", book.LastPeriod());
    }

    [Fact]
    public void What_was_paid_for_good_is_earned_over_the_months_that_are_left()
    {
        var book = With(MovingIn.Yearly with
        {
            Period = SubscriptionPeriod.Lifetime, PeriodEnd = new LocalDate(2027, 10, 15),
            Charge = MovingIn.Yearly.Charge! with { Months = 22 },
        });
        book.ShouldRefuse(Renew(), "subscription_not_in_state", ("state", "lifetime"));
        book.ShouldRefuse(Cancel(), "subscription_not_in_state");
        book.On(2026, 1, 15).Posted(Recognise(Charged, 1)).ShouldEndWith("""
            revenue_recognised
              debit   creator.unearned of bea                    3.63 USD   leaves  76.37 USD
              debit   deferred.revenue                           0.90 USD   leaves  19.10 USD
              credit  creator.pending of bea until 2026-01-22    3.27 USD   leaves   3.27 USD
              credit  creator.reserve of bea until 2026-04-15    0.36 USD   leaves   0.36 USD
              credit  revenue.subscription                       0.90 USD   leaves   0.90 USD
            """);
    }

    [Fact]
    public void One_that_is_past_due_is_tried_again()
    {
        var book = With(MovingIn.Yearly with
        {
            PeriodStart = new(2024, 12, 20), PeriodEnd = new(2025, 12, 20), State = OpenedState.PastDue,
            FailedAttempts = 2, Charge = null,
        });
        book.ShouldRefuse(Renew(), "subscription_not_in_state", ("state", "past_due"));
        book.Posted(PastDue());
        Assert.Equal(3, Assert.IsType<Event.SubscriptionPastDue>(book.LastEvent()).Attempt);
        book.Posted(Retry());
        Assert.Equal("2025-12-20 to 2026-12-20 in 12", book.LastPeriod());
    }

    [Fact]
    public void One_that_was_cancelled_ends_with_its_period_or_is_resumed_before()
    {
        var cancelled = MovingIn.Monthly with { State = OpenedState.Cancelled, Charge = null };
        var resumed = With(cancelled).Posted(new Command.ResumeSubscription("s-2"));
        resumed.Posted(new Command.RenewSubscription("s-2", Funding.Card));
        var ended = With(cancelled);
        ended.ShouldRefuse(new Command.ExpireSubscription("s-2"), "too_early", ("from", "2026-01-04"));
        ended.On(2026, 1, 4).Posted(new Command.ExpireSubscription("s-2"));
        var failing = With(cancelled with { FailedAttempts = 1 }).Posted(new Command.ResumeSubscription("s-2"));
        failing.ShouldRefuse(
            new Command.RenewSubscription("s-2", Funding.Card), "subscription_not_in_state", ("state", "past_due"));
    }

    [Fact]
    public void A_trial_is_charged_when_it_is_over()
    {
        var book = With(MovingIn.Monthly with { State = OpenedState.Trial, Charge = null });
        var renew = new Command.RenewSubscription("s-2", Funding.Card);
        book.ShouldRefuse(renew, "too_early", ("from", "2026-01-04"));
        book.On(2026, 1, 4).Posted(renew);
        Assert.Equal("2026-01-04 to 2026-02-04 in 1", book.LastPeriod());
    }

    [Fact]
    public void One_of_the_31st_keeps_its_day()
    {
        var book = With(MovingIn.Monthly with
        {
            Anchor = new(2025, 8, 31), PeriodStart = new(2025, 11, 30), PeriodEnd = new(2025, 12, 31), Charge = null,
        });
        book.Posted(new Command.RenewSubscription("s-2", Funding.Card));
        Assert.Equal("2025-12-31 to 2026-01-31 in 1", book.LastPeriod());
    }

    [Fact]
    public void Nobody_is_brought_in_twice()
    {
        var book = new BookInMemory().Posted(Begin(1)).Posted(Subscribing.Yearly());
        book.ShouldRefuse(
            Open(1, Monthly with { Charge = null }, MovingIn.Yearly with { Charge = null }), "subscription_exists",
            ("subscription", "s-1"));
    }

    private static OpenedSubscription Monthly => MovingIn.Monthly;
}
