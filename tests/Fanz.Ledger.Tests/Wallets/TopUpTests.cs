using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

public class TopUpTests
{
    [Fact]
    public void A_top_up_is_owed_by_the_processor_and_to_the_fan() =>
        new BookInMemory().Posted(new Command.TopUp("ann", 50_00, "USD", "card-1")).ShouldRead("""
            wallet_topped_up
              debit   psp.receivable       50.00 USD   leaves 50.00 USD
              credit  fan.wallet of ann    50.00 USD   leaves 50.00 USD
            """);

    [Fact]
    public void Each_currency_is_a_wallet_of_its_own() =>
        new BookInMemory()
            .Posted(new Command.TopUp("ann", 50_00, "USD"))
            .Posted(new Command.TopUp("ann", 500, "JPY"))
            .Posted(new Command.TopUp("ann", 1, "USD"))
            .Posted(new Command.TopUp("ann", 1_500, "KWD"))
            .ShouldRead("""
                wallet_topped_up
                  debit   psp.receivable       50.00 USD   leaves 50.00 USD
                  credit  fan.wallet of ann    50.00 USD   leaves 50.00 USD
                wallet_topped_up
                  debit   psp.receivable         500 JPY   leaves   500 JPY
                  credit  fan.wallet of ann      500 JPY   leaves   500 JPY
                wallet_topped_up
                  debit   psp.receivable        0.01 USD   leaves 50.01 USD
                  credit  fan.wallet of ann     0.01 USD   leaves 50.01 USD
                wallet_topped_up
                  debit   psp.receivable       1.500 KWD   leaves 1.500 KWD
                  credit  fan.wallet of ann    1.500 KWD   leaves 1.500 KWD
                """);

    [Fact]
    public void A_fans_debt_is_repaid_first() =>
        new BookInMemory()
            .Posted(Debt(38_00))
            .Posted(new Command.TopUp("ann", 50_00, "USD"))
            .Posted(new Command.TopUp("ann", 10_00, "USD"))
            .ShouldRead("""
                transferred
                  debit   fan.debt of ann        38.00 USD   leaves  38.00 USD
                  credit  chargeback.receivable  38.00 USD   leaves -38.00 USD
                wallet_topped_up
                  debit   psp.receivable         50.00 USD   leaves  50.00 USD
                  credit  fan.debt of ann        38.00 USD   leaves   0.00 USD
                  credit  fan.wallet of ann      12.00 USD   leaves  12.00 USD
                wallet_topped_up
                  debit   psp.receivable         10.00 USD   leaves  60.00 USD
                  credit  fan.wallet of ann      10.00 USD   leaves  22.00 USD
                """);

    [Fact]
    public void A_debt_that_is_larger_takes_all_of_it() =>
        new BookInMemory()
            .Posted(Debt(38_00))
            .Posted(new Command.TopUp("ann", 30_00, "USD"))
            .Posted(new Command.TopUp("ann", 8_00, "USD"))
            .ShouldRead("""
                transferred
                  debit   fan.debt of ann        38.00 USD   leaves  38.00 USD
                  credit  chargeback.receivable  38.00 USD   leaves -38.00 USD
                wallet_topped_up
                  debit   psp.receivable         30.00 USD   leaves  30.00 USD
                  credit  fan.debt of ann        30.00 USD   leaves   8.00 USD
                wallet_topped_up
                  debit   psp.receivable          8.00 USD   leaves  38.00 USD
                  credit  fan.debt of ann         8.00 USD   leaves   0.00 USD
                """);

    [Fact]
    public void A_debt_in_another_currency_and_anothers_debt_are_left_alone() =>
        new BookInMemory()
            .Posted(Debt(38_00))
            .Posted(new Command.TopUp("ann", 500, "JPY"))
            .Posted(new Command.TopUp("bob", 5_00, "USD"))
            .ShouldRead("""
                transferred
                  debit   fan.debt of ann        38.00 USD   leaves  38.00 USD
                  credit  chargeback.receivable  38.00 USD   leaves -38.00 USD
                wallet_topped_up
                  debit   psp.receivable           500 JPY   leaves    500 JPY
                  credit  fan.wallet of ann        500 JPY   leaves    500 JPY
                wallet_topped_up
                  debit   psp.receivable          5.00 USD   leaves   5.00 USD
                  credit  fan.wallet of bob       5.00 USD   leaves   5.00 USD
                """);

    [Fact]
    public void The_event_says_what_was_repaid_and_who_took_the_card()
    {
        var book = new BookInMemory().Posted(Debt(38_00))
            .Posted(new Command.TopUp("ann", 50_00, "USD") { Processor = "acquirer" });
        var record = book.Journal[^1].Record;
        var topUp = Assert.IsType<Event.WalletToppedUp>(EventFormat.Read(record.Type, record.Data.Span));
        Assert.Equal((38_00, "acquirer"), (topUp.Repaid, topUp.Processor));
        Assert.Equal(50_00, book.State("psp.receivable/USD//acquirer").Balance);
    }

    [Fact]
    public void A_top_up_that_repaid_a_debt_can_be_reversed_and_the_debt_is_back()
    {
        var book = new BookInMemory().Posted(Debt(38_00)).Posted(new Command.TopUp("ann", 50_00, "USD"));
        book.Posted(new Command.Reverse(book.Book.LastNumber, "twice"));
        Assert.Equal(38_00, book.State("fan.debt/USD//ann").Balance);
        Assert.Equal(0, book.State("fan.wallet/USD//ann").Balance);
    }

    /// <summary>A fan who owes the platform something, as after a lost chargeback.</summary>
    internal static Command.Transfer Debt(long amount, string fan = "ann") => new(
        [
            new NamedLeg(new AccountName("fan.debt", fan, "USD"), amount),
            new NamedLeg(new AccountName("chargeback.receivable", "", "USD"), -amount),
        ],
        "a lost chargeback");
}
