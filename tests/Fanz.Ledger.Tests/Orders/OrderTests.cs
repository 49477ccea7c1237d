using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Orders;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class OrderTests
{
    private static readonly Command.PlaceOrder Shirt = new("ann", "bea", 40_00, "USD", Funding.Card)
    {
        Order = "o-1",
        Shipping = 5_00,
        Taxes = [new TaxLine(TaxKind.SalesTax, "US-NY", 3_60)],
    };

    [Fact]
    public void An_order_stays_in_escrow_until_it_is_delivered() =>
        new BookInMemory().Posted(Shirt).On(2026, 1, 10).Posted(new Command.DeliverOrder(2)).ShouldRead("""
            order_placed
              debit   psp.receivable                            48.60 USD   leaves 48.60 USD
              credit  order.escrow                              45.00 USD   leaves 45.00 USD
              credit  salestax.payable of US-NY                  3.60 USD   leaves  3.60 USD
            order_delivered
              debit   order.escrow                              45.00 USD   leaves  0.00 USD
              credit  creator.pending of bea until 2026-01-17   33.80 USD   leaves 33.80 USD
              credit  creator.reserve of bea until 2026-04-10    3.20 USD   leaves  3.20 USD
              credit  revenue.order                              8.00 USD   leaves  8.00 USD
            """);

    [Fact]
    public void Out_of_the_wallet_with_VAT_and_no_shipping() =>
        new BookInMemory()
            .Posted(new Command.TopUp("ann", 50_00, "EUR"))
            .Posted(Shirt with
            {
                Currency = "EUR",
                Funding = Funding.Wallet,
                Shipping = null,
                Taxes = [new TaxLine(TaxKind.Vat, "DE", 7_60, 1_900)],
            })
            .Posted(new Command.DeliverOrder(3))
            .ShouldRead("""
                wallet_topped_up
                  debit   psp.receivable                            50.00 EUR   leaves 50.00 EUR
                  credit  fan.wallet of ann                         50.00 EUR   leaves 50.00 EUR
                order_placed
                  debit   fan.wallet of ann                         47.60 EUR   leaves  2.40 EUR
                  credit  order.escrow                              40.00 EUR   leaves 40.00 EUR
                  credit  vat.payable of DE                          7.60 EUR   leaves  7.60 EUR
                order_delivered
                  debit   order.escrow                              40.00 EUR   leaves  0.00 EUR
                  credit  creator.pending of bea until 2026-01-08   28.80 EUR   leaves 28.80 EUR
                  credit  creator.reserve of bea until 2026-04-01    3.20 EUR   leaves  3.20 EUR
                  credit  revenue.order                              8.00 EUR   leaves  8.00 EUR
                """);

    [Fact]
    public void Shipping_is_the_creators_who_sends_the_goods_and_the_rest_is_shared() =>
        new BookInMemory()
            .Posted(Shirt with { Taxes = null, Collaborators = [new("cat", 40), new("bea", 60)] })
            .Posted(new Command.DeliverOrder(2))
            .ShouldRead("""
                order_placed
                  debit   psp.receivable                            45.00 USD   leaves 45.00 USD
                  credit  order.escrow                              45.00 USD   leaves 45.00 USD
                order_delivered
                  debit   order.escrow                              45.00 USD   leaves  0.00 USD
                  credit  creator.pending of cat until 2026-01-08   11.52 USD   leaves 11.52 USD
                  credit  creator.reserve of cat until 2026-04-01    1.28 USD   leaves  1.28 USD
                  credit  creator.pending of bea until 2026-01-08   22.28 USD   leaves 22.28 USD
                  credit  creator.reserve of bea until 2026-04-01    1.92 USD   leaves  1.92 USD
                  credit  revenue.order                              8.00 USD   leaves  8.00 USD
                """);

    [Fact]
    public void Tokens_pay_for_goods_shipping_and_taxes() =>
        new BookInMemory().Posted(Sales.Tokens(48_60)).Posted(Shirt with { Funding = Funding.Tokens }).ShouldRead("""
            transferred
              debit   psp.receivable         48.60 USD   leaves 48.60 USD
              credit  token.liability        48.60 USD   leaves 48.60 USD
              debit   token.issued            4860 TKN   leaves  4860 TKN
              credit  fan.tokens of ann       4860 TKN   leaves  4860 TKN
            order_placed
              debit   token.liability        48.60 USD   leaves  0.00 USD
              credit  order.escrow           45.00 USD   leaves 45.00 USD
              credit  salestax.payable of US-NY  3.60 USD   leaves  3.60 USD
              debit   fan.tokens of ann       4860 TKN   leaves     0 TKN
              credit  token.issued            4860 TKN   leaves     0 TKN
            """);

    [Fact]
    public void An_affiliate_earns_when_the_order_is_delivered() =>
        new BookInMemory().Posted(Sales.Rule())
            .Posted(Shirt with { Affiliate = "aff" }).On(2026, 1, 10).Posted(new Command.DeliverOrder(3)).ShouldRead("""
                revenue_rule_set
                order_placed
                  debit   psp.receivable                            48.60 USD   leaves 48.60 USD
                  credit  order.escrow                              45.00 USD   leaves 45.00 USD
                  credit  salestax.payable of US-NY                  3.60 USD   leaves  3.60 USD
                order_delivered
                  debit   order.escrow                              45.00 USD   leaves  0.00 USD
                  debit   expense.affiliate                          2.00 USD   leaves  2.00 USD
                  credit  creator.pending of bea until 2026-01-17   33.80 USD   leaves 33.80 USD
                  credit  creator.reserve of bea until 2026-04-10    3.20 USD   leaves  3.20 USD
                  credit  affiliate.pending of aff until 2026-01-17  2.00 USD   leaves  2.00 USD
                  credit  revenue.order                              8.00 USD   leaves  8.00 USD
                """);

    [Fact]
    public void An_affiliate_whom_the_creator_pays_is_paid_out_of_the_escrow() =>
        new BookInMemory().Posted(Sales.Rule(borneBy: Bearer.Creator))
            .Posted(Shirt with { Affiliate = "aff", Taxes = null }).Posted(new Command.DeliverOrder(3)).ShouldRead("""
                revenue_rule_set
                order_placed
                  debit   psp.receivable                            45.00 USD   leaves 45.00 USD
                  credit  order.escrow                              45.00 USD   leaves 45.00 USD
                order_delivered
                  debit   order.escrow                              45.00 USD   leaves  0.00 USD
                  credit  creator.pending of bea until 2026-01-08   32.00 USD   leaves 32.00 USD
                  credit  creator.reserve of bea until 2026-04-01    3.00 USD   leaves  3.00 USD
                  credit  affiliate.pending of aff until 2026-01-08  2.00 USD   leaves  2.00 USD
                  credit  revenue.order                              8.00 USD   leaves  8.00 USD
                """);

    [Fact]
    public void A_rule_that_is_changed_before_the_delivery_changes_nothing()
    {
        var book = new BookInMemory().Posted(Shirt);
        book.Posted(Sales.Rule() with { FeeBasisPoints = 5_000, ReserveBasisPoints = 0, HoldDays = 30 });
        book.Posted(new Command.DeliverOrder(2));
        Assert.Equal(
            new Event.OrderDelivered(2, "o-1", 8_00, 33_80, new(2026, 1, 8), 3_20, new(2026, 4, 1)), book.LastEvent());
    }

    [Fact]
    public void An_order_counts_with_its_shipping_for_the_limits_of_spending()
    {
        var book = new BookInMemory().Posted(new Command.SetLimits("USD") { PerDay = 60_00 }).Posted(Shirt);
        book.ShouldRefuse(
            Sales.Tip with { Amount = 11_41 }, "over_limit", ("spent", "4860"), ("lifts_on", "2026-01-02"));
        book.Posted(Sales.Tip with { Amount = 11_40 });
    }

    [Fact]
    public void A_discount_is_borne_by_the_platform_or_taken_out_of_what_is_shared() =>
        new BookInMemory()
            .Posted(Shirt with { Taxes = null, Discount = new Discount("spring", 10_00, Bearer.Platform) })
            .Posted(Shirt with { Taxes = null, Discount = new Discount("spring", 10_00, Bearer.Creator) })
            .Posted(new Command.DeliverOrder(3))
            .ShouldRead("""
                order_placed
                  debit   psp.receivable                            35.00 USD   leaves 35.00 USD
                  debit   expense.promo                             10.00 USD   leaves 10.00 USD
                  credit  order.escrow                              45.00 USD   leaves 45.00 USD
                order_placed
                  debit   psp.receivable                            35.00 USD   leaves 70.00 USD
                  credit  order.escrow                              35.00 USD   leaves 80.00 USD
                order_delivered
                  debit   order.escrow                              35.00 USD   leaves 45.00 USD
                  credit  creator.pending of bea until 2026-01-08   26.60 USD   leaves 26.60 USD
                  credit  creator.reserve of bea until 2026-04-01    2.40 USD   leaves  2.40 USD
                  credit  revenue.order                              6.00 USD   leaves  6.00 USD
                """);

    [Fact]
    public void Yen_have_no_decimals() =>
        new BookInMemory()
            .Posted(Shirt with { Amount = 4_999, Shipping = 501, Currency = "JPY", Taxes = null })
            .Posted(new Command.DeliverOrder(2))
            .ShouldRead("""
                order_placed
                  debit   psp.receivable                            5500 JPY   leaves 5500 JPY
                  credit  order.escrow                              5500 JPY   leaves 5500 JPY
                order_delivered
                  debit   order.escrow                              5500 JPY   leaves    0 JPY
                  credit  creator.pending of bea until 2026-01-08   4100 JPY   leaves 4100 JPY
                  credit  creator.reserve of bea until 2026-04-01    400 JPY   leaves  400 JPY
                  credit  revenue.order                             1000 JPY   leaves 1000 JPY
                """);

    [Fact]
    public void An_order_states_for_ever_how_it_will_be_shared()
    {
        var book = new BookInMemory().Posted(Shirt with { Lines = [new("shirt", 2, 30_00), new("mug", 1, 10_00)] });
        var order = Assert.IsType<Event.OrderPlaced>(book.LastEvent());
        Assert.Equal((8_00, 33_80, 3_20), (order.Fee, order.Pending, order.Reserve));
        Assert.Equal((7, 90), (order.HoldDays, order.ReserveDays));
        Assert.Equal(48_60, order.Paid);
        Assert.Equal([new OrderLine("shirt", 2, 30_00), new OrderLine("mug", 1, 10_00)], order.Lines!);
    }

    [Fact]
    public void An_order_is_delivered_once()
    {
        var book = new BookInMemory().Posted(Shirt).Posted(new Command.DeliverOrder(2));
        book.ShouldRefuse(
            new Command.DeliverOrder(2), "already_delivered", ("transaction", "2"), ("delivered_by", "3"));
    }

    [Fact]
    public void Only_orders_are_delivered()
    {
        var book = new BookInMemory().Posted(new Command.SendTip("ann", "bea", 10_00, "USD", Funding.Card));
        book.ShouldRefuse(new Command.DeliverOrder(2), "not_an_order", ("transaction", "2"));
        book.ShouldRefuse(new Command.DeliverOrder(3), "transaction_unknown", ("transaction", "3"));
        book.Posted(Shirt).Posted(new Command.DeliverOrder(3));
        book.ShouldRefuse(new Command.DeliverOrder(4), "not_an_order", ("transaction", "4"));
    }

    [Fact]
    public void An_order_of_several_creators_is_placed_with_each_of_them_under_the_same_id()
    {
        var book = new BookInMemory().Posted(Shirt).Posted(Shirt with { Creator = "cat" });
        book.Posted(new Command.DeliverOrder(3)).Posted(new Command.DeliverOrder(2));
        Assert.Equal(0, book.State("order.escrow/USD//").Balance);
    }

    [Fact]
    public void A_wallet_that_cannot_pay_the_shipping_too_orders_nothing()
    {
        var book = new BookInMemory().Posted(new Command.TopUp("ann", 48_59, "USD"));
        book.ShouldRefuse(Shirt with { Funding = Funding.Wallet }, "insufficient_funds", ("needed", "4860"));
    }

    [Fact]
    public void What_was_given_back_before_is_not_delivered() =>
        new BookInMemory().Posted(Sales.Rule())
            .Posted(Shirt with { Affiliate = "aff" })
            .Posted(new Command.RefundSale(3, "late", 10_00))
            .Posted(new Command.DeliverOrder(3))
            .ShouldRead("""
                revenue_rule_set
                order_placed
                  debit   psp.receivable                            48.60 USD   leaves 48.60 USD
                  credit  order.escrow                              45.00 USD   leaves 45.00 USD
                  credit  salestax.payable of US-NY                  3.60 USD   leaves  3.60 USD
                sale_refunded
                  debit   order.escrow                               9.26 USD   leaves 35.74 USD
                  debit   salestax.payable of US-NY                  0.74 USD   leaves  2.86 USD
                  credit  refund.payable                            10.00 USD   leaves 10.00 USD
                order_delivered
                  debit   order.escrow                              35.74 USD   leaves  0.00 USD
                  debit   expense.affiliate                          1.58 USD   leaves  1.58 USD
                  credit  creator.pending of bea until 2026-01-08   26.85 USD   leaves 26.85 USD
                  credit  creator.reserve of bea until 2026-04-01    2.54 USD   leaves  2.54 USD
                  credit  affiliate.pending of aff until 2026-01-08  1.58 USD   leaves  1.58 USD
                  credit  revenue.order                              6.35 USD   leaves  6.35 USD
                """);

    [Fact]
    public void What_was_given_back_in_full_is_not_delivered()
    {
        var book = new BookInMemory().Posted(Shirt).Posted(new Command.RefundSale(2, "cancelled"));
        book.ShouldRefuse(new Command.DeliverOrder(2), "nothing_to_deliver", ("transaction", "2"));
    }

    [Fact]
    public void Nothing_is_delivered_while_the_payment_is_disputed()
    {
        var book = new BookInMemory().Posted(Shirt).Posted(new Command.OpenDispute("d-1", 2, Fee: 15_00));
        book.ShouldRefuse(
            new Command.DeliverOrder(2), "earning_during_dispute", ("transaction", "2"), ("dispute", "d-1"));
        book.Posted(new Command.WinDispute("d-1")).Posted(new Command.DeliverOrder(2));
        Assert.Equal(33_80, ((Event.OrderDelivered)book.LastEvent()).Pending);
    }

    [Fact]
    public void Refunds_before_and_after_the_delivery_leave_nothing_anywhere() => Properties.Hold(
        from amount in Gen.Choose(1, 10_000)
        from shipping in Gen.Choose(0, 1_000)
        from before in Gen.Choose(0, 99)
        from after in Gen.Choose(1, 99)
        from borneBy in Gen.Elements(Bearer.Platform, Bearer.Creator)
        select (amount, shipping, before, after, borneBy),
        c =>
        {
            var book = new BookInMemory().Posted(Sales.Rule(borneBy: c.borneBy));
            book.Posted(Shirt with
            {
                Amount = c.amount,
                Shipping = c.shipping > 0 ? c.shipping : null,
                Affiliate = "aff",
                Collaborators = [new("bea", 2), new("cat", 1)],
            });
            var paid = ((Event.Sale)book.LastEvent()).Paid;
            var (first, second) = (paid * c.before / 100, paid * c.after / 100);
            if (first > 0) book.Posted(new Command.RefundSale(3, "first", first));
            book.Posted(new Command.DeliverOrder(3));
            if (second > 0 && second < paid - first) book.Posted(new Command.RefundSale(3, "second", second));
            book.Posted(new Command.RefundSale(3, "all that is left"));
            Assert.Equal(
                ["psp.receivable", "refund.payable"],
                book.Accounts.Where(state => state.Balance != 0).Select(state => state.Key.Code.Name)
                    .Order(StringComparer.Ordinal));
        },
        times: 200);

    [Fact]
    public void What_remains_in_escrow_is_shared_as_it_was_agreed_to_the_last_cent() => Properties.Hold(
        from fee in Properties.Amounts(1_000_000_000)
        from pending in Properties.Amounts(1_000_000_000)
        from reserve in Properties.Amounts(1_000_000_000)
        from affiliate in Properties.Amounts(1_000_000_000)
        from isOfPlatform in Gen.Elements(true, false)
        from part in Gen.Choose(0, 10_000)
        select (fee: fee + 1, pending, reserve, affiliate, isOfPlatform, part),
        c =>
        {
            var agreed = new OrderShares(
                [new("bea", c.pending, c.reserve), new("cat", c.reserve, c.pending)], c.isOfPlatform ? 0 : c.affiliate,
                c.fee, c.isOfPlatform ? c.affiliate : 0);
            var all = agreed.Of(agreed.Whole);
            Assert.Equal(agreed.Creators, all.Creators);
            Assert.Equal(agreed with { Creators = all.Creators }, all);

            var remaining = (long)((Int128)agreed.Whole * c.part / 10_000);
            var left = agreed.Of(remaining);
            Assert.Equal(remaining, left.Whole);
            Assert.InRange(left.AffiliateOfPlatform, 0, agreed.AffiliateOfPlatform);
            Assert.All(
                agreed.Creators.Zip(left.Creators),
                pair => Assert.InRange(pair.Second.Pending, 0, pair.First.Pending));
            Assert.InRange(left.Fee - (double)agreed.Fee * remaining / agreed.Whole, -1.01, 1.01);
        });
}
