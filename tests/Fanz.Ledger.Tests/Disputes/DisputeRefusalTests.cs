using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

public class DisputeRefusalTests
{
    private static readonly Command.OpenDispute Open = new("d-1", 2, Fee: 15_00);
    private static readonly Command.WinDispute Win = new("d-1");
    private static readonly Command.LoseDispute Lose = new("d-1");
    private static readonly Command.ReopenDispute Reopen = new("d-1");
    private static readonly Command.ClawBackSale ClawBack = new("d-1", 3);

    public static TheoryData<Command, string> Faults => new()
    {
        { Open, "" },
        { Open with { Fee = 0, Amount = 1, ReasonCode = "10.4", Processor = "acquirer" }, "" },
        { Open with { Fee = -1 }, "fee amount_not_positive" },
        { new Command.OpenDispute("", 0, 100_000_000_000_000_001, 0) { ReasonCode = "\0", Processor = "" },
            "dispute ill_formed; transaction ill_formed; fee amount_over_limit; amount amount_not_positive; "
            + "reason_code ill_formed; processor ill_formed" },
        { Win, "" },
        { Win with { Dispute = null! }, "dispute ill_formed" },
        { Lose with { Bearer = Bearer.Platform, PassFee = false, ClawBack = true }, "" },
        { Lose with { Dispute = "\n", Bearer = (Bearer)7 }, "dispute ill_formed; bearer ill_formed" },
        { Reopen, "" },
        { Reopen with { Dispute = "", Fee = -1 }, "dispute ill_formed; fee amount_not_positive" },
        { ClawBack, "" },
        { ClawBack with { Dispute = "", Transaction = 0 }, "dispute ill_formed; transaction ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_the_form_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void Only_a_payment_by_card_is_disputed()
    {
        var book = new BookInMemory()
            .Posted(new Command.TopUp("ann", 20_00, "USD"))
            .Posted(Sold.Tip with { Funding = Funding.Wallet })
            .Posted(new Command.PurchaseTokens("ann", 100, 1_00, "USD", Funding.Wallet));
        book.ShouldRefuse(Open with { Transaction = 3 }, "not_disputable", ("transaction", "3"));
        book.ShouldRefuse(Open with { Transaction = 4 }, "not_disputable");
        book.ShouldRefuse(Open with { Transaction = 1 }, "not_disputable");
        book.ShouldRefuse(Open with { Transaction = 5 }, "transaction_unknown");
    }

    [Fact]
    public void A_dispute_is_opened_once_whatever_the_key()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Posted(Sold.Tip).Posted(Open);
        book.ShouldRefuse(Open, "dispute_exists", ("dispute", "d-1"), ("transaction", "2"));
        book.ShouldRefuse(Open with { Transaction = 3 }, "dispute_exists", ("transaction", "2"));
    }

    [Fact]
    public void A_payment_has_one_dispute_at_a_time()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Posted(Open with { Amount = 3_00 });
        book.ShouldRefuse(
            Open with { Dispute = "d-2" }, "dispute_already_open", ("transaction", "2"), ("dispute", "d-1"));
        book.Posted(Win).Posted(Open with { Dispute = "d-2" });
        book.ShouldRefuse(Reopen, "dispute_already_open", ("dispute", "d-2"));
    }

    [Fact]
    public void A_sale_is_not_refunded_while_it_is_disputed()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Posted(Open with { Amount = 3_00 });
        book.ShouldRefuse(
            new Command.RefundSale(2, "why"), "refund_during_dispute", ("transaction", "2"), ("dispute", "d-1"));
        book.Posted(Win).Posted(Reopen);
        book.ShouldRefuse(new Command.RefundSale(2, "why", 1_00), "refund_during_dispute");
        book.Posted(Lose).Posted(new Command.RefundSale(2, "why"));
        Assert.Equal(7_00, book.Holds("refund.payable/USD//"));
    }

    [Fact]
    public void What_was_reversed_is_not_disputed_and_what_is_disputed_is_not_reversed()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Posted(Sold.Tip).Posted(new Command.Reverse(2, "sent twice"));
        book.ShouldRefuse(Open, "already_reversed", ("transaction", "2"), ("reversed_by", "4"));
        book.Posted(Open with { Transaction = 3 });
        book.ShouldRefuse(new Command.Reverse(3, "sent twice"), "not_reversible");
        book.ShouldRefuse(new Command.Reverse(5, "opened by mistake"), "not_reversible");
    }

    [Fact]
    public void Nothing_happens_to_a_dispute_but_in_its_time()
    {
        var book = new BookInMemory().Posted(Sold.Tip);
        foreach (var command in new Command[] { Win, Lose, Reopen, ClawBack })
            book.ShouldRefuse(command, "dispute_unknown", ("dispute", "d-1"));
        book.Posted(Open);
        book.ShouldRefuse(Reopen, "dispute_not_in_state", ("state", "open"), ("needed", "won"));
        book.ShouldRefuse(ClawBack, "dispute_not_in_state", ("state", "open"), ("needed", "lost"));
        book.Posted(Win);
        book.ShouldRefuse(Win, "dispute_not_in_state", ("state", "won"), ("needed", "open"));
        book.ShouldRefuse(Lose, "dispute_not_in_state", ("state", "won"), ("needed", "open"));
        book.Posted(Reopen).Posted(Lose);
        book.ShouldRefuse(Win, "dispute_not_in_state", ("state", "lost"));
        book.ShouldRefuse(Lose, "dispute_not_in_state", ("state", "lost"));
        book.ShouldRefuse(Reopen, "dispute_not_in_state", ("state", "lost"), ("needed", "won"));
        book.ShouldRefuse(ClawBack, "not_to_be_clawed_back", ("dispute", "d-1"), ("transaction", "3"));
    }
}
