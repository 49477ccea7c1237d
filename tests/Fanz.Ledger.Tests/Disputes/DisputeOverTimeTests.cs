using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Disputes that cross what else happens to a sale: refunds, months, deliveries, releases, payouts.</summary>
public class DisputeOverTimeTests
{
    private static readonly Command.OpenDispute Open = new("d-1", 2, Fee: 0);
    private static readonly Command.LoseDispute Lose = new("d-1");
    private static readonly Command.WinDispute Win = new("d-1");

    [Fact]
    public void Of_a_sale_that_was_refunded_in_part_the_rest_is_disputed_and_every_leg_ends_at_zero()
    {
        var book = new BookInMemory().Posted(Sold.Tip)
            .Posted(new Command.RefundSale(2, "asked", 3_33))
            .Posted(new Command.ExecuteRefund(3))
            .Posted(Open).Posted(Lose);
        book.ShouldEndWith("""
            dispute_lost
              debit   creator.hold of bea      5.33 USD   leaves 0.00 USD
              debit   revenue.tip              1.34 USD   leaves 0.00 USD
              credit  chargeback.receivable    6.67 USD   leaves 0.00 USD
            """);
        Assert.Equal(0, book.Holds("creator.pending/USD/2026-01-08/bea"));
        Assert.Equal(0, book.Holds("creator.reserve/USD/2026-04-01/bea"));
        Assert.Equal(0, book.Holds("psp.receivable/USD//"));
        book.ShouldRefuse(new Command.RefundSale(2, "again"), "nothing_to_give_back");
        book.ShouldRefuse(new Command.OpenDispute("d-2", 2, Fee: 0), "nothing_to_give_back");
    }

    [Fact]
    public void Of_a_year_three_months_are_taken_from_what_was_earned_and_nine_from_what_was_not()
    {
        var book = Year(120_00);
        for (var month = 1; month <= 3; month++) book.Earned(month);
        book.Posted(Open).ShouldEndWith("""
            dispute_opened
              debit   chargeback.receivable                     120.00 USD   leaves 120.00 USD
              credit  psp.receivable                            120.00 USD   leaves   0.00 USD
              debit   creator.pending of bea until 2026-02-08     7.20 USD   leaves   0.00 USD
              credit  creator.hold of bea                        24.00 USD   leaves  24.00 USD
              debit   creator.reserve of bea until 2026-05-02     0.80 USD   leaves   0.00 USD
              debit   creator.pending of bea until 2026-03-08     7.20 USD   leaves   0.00 USD
              debit   creator.reserve of bea until 2026-05-30     0.80 USD   leaves   0.00 USD
              debit   creator.pending of bea until 2026-04-08     7.20 USD   leaves   0.00 USD
              debit   creator.reserve of bea until 2026-06-30     0.80 USD   leaves   0.00 USD
            """);
        book.Wait(Duration.FromDays(31));
        book.ShouldRefuse(new Command.RecogniseRevenue(2, 4), "earning_during_dispute");
        book.Posted(Lose).ShouldEndWith("""
            dispute_lost
              debit   creator.hold of bea                        24.00 USD   leaves   0.00 USD
              debit   creator.unearned of bea                    72.00 USD   leaves   0.00 USD
              debit   deferred.revenue                           18.00 USD   leaves   0.00 USD
              debit   revenue.subscription                        6.00 USD   leaves   0.00 USD
              credit  chargeback.receivable                     120.00 USD   leaves   0.00 USD
            """);
        book.ShouldRefuse(new Command.RecogniseRevenue(2, 4), "nothing_to_recognise");
    }

    [Fact]
    public void A_year_that_was_disputed_in_vain_is_earned_to_the_last_cent_all_the_same()
    {
        var book = Year(119_99);
        book.Earned(1).Posted(Open).Posted(Win);
        book.Posted(new Command.OpenDispute("d-2", 2, Fee: 0, Amount: 50_01)).Posted(new Command.LoseDispute("d-2"));
        for (var month = 2; month <= 12; month++) book.Earned(month);
        Assert.Equal(0, book.Holds("creator.unearned/USD//bea"));
        Assert.Equal(0, book.Holds("deferred.revenue/USD//"));
        Assert.Equal(119_99 - 50_01, book.Holds("revenue.subscription/USD//") + Claims(book, "bea"));
        book.ShouldRefuse(new Command.RecogniseRevenue(2, 13), "nothing_to_recognise");
    }

