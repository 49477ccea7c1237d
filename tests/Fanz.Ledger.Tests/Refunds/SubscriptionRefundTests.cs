using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Orders;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Refunds of what is earned later: subscriptions and orders.</summary>
public class SubscriptionRefundTests
{
    private static readonly Command.StartSubscription Yearly = new(
        "s-1", "ann", "bea", 120_00, "USD", Funding.Card, SubscriptionPeriod.Yearly);

    private static readonly Command.PlaceOrder Order = new(
        "ann", "bea", 40_00, "USD", Funding.Card)
    {
        Order = "o-1",
        Shipping = 5_00,
        Taxes = [new TaxLine(TaxKind.SalesTax, "US-NY", 3_60)],
    };

    [Fact]
    public void A_month_is_refunded_with_its_deferred_share() =>
        new BookInMemory()
            .Posted(Yearly with { Amount = 9_99, Period = SubscriptionPeriod.Monthly })
            .Posted(new Command.RefundSale(2, "never wanted"))
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.pending of bea until 2026-01-08    7.19 USD   leaves 0.00 USD
                  debit   creator.reserve of bea until 2026-04-01    0.80 USD   leaves 0.00 USD
                  debit   deferred.revenue                           2.00 USD   leaves 0.00 USD
                  credit  refund.payable                             9.99 USD   leaves 9.99 USD
                """);

    [Fact]
    public void Of_a_year_the_months_to_come_are_refunded_and_those_gone_stay_earned() =>
        AfterAMonth(Yearly)
            .Posted(new Command.RefundSale(2, "moved away") { UnearnedOnly = true })
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.unearned of bea    88.00 USD   leaves   0.00 USD
                  debit   deferred.revenue           22.00 USD   leaves   0.00 USD
                  credit  refund.payable            110.00 USD   leaves 110.00 USD
                """);

    [Fact]
    public void With_the_months_to_come_their_taxes_and_affiliate_go_too() =>
        AfterAMonth(
                Yearly with { Taxes = [new TaxLine(TaxKind.Vat, "DE", 24_00)], Affiliate = "aff" },
                Sold.WithAffiliates())
            .Posted(new Command.RefundSale(3, "moved away") { UnearnedOnly = true })
            .ShouldEndWith("""
                sale_refunded
                  debit   affiliate.pending of aff until 2026-01-08     5.50 USD   leaves   0.50 USD
                  debit   creator.unearned of bea                      88.00 USD   leaves   0.00 USD
                  debit   deferred.revenue                             22.00 USD   leaves   0.00 USD
                  debit   vat.payable of DE                            22.00 USD   leaves   2.00 USD
                  credit  expense.affiliate                             5.50 USD   leaves   0.50 USD
                  credit  refund.payable                              132.00 USD   leaves 132.00 USD
                """);

    [Fact]
    public void Of_the_months_to_come_some_can_be_refunded_and_the_rest_goes_on() =>
        AfterAMonth(Yearly)
            .Posted(new Command.RefundSale(2, "a month for free", 10_00) { UnearnedOnly = true })
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.unearned of bea     8.00 USD   leaves  80.00 USD
                  debit   deferred.revenue            2.00 USD   leaves  20.00 USD
                  credit  refund.payable             10.00 USD   leaves  10.00 USD
                """);

    [Fact]
    public void A_year_is_refunded_in_full_from_what_is_earned_and_what_is_not() =>
        AfterAMonth(Yearly)
            .Posted(new Command.RefundSale(2, "fraud"))
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.pending of bea until 2026-02-08     7.20 USD   leaves   0.00 USD
                  debit   creator.reserve of bea until 2026-05-02     0.80 USD   leaves   0.00 USD
                  debit   creator.unearned of bea                    88.00 USD   leaves   0.00 USD
                  debit   deferred.revenue                           22.00 USD   leaves   0.00 USD
                  debit   revenue.subscription                        2.00 USD   leaves   0.00 USD
                  credit  refund.payable                            120.00 USD   leaves 120.00 USD
                """);

    [Fact]
    public void No_more_than_what_is_not_earned_can_be_asked_for_as_such()
    {
        var book = AfterAMonth(Yearly);
        book.ShouldRefuse(
            new Command.RefundSale(2, "why", 110_01) { UnearnedOnly = true }, "refund_exceeds_sale",
            ("remaining", "11000"), ("asked", "11001"));
        book.Posted(new Command.RefundSale(2, "why") { UnearnedOnly = true });
        book.ShouldRefuse(new Command.RefundSale(2, "why") { UnearnedOnly = true }, "nothing_to_give_back");
    }

    [Fact]
    public void An_order_is_refunded_out_of_escrow_before_it_is_delivered() =>
        new BookInMemory().Posted(Order).Posted(new Command.RefundSale(2, "out of stock")).ShouldEndWith("""
            sale_refunded
              debit   order.escrow               45.00 USD   leaves  0.00 USD
              debit   salestax.payable of US-NY   3.60 USD   leaves  0.00 USD
              credit  refund.payable             48.60 USD   leaves 48.60 USD
            """);

    [Fact]
    public void An_order_is_refunded_by_its_creator_after_it_was_delivered() =>
        new BookInMemory()
            .Posted(Order).Posted(new Command.DeliverOrder(2)).Posted(new Command.RefundSale(2, "broken"))
            .ShouldEndWith("""
                sale_refunded
                  debit   creator.pending of bea until 2026-01-08    33.80 USD   leaves  0.00 USD
                  debit   creator.reserve of bea until 2026-04-01     3.20 USD   leaves  0.00 USD
                  debit   salestax.payable of US-NY                   3.60 USD   leaves  0.00 USD
                  debit   revenue.order                               8.00 USD   leaves  0.00 USD
                  credit  refund.payable                             48.60 USD   leaves 48.60 USD
                """);

    private static BookInMemory AfterAMonth(Command.StartSubscription subscription, BookInMemory? book = null)
    {
        book = (book ?? new BookInMemory()).Posted(subscription);
        var charge = book.Book.LastNumber;
        book.Wait(Duration.FromDays(31));
        return book.Posted(new Command.RecogniseRevenue(charge, 1));
    }
}
