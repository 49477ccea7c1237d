using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class AdjustmentTests
{
    private static readonly AccountName Bank = new("cash.bank", "", "USD");
    private static readonly AccountName Fees = new("expense.psp_fee", "", "USD");
    private static readonly Command.Adjust Adjust =
        new([new(Fees, 5), new(Bank, -5)], "a fee that the bank took", "pia", "quentin");
    private static readonly Command.GrantGoodwill Goodwill =
        new(25_00, "USD", "the stream broke down", "pia", "quentin", Creator: "bea");

    internal static readonly (string, Event)[] Events =
    [
        ("adjusted", new Event.Adjusted("a fee that the bank took", "pia", "quentin")),
        ("goodwill_granted",
            new Event.GoodwillGranted(25_00, "USD", "the stream broke down", "pia", "quentin", 5_00, Creator: "bea")),
        ("goodwill_granted.fan",
            new Event.GoodwillGranted(25_00, "USD", "the stream broke down", "pia", "quentin", 0, Fan: "ann")),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Adjust, "" },
        { Adjust with { Legs = null! }, "legs ill_formed" },
        { Adjust with { Legs = [new(Fees, 5), new(Bank, -4)] }, "legs not_a_posting" },
        { Adjust with { Legs = TransferTests.Many(10_001) }, "legs too_many_legs" },
        { Adjust with { ApprovedBy = "pia" }, "approved_by same_person" },
        { new Command.Adjust([null!, new(Bank, 0)], "", null!, "", new LocalDate(1800, 1, 1)),
            "legs[0] ill_formed; legs[1].amount amount_zero; reason ill_formed; effective_on date_out_of_range; "
            + "proposed_by ill_formed; approved_by ill_formed" },
        { Goodwill, "" },
        { Goodwill with { Creator = null, Fan = "ann" }, "" },
        { Goodwill with { Fan = "ann" }, "creator creator_or_fan" },
        { Goodwill with { Creator = null }, "creator creator_or_fan" },
        { Goodwill with { ApprovedBy = "pia" }, "approved_by same_person" },
        { new Command.GrantGoodwill(0, "TKN", " ", "", null!, "", ""),
            "creator creator_or_fan; creator ill_formed; fan ill_formed; amount amount_not_positive; "
            + "currency wrong_currency; reason ill_formed; proposed_by ill_formed; approved_by ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void Two_people_put_right_what_no_other_command_does()
    {
        var book = new BookInMemory().Posted(Adjust with { EffectiveOn = new LocalDate(2025, 12, 31) });
        book.ShouldRead("""
            adjusted
              debit   expense.psp_fee    0.05 USD   leaves  0.05 USD
              credit  cash.bank          0.05 USD   leaves -0.05 USD
            """);
        Assert.Equal(new LocalDate(2025, 12, 31), book.Journal[^1].Record.EffectiveOn);
    }

    [Fact]
    public void What_is_owed_does_not_go_below_zero_by_hand_either() =>
        new BookInMemory().ShouldRefuse(
            Adjust with { Legs = [new(new("fan.wallet", "ann", "USD"), 5), new(Bank, -5)] }, "insufficient_funds");

    [Fact]
    public void An_adjustment_is_undone_by_two_people_too() =>
        new BookInMemory().Posted(Adjust).ShouldRefuse(new Command.Reverse(2, "by mistake"), "not_reversible");

    [Fact]
    public void Goodwill_is_the_creators_at_once() =>
        new BookInMemory().Posted(Goodwill).ShouldRead("""
            goodwill_granted
              debit   expense.goodwill           25.00 USD   leaves 25.00 USD
              credit  creator.available of bea   25.00 USD   leaves 25.00 USD
            """);

    [Fact]
    public void Goodwill_repays_a_debt_first() =>
        new BookInMemory().Holding("creator.debt/USD//bea", 5_00).Posted(Goodwill).ShouldRead("""
            goodwill_granted
              debit   expense.goodwill           25.00 USD   leaves 25.00 USD
              credit  creator.debt of bea         5.00 USD   leaves  0.00 USD
              credit  creator.available of bea   20.00 USD   leaves 20.00 USD
            """);

    [Fact]
    public void Goodwill_to_a_fan_goes_to_the_wallet_after_debts() =>
        new BookInMemory().Holding("fan.debt/JPY//ann", 500)
            .Posted(Goodwill with { Creator = null, Fan = "ann", Currency = "JPY" })
            .ShouldRead("""
                goodwill_granted
                  debit   expense.goodwill    2500 JPY   leaves 2500 JPY
                  credit  fan.debt of ann      500 JPY   leaves    0 JPY
                  credit  fan.wallet of ann   2000 JPY   leaves 2000 JPY
                """);

    [Fact]
    public void A_sanctioned_or_closed_party_is_given_nothing()
    {
        var book = new BookInMemory()
            .Posted(new Command.SanctionParty(Role.Creator, "bea", "on the list"))
            .Posted(new Command.CloseParty(Role.Fan, "ann", "left"))
            .Posted(new Command.HoldCreator("cat", "police"));
        book.ShouldRefuse(Goodwill, "party_sanctioned");
        book.ShouldRefuse(Goodwill with { Creator = null, Fan = "ann" }, "party_closed");
        book.Posted(Goodwill with { Creator = "cat" });
    }
}
