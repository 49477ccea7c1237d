using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Tests;

public class TokenTests
{
    private static readonly Command.PurchaseTokens Pack = new("ann", 1_000, 10_00, "USD", Funding.Card, Bonus: 100);

    [Fact]
    public void Tokens_are_owed_at_what_they_are_redeemed_for_and_the_bonus_is_the_platforms_expense() =>
        new BookInMemory().Posted(Pack).ShouldRead("""
            tokens_purchased
              debit   psp.receivable          10.00 USD   leaves 10.00 USD
              debit   expense.promo            1.00 USD   leaves  1.00 USD
              credit  token.liability         11.00 USD   leaves 11.00 USD
              debit   token.issued             1100 TKN   leaves  1100 TKN
              credit  fan.tokens of ann        1100 TKN   leaves  1100 TKN
            """);

    [Fact]
    public void Tokens_are_bought_from_the_wallet_as_well_and_below_their_value_too() =>
        new BookInMemory().Posted(new Command.TopUp("ann", 50_00, "USD"))
            .Posted(new Command.PurchaseTokens("ann", 1_000, 10_00, "USD", Funding.Wallet))
            .Posted(new Command.PurchaseTokens("ann", 5_000, 40_00, "USD", Funding.Wallet))
            .ShouldRead("""
                wallet_topped_up
                  debit   psp.receivable          50.00 USD   leaves 50.00 USD
                  credit  fan.wallet of ann       50.00 USD   leaves 50.00 USD
                tokens_purchased
                  debit   fan.wallet of ann       10.00 USD   leaves 40.00 USD
                  credit  token.liability         10.00 USD   leaves 10.00 USD
                  debit   token.issued             1000 TKN   leaves  1000 TKN
                  credit  fan.tokens of ann        1000 TKN   leaves  1000 TKN
                tokens_purchased
                  debit   fan.wallet of ann       40.00 USD   leaves  0.00 USD
                  debit   expense.promo           10.00 USD   leaves 10.00 USD
                  credit  token.liability         50.00 USD   leaves 60.00 USD
                  debit   token.issued             5000 TKN   leaves  6000 TKN
                  credit  fan.tokens of ann        5000 TKN   leaves  6000 TKN
                """);

    [Fact]
    public void A_token_tip_is_shared_as_any_other_and_its_tokens_are_gone() =>
        new BookInMemory().Posted(Pack).Posted(Tip(2_50)).ShouldRead("""
            tokens_purchased
              debit   psp.receivable                            10.00 USD   leaves 10.00 USD
              debit   expense.promo                              1.00 USD   leaves  1.00 USD
              credit  token.liability                           11.00 USD   leaves 11.00 USD
              debit   token.issued                               1100 TKN   leaves  1100 TKN
              credit  fan.tokens of ann                          1100 TKN   leaves  1100 TKN
            tip_sent
              debit   token.liability                            2.50 USD   leaves  8.50 USD
              credit  creator.pending of bea until 2026-01-08    1.80 USD   leaves  1.80 USD
              credit  creator.reserve of bea until 2026-04-01    0.20 USD   leaves  0.20 USD
              credit  revenue.tip                                0.50 USD   leaves  0.50 USD
              debit   fan.tokens of ann                           250 TKN   leaves   850 TKN
              credit  token.issued                                250 TKN   leaves   850 TKN
            """);

    [Fact]
    public void The_fan_pays_tax_in_tokens_too() =>
        new BookInMemory().Posted(Pack)
            .Posted(Tip(2_50) with { Taxes = [new TaxLine(TaxKind.Vat, "DE", 50, 2_000)] }).ShouldRead("""
                tokens_purchased
                  debit   psp.receivable                            10.00 USD   leaves 10.00 USD
                  debit   expense.promo                              1.00 USD   leaves  1.00 USD
                  credit  token.liability                           11.00 USD   leaves 11.00 USD
                  debit   token.issued                               1100 TKN   leaves  1100 TKN
                  credit  fan.tokens of ann                          1100 TKN   leaves  1100 TKN
                tip_sent
                  debit   token.liability                            3.00 USD   leaves  8.00 USD
                  credit  creator.pending of bea until 2026-01-08    1.80 USD   leaves  1.80 USD
                  credit  creator.reserve of bea until 2026-04-01    0.20 USD   leaves  0.20 USD
                  credit  revenue.tip                                0.50 USD   leaves  0.50 USD
                  credit  vat.payable of DE                          0.50 USD   leaves  0.50 USD
                  debit   fan.tokens of ann                           300 TKN   leaves   800 TKN
                  credit  token.issued                                300 TKN   leaves   800 TKN
                """);

    [Fact]
    public void A_book_in_yen_values_tokens_in_yen() =>
        new BookInMemory(reportingCurrency: "JPY")
            .Posted(Pack with { Currency = "JPY", Processor = "acquirer" })
            .Posted(Tip(250) with { Currency = "JPY" })
            .ShouldRead("""
                tokens_purchased
                  debit   psp.receivable of acquirer                 1000 JPY   leaves  1000 JPY
                  debit   expense.promo                               100 JPY   leaves   100 JPY
                  credit  token.liability                            1100 JPY   leaves  1100 JPY
                  debit   token.issued                               1100 TKN   leaves  1100 TKN
                  credit  fan.tokens of ann                          1100 TKN   leaves  1100 TKN
                tip_sent
                  debit   token.liability                             250 JPY   leaves   850 JPY
                  credit  creator.pending of bea until 2026-01-08     180 JPY   leaves   180 JPY
                  credit  creator.reserve of bea until 2026-04-01      20 JPY   leaves    20 JPY
                  credit  revenue.tip                                  50 JPY   leaves    50 JPY
                  debit   fan.tokens of ann                           250 TKN   leaves   850 TKN
                  credit  token.issued                                250 TKN   leaves   850 TKN
                """);

