using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

public class RefundRefusalTests
{
    private static readonly Command.RefundSale Refund = new(2, "why");
    private static readonly Command.ExecuteRefund Execute = new(3);
    private static readonly Command.WriteOffDebt WriteOff = new(5_00, "USD", "gone", "pat", "sam") { Creator = "bea" };

    public static TheoryData<Command, string> Faults => new()
    {
        { Refund, "" },
        { Refund with { Amount = 1, UnearnedOnly = true }, "" },
        { Refund with { Transaction = 0, Reason = " ", Amount = 0 },
            "transaction ill_formed; reason ill_formed; amount amount_not_positive" },
        { Refund with { Amount = -5 }, "amount amount_not_positive" },
        { Refund with { Amount = 100_000_000_000_000_001 }, "amount amount_over_limit" },
        { Execute, "" },
        { Execute with { ToWallet = true }, "" },
        { Execute with { Refund = -1, Processor = "" }, "refund ill_formed; processor ill_formed" },
        { Execute with { Processor = "acquirer", ToWallet = true }, "processor not_by_card" },
        { WriteOff, "" },
        { WriteOff with { Creator = null, Fan = "ann" }, "" },
        { WriteOff with { Fan = "ann" }, "creator ill_formed" },
        { WriteOff with { Creator = null }, "creator ill_formed" },
        { new Command.WriteOffDebt(0, "TKN", "", "", null!) { Creator = "\0" },
            "creator ill_formed; amount amount_not_positive; currency wrong_currency; reason ill_formed; "
            + "proposed_by ill_formed; approved_by ill_formed" },
        { WriteOff with { ApprovedBy = "pat" }, "approved_by same_person" },
        { new Command.RepayDebt("bea", 1, "USD"), "" },
        { new Command.RepayDebt("", 0, "BTC"),
            "creator ill_formed; amount amount_not_positive; currency unknown_currency" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_the_form_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void Only_a_sale_is_refunded()
    {
        var book = new BookInMemory().Posted(new Command.TopUp("ann", 10_00, "USD"));
        book.ShouldRefuse(Refund, "not_refundable", ("transaction", "2"));
        book.ShouldRefuse(Refund with { Transaction = 1 }, "not_refundable");
        book.ShouldRefuse(Refund with { Transaction = 3 }, "transaction_unknown", ("transaction", "3"));
    }

    [Fact]
    public void What_was_reversed_is_not_refunded_as_well()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Posted(new Command.Reverse(2, "sent twice"));
        book.ShouldRefuse(Refund, "already_reversed", ("reversed_by", "3"));
    }

    [Fact]
    public void A_sale_that_was_refunded_is_not_reversed_as_well()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Posted(Refund with { Amount = 1_00 });
        book.ShouldRefuse(new Command.Reverse(2, "sent twice"), "not_reversible");
        book.ShouldRefuse(new Command.Reverse(3, "refunded by mistake"), "not_reversible");
    }

    [Fact]
    public void Refunds_are_never_more_than_the_sale()
    {
        var book = new BookInMemory().Posted(Sold.Tip);
        book.ShouldRefuse(
            Refund with { Amount = 10_01 }, "refund_exceeds_sale", ("remaining", "1000"), ("asked", "1001"));
        book.Posted(Refund with { Amount = 3_00 });
        book.ShouldRefuse(Refund with { Amount = 7_01 }, "refund_exceeds_sale", ("remaining", "700"));
        book.Posted(Refund);
        book.ShouldRefuse(Refund, "nothing_to_give_back", ("transaction", "2"));
        book.ShouldRefuse(Refund with { Amount = 1 }, "nothing_to_give_back");
        Assert.Equal(10_00, book.Holds("refund.payable/USD//"));
    }

    [Fact]
    public void What_cost_nothing_has_nothing_to_give_back()
    {
        var book = new BookInMemory()
            .Posted(Sold.Tip with { Discount = new Discount("spring", 10_00, Bearer.Platform) });
        book.ShouldRefuse(Refund, "nothing_to_give_back");
    }

