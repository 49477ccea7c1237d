using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

public class ReceiptTests
{
    private static readonly AccountName Wallet = new("fan.wallet", "ann", "USD");
    private static readonly Command.RecordReceipt Record = new(12_34, "USD", "ref-7");
    private static readonly Command.AssignReceipt Assign = new(2, Wallet, 12_34, "ann wrote to us");

    internal static readonly (string, Event)[] Events =
    [
        ("receipt_recorded", new Event.ReceiptRecorded(12_34, "USD", "ref-7")),
        ("receipt_recorded.bank", new Event.ReceiptRecorded(1, "JPY", "ref-7", "main")),
        ("receipt_assigned", new Event.ReceiptAssigned(2, Wallet, 12_34, "ann wrote to us")),
        ("receipt_assigned.debt", new Event.ReceiptAssigned(2, Wallet, 12_34, "why") { DebtRepaid = 10_00 }),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.NotAReceipt(7),
        Refusal.ReceiptInOtherCurrency(7, "USD", "EUR"),
        Refusal.MoreThanReceived(7, 34, 35),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Record, "" },
        { new Command.RecordReceipt(0, "", "", ""),
            "amount amount_not_positive; currency unknown_currency; bank_reference ill_formed; bank ill_formed" },
        { Assign, "" },
        { new Command.AssignReceipt(0, null!, 0, ""),
            "receipt ill_formed; to ill_formed; amount amount_not_positive; reason ill_formed" },
        { Assign with { To = new("purse", "ann", "USD") }, "to.code unknown_account_code" },
        { Assign with { To = new("due.from", "acme/_", "EUR") }, "to.code not_assignable" },
    };

    public static TheoryData<string, bool> Purposes
    {
        get
        {
            var may = new[]
            {
                "fan.wallet", "fan.debt", "creator.available", "creator.debt", "affiliate.available", "refund.payable",
                "psp.receivable", "psp.reserve", "chargeback.receivable", "cash.bank",
            };
            var purposes = new TheoryData<string, bool>();
            foreach (var code in Chart.All.Where(code => !code.HoldsTokens))
                purposes.Add(code.Name, may.Contains(code.Name));
            return purposes;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Theory]
    [MemberData(nameof(Purposes))]
    public void A_receipt_is_for_somebody_the_platform_owes_or_who_owes_it(string code, bool may)
    {
        var line = Chart.Find(code);
        var owner = line.Holder switch
        {
            Holder.Platform or Holder.PlatformOrImport => "",
            Holder.OtherBook => "acme/_",
            _ => "somebody",
        };
        var to = new AccountName(code, owner, "USD", line.HasCohort ? new(2026, 1, 8) : null);
        (Assign with { To = to }).ShouldHave(may ? "" : "to.code not_assignable");
    }

    [Fact]
    public void A_receipt_that_nobody_knows_waits_until_somebody_does() =>
        new BookInMemory().Posted(Record).Posted(Assign with { Amount = 10_00 })
            .Posted(Assign with { To = new("psp.receivable", "acquirer", "USD"), Amount = 2_34 })
            .ShouldRead("""
                receipt_recorded
                  debit   cash.bank                     12.34 USD   leaves 12.34 USD
                  credit  suspense                      12.34 USD   leaves 12.34 USD
                receipt_assigned
                  debit   suspense                      10.00 USD   leaves  2.34 USD
                  credit  fan.wallet of ann             10.00 USD   leaves 10.00 USD
                receipt_assigned
                  debit   suspense                       2.34 USD   leaves  0.00 USD
                  credit  psp.receivable of acquirer     2.34 USD   leaves -2.34 USD
                """);

    [Fact]
    public void A_receipt_that_belongs_to_nobody_is_sent_back() =>
        new BookInMemory().Posted(Record with { Amount = 500, Currency = "JPY", Bank = "main" })
            .Posted(Assign with { To = new("cash.bank", "main", "JPY"), Amount = 500 })
            .ShouldRead("""
                receipt_recorded
                  debit   cash.bank of main    500 JPY   leaves 500 JPY
                  credit  suspense             500 JPY   leaves 500 JPY
                receipt_assigned
                  debit   suspense             500 JPY   leaves   0 JPY
                  credit  cash.bank of main    500 JPY   leaves   0 JPY
                """);

    [Fact]
    public void An_assignment_refers_to_its_receipt()
    {
        var book = new BookInMemory().Posted(Record).Posted(Assign);
        Assert.Equal(2, book.Journal[^1].Record.RefersTo);
    }

    [Fact]
    public void A_debt_may_be_repaid_by_bank_but_not_overpaid()
    {
        var book = new BookInMemory().Holding("creator.debt/USD//bea", 5_00).Posted(Record);
        var repay = Assign with { To = new("creator.debt", "bea", "USD"), Amount = 5_00 };
        book.ShouldRefuse(repay with { Amount = 5_01 }, "insufficient_funds");
        book.Posted(repay);
        Assert.Equal(0, book.Has("creator.debt/USD//bea"));
    }

    [Fact]
    public void No_more_is_assigned_than_was_received()
    {
        var book = new BookInMemory().Holding("suspense/USD//", 99_00).Posted(Record);
        book.ShouldRefuse(Assign with { Amount = 12_35 }, "more_than_received", ("left", "1234"), ("needed", "1235"));
        book.Posted(Assign with { Amount = 12_00 });
        book.ShouldRefuse(
            Assign with { Amount = 0_35 }, "more_than_received", ("receipt", "2"), ("left", "34"), ("needed", "35"));
        book.Book.ForgetHistory();
        book.Posted(Assign with { Amount = 0_34 });
        book.ShouldRefuse(Assign with { Amount = 1 }, "more_than_received", ("left", "0"));
    }

    [Fact]
    public void What_is_no_receipt_is_not_assigned()
    {
        var book = new BookInMemory().Posted(Record).Posted(new Command.TopUp("ann", 5_00, "USD"));
        book.ShouldRefuse(Assign with { Receipt = 3 }, "not_a_receipt", ("transaction", "3"));
        book.ShouldRefuse(Assign with { Receipt = 1 }, "not_a_receipt", ("transaction", "1"));
        book.ShouldRefuse(Assign with { Receipt = 4 }, "transaction_unknown", ("transaction", "4"));
        book.ShouldRefuse(
            Assign with { To = Wallet with { Currency = "EUR" } }, "receipt_in_other_currency", ("currency", "USD"),
            ("named", "EUR"));
    }

    [Fact]
    public void A_line_of_a_banks_statement_is_recorded_once()
    {
        var book = new BookInMemory().Posted(Record with { Bank = "a/b", BankReference = "c" });
        book.ShouldRefuse(
            Record with { Bank = "a/b", BankReference = "c", Amount = 1 }, "already_recorded", ("reference", "c"),
            ("recorded_by", "2"));
        book.Posted(Record with { Bank = "a", BankReference = "b/c" }).Posted(Record with { BankReference = "c" });
    }

    [Fact]
    public void What_a_creator_or_a_fan_owes_is_repaid_by_what_is_assigned_to_them()
    {
        var book = new BookInMemory().Posted(Sold.Tip).Released("bea").PaidOut("creator.available/USD//bea", 7_20)
            .Posted(new Command.RefundSale(2, "why"))
            .Posted(Record);
        var receipt = book.Book.LastNumber;
        book.Posted(Assign with { Receipt = receipt, To = new("creator.available", "bea", "USD") }).ShouldEndWith("""
            receipt_assigned
              debit   suspense                    12.34 USD   leaves 0.00 USD
              credit  creator.debt of bea          7.20 USD   leaves 0.00 USD
              credit  creator.available of bea     5.14 USD   leaves 5.14 USD
            """);
        Assert.Equal(7_20, book.Last<Event.ReceiptAssigned>().DebtRepaid);

        book.Posted(new Command.TopUp("ann", 5_00, "USD"))
            .Posted(new Command.WithdrawFromWallet("ann", 5_00, "USD", Wallets.WayOut.Card))
            .Posted(new Command.OpenDispute("d-1", receipt + 2, 0)).Posted(new Command.LoseDispute("d-1"))
            .Posted(Record with { BankReference = "ref-8", Amount = 3_00 });
        book.Posted(Assign with { Receipt = book.Book.LastNumber, Amount = 3_00 });
        Assert.Equal(3_00, book.Last<Event.ReceiptAssigned>().DebtRepaid);
        Assert.Equal((2_00, 0), (book.Holds("fan.debt/USD//ann"), book.Holds("fan.wallet/USD//ann")));
    }
}
