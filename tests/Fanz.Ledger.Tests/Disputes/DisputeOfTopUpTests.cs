using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Disputes of what a fan had paid in: top-ups and tokens, and what was bought with them.</summary>
public class DisputeOfTopUpTests
{
    private static readonly Command.OpenDispute Open = new("d-1", 2, Fee: 15_00);
    private static readonly Command.WinDispute Win = new("d-1");
    private static readonly Command.LoseDispute Lose = new("d-1");
    private static readonly Command.SendTip Tip = new("ann", "bea", 10_00, "USD", Funding.Wallet);

    [Fact]
    public void What_is_left_of_a_top_up_is_frozen_in_the_wallet() =>
        WithTwelveLeft().Posted(Open).ShouldEndWith("""
            dispute_opened
              debit   chargeback.receivable    50.00 USD   leaves  50.00 USD
              debit   expense.chargeback_fee   15.00 USD   leaves  15.00 USD
              credit  psp.receivable           65.00 USD   leaves -15.00 USD
              debit   fan.wallet of ann        12.00 USD   leaves   0.00 USD
              credit  fan.reserved of ann      12.00 USD   leaves  12.00 USD
            """);

    [Fact]
    public void What_cannot_be_set_aside_is_not_frozen_and_the_dispute_is_recorded_all_the_same()
    {
        var reserved = new AccountName("fan.reserved", "ann", "USD");
        var book = WithTwelveLeft().Posted(Open).Posted(Win)
            .Posted(new Command.FreezeAccount(reserved, "court order"))
            .Posted(Open with { Dispute = "d-2" });
        Assert.Equal(12_00, book.Holds("fan.wallet/USD//ann"));
        book.Posted(Lose with { Dispute = "d-2" });
        Assert.Equal(50_00, book.Holds("fan.debt/USD//ann"));
    }

    [Fact]
    public void When_it_is_won_the_wallet_has_it_back() =>
        WithTwelveLeft().Posted(Open).Posted(Win).ShouldEndWith("""
            dispute_won
              debit   psp.receivable           50.00 USD   leaves 35.00 USD
              debit   fan.reserved of ann      12.00 USD   leaves  0.00 USD
              credit  chargeback.receivable    50.00 USD   leaves  0.00 USD
              credit  fan.wallet of ann        12.00 USD   leaves 12.00 USD
            """);

    [Fact]
    public void When_it_is_lost_the_fan_owes_what_was_spent()
    {
        var book = WithTwelveLeft().Posted(Open).Posted(Lose);
        book.ShouldEndWith("""
            dispute_lost
              debit   fan.reserved of ann      12.00 USD   leaves  0.00 USD
              debit   fan.debt of ann          38.00 USD   leaves 38.00 USD
              credit  chargeback.receivable    50.00 USD   leaves  0.00 USD
            """);
        book.Posted(new Command.TopUp("ann", 40_00, "USD"));
        Assert.Equal((0, 2_00), (book.Holds("fan.debt/USD//ann"), book.Holds("fan.wallet/USD//ann")));
    }

    [Fact]
    public void A_fee_that_is_passed_on_is_owed_too() =>
        WithTwelveLeft().Posted(Open).Posted(Lose with { PassFee = true }).ShouldEndWith("""
            dispute_lost
              debit   fan.reserved of ann      12.00 USD   leaves  0.00 USD
              debit   fan.debt of ann          53.00 USD   leaves 53.00 USD
              credit  chargeback.receivable    50.00 USD   leaves  0.00 USD
              credit  expense.chargeback_fee   15.00 USD   leaves  0.00 USD
            """);

    [Fact]
    public void What_a_bank_takes_beyond_the_top_up_the_fan_does_not_owe()
    {
        var book = WithTwelveLeft().Posted(Open with { Amount = 20_00 }).Posted(Lose)
            .Posted(Open with { Dispute = "d-2", Amount = 31_00, Fee = 0 }).Posted(Lose with { Dispute = "d-2" });
        book.ShouldEndWith("""
            dispute_lost
              debit   fan.debt of ann          30.00 USD   leaves 38.00 USD
              debit   expense.chargeback_loss   1.00 USD   leaves  1.00 USD
              credit  chargeback.receivable    31.00 USD   leaves  0.00 USD
            """);
        book.ShouldRefuse(Open with { Dispute = "d-3" }, "nothing_to_give_back");
    }

    [Fact]
    public void What_was_bought_with_it_is_found_newest_first_up_to_the_debt()
    {
        var book = new BookInMemory()
            .Posted(new Command.TopUp("ann", 20_00, "USD"))
            .Posted(Tip)
            .Posted(new Command.TopUp("ann", 50_00, "USD"))
            .Posted(Tip with { Amount = 20_00 })
            .Posted(new Command.Authorise("a-1", "ann", 15_00, "USD", new LocalDate(2026, 1, 9)))
            .Posted(Tip with { Amount = 15_00, Funding = Funding.Authorisation, Authorisation = "a-1" })
            .Posted(Tip with { Amount = 13_00, Creator = "cat" })
            .Posted(Tip with { Fan = "bob", Funding = Funding.Card })
            .Posted(Open with { Transaction = 4 });
        book.Posted(Lose with { ClawBack = true });
        var lost = book.Last<Event.DisputeLost>();
        Assert.Equal(38_00, lost.FanDebt);
        Assert.Equal(
            [new(8, 13_00), new(7, 15_00), new(5, 10_00)], lost.ToClawBack!);
    }