    [Fact]
    public void Tokens_are_given_back_whole_or_not_at_all()
    {
        var book = new BookInMemory()
            .Posted(new Command.SetPolicy("pat", "sam") { TokenValue = new(Tokens: 1, Amount: 10) })
            .Posted(new Command.PurchaseTokens("ann", 100, 10_00, "USD", Funding.Card))
            .Posted(Sold.Tip with { Amount = 2_50, Funding = Funding.Tokens });
        var refund = Refund with { Transaction = 4 };
        book.ShouldRefuse(refund with { Amount = 1_05 }, "not_in_whole_tokens", ("tokens", "25"), ("worth", "250"));
        book.Posted(refund with { Amount = 1_10 });
        Assert.Equal(11, book.Last<Event.SaleRefunded>().Tokens);
        Assert.Equal(86, book.Holds("fan.tokens/TKN//ann"));
    }

    [Fact]
    public void A_fans_wallet_that_is_frozen_takes_no_refund()
    {
        var book = new BookInMemory()
            .Posted(new Command.TopUp("ann", 10_00, "USD"))
            .Posted(Sold.Tip with { Funding = Funding.Wallet })
            .Posted(new Command.FreezeAccount(new AccountName("fan.wallet", "ann", "USD"), "court order"));
        book.ShouldRefuse(Refund with { Transaction = 3 }, "account_frozen", ("account", "fan.wallet/USD//ann"));
    }

    [Fact]
    public void A_refund_is_executed_once()
    {
        var book = new BookInMemory().Posted(Sold.Tip with { Processor = "acquirer" }).Posted(Refund);
        book.Posted(Execute).ShouldEndWith("""
            refund_executed
              debit   refund.payable               10.00 USD   leaves 0.00 USD
              credit  psp.receivable of acquirer   10.00 USD   leaves 0.00 USD
            """);
        book.ShouldRefuse(Execute, "refund_already_executed", ("transaction", "3"), ("executed_by", "4"));
        book.ShouldRefuse(Execute with { Refund = 2 }, "not_a_refund");
        book.ShouldRefuse(Execute with { Refund = 9 }, "transaction_unknown");
    }

    [Fact]
    public void Another_processor_may_pay_it_out_or_the_fan_has_it_in_the_wallet()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Posted(Refund with { Amount = 4_00 }).Posted(Refund);
        book.Posted(Execute with { Processor = "other" }).ShouldEndWith("""
            refund_executed
              debit   refund.payable            4.00 USD   leaves  6.00 USD
              credit  psp.receivable of other   4.00 USD   leaves -4.00 USD
            """);
        book.Posted(Execute with { Refund = 4, ToWallet = true }).ShouldEndWith("""
            refund_executed
              debit   refund.payable            6.00 USD   leaves 0.00 USD
              credit  fan.wallet of ann         6.00 USD   leaves 6.00 USD
            """);
    }

    [Fact]
    public void What_went_straight_back_has_nothing_to_execute()
    {
        var book = new BookInMemory()
            .Posted(new Command.TopUp("ann", 10_00, "USD"))
            .Posted(Sold.Tip with { Funding = Funding.Wallet })
            .Posted(Refund with { Transaction = 3 });
        book.ShouldRefuse(Execute with { Refund = 4 }, "not_a_refund");
    }

    [Fact]
    public void A_creators_debt_is_repaid_or_written_off_and_never_more_than_it()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Released("bea").PaidOut("creator.available/USD//bea", 7_20)
            .Posted(Refund)
            .Posted(new Command.Transfer(
                [
                    new NamedLeg(new AccountName("cash.bank", "", "USD"), 2_00),
                    new NamedLeg(new AccountName("creator.available", "bea", "USD"), -2_00),
                ], "returned"));
        book.ShouldRefuse(
            new Command.RepayDebt("bea", 7_21, "USD"), "amount_over_debt", ("owed", "720"), ("asked", "721"));
        book.ShouldRefuse(new Command.RepayDebt("bea", 2_01, "USD"), "insufficient_funds");
        book.Posted(new Command.RepayDebt("bea", 2_00, "USD")).ShouldEndWith("""
            debt_repaid
              debit   creator.available of bea    2.00 USD   leaves 0.00 USD
              credit  creator.debt of bea         2.00 USD   leaves 5.20 USD
            """);
        book.ShouldRefuse(WriteOff with { Amount = 5_21 }, "amount_over_debt", ("owed", "520"));
        book.Posted(WriteOff).ShouldEndWith("""
            debt_written_off
              debit   expense.bad_debt            5.00 USD   leaves 5.00 USD
              credit  creator.debt of bea         5.00 USD   leaves 0.20 USD
            """);
        book.ShouldRefuse(WriteOff with { Creator = null, Fan = "bea" }, "amount_over_debt", ("owed", "0"));
    }
}
