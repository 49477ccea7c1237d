using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

public class HeldAmountTests
{
    private const string Available = "creator.available/USD//bea";
    private const string OnHold = "creator.hold/USD//bea";

    private static readonly Command.HoldAmount Hold = new("bea", 4_00, "USD", "a complaint");
    private static readonly Command.ReleaseAmount Release =
        new("bea", 4_00, "USD", "settled", ProposedBy: "pat", ApprovedBy: "sam");

    internal static readonly (string, Event)[] Events =
    [
        ("amount_held", new Event.AmountHeld("bea", 4_00, "USD", "a complaint", 5_00)),
        ("held_amount_released", new Event.HeldAmountReleased("bea", 4_00, "USD", "settled", 0, 1_00)),
        ("held_amount_released.people",
            new Event.HeldAmountReleased("bea", 4_00, "USD", "settled", 0, 1_00, null, "pat", "sam")),
        ("held_amount_released.payout", new Event.HeldAmountReleased("bea", 4_00, "USD", "settled", 1_00, 0, "p-7")),
    ];

    internal static readonly Refusal[] Refusals = [Refusal.MoreThanHeld("bea", 4_00, 4_01)];

    public static TheoryData<Command, string> Faults => new()
    {
        { Hold, "" },
        { new Command.HoldAmount("", 0, "XXX", " "),
            "creator ill_formed; amount amount_not_positive; currency unknown_currency; reason ill_formed" },
        { Release, "" },
        { Release with { Payout = "p-7" }, "" },
        { Release with { Payout = "p-7", ProposedBy = null, ApprovedBy = null }, "" },
        { Release with { Payout = "p-7", ProposedBy = null }, "proposed_by ill_formed" },
        { Release with { ProposedBy = null, ApprovedBy = null }, "proposed_by ill_formed; approved_by ill_formed" },
        { Release with { ApprovedBy = "pat" }, "approved_by same_person" },
        { new Command.ReleaseAmount(null!, -1, "TKN", null!, ""),
            "creator ill_formed; amount amount_not_positive; currency wrong_currency; reason ill_formed; "
            + "payout ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void An_amount_is_set_aside_and_given_back() =>
        Book().Posted(Hold).Posted(Release).ShouldRead("""
            amount_held
              debit   creator.available of bea    4.00 USD   leaves  6.00 USD
              credit  creator.hold of bea         4.00 USD   leaves  4.00 USD
            held_amount_released
              debit   creator.hold of bea         4.00 USD   leaves  0.00 USD
              credit  creator.available of bea    4.00 USD   leaves 10.00 USD
            """);

    [Fact]
    public void What_is_given_back_repays_debts_first()
    {
        var book = Book().Posted(Hold).Posted(Owing(1_50)).Posted(Release);
        Assert.Equal(8_50, book.Has(Available));
        Assert.Equal(0, book.Has("creator.debt/USD//bea"));
    }

    [Fact]
    public void Nobody_holds_more_than_is_available() =>
        Book().ShouldRefuse(
            Hold with { Amount = 10_01 }, "insufficient_funds", ("account", Available), ("available", "1000"));

    [Fact]
    public void What_a_dispute_holds_is_not_given_back_by_hand()
    {
        var book = Book().Holding(OnHold, 8_00).Posted(Hold);
        book.ShouldRefuse(
            Release with { Amount = 4_01 }, "more_than_held", ("creator", "bea"), ("held", "400"), ("needed", "401"));
        book.Posted(Release with { Amount = 3_00 });
        book.ShouldRefuse(Release with { Amount = 2_00 }, "more_than_held", ("held", "100"));
        book.Posted(Release with { Amount = 1_00 });
        Assert.Equal(8_00, book.Has(OnHold));
    }

    [Fact]
    public void Each_currency_and_each_creator_is_held_apart()
    {
        var book = Book().Posted(Hold).Holding("creator.hold/EUR//bea", 4_00).Holding("creator.hold/USD//cat", 4_00);
        book.ShouldRefuse(Release with { Currency = "EUR" }, "more_than_held", ("held", "0"));
        book.ShouldRefuse(Release with { Creator = "cat" }, "more_than_held", ("held", "0"));
    }

    [Fact]
    public void Nothing_is_given_back_to_a_creator_who_is_held_but_more_may_be_set_aside()
    {
        var book = Book().Posted(Hold).Posted(new Command.HoldCreator("bea", "police"));
        book.ShouldRefuse(Release, "creator_held");
        book.Posted(Hold);
        Assert.Equal(8_00, book.Has(OnHold));
    }

    [Fact]
    public void The_holds_of_years_are_known_from_the_last_of_them()
    {
        var book = Book();
        for (var i = 0; i < 5; i++) book.Posted(Hold with { Amount = 1_00 });
        book.Book.Forget("held/USD/bea");
        book.Posted(Release with { Amount = 5_00 });
        book.ShouldRefuse(Release with { Amount = 1 }, "more_than_held", ("held", "0"));
    }

    private static BookInMemory Book() => new BookInMemory().Holding(Available, 10_00);

    private static Command.Transfer Owing(long amount) => new(
        [new(new("creator.debt", "bea", "USD"), amount), new(new("suspense", "", "USD"), -amount)], "a debt");
}
