using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Tests;

public class PayoutTests
{
    private const string Available = "creator.available/USD//bea";

    private static readonly Command.FormPayout Form = new("p-7", "bea", "USD", 380_00, 2_50);
    private static readonly Command.AcceptPayout Accept = new("p-7");
    private static readonly Command.SettlePayout Settle = new("p-7");
    private static readonly Command.FailPayout Fail = new("p-7", "the file was never sent");
    private static readonly Command.RejectPayout Reject = new("p-7", "no such account");
    private static readonly Command.ReturnPayout Return = new("p-7", "R03");

    internal static readonly (string, Event)[] Events =
    [
        ("payout_formed", new Event.PayoutFormed("p-7", "bea", "USD", 380_00, 2_50, 377_50)),
        ("payout_accepted", new Event.PayoutAccepted("p-7", "bea", "USD", 377_50)),
        ("payout_settled", new Event.PayoutSettled("p-7", "bea", "USD", 377_50)),
        ("payout_settled.bank", new Event.PayoutSettled("p-7", "bea", "USD", 377_50, "main")),
        ("payout_failed", new Event.PayoutFailed("p-7", "bea", "USD", 380_00, 2_50, 0, "the file was never sent")),
        ("payout_rejected", new Event.PayoutRejected("p-7", "bea", "USD", 380_00, 2_50, 1_00, "no such account")),
        ("payout_returned", new Event.PayoutReturned("p-7", "bea", "USD", 377_50, "R03")),
        ("payout_returned.bank", new Event.PayoutReturned("p-7", "bea", "USD", 377_50, "R03", "main")),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.PayoutExists("p-7"),
        Refusal.PayoutUnknown("p-7"),
        Refusal.PayoutNotInState("p-7", "settled", "accepted"),
        Refusal.PayoutOfAnother("p-7", "cat", "USD"),
        Refusal.CreatorInDebt(new AccountKey(Chart.CreatorDebt, "bea", Currency.Of("USD")), 1),
        Refusal.PaidElsewhere("p-7", "bank", "iban"),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Form, "" },
        { Form with { Fee = 0 }, "" },
        { Form with { Fee = 379_99 }, "" },
        { Form with { Fee = 380_00 }, "fee over_amount" },
        { Form with { Fee = 380_01 }, "fee over_amount" },
        { Form with { Fee = -1 }, "fee ill_formed" },
        { new Command.FormPayout(null!, "", "TKN", 0, -1),
            "payout ill_formed; creator ill_formed; currency wrong_currency; amount amount_not_positive; "
            + "fee ill_formed" },
        { new Command.AcceptPayout(""), "payout ill_formed" },
        { new Command.SettlePayout("", ""), "payout ill_formed; bank ill_formed" },
        { new Command.FailPayout("", ""), "payout ill_formed; reason ill_formed" },
        { new Command.RejectPayout("", null!), "payout ill_formed; reason ill_formed" },
        { new Command.ReturnPayout(null!, " ", "\0"), "payout ill_formed; reason ill_formed; bank ill_formed" },
    };

    /// <summary>The way to each state, and which of the steps leads on from it.</summary>
    public static TheoryData<string, Command[], string> States => new()
    {
        { "formed", [Form], "accept_payout fail_payout" },
        { "accepted", [Form, Accept], "settle_payout reject_payout" },
        { "settled", [Form, Accept, Settle], "return_payout" },
        { "failed", [Form, Fail], "" },
        { "rejected", [Form, Accept, Reject], "" },
        { "returned", [Form, Accept, Settle, Return], "" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_payout_is_formed_accepted_and_settled() =>
        Book().Posted(Form).Posted(Accept).Posted(Settle).ShouldRead("""
            payout_formed
              debit   creator.available of bea  380.00 USD   leaves    0.00 USD
              credit  revenue.payout_fee          2.50 USD   leaves    2.50 USD
              credit  payout.transit of bea     377.50 USD   leaves  377.50 USD
            payout_accepted
              debit   payout.transit of bea     377.50 USD   leaves    0.00 USD
              credit  payout.clearing of bea    377.50 USD   leaves  377.50 USD
            payout_settled
              debit   payout.clearing of bea    377.50 USD   leaves    0.00 USD
              credit  cash.bank                 377.50 USD   leaves -377.50 USD
            """);

    [Fact]
    public void A_payout_that_was_never_sent_is_the_creators_again_with_its_fee() =>
        Book().Posted(Form).Posted(Fail).ShouldRead("""
            payout_formed
              debit   creator.available of bea  380.00 USD   leaves   0.00 USD
              credit  revenue.payout_fee          2.50 USD   leaves   2.50 USD
              credit  payout.transit of bea     377.50 USD   leaves 377.50 USD
            payout_failed
              debit   payout.transit of bea     377.50 USD   leaves   0.00 USD
              debit   revenue.payout_fee          2.50 USD   leaves   0.00 USD
              credit  creator.available of bea  380.00 USD   leaves 380.00 USD
            """);

    [Fact]
    public void A_payout_that_the_bank_did_not_make_is_the_creators_again_with_its_fee() =>
        Book().Posted(Form).Posted(Accept).Posted(Reject).ShouldRead("""
            payout_formed
              debit   creator.available of bea  380.00 USD   leaves   0.00 USD
              credit  revenue.payout_fee          2.50 USD   leaves   2.50 USD
              credit  payout.transit of bea     377.50 USD   leaves 377.50 USD
            payout_accepted
              debit   payout.transit of bea     377.50 USD   leaves   0.00 USD
              credit  payout.clearing of bea    377.50 USD   leaves 377.50 USD
            payout_rejected
              debit   payout.clearing of bea    377.50 USD   leaves   0.00 USD
              debit   revenue.payout_fee          2.50 USD   leaves   0.00 USD
              credit  creator.available of bea  380.00 USD   leaves 380.00 USD
            """);

    [Fact]
    public void A_payout_that_came_back_is_on_hold_until_somebody_has_looked() =>
        Book().Posted(Form).Posted(Accept).Posted(Settle with { Bank = "main" }).Posted(Return)
            .Posted(new Command.ReleaseAmount("bea", 377_50, "USD", "new account", "p-7"))
            .ShouldRead("""
                payout_formed
                  debit   creator.available of bea  380.00 USD   leaves    0.00 USD
                  credit  revenue.payout_fee          2.50 USD   leaves    2.50 USD
                  credit  payout.transit of bea     377.50 USD   leaves  377.50 USD
                payout_accepted
                  debit   payout.transit of bea     377.50 USD   leaves    0.00 USD
                  credit  payout.clearing of bea    377.50 USD   leaves  377.50 USD
                payout_settled
                  debit   payout.clearing of bea    377.50 USD   leaves    0.00 USD
                  credit  cash.bank of main         377.50 USD   leaves -377.50 USD
                payout_returned
                  debit   cash.bank of main         377.50 USD   leaves    0.00 USD
                  credit  creator.hold of bea       377.50 USD   leaves  377.50 USD
                held_amount_released
                  debit   creator.hold of bea       377.50 USD   leaves    0.00 USD
                  credit  creator.available of bea  377.50 USD   leaves  377.50 USD
                """);

    [Fact]
    public void A_payout_may_come_back_to_another_bank()
    {
        var book = Book().Posted(Form).Posted(Accept).Posted(Settle with { Bank = "main" })
            .Posted(Return with { Bank = "second" });
        Assert.Equal(-377_50, book.Has("cash.bank/USD//main"));
        Assert.Equal(377_50, book.Has("cash.bank/USD//second"));
    }

    [Fact]
    public void A_payout_without_a_fee_in_yen() =>
        new BookInMemory().Holding("creator.available/JPY//bea", 5_000)
            .Posted(Form with { Currency = "JPY", Amount = 5_000, Fee = 0 })
            .ShouldRead("""
                payout_formed
                  debit   creator.available of bea  5000 JPY   leaves    0 JPY
                  credit  payout.transit of bea     5000 JPY   leaves 5000 JPY
                """);

    [Fact]
    public void A_payout_in_kuwaiti_dinars() =>
        new BookInMemory().Holding("creator.available/KWD//bea", 5_005)
            .Posted(Form with { Currency = "KWD", Amount = 5_005, Fee = 1 })
            .ShouldRead("""
                payout_formed
                  debit   creator.available of bea  5.005 KWD   leaves 0.000 KWD
                  credit  revenue.payout_fee        0.001 KWD   leaves 0.001 KWD
                  credit  payout.transit of bea     5.004 KWD   leaves 5.004 KWD
                """);

    [Fact]
    public void What_comes_back_repays_a_debt_that_was_made_in_the_meantime()
    {
        var book = Book().Posted(Form).Posted(new Command.Transfer(
            [new(new("creator.debt", "bea", "USD"), 80_00), new(new("suspense", "", "USD"), -80_00)], "a refund"));
        book.Posted(Fail);
        Assert.Equal(300_00, book.Has(Available));
        Assert.Equal(0, book.Has("creator.debt/USD//bea"));
    }

    [Theory]
    [MemberData(nameof(States))]
    public void A_step_that_does_not_lead_on_is_refused_and_says_where_the_payout_is(
        string state, Command[] way, string leadOn)
    {
        foreach (var step in new Command[] { Accept, Settle, Fail, Reject, Return })
        {
            var book = Book();
            foreach (var earlier in way) book.Posted(earlier);
            if (leadOn.Split(' ').Contains(CommandFormat.NameOf(step))) book.Posted(step);
            else book.ShouldRefuse(step, "payout_not_in_state", ("payout", "p-7"), ("state", state));
        }
    }

    [Fact]
    public void A_payout_is_formed_once_whoever_asks_again()
    {
        var book = Book().Posted(Form with { Amount = 100_00 });
        book.ShouldRefuse(Form with { Amount = 100_00 }, "payout_exists", ("payout", "p-7"));
        book.Posted(Fail);
        book.ShouldRefuse(Form with { Creator = "cat" }, "payout_exists");
    }

    [Fact]
    public void A_payout_that_nobody_formed_is_not_known() => Assert.All(
        new Command[] { Accept, Settle, Fail, Reject, Return },
        step => Book().ShouldRefuse(step, "payout_unknown", ("payout", "p-7")));

    [Fact]
    public void Nobody_is_paid_out_more_than_they_have() =>
        Book().ShouldRefuse(
            Form with { Amount = 380_01 }, "insufficient_funds", ("account", Available), ("available", "38000"));

    [Fact]
    public void Nobody_is_paid_out_who_owes_the_platform() =>
        Book().Holding("creator.debt/USD//bea", 1).ShouldRefuse(
            Form, "creator_in_debt", ("account", "creator.debt/USD//bea"), ("owed", "1"));

    [Fact]
    public void Nobody_is_paid_out_who_is_held_or_sanctioned()
    {
        var book = Book().Posted(new Command.HoldCreator("bea", "police"));
        book.ShouldRefuse(Form, "creator_held");
        book.Posted(new Command.SanctionParty(Role.Creator, "bea", "on the list"));
        book.ShouldRefuse(Form, "party_sanctioned");
        Book().Posted(new Command.CloseParty(Role.Creator, "bea", "left")).Posted(Form);
    }

    [Fact]
    public void What_the_bank_did_is_recorded_whoever_the_creator_is_by_now()
    {
        var book = Book().Posted(Form).Posted(new Command.SanctionParty(Role.Creator, "bea", "on the list"));
        book.Posted(Accept).Posted(Settle).Posted(Return);
        book.ShouldRefuse(
            new Command.ReleaseAmount("bea", 377_50, "USD", "new account", "p-7"), "party_sanctioned");
    }

    [Fact]
    public void Of_a_returned_payout_no_more_is_released_than_came_back_and_to_nobody_else()
    {
        var release = new Command.ReleaseAmount("bea", 377_51, "USD", "new account", "p-7");
        var book = Book().Holding("creator.hold/USD//bea", 900_00).Posted(Form).Posted(Accept).Posted(Settle);
        book.ShouldRefuse(release, "payout_not_in_state", ("state", "settled"), ("needed", "returned"));
        book.Posted(Return);
        book.ShouldRefuse(release, "more_than_held", ("held", "37750"));
        book.ShouldRefuse(release with { Creator = "cat" }, "payout_of_another", ("creator", "cat"));
        book.ShouldRefuse(release with { Currency = "EUR" }, "payout_of_another", ("currency", "EUR"));
        book.ShouldRefuse(release with { Payout = "p-8" }, "payout_unknown", ("payout", "p-8"));
        book.ShouldRefuse(
            release with { Payout = null, ProposedBy = "pat", ApprovedBy = "sam" }, "more_than_held", ("held", "0"));
        book.Posted(release with { Amount = 300_00 }).Posted(release with { Amount = 77_50 });
        book.ShouldRefuse(release with { Amount = 1 }, "more_than_held", ("held", "0"));
    }

    [Fact]
    public void A_payout_is_not_reversed_by_its_mirror_image() =>
        Book().Posted(Form).ShouldRefuse(new Command.Reverse(2, "by mistake"), "not_reversible");

    private static BookInMemory Book() => new BookInMemory().Holding(Available, 380_00);
}
