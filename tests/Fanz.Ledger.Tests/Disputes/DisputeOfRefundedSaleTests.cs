using Fanz.Ledger.Journal;
using FsCheck;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

/// <summary>
/// A refund that has not left yet, and a bank that takes the whole payment back meanwhile: the fan must not have both.
/// </summary>
public class DisputeOfRefundedSaleTests
{
    private static readonly Command.RefundSale Refund = new(2, "asked");
    private static readonly Command.OpenDispute Open = new("d-1", 2, Fee: 0, Amount: 10_00);
    private static readonly Command.WinDispute Win = new("d-1");
    private static readonly Command.LoseDispute Lose = new("d-1");
    private static readonly Command.ExecuteRefund Execute = new(3);

    [Fact]
    public void A_refund_does_not_leave_while_the_payment_is_disputed()
    {
        var book = Refunded().Posted(Open);
        book.ShouldRefuse(Execute, "refund_during_dispute", ("transaction", "2"), ("dispute", "d-1"));
        book.ShouldRefuse(Execute with { ToWallet = true }, "refund_during_dispute");
        book.Posted(Win).Posted(Execute);
        Assert.Equal(0, book.Holds("refund.payable/USD//"));
        Assert.Equal(0, book.Holds("psp.receivable/USD//"));
    }

    [Fact]
    public void A_lost_dispute_pays_the_refund_that_has_not_left_and_costs_nobody_anything()
    {
        var book = Refunded().Posted(Open).Posted(Lose);
        book.ShouldEndWith("""
            dispute_lost
              debit   refund.payable           10.00 USD   leaves 0.00 USD
              credit  chargeback.receivable    10.00 USD   leaves 0.00 USD
            """);
        Assert.Equal([new(3, 10_00)], book.Last<Event.DisputeLost>().RefundsPaid!);
        book.ShouldRefuse(Execute, "refund_paid_by_dispute", ("transaction", "3"), ("sale", "2"));
        book.ShouldRefuse(Execute with { ToWallet = true }, "refund_paid_by_dispute");
    }

    [Fact]
    public void What_is_left_of_the_payment_is_lost_first_and_the_refunds_are_paid_in_their_order()
    {
        var book = Refunded(2_00, 3_00).Posted(Open with { Amount = 8_50 }).Posted(Lose);
        var lost = book.Last<Event.DisputeLost>();
        Assert.Equal((5_00, null), (lost.Amount, lost.Excess));
        Assert.Equal([new(3, 2_00), new(4, 1_50)], lost.RefundsPaid!);
        book.ShouldRefuse(Execute, "refund_paid_by_dispute");
        book.Posted(Execute with { Refund = 4 });
        Assert.Equal(1_50, book.Last<Event.RefundExecuted>().Amount);
        Assert.Equal(0, book.Holds("refund.payable/USD//"));
        Assert.Equal(0, book.Holds("psp.receivable/USD//"));
    }

    [Fact]
    public void Several_lost_disputes_pay_a_refund_part_by_part_and_never_twice()
    {
        var book = Refunded(10_00);
        for (var i = 1; i <= 3; i++)
            book.Posted(new Command.OpenDispute($"d-{i}", 2, Fee: 0, Amount: 4_00))
                .Posted(new Command.LoseDispute($"d-{i}"));
        var lost = book.Last<Event.DisputeLost>();
        Assert.Equal([new(3, 2_00)], lost.RefundsPaid!);
        Assert.Equal(2_00, lost.Excess);
        book.ShouldRefuse(Execute, "refund_paid_by_dispute");
        Assert.Equal(0, book.Holds("refund.payable/USD//"));
    }

    [Fact]
    public void A_refund_after_a_dispute_was_won_is_paid_by_it_when_it_is_opened_again_and_lost()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Posted(Open).Posted(Win).Posted(Refund)
            .Posted(new Command.ReopenDispute("d-1"));
        book.ShouldRefuse(new Command.ExecuteRefund(5), "refund_during_dispute");
        book.Posted(Lose);
        book.ShouldRefuse(new Command.ExecuteRefund(5), "refund_paid_by_dispute");
        Assert.Equal(0, book.Holds("refund.payable/USD//"));
        Assert.Equal(0, book.Holds("expense.chargeback_loss/USD//"));
    }

    [Fact]
    public void What_a_bank_takes_after_the_refund_has_left_is_the_platforms_loss()
    {
        var book = Refunded().Posted(Execute).Posted(Open).Posted(Lose);
        Assert.Null(book.Last<Event.DisputeLost>().RefundsPaid);
        Assert.Equal(10_00, book.Last<Event.DisputeLost>().Excess);
        Assert.Equal(10_00, book.Holds("expense.chargeback_loss/USD//"));
    }

    [Fact]
    public void In_any_order_the_platform_pays_a_fan_no_refund_beyond_what_they_paid() => Properties.Hold(
        Gen.Choose(0, 6).Two().Zip(Gen.Choose(1, 12_00)).ArrayOf(30), steps =>
        {
            var book = new BookInMemory().Posted(Sold.Tip);
            var audit = new SaleAuditor();
            foreach (var ((kind, which), amount) in steps)
                book.Post(Step(book, kind, which, amount));
            foreach (var appended in book.Journal) audit.Follow(appended);
            Laws.Check(book);
        });

    private static Command Step(BookInMemory book, int kind, int which, long amount)
    {
        var disputes = book.Journal.Count(one => one.Record.Type == "dispute_opened");
        var refunds = book.Journal.Where(one => one.Record.Type == "sale_refunded").ToList();
        var dispute = $"d{Math.Max(0, disputes - 1 - (which % 2))}";
        return kind switch
        {
            0 => new Command.RefundSale(2, "asked", which % 3 == 0 ? null : amount),
            1 or 2 => new Command.ExecuteRefund(refunds.Count == 0 ? 1 : refunds[which % refunds.Count].Record.Number)
            {
                ToWallet = which % 2 == 0,
            },
            3 => new Command.OpenDispute($"d{disputes}", 2, 0, which % 3 == 0 ? null : amount),
            4 => new Command.WinDispute(dispute),
            5 => new Command.ReopenDispute(dispute),
            _ => new Command.LoseDispute(dispute),
        };
    }

    private static BookInMemory Refunded(params long[] amounts)
    {
        var book = new BookInMemory().Posted(Sold.Tip);
        if (amounts.Length == 0) return book.Posted(Refund);
        foreach (var amount in amounts) book.Posted(Refund with { Amount = amount });
        return book;
    }
}