    [Fact]
    public void Each_sale_that_is_clawed_back_is_given_back_by_its_creator_and_lessens_the_debt()
    {
        var book = WithTwelveLeft().Posted(Open).Posted(Lose with { ClawBack = true });
        Assert.Equal([new(4, 8_00), new(3, 30_00)], book.Last<Event.DisputeLost>().ToClawBack!);
        book.Posted(new Command.ClawBackSale("d-1", 4)).ShouldEndWith("""
            sale_clawed_back
              debit   creator.pending of bea until 2026-01-08    5.76 USD   leaves 21.60 USD
              debit   creator.reserve of bea until 2026-04-01    0.64 USD   leaves  2.40 USD
              debit   revenue.tip                                1.60 USD   leaves  6.00 USD
              credit  fan.debt of ann                            8.00 USD   leaves 30.00 USD
            """);
        book.ShouldRefuse(new Command.ClawBackSale("d-1", 4), "not_to_be_clawed_back", ("transaction", "4"));
        book.ShouldRefuse(new Command.ClawBackSale("d-1", 2), "not_to_be_clawed_back");
        book.ShouldRefuse(new Command.RefundSale(4, "why"), "nothing_to_give_back");
        book.Posted(new Command.ClawBackSale("d-1", 3));
        Assert.Equal(0, book.Holds("fan.debt/USD//ann"));
        Assert.Equal(0, book.Holds("revenue.tip/USD//"));
    }

    [Fact]
    public void The_last_of_them_is_clawed_back_in_part()
    {
        var book = WithTwelveLeft().Posted(Open with { Amount = 23_00 }).Posted(Lose with { ClawBack = true });
        Assert.Equal([new(4, 8_00), new(3, 3_00)], book.Last<Event.DisputeLost>().ToClawBack!);
        book.Posted(new Command.ClawBackSale("d-1", 3)).ShouldEndWith("""
            sale_clawed_back
              debit   creator.pending of bea until 2026-01-08    2.16 USD   leaves 25.20 USD
              debit   creator.reserve of bea until 2026-04-01    0.24 USD   leaves  2.80 USD
              debit   revenue.tip                                0.60 USD   leaves  7.00 USD
              credit  fan.debt of ann                            3.00 USD   leaves  8.00 USD
            """);
        book.Posted(new Command.RefundSale(3, "the rest"));
        Assert.Equal(27_00, book.Holds("fan.wallet/USD//ann"));
    }

    [Fact]
    public void What_was_repaid_or_refunded_meanwhile_is_not_taken_twice()
    {
        var book = WithTwelveLeft().Posted(Open).Posted(Lose with { ClawBack = true })
            .Posted(new Command.RefundSale(4, "never delivered", 5_00));
        book.Posted(new Command.ClawBackSale("d-1", 4));
        Assert.Equal(3_00, book.Last<Event.SaleClawedBack>().Amount);
        book.Posted(new Command.TopUp("ann", 34_00, "USD")).Posted(new Command.ClawBackSale("d-1", 3));
        Assert.Equal(1_00, book.Last<Event.SaleClawedBack>().Amount);
        Assert.Equal(0, book.Holds("fan.debt/USD//ann"));
    }

    [Fact]
    public void Where_the_debt_is_repaid_nothing_is_clawed_back()
    {
        var book = WithTwelveLeft().Posted(Open).Posted(Lose with { ClawBack = true })
            .Posted(new Command.TopUp("ann", 38_00, "USD"));
        book.ShouldRefuse(new Command.ClawBackSale("d-1", 3), "nothing_to_give_back", ("transaction", "3"));
    }

    [Fact]
    public void Whether_anything_is_clawed_back_is_the_policy_of_the_day_where_nothing_is_said()
    {
        var book = WithTwelveLeft().Posted(Open).Posted(Lose);
        Assert.Null(book.Last<Event.DisputeLost>().ToClawBack);
        book = WithTwelveLeft().Posted(new Command.SetPolicy("pat", "sam") { ClawBackSpending = true })
            .Posted(Open).Posted(Lose);
        Assert.Equal(2, book.Last<Event.DisputeLost>().ToClawBack!.Count);
    }

    [Fact]
    public void Many_sales_are_found_in_few_rounds()
    {
        var book = new BookInMemory().Posted(new Command.TopUp("ann", 50_00, "USD"));
        for (var i = 0; i < 500; i++) book.Posted(Tip with { Amount = 10 });
        book.Posted(Open);
        book.Book.LetGoOfAccounts();
        book.Book.LetGoOfAccounts();
        book.Book.ForgetHistory();
        book.Posted(Lose with { ClawBack = true });
        Assert.Equal(500, book.Last<Event.DisputeLost>().ToClawBack!.Count);
        Assert.InRange(book.Rounds, 1, 10);
    }

