using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class DisputeOfSaleTests
{
    private static readonly Command.OpenDispute Open = new("d-1", 3, Fee: 15_00);
    private static readonly Command.WinDispute Win = new("d-1");
    private static readonly Command.LoseDispute Lose = new("d-1");

    [Fact]
    public void A_dispute_is_a_claim_on_the_bank_and_freezes_the_creators_part() =>
        Sold.ByAffiliate().Posted(Open).ShouldEndWith("""
            dispute_opened
              debit   chargeback.receivable                      10.00 USD   leaves  10.00 USD
              debit   expense.chargeback_fee                     15.00 USD   leaves  15.00 USD
              credit  psp.receivable                             25.00 USD   leaves -15.00 USD
              debit   creator.pending of bea until 2026-01-08     7.20 USD   leaves   0.00 USD
              credit  creator.hold of bea                         8.00 USD   leaves   8.00 USD
              debit   creator.reserve of bea until 2026-04-01     0.80 USD   leaves   0.00 USD
            """);

    [Fact]
    public void A_dispute_that_is_won_gives_everything_back_but_the_fee() =>
        Sold.ByAffiliate().Posted(Open).Posted(Win).ShouldEndWith("""
            dispute_won
              debit   psp.receivable                             10.00 USD   leaves -5.00 USD
              debit   creator.hold of bea                         8.00 USD   leaves  0.00 USD
              credit  chargeback.receivable                      10.00 USD   leaves  0.00 USD
              credit  creator.pending of bea until 2026-01-08     7.20 USD   leaves  7.20 USD
              credit  creator.reserve of bea until 2026-04-01     0.80 USD   leaves  0.80 USD
            """);

    [Fact]
    public void The_fee_comes_back_only_where_the_processor_returns_it() =>
        Sold.ByAffiliate().Posted(Open).Posted(Win with { FeeReturned = true }).ShouldEndWith("""
            dispute_won
              debit   psp.receivable                             25.00 USD   leaves 10.00 USD
              debit   creator.hold of bea                         8.00 USD   leaves  0.00 USD
              credit  chargeback.receivable                      10.00 USD   leaves  0.00 USD
              credit  expense.chargeback_fee                     15.00 USD   leaves  0.00 USD
              credit  creator.pending of bea until 2026-01-08     7.20 USD   leaves  7.20 USD
              credit  creator.reserve of bea until 2026-04-01     0.80 USD   leaves  0.80 USD
            """);

    [Fact]
    public void What_has_matured_meanwhile_joins_the_cohort_of_the_next_day()
    {
        var book = Sold.ByAffiliate().Posted(Open);
        book.Wait(Duration.FromDays(7));
        book.Posted(Win).ShouldEndWith("""
            dispute_won
              debit   psp.receivable                             10.00 USD   leaves -5.00 USD
              debit   creator.hold of bea                         8.00 USD   leaves  0.00 USD
              credit  chargeback.receivable                      10.00 USD   leaves  0.00 USD
              credit  creator.pending of bea until 2026-01-09     7.20 USD   leaves  7.20 USD
              credit  creator.reserve of bea until 2026-04-01     0.80 USD   leaves  0.80 USD
            """);
    }

    [Fact]
    public void What_was_available_is_available_again()
    {
        var book = Sold.ByAffiliate().Released("bea").PaidOut("creator.available/USD//bea", 2_20).Posted(Open);
        book.ShouldEndWith("""
            dispute_opened
              debit   chargeback.receivable                      10.00 USD   leaves  10.00 USD
              debit   expense.chargeback_fee                     15.00 USD   leaves  15.00 USD
              credit  psp.receivable                             25.00 USD   leaves -15.00 USD
              debit   creator.reserve of bea until 2026-04-01     0.80 USD   leaves   0.00 USD
              credit  creator.hold of bea                         5.80 USD   leaves   5.80 USD
              debit   creator.available of bea                    5.00 USD   leaves   0.00 USD
            """);
        book.Posted(Win).ShouldEndWith("""
            dispute_won
              debit   psp.receivable                             10.00 USD   leaves -5.00 USD
              debit   creator.hold of bea                         5.80 USD   leaves  0.00 USD
              credit  chargeback.receivable                      10.00 USD   leaves  0.00 USD
              credit  creator.reserve of bea until 2026-04-01     0.80 USD   leaves  0.80 USD
              credit  creator.available of bea                    5.00 USD   leaves  5.00 USD
            """);
    }

    [Fact]
    public void A_dispute_that_is_lost_takes_what_was_frozen() =>
        Sold.ByAffiliate().Posted(Open).Posted(Lose).ShouldEndWith("""
            dispute_lost
              debit   creator.hold of bea                         8.00 USD   leaves  0.00 USD
              debit   affiliate.pending of aff until 2026-01-08   0.50 USD   leaves  0.00 USD
              debit   revenue.tip                                 2.00 USD   leaves  0.00 USD
              credit  expense.affiliate                           0.50 USD   leaves  0.00 USD
              credit  chargeback.receivable                      10.00 USD   leaves  0.00 USD
            """);

    [Fact]
    public void Where_the_platform_bears_it_the_creators_part_is_pending_again() =>
        Sold.ByAffiliate().Posted(Open).Posted(Lose with { Bearer = Bearer.Platform }).ShouldEndWith("""
            dispute_lost
              debit   creator.hold of bea                         8.00 USD   leaves  0.00 USD
              credit  creator.pending of bea until 2026-01-08     8.00 USD   leaves  8.00 USD
              debit   affiliate.pending of aff until 2026-01-08   0.50 USD   leaves  0.00 USD
              debit   revenue.tip                                 2.00 USD   leaves  0.00 USD
              credit  expense.affiliate                           0.50 USD   leaves  0.00 USD
              debit   expense.chargeback_loss                     8.00 USD   leaves  8.00 USD
              credit  chargeback.receivable                      10.00 USD   leaves  0.00 USD
            """);

    [Fact]
    public void Where_the_platform_bears_it_what_was_available_is_available_again() =>
        Sold.ByAffiliate().Released("bea").Posted(Open).Posted(Lose with { Bearer = Bearer.Platform }).ShouldEndWith("""
            dispute_lost
              debit   creator.hold of bea                         8.00 USD   leaves  0.00 USD
              credit  creator.pending of bea until 2026-01-09     0.80 USD   leaves  0.80 USD
              credit  creator.available of bea                    7.20 USD   leaves  7.20 USD
              debit   affiliate.available of aff                  0.50 USD   leaves  0.00 USD
              debit   revenue.tip                                 2.00 USD   leaves  0.00 USD
              credit  expense.affiliate                           0.50 USD   leaves  0.00 USD
              debit   expense.chargeback_loss                     8.00 USD   leaves  8.00 USD
              credit  chargeback.receivable                      10.00 USD   leaves  0.00 USD
            """);

    [Fact]
    public void Of_a_year_each_month_is_pending_again_until_its_own_day()
    {
        var book = new BookInMemory().Posted(new Command.StartSubscription(
            "s-1", "ann", "bea", 120_00, "USD", Funding.Card, SubscriptionPeriod.Yearly));
        book.Wait(Duration.FromDays(59));
        book.Posted(new Command.RecogniseRevenue(2, 1));
        book.Wait(Duration.FromDays(3));
        book.Posted(new Command.RecogniseRevenue(2, 2));
        book.Posted(Open with { Transaction = 2, Fee = 0 });
        book.ShouldRefuse(new Command.RecogniseRevenue(2, 3), "earning_during_dispute");
        book.Posted(Lose with { Bearer = Bearer.Platform }).ShouldEndWith("""
            dispute_lost
              debit   creator.hold of bea                        16.00 USD   leaves  0.00 USD
              credit  creator.pending of bea until 2026-03-08     7.20 USD   leaves  7.20 USD
              credit  creator.pending of bea until 2026-03-11     8.80 USD   leaves  8.80 USD
              debit   creator.unearned of bea                    80.00 USD   leaves  0.00 USD
              debit   deferred.revenue                           20.00 USD   leaves  0.00 USD
              debit   revenue.subscription                        4.00 USD   leaves  0.00 USD
              debit   expense.chargeback_loss                    16.00 USD   leaves 16.00 USD
              credit  chargeback.receivable                     120.00 USD   leaves  0.00 USD
            """);
    }

    [Fact]
    public void Where_nothing_is_said_the_policy_of_the_day_says_who_bears_it_and_the_fee()
    {
        var platform = Sold.ByAffiliate()
            .Posted(new Command.SetPolicy("pat", "sam")
            {
                ChargebackBearer = Bearer.Platform, PassChargebackFee = true,
            })
            .Posted(Open).Posted(Lose);
        Assert.Equal(Bearer.Platform, platform.Last<Event.DisputeLost>().Bearer);
        Assert.Null(platform.Last<Event.DisputeLost>().FeePassed);
        var creator = Sold.ByAffiliate()
            .Posted(new Command.SetPolicy("pat", "sam") { PassChargebackFee = true })
            .Posted(Open).Posted(Lose);
        Assert.Equal(Bearer.Creator, creator.Last<Event.DisputeLost>().Bearer);
        Assert.Equal(15_00, creator.Last<Event.DisputeLost>().FeePassed);
    }

    [Fact]
    public void A_fee_that_is_passed_on_is_paid_as_the_rest_is()
    {
        var book = Sold.ByAffiliate().Posted(Open).Posted(Sold.Tip with { Amount = 12_00 });
        book.Posted(Lose with { PassFee = true }).ShouldEndWith("""
            dispute_lost
              debit   creator.hold of bea                         8.00 USD   leaves  0.00 USD
              debit   creator.pending of bea until 2026-01-08     8.64 USD   leaves  0.00 USD
              debit   creator.reserve of bea until 2026-04-01     0.96 USD   leaves  0.00 USD
              debit   creator.debt of bea                         5.40 USD   leaves  5.40 USD
              debit   affiliate.pending of aff until 2026-01-08   0.50 USD   leaves  0.00 USD
              debit   revenue.tip                                 2.00 USD   leaves  2.40 USD
              credit  expense.affiliate                           0.50 USD   leaves  0.00 USD
              credit  expense.chargeback_fee                     15.00 USD   leaves  0.00 USD
              credit  chargeback.receivable                      10.00 USD   leaves  0.00 USD
            """);
    }

    [Fact]
    public void A_fee_alone_comes_out_of_what_was_frozen_where_the_platform_bears_the_rest() =>
        Sold.ByAffiliate().Posted(Open with { Fee = 5_00 })
            .Posted(Lose with { Bearer = Bearer.Platform, PassFee = true })
            .ShouldEndWith("""
                dispute_lost
                  debit   creator.hold of bea                         8.00 USD   leaves  0.00 USD
                  credit  creator.pending of bea until 2026-01-08     3.00 USD   leaves  3.00 USD
                  debit   affiliate.pending of aff until 2026-01-08   0.50 USD   leaves  0.00 USD
                  debit   revenue.tip                                 2.00 USD   leaves  0.00 USD
                  credit  expense.affiliate                           0.50 USD   leaves  0.00 USD
                  debit   expense.chargeback_loss                     8.00 USD   leaves  8.00 USD
                  credit  expense.chargeback_fee                      5.00 USD   leaves  0.00 USD
                  credit  chargeback.receivable                      10.00 USD   leaves  0.00 USD
                """);

    [Fact]
    public void What_could_not_be_frozen_is_a_debt_once_it_is_lost()
    {
        var book = Sold.ByAffiliate().Released("bea").PaidOut("creator.available/USD//bea", 7_20).Posted(Open);
        Assert.Equal(0, book.Holds("creator.debt/USD//bea"));
        book.Posted(Lose).ShouldEndWith("""
            dispute_lost
              debit   creator.hold of bea                         0.80 USD   leaves  0.00 USD
              debit   creator.debt of bea                         7.20 USD   leaves  7.20 USD
              debit   affiliate.available of aff                  0.50 USD   leaves  0.00 USD
              debit   revenue.tip                                 2.00 USD   leaves  0.00 USD
              credit  expense.affiliate                           0.50 USD   leaves  0.00 USD
              credit  chargeback.receivable                      10.00 USD   leaves  0.00 USD
            """);
    }

    [Fact]
    public void A_hold_that_is_stopped_keeps_no_dispute_from_being_recorded()
    {
        var hold = new AccountName("creator.hold", "bea", "USD");
        var book = Sold.ByAffiliate().Posted(Open).Posted(Win).Posted(new Command.FreezeAccount(hold, "court order"))
            .Posted(Open with { Dispute = "d-2" });
        Assert.Equal(10_00, book.Holds("chargeback.receivable/USD//"));
        Assert.Equal(0, book.Holds("creator.hold/USD//bea"));
        book.Posted(Lose with { Dispute = "d-2" });
        Assert.Equal(0, book.Holds("creator.pending/USD/2026-01-08/bea"));
    }

    [Fact]
    public void Taxes_and_all_who_shared_it_give_back_their_parts() =>
        new BookInMemory()
            .Posted(Sold.Tip with
            {
                Collaborators = [new("bea", 60), new("cat", 40)], Taxes = [new TaxLine(TaxKind.Vat, "DE", 2_00)],
            })
            .Posted(Open with { Transaction = 2 })
            .Posted(Lose)
            .ShouldEndWith("""
                dispute_lost
                  debit   creator.hold of bea         4.80 USD   leaves  0.00 USD
                  debit   creator.hold of cat         3.20 USD   leaves  0.00 USD
                  debit   revenue.tip                 2.00 USD   leaves  0.00 USD
                  debit   vat.payable of DE           2.00 USD   leaves  0.00 USD
                  credit  chargeback.receivable      12.00 USD   leaves  0.00 USD
                """);

    [Fact]
    public void Of_a_partial_dispute_the_rest_can_be_refunded_or_disputed_later()
    {
        var book = Sold.ByAffiliate().Posted(Open with { Amount = 3_00 }).Posted(Lose);
        book.ShouldEndWith("""
            dispute_lost
              debit   creator.hold of bea                         2.40 USD   leaves  0.00 USD
              debit   affiliate.pending of aff until 2026-01-08   0.15 USD   leaves  0.35 USD
              debit   revenue.tip                                 0.60 USD   leaves  1.40 USD
              credit  expense.affiliate                           0.15 USD   leaves  0.35 USD
              credit  chargeback.receivable                       3.00 USD   leaves  0.00 USD
            """);
        book.Posted(new Command.RefundSale(3, "some of it", 2_00));
        book.Posted(Open with { Dispute = "d-2" });
        Assert.Equal(5_00, book.Last<Event.DisputeOpened>().Amount);
        book.Posted(Lose with { Dispute = "d-2" });
        foreach (var account in new[]
        {
            "creator.pending/USD/2026-01-08/bea", "creator.reserve/USD/2026-04-01/bea", "creator.hold/USD//bea",
            "affiliate.pending/USD/2026-01-08/aff", "revenue.tip/USD//", "expense.affiliate/USD//",
            "chargeback.receivable/USD//", "creator.debt/USD//bea",
        })
            Assert.Equal((account, 0L), (account, book.Holds(account)));
    }

    [Fact]
    public void What_a_bank_takes_beyond_the_sale_is_the_platforms_loss_once_it_is_lost()
    {
        var book = Sold.ByAffiliate().Posted(Open with { Amount = 10_70 });
        book.ShouldEndWith("""
            dispute_opened
              debit   chargeback.receivable                      10.70 USD   leaves  10.70 USD
              debit   expense.chargeback_fee                     15.00 USD   leaves  15.00 USD
              credit  psp.receivable                             25.70 USD   leaves -15.70 USD
              debit   creator.pending of bea until 2026-01-08     7.20 USD   leaves   0.00 USD
              credit  creator.hold of bea                         8.00 USD   leaves   8.00 USD
              debit   creator.reserve of bea until 2026-04-01     0.80 USD   leaves   0.00 USD
            """);
        book.Posted(Lose).ShouldEndWith("""
            dispute_lost
              debit   creator.hold of bea                         8.00 USD   leaves  0.00 USD
              debit   affiliate.pending of aff until 2026-01-08   0.50 USD   leaves  0.00 USD
              debit   revenue.tip                                 2.00 USD   leaves  0.00 USD
              credit  expense.affiliate                           0.50 USD   leaves  0.00 USD
              debit   expense.chargeback_loss                     0.70 USD   leaves  0.70 USD
              credit  chargeback.receivable                      10.70 USD   leaves  0.00 USD
            """);
        Assert.Equal(70, book.Last<Event.DisputeLost>().Excess);
    }

    [Fact]
    public void A_bank_may_take_what_was_refunded_already_and_that_is_the_platforms_loss()
    {
        var book = Sold.ByAffiliate().Posted(new Command.RefundSale(3, "why"))
            .Posted(new Command.ExecuteRefund(4));
        book.ShouldRefuse(Open, "nothing_to_give_back");
        book.Posted(Open with { Amount = 10_00, Fee = 0 }).Posted(Lose).ShouldEndWith("""
            dispute_lost
              debit   expense.chargeback_loss                    10.00 USD   leaves 10.00 USD
              credit  chargeback.receivable                      10.00 USD   leaves  0.00 USD
            """);
    }

    [Fact]
    public void A_dispute_that_was_won_is_reopened_and_freezes_again()
    {
        var book = Sold.ByAffiliate().Posted(Open).Posted(Win).Posted(new Command.ReopenDispute("d-1", Fee: 5_00));
        book.ShouldEndWith("""
            dispute_reopened
              debit   chargeback.receivable                      10.00 USD   leaves  10.00 USD
              debit   expense.chargeback_fee                      5.00 USD   leaves  20.00 USD
              credit  psp.receivable                             15.00 USD   leaves -20.00 USD
              debit   creator.pending of bea until 2026-01-08     7.20 USD   leaves   0.00 USD
              credit  creator.hold of bea                         8.00 USD   leaves   8.00 USD
              debit   creator.reserve of bea until 2026-04-01     0.80 USD   leaves   0.00 USD
            """);
        book.Posted(Lose with { PassFee = true });
        Assert.Equal(20_00, book.Last<Event.DisputeLost>().FeePassed);
    }

    [Fact]
    public void What_is_not_earned_yet_or_in_escrow_needs_no_freezing_and_goes_back_when_it_is_lost() =>
        new BookInMemory()
            .Posted(new Command.PlaceOrder("ann", "bea", 40_00, "USD", Funding.Card)
            {
                Order = "o-1", Shipping = 5_00, Taxes = [new TaxLine(TaxKind.SalesTax, "US-NY", 3_60)],
            })
            .Posted(Open with { Transaction = 2 })
            .Posted(Lose with { PassFee = true })
            .ShouldEndWith("""
                dispute_lost
                  debit   creator.debt of bea        15.00 USD   leaves 15.00 USD
                  debit   order.escrow               45.00 USD   leaves  0.00 USD
                  debit   salestax.payable of US-NY   3.60 USD   leaves  0.00 USD
                  credit  expense.chargeback_fee     15.00 USD   leaves  0.00 USD
                  credit  chargeback.receivable      48.60 USD   leaves  0.00 USD
                """);

    [Fact]
    public void Yen_and_dinars_are_disputed_to_the_last_unit()
    {
        foreach (var (currency, amount) in new[] { ("JPY", 999L), ("KWD", 1_005L) })
        {
            var book = new BookInMemory().Posted(Sold.Tip with { Amount = amount, Currency = currency })
                .Posted(new Command.OpenDispute("d-1", 2, Fee: 0, Amount: 333)).Posted(Lose)
                .Posted(new Command.RefundSale(2, "the rest"));
            Assert.Equal(amount - 333, book.Holds($"refund.payable/{currency}//"));
            Assert.Equal(0, book.Holds($"creator.pending/{currency}/2026-01-08/bea"));
            Assert.Equal(0, book.Holds($"revenue.tip/{currency}//"));
        }
    }

    [Fact]
    public void A_cohort_that_takes_nothing_any_more_hands_over_to_the_next_day()
    {
        var book = Sold.ByAffiliate().Posted(Open).Posted(new Command.FreezeAccount(
            new AccountName("creator.pending", "bea", "USD", new LocalDate(2026, 1, 8)), "court order"));
        book.Posted(Win);
        Assert.Equal(7_20, book.Holds("creator.pending/USD/2026-01-02/bea"));
    }

    [Fact]
    public void It_came_off_what_the_processor_of_the_card_owes_unless_another_is_named()
    {
        var book = new BookInMemory().Posted(Sold.Tip with { Processor = "acquirer" })
            .Posted(Open with { Transaction = 2, Fee = 0 });
        Assert.Equal(0, book.Holds("psp.receivable/USD//acquirer"));
        book.Posted(Win).Posted(Open with { Dispute = "d-2", Transaction = 2, Fee = 0, Processor = "other" });
        Assert.Equal(-10_00, book.Holds("psp.receivable/USD//other"));
        book.Posted(Win with { Dispute = "d-2" });
        Assert.Equal(0, book.Holds("psp.receivable/USD//other"));
    }

    [Fact]
    public void A_dispute_that_is_won_repays_first_what_the_creator_came_to_owe_meanwhile()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Posted(Sold.Tip with { Amount = 5_00 }).Released("bea")
            .PaidOut("creator.available/USD//bea", 3_60)
            .Posted(new Command.OpenDispute("d-1", 2, Fee: 0))
            .Posted(new Command.RefundSale(3, "why"));
        var owed = book.Holds("creator.debt/USD//bea");
        Assert.InRange(owed, 1, 7_19);
        book.Posted(Win);
        Assert.Equal(0, book.Holds("creator.debt/USD//bea"));
        Assert.Equal(7_20 - owed, book.Holds("creator.available/USD//bea"));
    }
}
