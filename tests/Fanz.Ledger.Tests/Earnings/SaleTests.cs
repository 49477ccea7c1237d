using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Every kind of sale that is earned at once, and every way to pay for it, as finance writes it.</summary>
public class SaleTests
{
    [Fact]
    public void Content_is_shared_as_a_tip_is_with_a_revenue_account_of_its_own() =>
        new BookInMemory()
            .Posted(new Command.UnlockContent("ann", "bea", 10_00, "USD", Funding.Card) { Content = "clip-7" })
            .ShouldRead("""
                content_unlocked
                  debit   psp.receivable                            10.00 USD   leaves 10.00 USD
                  credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
                  credit  revenue.ppv                                2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void A_message_is_shared_as_a_tip_is_with_a_revenue_account_of_its_own() =>
        new BookInMemory()
            .Posted(new Command.UnlockMessage("ann", "bea", 10_00, "USD", Funding.Card) { Message = "m-7" })
            .ShouldRead("""
                message_unlocked
                  debit   psp.receivable                            10.00 USD   leaves 10.00 USD
                  credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
                  credit  revenue.message                            2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void A_stream_is_shared_as_a_tip_is_with_a_revenue_account_of_its_own() =>
        new BookInMemory()
            .Posted(new Command.EnterStream("ann", "bea", 10_00, "USD", Funding.Card) { Stream = "s-7" })
            .ShouldRead("""
                stream_entered
                  debit   psp.receivable                            10.00 USD   leaves 10.00 USD
                  credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
                  credit  revenue.stream                             2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void A_gift_is_a_tip_in_another_dress() =>
        new BookInMemory()
            .Posted(new Command.SendGift("ann", "bea", 10_00, "USD", Funding.Card, "rose", Quantity: 12))
            .ShouldRead("""
                gift_sent
                  debit   psp.receivable                            10.00 USD   leaves 10.00 USD
                  credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
                  credit  revenue.tip                                2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void A_card_may_be_taken_by_one_of_several_processors() =>
        new BookInMemory().Posted(Sales.Tip with { Processor = "acquirer-2" }).ShouldRead("""
            tip_sent
              debit   psp.receivable of acquirer-2              10.00 USD   leaves 10.00 USD
              credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
              credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
              credit  revenue.tip                                2.00 USD   leaves  2.00 USD
            """);

    [Fact]
    public void From_the_wallet_content_with_VAT_takes_price_and_tax() =>
        new BookInMemory()
            .Posted(new Command.TopUp("ann", 50_00, "USD"))
            .Posted(new Command.UnlockContent("ann", "bea", 10_00, "USD", Funding.Wallet)
            {
                Content = "clip-7", Taxes = [new TaxLine(TaxKind.Vat, "DE", 2_00, 2_000)],
            })
            .ShouldEndWith("""
                content_unlocked
                  debit   fan.wallet of ann                         12.00 USD   leaves 38.00 USD
                  credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
                  credit  revenue.ppv                                2.00 USD   leaves  2.00 USD
                  credit  vat.payable of DE                          2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void A_tip_of_250_tokens_redeems_them_and_shares_what_they_stand_for() =>
        new BookInMemory()
            .Posted(Sales.Tokens(1_100))
            .Posted(Sales.Tip with { Amount = 2_50, Funding = Funding.Tokens })
            .ShouldEndWith("""
                tip_sent
                  debit   token.liability                            2.50 USD   leaves  8.50 USD
                  credit  creator.pending of bea until 2026-01-08    1.80 USD   leaves  1.80 USD
                  credit  creator.reserve of bea until 2026-04-01    0.20 USD   leaves  0.20 USD
                  credit  revenue.tip                                0.50 USD   leaves  0.50 USD
                  debit   fan.tokens of ann                           250 TKN   leaves   850 TKN
                  credit  token.issued                                250 TKN   leaves   850 TKN
                """);

    [Fact]
    public void More_tokens_than_a_fan_has_are_refused()
    {
        var book = new BookInMemory().Posted(Sales.Tokens(249)).Posted(Sales.Tokens(1_000, fan: "amy"));
        book.ShouldRefuse(
            Sales.Tip with { Amount = 2_50, Funding = Funding.Tokens }, "insufficient_funds",
            ("account", "fan.tokens/TKN//ann"), ("available", "249"), ("needed", "250"));
    }

    [Fact]
    public void A_promotional_grant_is_spent_as_money_is() =>
        new BookInMemory()
            .Posted(Sales.Promo(5_00))
            .Posted(new Command.UnlockMessage("ann", "bea", 5_00, "USD", Funding.Promo) { Message = "m-7" })
            .ShouldEndWith("""
                message_unlocked
                  debit   fan.promo of ann                           5.00 USD   leaves  0.00 USD
                  credit  creator.pending of bea until 2026-01-08    3.60 USD   leaves  3.60 USD
                  credit  creator.reserve of bea until 2026-04-01    0.40 USD   leaves  0.40 USD
                  credit  revenue.message                            1.00 USD   leaves  1.00 USD
                """);

    [Fact]
    public void A_promotional_grant_gives_no_more_than_it_has() =>
        new BookInMemory().Posted(Sales.Promo(5_00)).ShouldRefuse(
            Sales.Tip with { Amount = 5_01, Funding = Funding.Promo }, "insufficient_funds",
            ("account", "fan.promo/USD//ann"));

    [Fact]
    public void VAT_on_top_is_paid_by_the_fan_and_owed_to_the_member_state() =>
        new BookInMemory()
            .Posted(Sales.Rule())
            .Posted(Sales.Tip with { Affiliate = "aff", Taxes = [new TaxLine(TaxKind.Vat, "DE", 2_00, 2_000)] })
            .ShouldEndWith("""
                tip_sent
                  debit   psp.receivable                              12.00 USD   leaves 12.00 USD
                  debit   expense.affiliate                            0.50 USD   leaves  0.50 USD
                  credit  creator.pending of bea until 2026-01-08      7.20 USD   leaves  7.20 USD
                  credit  creator.reserve of bea until 2026-04-01      0.80 USD   leaves  0.80 USD
                  credit  affiliate.pending of aff until 2026-01-08    0.50 USD   leaves  0.50 USD
                  credit  revenue.tip                                  2.00 USD   leaves  2.00 USD
                  credit  vat.payable of DE                            2.00 USD   leaves  2.00 USD
                """);

    [Fact]
    public void Sales_taxes_of_state_and_county_are_owed_each_to_its_own() =>
        new BookInMemory()
            .Posted(Sales.Tip with
            {
                Taxes = [new TaxLine(TaxKind.SalesTax, "US-NY", 40), new TaxLine(TaxKind.SalesTax, "US-NY-061", 49)],
            })
            .ShouldEndWith("""
                tip_sent
                  debit   psp.receivable                            10.89 USD   leaves 10.89 USD
                  credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
                  credit  revenue.tip                                2.00 USD   leaves  2.00 USD
                  credit  salestax.payable of US-NY                  0.40 USD   leaves  0.40 USD
                  credit  salestax.payable of US-NY-061              0.49 USD   leaves  0.49 USD
                """);

    [Fact]
    public void Consumption_tax_in_yen_has_no_decimals_either() =>
        new BookInMemory()
            .Posted(new Command.EnterStream("ann", "bea", 999, "JPY", Funding.Card)
            {
                Stream = "s-7", Taxes = [new TaxLine(TaxKind.Vat, "JP", 100, 1_000)],
            })
            .ShouldEndWith("""
                stream_entered
                  debit   psp.receivable                            1099 JPY   leaves 1099 JPY
                  credit  creator.pending of bea until 2026-01-08    719 JPY   leaves  719 JPY
                  credit  creator.reserve of bea until 2026-04-01     80 JPY   leaves   80 JPY
                  credit  revenue.stream                             200 JPY   leaves  200 JPY
                  credit  vat.payable of JP                          100 JPY   leaves  100 JPY
                """);
}
