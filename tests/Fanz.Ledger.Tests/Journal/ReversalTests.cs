using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

public class ReversalTests
{
    [Fact]
    public void A_reversal_mirrors_every_leg_on_the_same_accounts()
    {
        var book = new BookInMemory()
            .Posted(new Command.SendTip("ann", "bea", 10_00, "USD", Funding.Card))
            .Posted(new Command.Reverse(2, "sent twice"));
        book.ShouldRead("""
            tip_sent
              debit   psp.receivable                            10.00 USD   leaves 10.00 USD
              credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
              credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
              credit  revenue.tip                                2.00 USD   leaves  2.00 USD
            reversed
              credit  psp.receivable                            10.00 USD   leaves  0.00 USD
              debit   creator.pending of bea until 2026-01-08    7.20 USD   leaves  0.00 USD
              debit   creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.00 USD
              debit   revenue.tip                                2.00 USD   leaves  0.00 USD
            """);
        Assert.Equal(2, book.Journal[^1].Record.RefersTo);
    }

    [Fact]
    public void A_transaction_is_reversed_once()
    {
        var book = new BookInMemory()
            .Posted(new Command.TopUp("ann", 10_00, "USD")).Posted(new Command.Reverse(2, "why"));
        var refusal = book.Post(new Command.Reverse(2, "why"));
        Assert.Equal("already_reversed", refusal?.Code);
        Assert.Equal("3", refusal?.Facts["reversed_by"]);
    }

    [Fact]
    public void What_moved_nothing_or_reverses_or_is_half_of_a_transfer_is_not_reversible()
    {
        var away = new BookInMemory("acme/_", firstId: 2_000_000);
        var book = new BookInMemory()
            .Posted(new Command.TopUp("ann", 10_00, "USD"))
            .Posted(new Command.Reverse(2, "why"))
            .Posted(new Command.TransferToBook(
                "_", new("cash.bank", "", "USD"), new("cash.bank", "", "USD"), 5, "USD", ""), away);
        Assert.Equal("not_reversible", book.Post(new Command.Reverse(1, "opening"))?.Code);
        Assert.Equal("not_reversible", book.Post(new Command.Reverse(3, "a reversal"))?.Code);
        Assert.Equal("not_reversible", book.Post(new Command.Reverse(4, "the half that left"))?.Code);
        Assert.Equal("not_reversible", away.Post(new Command.Reverse(2, "the half that arrived"))?.Code);
        Assert.Equal("transaction_unknown", book.Post(new Command.Reverse(5, "not there yet"))?.Code);
    }

    [Fact]
    public void What_was_spent_meanwhile_cannot_be_reversed()
    {
        var book = new BookInMemory()
            .Posted(new Command.TopUp("ann", 10_00, "USD"))
            .Posted(new Command.SendTip("ann", "bea", 1, "USD", Funding.Wallet));
        var before = book.Snapshot();
        Assert.Equal("insufficient_funds", book.Post(new Command.Reverse(2, "why"))?.Code);
        Assert.Equal(before, book.Snapshot());
    }

    [Fact]
    public void A_frozen_account_is_not_reversed_into()
    {
        var book = new BookInMemory()
            .Posted(new Command.TopUp("ann", 10_00, "USD"))
            .Posted(new Command.FreezeAccount(new AccountName("fan.wallet", "ann", "USD"), "court order"));
        Assert.Equal("account_frozen", book.Post(new Command.Reverse(2, "why"))?.Code);
    }
}
