using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Policies;

namespace Fanz.Ledger.Tests;

/// <summary>
/// The value of tokens may change whenever nobody holds any: also while those of an earlier purchase are frozen, or
/// spent. What the platform owes for tokens is their value of today even so.
/// </summary>
public class DisputeOfRevaluedTokensTests
{
    private static readonly Command.PurchaseTokens Purchase = new("ann", 1_000, 10_00, "USD", Funding.Card, Bonus: 100);
    private static readonly Command.SetPolicy Fivefold = new("pat", "sam") { TokenValue = new TokenPrice(1, 5) };

    [Fact]
    public void Tokens_that_were_frozen_at_another_value_come_back_as_their_money()
    {
        // All of them are in doubt: what is not frozen was spent.
        var book = new BookInMemory()
            .Posted(Purchase)
            .Posted(new Command.SendTip("ann", "bea", 1_00, "USD", Funding.Tokens))
            .Posted(new Command.OpenDispute("d-1", 2, Fee: 0))
            .Posted(Fivefold)
            .Posted(new Command.WinDispute("d-1"));
        book.ShouldEndWith("""
            dispute_won
              debit   psp.receivable               10.00 USD   leaves 10.00 USD
              debit   fan.reserved of ann          10.00 USD   leaves  0.00 USD
              credit  chargeback.receivable        10.00 USD   leaves  0.00 USD
              credit  fan.wallet of ann            10.00 USD   leaves 10.00 USD
            """);
        Conservation.CheckTokens(book, (1, 5));
    }

    [Fact]
    public void Tokens_of_today_are_frozen_and_taken_at_the_value_of_today()
    {
        var book = new BookInMemory()
            .Posted(Purchase)
            .Posted(new Command.SendTip("ann", "bea", 11_00, "USD", Funding.Tokens))
            .Posted(Fivefold)
            .Posted(new Command.PurchaseTokens("ann", 100, 5_00, "USD", Funding.Card))
            .Posted(new Command.OpenDispute("d-1", 2, Fee: 0));
        book.ShouldEndWith("""
            dispute_opened
              debit   chargeback.receivable        10.00 USD   leaves 10.00 USD
              credit  psp.receivable               10.00 USD   leaves  5.00 USD
              debit   token.liability               5.00 USD   leaves  0.00 USD
              credit  fan.reserved of ann           5.00 USD   leaves  5.00 USD
              debit   fan.tokens of ann             100 TKN    leaves     0 TKN
              credit  token.issued                  100 TKN    leaves     0 TKN
            """);
        Conservation.CheckTokens(book, (1, 5));
        book.Posted(new Command.PurchaseTokens("ann", 10, 50, "USD", Funding.Card))
            .Posted(new Command.LoseDispute("d-1"));
        book.ShouldEndWith("""
            dispute_lost
              debit   fan.reserved of ann           5.00 USD   leaves  0.00 USD
              debit   fan.debt of ann               5.00 USD   leaves  5.00 USD
              credit  chargeback.receivable        10.00 USD   leaves  0.00 USD
              debit   token.liability               0.50 USD   leaves  0.00 USD
              credit  expense.promo                 0.50 USD   leaves  0.50 USD
              debit   fan.tokens of ann              10 TKN    leaves     0 TKN
              credit  token.issued                   10 TKN    leaves     0 TKN
            """);
        Conservation.CheckTokens(book, (1, 5));
    }

    [Fact]
    public void A_sale_is_clawed_back_in_whole_tokens_so_that_the_rest_can_still_be_given_back()
    {
        // Ten tokens are worth 7 cents: 28 of the 30 that are owed come to whole tokens.
        var tip = new Command.SendTip("ann", "bea", 35, "USD", Funding.Tokens);
        var book = new BookInMemory()
            .Posted(Fivefold with { TokenValue = new TokenPrice(10, 7) })
            .Posted(new Command.PurchaseTokens("ann", 100, 70, "USD", Funding.Card))
            .Posted(tip).Posted(tip)
            .Posted(new Command.OpenDispute("d-1", 3, Fee: 0, Amount: 30))
            .Posted(new Command.LoseDispute("d-1") { ClawBack = true });
        Assert.Equal([new(5, 28)], book.Last<Event.DisputeLost>().ToClawBack!);
        book.Posted(new Command.ClawBackSale("d-1", 5));
        Assert.Equal(40, book.Last<Event.SaleClawedBack>().Tokens);
        Assert.Equal(2, book.Holds("fan.debt/USD//ann"));
        book.Posted(new Command.RefundSale(5, "the rest"));
        Assert.Equal(10, book.Last<Event.SaleRefunded>().Tokens);
        Conservation.CheckTokens(book, (10, 7));
    }

    [Fact]
    public void A_debt_of_less_than_a_lot_of_tokens_takes_nothing_back()
    {
        var book = new BookInMemory()
            .Posted(Fivefold with { TokenValue = new TokenPrice(10, 7) })
            .Posted(new Command.PurchaseTokens("ann", 100, 70, "USD", Funding.Card))
            .Posted(new Command.SendTip("ann", "bea", 70, "USD", Funding.Tokens))
            .Posted(new Command.OpenDispute("d-1", 3, Fee: 0, Amount: 9))
            .Posted(new Command.LoseDispute("d-1") { ClawBack = true });
        Assert.Equal([new(4, 7)], book.Last<Event.DisputeLost>().ToClawBack!);
        book.Posted(new Command.TopUp("ann", 3, "USD"));
        book.ShouldRefuse(new Command.ClawBackSale("d-1", 4), "nothing_to_give_back");
    }
}