    [Fact]
    public void Of_bought_tokens_those_that_are_left_are_frozen_up_to_what_was_paid()
    {
        var book = WithTokens(spent: 600).Posted(Open);
        book.ShouldEndWith("""
            dispute_opened
              debit   chargeback.receivable    10.00 USD   leaves  10.00 USD
              debit   expense.chargeback_fee   15.00 USD   leaves  15.00 USD
              credit  psp.receivable           25.00 USD   leaves -15.00 USD
              debit   token.liability           5.00 USD   leaves   0.00 USD
              credit  fan.reserved of ann       5.00 USD   leaves   5.00 USD
              debit   fan.tokens of ann          500 TKN   leaves      0 TKN
              credit  token.issued               500 TKN   leaves      0 TKN
            """);
        book.Posted(Lose).ShouldEndWith("""
            dispute_lost
              debit   fan.reserved of ann       5.00 USD   leaves   0.00 USD
              debit   fan.debt of ann           5.00 USD   leaves   5.00 USD
              credit  chargeback.receivable    10.00 USD   leaves   0.00 USD
            """);
    }

    [Fact]
    public void When_it_is_won_the_fan_has_the_tokens_back() =>
        WithTokens(spent: 600).Posted(Open).Posted(Win).ShouldEndWith("""
            dispute_won
              debit   psp.receivable           10.00 USD   leaves  -5.00 USD
              debit   fan.reserved of ann       5.00 USD   leaves   0.00 USD
              debit   token.issued               500 TKN   leaves    500 TKN
              credit  chargeback.receivable    10.00 USD   leaves   0.00 USD
              credit  token.liability           5.00 USD   leaves   5.00 USD
              credit  fan.tokens of ann          500 TKN   leaves    500 TKN
            """);

    [Fact]
    public void Tokens_that_were_given_on_top_are_cancelled_when_it_is_lost()
    {
        var book = WithTokens(spent: 40).Posted(Open);
        Assert.Equal(60, book.Holds("fan.tokens/TKN//ann"));
        book.Posted(Lose).ShouldEndWith("""
            dispute_lost
              debit   fan.reserved of ann      10.00 USD   leaves   0.00 USD
              credit  chargeback.receivable    10.00 USD   leaves   0.00 USD
              debit   token.liability           0.60 USD   leaves   0.00 USD
              credit  expense.promo             0.60 USD   leaves   0.40 USD
              debit   fan.tokens of ann           60 TKN   leaves      0 TKN
              credit  token.issued                60 TKN   leaves      0 TKN
            """);
    }

    [Fact]
    public void Over_several_disputes_no_more_than_the_bonus_is_cancelled()
    {
        var book = WithTokens(spent: 0);
        foreach (var (dispute, amount) in new[] { ("d-1", 3_33), ("d-2", 3_33), ("d-3", 3_34) })
            book.Posted(Open with { Dispute = dispute, Amount = amount }).Posted(Lose with { Dispute = dispute });
        Assert.Equal(0, book.Holds("fan.tokens/TKN//ann"));
        Assert.Equal(0, book.Holds("token.liability/USD//"));
        Assert.Equal(0, book.Holds("expense.promo/USD//"));
        Assert.Equal(0, book.Holds("fan.debt/USD//ann"));
    }

    [Fact]
    public void What_tokens_had_paid_for_is_clawed_back()
    {
        var book = WithTokens(spent: 600).Posted(Open).Posted(Lose with { ClawBack = true })
            .Posted(new Command.ClawBackSale("d-1", 3));
        book.ShouldEndWith("""
            sale_clawed_back
              debit   creator.pending of bea until 2026-01-08    3.60 USD   leaves 0.72 USD
              debit   creator.reserve of bea until 2026-04-01    0.40 USD   leaves 0.08 USD
              debit   revenue.tip                                1.00 USD   leaves 0.20 USD
              credit  fan.debt of ann                            5.00 USD   leaves 0.00 USD
            """);
        Assert.Equal(500, book.Last<Event.SaleClawedBack>().Tokens);
        book.Posted(new Command.RefundSale(3, "the rest"));
        Assert.Equal(100, book.Holds("fan.tokens/TKN//ann"));
    }

    /// <summary>A top-up of 50.00 by transaction 2, of which tips of 30.00 and 8.00 have left 12.00.</summary>
    private static BookInMemory WithTwelveLeft() => new BookInMemory()
        .Posted(new Command.TopUp("ann", 50_00, "USD"))
        .Posted(Tip with { Amount = 30_00 })
        .Posted(Tip with { Amount = 8_00 });

    /// <summary>1,000 tokens for 10.00 with 100 on top by transaction 2, some of them spent by transaction 3.</summary>
    private static BookInMemory WithTokens(long spent)
    {
        var book = new BookInMemory().Posted(new Command.PurchaseTokens(
            "ann", 1_000, 10_00, "USD", Funding.Card, Bonus: 100));
        return spent == 0 ? book : book.Posted(Tip with { Amount = spent, Funding = Funding.Tokens });
    }
}
