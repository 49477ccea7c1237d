using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Sales of which collaborators, affiliates and discounts take their part.</summary>
public class SharingTests
{
    [Fact]
    public void An_affiliate_earns_5_percent_of_the_price_at_the_platforms_expense() =>
        new BookInMemory().Posted(Sales.Rule()).Posted(Sales.Tip with { Affiliate = "aff" }).ShouldEndWith("""
            tip_sent
              debit   psp.receivable                              10.00 USD   leaves 10.00 USD
              debit   expense.affiliate                            0.50 USD   leaves  0.50 USD
              credit  creator.pending of bea until 2026-01-08      7.20 USD   leaves  7.20 USD
              credit  creator.reserve of bea until 2026-04-01      0.80 USD   leaves  0.80 USD
              credit  affiliate.pending of aff until 2026-01-08    0.50 USD   leaves  0.50 USD
              credit  revenue.tip                                  2.00 USD   leaves  2.00 USD
            """);

    [Fact]
    public void An_affiliate_whom_the_creator_bears_takes_of_the_creators_part() =>
        new BookInMemory()
            .Posted(Sales.Rule(borneBy: Bearer.Creator)).Posted(Sales.Tip with { Affiliate = "aff" })
            .ShouldEndWith("""
                tip_sent
                  debit   psp.receivable                              10.00 USD   leaves 10.00 USD
                  credit  creator.pending of bea until 2026-01-08      6.75 USD   leaves  6.75 USD
                  credit  creator.reserve of bea until 2026-04-01      0.75 USD   leaves  0.75 USD
                  credit  affiliate.pending of aff until 2026-01-08    0.50 USD   leaves  0.50 USD
                  credit  revenue.tip                                  2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void An_affiliate_may_earn_a_quarter_of_the_platforms_share() =>
        new BookInMemory()
            .Posted(Sales.Rule(AffiliateBasis.PlatformShare, affiliateBasisPoints: 2_500))
            .Posted(Sales.Tip with { Amount = 9_99, Affiliate = "aff" })
            .ShouldEndWith("""
                tip_sent
                  debit   psp.receivable                               9.99 USD   leaves  9.99 USD
                  debit   expense.affiliate                            0.50 USD   leaves  0.50 USD
                  credit  creator.pending of bea until 2026-01-08      7.19 USD   leaves  7.19 USD
                  credit  creator.reserve of bea until 2026-04-01      0.80 USD   leaves  0.80 USD
                  credit  affiliate.pending of aff until 2026-01-08    0.50 USD   leaves  0.50 USD
                  credit  revenue.tip                                  2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void An_affiliate_may_earn_5_percent_of_what_the_creator_nets_and_the_creator_bears_it() =>
        new BookInMemory()
            .Posted(Sales.Rule(AffiliateBasis.CreatorNet, Bearer.Creator)).Posted(Sales.Tip with { Affiliate = "aff" })
            .ShouldEndWith("""
                tip_sent
                  debit   psp.receivable                              10.00 USD   leaves 10.00 USD
                  credit  creator.pending of bea until 2026-01-08      6.84 USD   leaves  6.84 USD
                  credit  creator.reserve of bea until 2026-04-01      0.76 USD   leaves  0.76 USD
                  credit  affiliate.pending of aff until 2026-01-08    0.40 USD   leaves  0.40 USD
                  credit  revenue.tip                                  2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void Where_the_rule_says_nothing_of_affiliates_one_earns_nothing_and_is_kept_on_the_event() =>
        new BookInMemory().Posted(Sales.Tip with { Affiliate = "aff" }).ShouldRead("""
            tip_sent
              debit   psp.receivable                            10.00 USD   leaves 10.00 USD
              credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
              credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
              credit  revenue.tip                                2.00 USD   leaves  2.00 USD
            """);

    [Fact]
    public void Collaborators_share_60_to_40_what_the_creators_get() =>
        new BookInMemory()
            .Posted(Sales.Tip with { Collaborators = [new("bea", 60), new("cat", 40)] })
            .ShouldRead("""
                tip_sent
                  debit   psp.receivable                            10.00 USD   leaves 10.00 USD
                  credit  creator.pending of bea until 2026-01-08    4.32 USD   leaves  4.32 USD
                  credit  creator.reserve of bea until 2026-04-01    0.48 USD   leaves  0.48 USD
                  credit  creator.pending of cat until 2026-01-08    2.88 USD   leaves  2.88 USD
                  credit  creator.reserve of cat until 2026-04-01    0.32 USD   leaves  0.32 USD
                  credit  revenue.tip                                2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void Of_three_who_share_alike_the_first_named_have_the_odd_cents() =>
        new BookInMemory()
            .Posted(new Command.UnlockContent("ann", "bea", 10_00, "USD", Funding.Card)
            {
                Content = "clip-7", Collaborators = [new("cat", 1), new("bea", 1), new("dea", 1)],
            })
            .ShouldRead("""
                content_unlocked
                  debit   psp.receivable                            10.00 USD   leaves 10.00 USD
                  credit  creator.pending of cat until 2026-01-08    2.40 USD   leaves  2.40 USD
                  credit  creator.reserve of cat until 2026-04-01    0.27 USD   leaves  0.27 USD
                  credit  creator.pending of bea until 2026-01-08    2.40 USD   leaves  2.40 USD
                  credit  creator.reserve of bea until 2026-04-01    0.27 USD   leaves  0.27 USD
                  credit  creator.pending of dea until 2026-01-08    2.39 USD   leaves  2.39 USD
                  credit  creator.reserve of dea until 2026-04-01    0.27 USD   leaves  0.27 USD
                  credit  revenue.ppv                                2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void Collaborators_in_dinars_share_to_the_thousandth_also_with_an_affiliate() =>
        new BookInMemory()
            .Posted(Sales.Rule(borneBy: Bearer.Creator))
            .Posted(Sales.Tip with
            {
                Amount = 1_005, Currency = "KWD", Affiliate = "aff", Collaborators = [new("bea", 60), new("cat", 40)],
            })
            .ShouldEndWith("""
                tip_sent
                  debit   psp.receivable                              1.005 KWD   leaves 1.005 KWD
                  credit  creator.pending of bea until 2026-01-08     0.407 KWD   leaves 0.407 KWD
                  credit  creator.reserve of bea until 2026-04-01     0.045 KWD   leaves 0.045 KWD
                  credit  creator.pending of cat until 2026-01-08     0.272 KWD   leaves 0.272 KWD
                  credit  creator.reserve of cat until 2026-04-01     0.030 KWD   leaves 0.030 KWD
                  credit  affiliate.pending of aff until 2026-01-08   0.050 KWD   leaves 0.050 KWD
                  credit  revenue.tip                                 0.201 KWD   leaves 0.201 KWD
                """);

    [Fact]
    public void A_discount_that_the_platform_bears_costs_the_creator_nothing() =>
        new BookInMemory()
            .Posted(Sales.Tip with { Discount = new Discount("spring", 2_00, Bearer.Platform) })
            .ShouldRead("""
                tip_sent
                  debit   psp.receivable                             8.00 USD   leaves  8.00 USD
                  debit   expense.promo                              2.00 USD   leaves  2.00 USD
                  credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
                  credit  revenue.tip                                2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void What_the_platform_gives_away_entirely_is_its_expense() =>
        new BookInMemory()
            .Posted(Sales.Tip with { Discount = new Discount("spring", 10_00, Bearer.Platform) })
            .ShouldRead("""
                tip_sent
                  debit   expense.promo                             10.00 USD   leaves 10.00 USD
                  credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
                  credit  revenue.tip                                2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void A_discount_that_the_creator_bears_lowers_what_is_shared() =>
        new BookInMemory()
            .Posted(Sales.Tip with { Discount = new Discount("spring", 2_00, Bearer.Creator) })
            .ShouldRead("""
                tip_sent
                  debit   psp.receivable                             8.00 USD   leaves  8.00 USD
                  credit  creator.pending of bea until 2026-01-08    5.76 USD   leaves  5.76 USD
                  credit  creator.reserve of bea until 2026-04-01    0.64 USD   leaves  0.64 USD
                  credit  revenue.tip                                1.60 USD   leaves  1.60 USD
                """);

    [Fact]
    public void Of_a_small_sale_the_platform_takes_its_minimum_fee_and_of_a_smaller_one_everything() =>
        new BookInMemory()
            .Posted(Sales.Rule() with { MinimumFees = [new MinimumFee("USD", 50)] })
            .Posted(Sales.Tip with { Amount = 1_00 })
            .Posted(Sales.Tip with { Amount = 30 })
            .ShouldRead("""
                revenue_rule_set
                tip_sent
                  debit   psp.receivable                             1.00 USD   leaves  1.00 USD
                  credit  creator.pending of bea until 2026-01-08    0.45 USD   leaves  0.45 USD
                  credit  creator.reserve of bea until 2026-04-01    0.05 USD   leaves  0.05 USD
                  credit  revenue.tip                                0.50 USD   leaves  0.50 USD
                tip_sent
                  debit   psp.receivable                             0.30 USD   leaves  1.30 USD
                  credit  revenue.tip                                0.30 USD   leaves  0.80 USD
                """);

    [Fact]
    public void All_of_it_together_still_comes_out_to_the_cent() =>
        new BookInMemory()
            .Posted(new Command.TopUp("ann", 50_00, "USD"))
            .Posted(Sales.Rule(borneBy: Bearer.Creator))
            .Posted(new Command.SendGift("ann", "bea", 9_99, "USD", Funding.Wallet, "rose")
            {
                Affiliate = "aff",
                Collaborators = [new("bea", 2), new("cat", 1)],
                Discount = new Discount("spring", 99, Bearer.Creator),
                Taxes = [new TaxLine(TaxKind.Vat, "DE", 1_71, 1_900)],
            })
            .ShouldEndWith("""
                gift_sent
                  debit   fan.wallet of ann                           10.71 USD   leaves 39.29 USD
                  credit  creator.pending of bea until 2026-01-08      4.05 USD   leaves  4.05 USD
                  credit  creator.reserve of bea until 2026-04-01      0.45 USD   leaves  0.45 USD
                  credit  creator.pending of cat until 2026-01-08      2.03 USD   leaves  2.03 USD
                  credit  creator.reserve of cat until 2026-04-01      0.22 USD   leaves  0.22 USD
                  credit  affiliate.pending of aff until 2026-01-08    0.45 USD   leaves  0.45 USD
                  credit  revenue.tip                                  1.80 USD   leaves  1.80 USD
                  credit  vat.payable of DE                            1.71 USD   leaves  1.71 USD
                """);
}
