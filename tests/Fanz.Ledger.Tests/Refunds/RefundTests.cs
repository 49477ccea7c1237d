using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Refunds;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class RefundTests
{
    private static readonly Command.RefundSale InFull = new(3, "never delivered");

    [Fact]
    public void A_tip_is_refunded_in_full_before_its_release() =>
        Sold.ByAffiliate().Posted(InFull).ShouldEndWith("""
            sale_refunded
              debit   creator.pending of bea until 2026-01-08     7.20 USD   leaves  0.00 USD
              debit   creator.reserve of bea until 2026-04-01     0.80 USD   leaves  0.00 USD
              debit   affiliate.pending of aff until 2026-01-08   0.50 USD   leaves  0.00 USD
              debit   revenue.tip                                 2.00 USD   leaves  0.00 USD
              credit  expense.affiliate                           0.50 USD   leaves  0.00 USD
              credit  refund.payable                             10.00 USD   leaves 10.00 USD
            """);

    [Fact]
    public void Three_of_ten_are_refunded_from_each_part_in_its_proportion() =>
        Sold.ByAffiliate().Posted(InFull with { Amount = 3_00 }).ShouldEndWith("""
            sale_refunded
              debit   creator.pending of bea until 2026-01-08     2.16 USD   leaves  5.04 USD
              debit   creator.reserve of bea until 2026-04-01     0.24 USD   leaves  0.56 USD
              debit   affiliate.pending of aff until 2026-01-08   0.15 USD   leaves  0.35 USD
              debit   revenue.tip                                 0.60 USD   leaves  1.40 USD
              credit  expense.affiliate                           0.15 USD   leaves  0.35 USD
              credit  refund.payable                              3.00 USD   leaves  3.00 USD
            """);

    [Fact]
    public void After_the_release_what_is_not_available_any_more_is_a_debt() =>
        Sold.ByAffiliate().Released("bea").PaidOut("creator.available/USD//bea", 2_20).Posted(InFull).ShouldEndWith("""
            sale_refunded
              debit   creator.reserve of bea until 2026-04-01     0.80 USD   leaves  0.00 USD
              debit   creator.available of bea                    5.00 USD   leaves  0.00 USD
              debit   creator.debt of bea                         2.20 USD   leaves  2.20 USD
              debit   affiliate.available of aff                  0.50 USD   leaves  0.00 USD
              debit   revenue.tip                                 2.00 USD   leaves  0.00 USD
              credit  expense.affiliate                           0.50 USD   leaves  0.00 USD
              credit  refund.payable                             10.00 USD   leaves 10.00 USD
            """);

    [Fact]
    public void A_refund_says_of_which_parts_it_was_and_where_the_money_really_came_from()
    {
        var book = Sold.ByAffiliate().Released("bea").PaidOut("creator.available/USD//bea", 2_20).Posted(InFull);
        var refund = book.Last<Event.SaleRefunded>();
        Assert.Equal(10_00, refund.Amount);
        Assert.Equal(
            new ReturnedPart[]
            {
                new(new("creator.pending", "bea", "USD", new LocalDate(2026, 1, 8)), 7_20),
                new(new("creator.reserve", "bea", "USD", new LocalDate(2026, 4, 1)), 80),
                new(new("affiliate.pending", "aff", "USD", new LocalDate(2026, 1, 8)), 50),
                new(new("revenue.tip", "", "USD"), 2_00),
                new(new("expense.affiliate", "", "USD"), 50),
            },
            refund.Parts);
        Assert.Equal(
            new Portion[]
            {
                new(new("creator.reserve", "bea", "USD", new LocalDate(2026, 4, 1)), 80),
                new(new("creator.available", "bea", "USD"), 5_00),
                new(new("creator.debt", "bea", "USD"), 2_20),
                new(new("affiliate.available", "aff", "USD"), 50),
            },
            refund.Taken);
        Assert.Equal(3, book.Journal[^1].Record.RefersTo);
    }

    [Fact]
    public void A_tip_from_the_wallet_goes_straight_back_to_it() =>
        new BookInMemory()
            .Posted(new Command.TopUp("ann", 12_00, "USD"))
            .Posted(Sold.Tip with { Funding = Funding.Wallet })
            .Posted(InFull)
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.pending of bea until 2026-01-08    7.20 USD   leaves  0.00 USD
                  debit   creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.00 USD
                  debit   revenue.tip                                2.00 USD   leaves  0.00 USD
                  credit  fan.wallet of ann                         10.00 USD   leaves 12.00 USD
                """);

    [Fact]
    public void What_tokens_paid_comes_back_as_tokens() =>
        new BookInMemory()
            .Posted(new Command.PurchaseTokens("ann", 1_000, 10_00, "USD", Funding.Card, Bonus: 100))
            .Posted(Sold.Tip with { Amount = 2_50, Funding = Funding.Tokens })
            .Posted(InFull)
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.pending of bea until 2026-01-08    1.80 USD   leaves  0.00 USD
                  debit   creator.reserve of bea until 2026-04-01    0.20 USD   leaves  0.00 USD
                  debit   revenue.tip                                0.50 USD   leaves  0.00 USD
                  credit  token.liability                            2.50 USD   leaves 11.00 USD
                  credit  fan.tokens of ann                           250 TKN   leaves  1100 TKN
                  debit   token.issued                                250 TKN   leaves  1100 TKN
                """);

    [Fact]
    public void Tokens_that_were_redeemed_at_another_value_do_not_come_back() =>
        new BookInMemory()
            .Posted(new Command.PurchaseTokens("ann", 250, 2_50, "USD", Funding.Card))
            .Posted(Sold.Tip with { Amount = 2_50, Funding = Funding.Tokens })
            .Posted(TokenValueTests.Set(1, 5))
            .ShouldRefuse(InFull, "token_value_changed", ("tokens", "250"), ("amount", "250"));

    [Fact]
    public void What_promotional_credit_paid_comes_back_as_such() =>
        new BookInMemory()
            .Posted(new Command.GrantPromo("ann", 5_00, "USD", "spring"))
            .Posted(Sold.Tip with { Amount = 5_00, Funding = Funding.Promo })
            .Posted(InFull)
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.pending of bea until 2026-01-08    3.60 USD   leaves  0.00 USD
                  debit   creator.reserve of bea until 2026-04-01    0.40 USD   leaves  0.00 USD
                  debit   revenue.tip                                1.00 USD   leaves  0.00 USD
                  credit  fan.promo of ann                           5.00 USD   leaves  5.00 USD
                """);

    [Fact]
    public void What_an_authorisation_paid_comes_back_into_the_wallet() =>
        new BookInMemory()
            .Posted(new Command.TopUp("ann", 12_00, "USD"))
            .Posted(new Command.Authorise("a-1", "ann", 11_00, "USD", new LocalDate(2026, 1, 9)))
            .Posted(Sold.Tip with { Funding = Funding.Authorisation, Authorisation = "a-1" })
            .Posted(InFull with { Transaction = 4 })
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.pending of bea until 2026-01-08    7.20 USD   leaves  0.00 USD
                  debit   creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.00 USD
                  debit   revenue.tip                                2.00 USD   leaves  0.00 USD
                  credit  fan.wallet of ann                         10.00 USD   leaves 11.00 USD
                """);

    [Fact]
    public void Taxes_on_top_are_given_back_with_the_price() =>
        new BookInMemory()
            .Posted(Sold.Tip with { Taxes = [new TaxLine(TaxKind.Vat, "DE", 2_00, 2_000)] })
            .Posted(new Command.RefundSale(2, "half of it", 6_00))
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.pending of bea until 2026-01-08    3.60 USD   leaves  3.60 USD
                  debit   creator.reserve of bea until 2026-04-01    0.40 USD   leaves  0.40 USD
                  debit   revenue.tip                                1.00 USD   leaves  1.00 USD
                  debit   vat.payable of DE                          1.00 USD   leaves  1.00 USD
                  credit  refund.payable                             6.00 USD   leaves  6.00 USD
                """);

    [Fact]
    public void Each_of_those_who_shared_it_gives_back_their_own_part() =>
        new BookInMemory()
            .Posted(Sold.Tip with { Collaborators = [new("bea", 60), new("cat", 40)] })
            .Released("bea", "cat")
            .PaidOut("creator.available/USD//cat", 2_88)
            .Posted(new Command.RefundSale(2, "never delivered"))
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.reserve of bea until 2026-04-01    0.48 USD   leaves  0.00 USD
                  debit   creator.available of bea                   4.32 USD   leaves  0.00 USD
                  debit   creator.reserve of cat until 2026-04-01    0.32 USD   leaves  0.00 USD
                  debit   creator.debt of cat                        2.88 USD   leaves  2.88 USD
                  debit   revenue.tip                                2.00 USD   leaves  0.00 USD
                  credit  refund.payable                            10.00 USD   leaves 10.00 USD
                """);

    [Fact]
    public void An_affiliate_at_the_creators_expense_gives_back_their_part_of_the_price() =>
        Sold.ByAffiliate(Bearer.Creator).Posted(InFull).ShouldEndWith("""
            sale_refunded
              debit   creator.pending of bea until 2026-01-08     6.75 USD   leaves  0.00 USD
              debit   creator.reserve of bea until 2026-04-01     0.75 USD   leaves  0.00 USD
              debit   affiliate.pending of aff until 2026-01-08   0.50 USD   leaves  0.00 USD
              debit   revenue.tip                                 2.00 USD   leaves  0.00 USD
              credit  refund.payable                             10.00 USD   leaves 10.00 USD
            """);

    [Fact]
    public void What_an_affiliate_has_no_more_stays_the_platforms_expense() =>
        Sold.ByAffiliate().Released("bea").PaidOut("affiliate.available/USD//aff", 30).Posted(InFull).ShouldEndWith("""
            sale_refunded
              debit   creator.reserve of bea until 2026-04-01     0.80 USD   leaves  0.00 USD
              debit   creator.available of bea                    7.20 USD   leaves  0.00 USD
              debit   affiliate.available of aff                  0.20 USD   leaves  0.00 USD
              credit  expense.affiliate                           0.20 USD   leaves  0.30 USD
              debit   revenue.tip                                 2.00 USD   leaves  0.00 USD
              credit  refund.payable                             10.00 USD   leaves 10.00 USD
            """);

    [Fact]
    public void Whose_expense_the_affiliate_was_does_not_matter_to_the_fan_who_gets_all() =>
        Sold.ByAffiliate(Bearer.Creator).Released("bea").PaidOut("affiliate.available/USD//aff", 30)
            .Posted(InFull).ShouldEndWith("""
                sale_refunded
                  debit   creator.reserve of bea until 2026-04-01     0.75 USD   leaves  0.00 USD
                  debit   creator.available of bea                    6.75 USD   leaves  0.00 USD
                  debit   affiliate.available of aff                  0.20 USD   leaves  0.00 USD
                  debit   expense.affiliate                           0.30 USD   leaves  0.30 USD
                  debit   revenue.tip                                 2.00 USD   leaves  0.00 USD
                  credit  refund.payable                             10.00 USD   leaves 10.00 USD
                """);

    [Fact]
    public void A_discount_of_the_platform_comes_back_to_the_platform() =>
        new BookInMemory()
            .Posted(Sold.Tip with { Discount = new Discount("spring", 3_00, Bearer.Platform) })
            .Posted(new Command.RefundSale(2, "some of it", 3_50))
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.pending of bea until 2026-01-08    3.60 USD   leaves  3.60 USD
                  debit   creator.reserve of bea until 2026-04-01    0.40 USD   leaves  0.40 USD
                  debit   revenue.tip                                1.00 USD   leaves  1.00 USD
                  credit  expense.promo                              1.50 USD   leaves  1.50 USD
                  credit  refund.payable                             3.50 USD   leaves  3.50 USD
                """);

    [Fact]
    public void Yen_have_no_decimals() =>
        new BookInMemory()
            .Posted(Sold.Tip with { Amount = 999, Currency = "JPY" })
            .Posted(new Command.RefundSale(2, "some of it", 100))
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.pending of bea until 2026-01-08    72 JPY   leaves 647 JPY
                  debit   creator.reserve of bea until 2026-04-01     8 JPY   leaves  72 JPY
                  debit   revenue.tip                                20 JPY   leaves 180 JPY
                  credit  refund.payable                            100 JPY   leaves 100 JPY
                """);

    [Fact]
    public void Kuwaiti_dinars_have_three_decimals() =>
        new BookInMemory()
            .Posted(Sold.Tip with { Amount = 1_005, Currency = "KWD" })
            .Posted(new Command.RefundSale(2, "all of it"))
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.pending of bea until 2026-01-08   0.724 KWD   leaves 0.000 KWD
                  debit   creator.reserve of bea until 2026-04-01   0.080 KWD   leaves 0.000 KWD
                  debit   revenue.tip                               0.201 KWD   leaves 0.000 KWD
                  credit  refund.payable                            1.005 KWD   leaves 1.005 KWD
                """);

    [Fact]
    public void A_refund_reads_the_sale_and_not_the_rule_of_today() =>
        Sold.ByAffiliate()
            .Posted(new Command.SetRevenueRule(new RuleScope(), 5_000, 0, ReserveDays: 0, HoldDays: 30, "pat", "sam"))
            .Posted(InFull)
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.pending of bea until 2026-01-08     7.20 USD   leaves  0.00 USD
                  debit   creator.reserve of bea until 2026-04-01     0.80 USD   leaves  0.00 USD
                  debit   affiliate.pending of aff until 2026-01-08   0.50 USD   leaves  0.00 USD
                  debit   revenue.tip                                 2.00 USD   leaves  0.00 USD
                  credit  expense.affiliate                           0.50 USD   leaves  0.00 USD
                  credit  refund.payable                             10.00 USD   leaves 10.00 USD
                """);
}
