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
                """);
}
