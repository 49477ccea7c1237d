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
}
