using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Wallets;

namespace Fanz.Ledger.Tests;

public class WithdrawalTests
{
    private static readonly Command.TopUp TopUp = new("ann", 50_00, "USD");

    [Fact]
    public void A_wallet_is_paid_out_to_the_card_or_by_the_bank() =>
        new BookInMemory().Posted(TopUp).Posted(Withdraw(20_00, WayOut.Card)).Posted(Withdraw(30_00, WayOut.Bank))
            .ShouldRead("""
                wallet_topped_up
                  debit   psp.receivable       50.00 USD   leaves  50.00 USD
                  credit  fan.wallet of ann    50.00 USD   leaves  50.00 USD
                wallet_withdrawn
                  debit   fan.wallet of ann    20.00 USD   leaves  30.00 USD
                  credit  psp.receivable       20.00 USD   leaves  30.00 USD
                wallet_withdrawn
                  debit   fan.wallet of ann    30.00 USD   leaves   0.00 USD
                  credit  cash.bank            30.00 USD   leaves -30.00 USD
                """);

    [Fact]
    public void The_processor_that_pays_the_card_is_named_where_there_are_several() =>
        new BookInMemory()
            .Posted(new Command.TopUp("ann", 500, "JPY") { Processor = "acquirer" })
            .Posted(new Command.WithdrawFromWallet("ann", 500, "JPY", WayOut.Card) { Processor = "acquirer" })
            .ShouldRead("""
                wallet_topped_up
                  debit   psp.receivable of acquirer  500 JPY   leaves 500 JPY
                  credit  fan.wallet of ann           500 JPY   leaves 500 JPY
                wallet_withdrawn
                  debit   fan.wallet of ann           500 JPY   leaves   0 JPY
                  credit  psp.receivable of acquirer  500 JPY   leaves   0 JPY
                """);

    [Fact]
    public void A_wallet_gives_no_more_than_it_has() =>
        new BookInMemory().Posted(TopUp).ShouldRefuse(
            Withdraw(50_01), "insufficient_funds", ("available", "5000"), ("needed", "5001"));

    [Fact]
    public void A_fan_in_debt_takes_nothing_out() =>
        new BookInMemory().Posted(TopUp).Posted(TopUpTests.Debt(38_00)).ShouldRefuse(
            Withdraw(1), "fan_in_debt", ("fan", "ann"), ("debt", "3800"), ("currency", "USD"));

    [Fact]
    public void A_sanctioned_fan_takes_nothing_out_and_a_closed_one_what_is_theirs()
    {
        var book = new BookInMemory().Posted(TopUp).Posted(new Command.CloseParty(Role.Fan, "ann", "asked for it"));
        book.ShouldRefuse(TopUp, "party_closed", ("party", "ann"));
        book.Posted(Withdraw(20_00)).Posted(new Command.SanctionParty(Role.Fan, "ann", "listed"));
        book.ShouldRefuse(Withdraw(20_00), "party_sanctioned", ("party", "ann"));
        book.ShouldRefuse(TopUp, "party_sanctioned", ("party", "ann"));
    }

    private static Command.WithdrawFromWallet Withdraw(long amount, WayOut to = WayOut.Card) =>
        new("ann", amount, "USD", to);
}