    [Fact]
    public void An_order_that_was_disputed_in_vain_is_delivered_and_one_that_was_lost_in_part_only_by_the_rest()
    {
        var book = new BookInMemory().Posted(
            new Command.PlaceOrder("ann", "bea", 40_00, "USD", Funding.Card) { Order = "o-1", Shipping = 5_00 });
        book.Posted(Open).ShouldRefuse(new Command.DeliverOrder(2), "earning_during_dispute");
        book.Posted(Win)
            .Posted(new Command.OpenDispute("d-2", 2, Fee: 0, Amount: 22_50)).Posted(new Command.LoseDispute("d-2"))
            .Posted(new Command.DeliverOrder(2)).ShouldEndWith("""
            order_delivered
              debit   order.escrow                               22.50 USD   leaves  0.00 USD
              credit  creator.pending of bea until 2026-01-08    16.90 USD   leaves 16.90 USD
              credit  creator.reserve of bea until 2026-04-01     1.60 USD   leaves  1.60 USD
              credit  revenue.order                               4.00 USD   leaves  4.00 USD
            """);
    }

    [Fact]
    public void A_release_while_a_sale_is_disputed_takes_what_is_left_of_its_cohort_and_a_second_one_what_came_back()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Posted(Sold.Tip).Posted(Open);
        book.Released("bea");
        Assert.Equal(7_20, book.Holds("creator.available/USD//bea"));
        book.Posted(Win);
        book.Wait(Duration.FromDays(1));
        book.Posted(new Command.ReleaseHold("bea", "USD", new LocalDate(2026, 1, 9), "run-2"));
        Assert.Equal(14_40, book.Holds("creator.available/USD//bea"));
        Assert.Equal(16_00, Claims(book, "bea"));
    }

    [Fact]
    public void What_was_paid_out_before_the_dispute_is_a_debt_and_a_returned_payout_stays_apart_from_it()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Released("bea")
            .Posted(new Command.FormPayout("p-1", "bea", "USD", 7_20, 20))
            .Posted(new Command.AcceptPayout("p-1")).Posted(new Command.SettlePayout("p-1"))
            .Posted(new Command.ReturnPayout("p-1", "closed account"))
            .Posted(Open);
        // The reserve is all that there is to freeze; what came back is held for its own reason.
        Assert.Equal(7_00 + 80, book.Holds("creator.hold/USD//bea"));
        book.Posted(Lose);
        Assert.Equal(7_20, book.Holds("creator.debt/USD//bea"));
        book.Posted(new Command.ReleaseAmount("bea", 7_00, "USD", "new account", "p-1")).ShouldEndWith("""
            held_amount_released
              debit   creator.hold of bea      7.00 USD   leaves 0.00 USD
              credit  creator.debt of bea      7.00 USD   leaves 0.20 USD
            """);
    }

    [Fact]
    public void A_payout_that_comes_back_after_a_later_one_is_held_as_a_whole()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Posted(Sold.Tip).Released("bea");
        foreach (var payout in new[] { "p-1", "p-2" })
            book.Posted(new Command.FormPayout(payout, "bea", "USD", 7_20, 0))
                .Posted(new Command.AcceptPayout(payout)).Posted(new Command.SettlePayout(payout));
        book.Posted(new Command.ReturnPayout("p-1", "unknown")).Posted(new Command.ReturnPayout("p-2", "unknown"));
        Assert.Equal(14_40, book.Holds("creator.hold/USD//bea"));
        book.ShouldRefuse(new Command.ReleaseAmount("bea", 7_21, "USD", "found", "p-2"), "more_than_held");
        book.Posted(new Command.ReleaseAmount("bea", 7_20, "USD", "found", "p-2"))
            .ShouldRefuse(new Command.ReleaseAmount("bea", 1, "USD", "found", "p-2"), "more_than_held");
        book.ShouldRefuse(new Command.ReleaseAmount("bea", 1, "USD", "found", ProposedBy: "pat", ApprovedBy: "sam"), "more_than_held");
    }

    private static BookInMemory Year(long price) => new BookInMemory().Posted(new Command.StartSubscription(
        "s-1", "ann", "bea", price, "USD", Funding.Card, SubscriptionPeriod.Yearly));

    private static long Claims(BookInMemory book, string creator) => book.Accounts
        .Where(state => state.Key.Code.Name
            is "creator.pending" or "creator.reserve" or "creator.available" or "creator.hold")
        .Where(state => state.Key.Owner == creator)
        .Sum(state => -state.Balance);
}

file static class Later
{
    /// <summary>On the day on which the month of a charge of January the 1st is over, it is earned.</summary>
    public static BookInMemory Earned(this BookInMemory book, int month)
    {
        var day = new LocalDate(2026, 1, 1).PlusMonths(month);
        book.Wait(Duration.FromDays(Period.DaysBetween(book.Now.Today, day)));
        return book.Posted(new Command.RecogniseRevenue(2, month));
    }
}