    [Fact]
    public void A_book_in_dinars_may_value_a_token_at_five_fils() =>
        new BookInMemory(reportingCurrency: "KWD")
            .Posted(TokenValueTests.Set(1, 5))
            .Posted(new Command.PurchaseTokens("ann", 1_000, 4_500, "KWD", Funding.Card, Bonus: 100))
            .Posted(Tip(1_250) with { Currency = "KWD" })
            .ShouldRead("""
                policy_set
                tokens_purchased
                  debit   psp.receivable                            4.500 KWD   leaves  4.500 KWD
                  debit   expense.promo                             1.000 KWD   leaves  1.000 KWD
                  credit  token.liability                           5.500 KWD   leaves  5.500 KWD
                  debit   token.issued                               1100 TKN   leaves   1100 TKN
                  credit  fan.tokens of ann                          1100 TKN   leaves   1100 TKN
                tip_sent
                  debit   token.liability                           1.250 KWD   leaves  4.250 KWD
                  credit  creator.pending of bea until 2026-01-08   0.900 KWD   leaves  0.900 KWD
                  credit  creator.reserve of bea until 2026-04-01   0.100 KWD   leaves  0.100 KWD
                  credit  revenue.tip                               0.250 KWD   leaves  0.250 KWD
                  debit   fan.tokens of ann                           250 TKN   leaves    850 TKN
                  credit  token.issued                                250 TKN   leaves    850 TKN
                """);

    [Fact]
    public void A_debt_is_not_repaid_from_tokens() =>
        new BookInMemory().Posted(TopUpTests.Debt(38_00)).Posted(Pack with { Bonus = 0 }).ShouldRead("""
            transferred
              debit   fan.debt of ann        38.00 USD   leaves  38.00 USD
              credit  chargeback.receivable  38.00 USD   leaves -38.00 USD
            tokens_purchased
              debit   psp.receivable         10.00 USD   leaves  10.00 USD
              credit  token.liability        10.00 USD   leaves  10.00 USD
              debit   token.issued            1000 TKN   leaves   1000 TKN
              credit  fan.tokens of ann       1000 TKN   leaves   1000 TKN
            """);

    [Fact]
    public void A_purchase_says_what_was_paid_given_and_owed_for_it()
    {
        var book = new BookInMemory().Posted(Pack with { Reference = "pack-1" });
        var record = book.Journal[^1].Record;
        Assert.Equal(
            new Event.TokensPurchased("ann", 1_000, 100, 10_00, "USD", Funding.Card, Worth: 11_00, "pack-1"),
            EventFormat.Read(record.Type, record.Data.Span));
    }

    [Fact]
    public void Tokens_are_never_sold_for_more_than_they_are_redeemed_for() =>
        new BookInMemory().ShouldRefuse(
            Pack with { Amount = 10_01 }, "tokens_overpriced", ("amount", "1001"), ("worth", "1000"));

    [Fact]
    public void Tokens_are_bought_and_spent_in_the_reporting_currency_alone()
    {
        var book = new BookInMemory().Posted(Pack);
        book.ShouldRefuse(
            Pack with { Currency = "EUR" }, "wrong_token_currency", ("currency", "EUR"), ("token_currency", "USD"));
        book.ShouldRefuse(Tip(2_50) with { Currency = "EUR" }, "wrong_token_currency", ("currency", "EUR"));
    }

    [Fact]
    public void A_fan_spends_no_more_tokens_than_they_have() =>
        new BookInMemory().Posted(Pack).Posted(Pack with { Fan = "bob" }).ShouldRefuse(
            Tip(11_01), "insufficient_funds",
            ("account", "fan.tokens/TKN//ann"), ("available", "1100"), ("needed", "1101"));

    [Fact]
    public void A_wallet_buys_no_more_than_it_has() =>
        new BookInMemory().ShouldRefuse(
            Pack with { Funding = Funding.Wallet }, "insufficient_funds", ("account", "fan.wallet/USD//ann"));

    [Fact]
    public void Nobody_sells_tokens_to_a_sanctioned_fan() =>
        new BookInMemory().Posted(new Command.SanctionParty(Role.Fan, "ann", "listed"))
            .ShouldRefuse(Pack, "party_sanctioned", ("party", "ann"));

    [Fact]
    public void A_token_tip_that_is_reversed_brings_the_tokens_back()
    {
        var book = new BookInMemory().Posted(Pack).Posted(Tip(2_50));
        book.Posted(new Command.Reverse(book.Book.LastNumber, "twice"));
        Assert.Equal(-1_100, book.State("fan.tokens/TKN//ann").Balance);
        Assert.Equal(-11_00, book.State("token.liability/USD//").Balance);
    }

    private static Command.SendTip Tip(long amount) => new("ann", "bea", amount, "USD", Funding.Tokens);
}
