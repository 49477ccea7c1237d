using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

public class PaymentTests
{
    private static readonly AccountName Fees = new("expense.psp_fee", "", "USD");
    private static readonly Command.RecordPayment Record = new(12_34, "USD", "ref-7");
    private static readonly Command.AssignPayment Assign = new(2, Fees, 12_34, "their fee", "ida", "otto");
    private static readonly Command.SettleProcessor Settle = new("USD", 10_00, 60, 1_00, "acquirer");
    private static readonly Command.MatchBankLine Match = new(2, 8_40, "USD", "ref-9");

    internal static readonly (string, Event)[] Events =
    [
        ("payment_recorded", new Event.PaymentRecorded(12_34, "USD", "ref-7")),
        ("payment_recorded.bank", new Event.PaymentRecorded(1, "JPY", "ref-7", "main")),
        ("payment_assigned", new Event.PaymentAssigned(2, Fees, 12_34, "their fee", "ida", "otto")),
        ("payment_assigned.matched", new Event.PaymentAssigned(
            2, Fees with { Code = "cash.bank" }, 1, "why", Record: 7)),
        ("receipt_assigned.matched", new Event.ReceiptAssigned(2, Fees with { Code = "cash.bank" }, 1, "why")
        {
            Record = 7,
        }),
        ("bank_line_matched", new Event.BankLineMatched(2, 8_40, "USD", "ref-9")),
        ("bank_line_matched.part", new Event.BankLineMatched(2, 8_40, "USD", "ref-9") { Part = true }),
        ("bank_line_matched.suspended", new Event.BankLineMatched(2, -8_40, "USD", "ref-9", "main", 7)),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.NotAPayment(7),
        Refusal.PaymentInOtherCurrency(7, "USD", "EUR"),
        Refusal.MoreThanPaid(7, 34, 35),
        Refusal.NotMatchable(7, "was reversed by 9"),
        Refusal.BankLineDiffers(7, 8_40, 8_41),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Record, "" },
        { new Command.RecordPayment(0, "", "", ""),
            "amount amount_not_positive; currency unknown_currency; bank_reference ill_formed; bank ill_formed" },
        { Assign, "" },
        { new Command.AssignPayment(0, null!, 0, "", "", ""),
            "payment ill_formed; to ill_formed; amount amount_not_positive; reason ill_formed; "
            + "proposed_by ill_formed; approved_by ill_formed; approved_by same_person" },
        { Assign with { ApprovedBy = "ida" }, "approved_by same_person" },
        { Assign with { To = new("revenue.tip", "", "USD") }, "to.code not_assignable" },
        { Assign with { To = new("payout.transit", "bea", "USD") }, "to.code not_assignable" },
        { Match, "" },
        { new Command.MatchBankLine(0, 0, "", "", ""),
            "record ill_formed; amount amount_zero; currency unknown_currency; bank_reference ill_formed; "
            + "bank ill_formed" },
        { Match with { Amount = long.MinValue }, "amount amount_over_limit" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_payment_that_nobody_knows_waits_until_two_people_do() =>
        new BookInMemory().Posted(Record).Posted(Assign with { Amount = 10_00 })
            .Posted(Assign with { To = new("psp.receivable", "acquirer", "USD"), Amount = 2_34 })
            .ShouldRead("""
                payment_recorded
                  debit   suspense                      12.34 USD   leaves -12.34 USD
                  credit  cash.bank                     12.34 USD   leaves -12.34 USD
                payment_assigned
                  debit   expense.psp_fee               10.00 USD   leaves  10.00 USD
                  credit  suspense                      10.00 USD   leaves  -2.34 USD
                payment_assigned
                  debit   psp.receivable of acquirer     2.34 USD   leaves   2.34 USD
                  credit  suspense                       2.34 USD   leaves   0.00 USD
                """);

    [Fact]
    public void No_more_is_assigned_than_was_paid()
    {
        var book = new BookInMemory().Posted(Record);
        book.ShouldRefuse(Assign with { Amount = 12_35 }, "more_than_paid", ("left", "1234"), ("needed", "1235"));
        book.Posted(Assign with { Amount = 12_00 });
        book.Book.ForgetHistory();
        book.ShouldRefuse(Assign with { Amount = 0_35 }, "more_than_paid", ("left", "34"));
        book.ShouldRefuse(Assign with { Payment = 1 }, "not_a_payment");
        book.ShouldRefuse(Assign with { Payment = 9 }, "transaction_unknown");
        book.ShouldRefuse(Assign with { To = Fees with { Currency = "EUR" } }, "payment_in_other_currency");
    }

    [Fact]
    public void A_line_of_a_banks_statement_is_recorded_once() =>
        new BookInMemory().Posted(Record).ShouldRefuse(
            Record with { Amount = 1 }, "already_recorded", ("reference", "ref-7"), ("recorded_by", "2"));

    [Fact]
    public void A_line_that_was_booked_before_it_came_moves_nothing()
    {
        var book = new BookInMemory().Posted(Settle).Posted(Match);
        Assert.Empty(book.Journal[^1].Entries);
        Assert.Equal(2, book.Journal[^1].Record.RefersTo);
        book.ShouldRefuse(Match, "already_recorded", ("recorded_by", "3"));
        book.ShouldRefuse(Match with { BankReference = "ref-10" }, "not_matchable");
    }

    [Fact]
    public void A_line_that_came_first_is_taken_out_of_suspense_by_what_is_booked_for_it()
    {
        var book = new BookInMemory().Posted(Settle).Posted(new Command.RecordReceipt(8_40, "USD", "ref-9"));
        book.Posted(Match);
        Assert.Equal(
            (8_40, 0), (book.Has("cash.bank/USD//"), book.Has("suspense/USD//")));
        Assert.Equal(3, book.Last<Event.ReceiptAssigned>().Receipt);
    }

    [Fact]
    public void The_same_with_what_left()
    {
        var book = new BookInMemory().Posted(Settle with { Gross = -10_00, Fees = 0, Kept = 0 })
            .Posted(new Command.RecordPayment(10_00, "USD", "ref-9"));
        book.Posted(Match with { Amount = -10_00 });
        Assert.Equal((-10_00, 0), (book.Has("cash.bank/USD//"), book.Has("suspense/USD//")));
        Assert.Null(book.Last<Event.PaymentAssigned>().ProposedBy);
    }

    [Fact]
    public void A_line_may_be_several_transactions()
    {
        var book = new BookInMemory().Posted(Settle).Posted(Settle);
        book.Posted(Match with { Part = true }).Posted(Match with { Part = true, Record = 3 });
        book.ShouldRefuse(Match with { Part = true }, "not_matchable");
    }

    [Fact]
    public void What_of_a_line_was_assigned_is_not_taken_back()
    {
        var book = new BookInMemory().Posted(Settle).Posted(new Command.RecordReceipt(8_40, "USD", "ref-9"))
            .Posted(new Command.AssignReceipt(3, new("fan.wallet", "ann", "USD"), 1, "ann wrote"));
        book.ShouldRefuse(Match, "more_than_received", ("left", "839"));
    }

    [Fact]
    public void A_line_is_matched_to_the_cent()
    {
        var book = new BookInMemory().Posted(Settle).Posted(Record);
        book.ShouldRefuse(Match with { Amount = 8_41 }, "bank_line_differs", ("moved", "840"), ("amount", "841"));
        book.ShouldRefuse(Match with { Bank = "other" }, "bank_line_differs", ("moved", "0"));
        book.ShouldRefuse(Match with { Record = 3, Amount = -12_34 }, "not_matchable");
        book.ShouldRefuse(Match with { Record = 9 }, "transaction_unknown");
    }
}
