using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class UnclaimedTests
{
    private const string Available = "creator.available/USD//bea";

    // The books of tests open on 2026-01-01; 1095 days before is 2023-01-02.
    private static readonly LocalDate LongAgo = new(2023, 1, 2);
    private static readonly AccountKey Account = new(Chart.CreatorAvailable, "bea", Currency.Of("USD"));
    private static readonly Command.MoveToUnclaimed Move = new("USD", LongAgo, "no answer", Creator: "bea");
    private static readonly Command.MoveToUnclaimed MoveFan = new("JPY", LongAgo, "no answer", Fan: "ann");
    private static readonly Command.ReturnUnclaimed Return = new(2, "bea called");

    internal static readonly (string, Event)[] Events =
    [
        ("moved_to_unclaimed", new Event.MovedToUnclaimed(17_00, "USD", LongAgo, "no answer", Creator: "bea")),
        ("moved_to_unclaimed.fan", new Event.MovedToUnclaimed(17, "JPY", LongAgo, "no answer", Fan: "ann")),
        ("unclaimed_returned", new Event.UnclaimedReturned(2, 17_00, "USD", 0, "bea called", Creator: "bea")),
        ("unclaimed_returned.fan", new Event.UnclaimedReturned(2, 17, "JPY", 5, "ann called", Fan: "ann")),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.NotDormant(Account, new(2023, 1, 3), new(2026, 1, 2)),
        Refusal.NothingToMove(Account),
        Refusal.NotUnclaimed(7),
        Refusal.AlreadyReturned(7, 8),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Move, "" },
        { Move with { Fan = "ann" }, "creator creator_or_fan" },
        { Move with { Creator = null }, "creator creator_or_fan" },
        { new Command.MoveToUnclaimed("TKN", new LocalDate(1800, 1, 1), "", "", ""),
            "creator creator_or_fan; creator ill_formed; fan ill_formed; currency wrong_currency; "
            + "last_active_on date_out_of_range; reason ill_formed" },
        { Return, "" },
        { new Command.ReturnUnclaimed(0, ""), "transaction ill_formed; reason ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_dormant_balance_is_set_apart_and_given_back_when_its_owner_calls() =>
        Book().Posted(Move).Posted(Return).ShouldRead("""
            moved_to_unclaimed
              debit   creator.available of bea   17.00 USD   leaves  0.00 USD
              credit  unclaimed                  17.00 USD   leaves 17.00 USD
            unclaimed_returned
              debit   unclaimed                  17.00 USD   leaves  0.00 USD
              credit  creator.available of bea   17.00 USD   leaves 17.00 USD
            """);

    [Fact]
    public void A_dormant_wallet_too() =>
        new BookInMemory().Holding("fan.wallet/JPY//ann", 1_700).Posted(MoveFan).Posted(Return).ShouldRead("""
            moved_to_unclaimed
              debit   fan.wallet of ann   1700 JPY   leaves    0 JPY
              credit  unclaimed           1700 JPY   leaves 1700 JPY
            unclaimed_returned
              debit   unclaimed           1700 JPY   leaves    0 JPY
              credit  fan.wallet of ann   1700 JPY   leaves 1700 JPY
            """);

    [Fact]
    public void Nothing_is_set_apart_before_the_owner_is_dormant()
    {
        var book = Book();
        var late = Move with { LastActiveOn = LongAgo.PlusDays(1) };
        book.ShouldRefuse(
            late, "not_dormant", ("account", Available),
            ("last_active_on", "2023-01-03"), ("dormant_on", "2026-01-02"));
        book.Wait(Duration.FromDays(1));
        book.Posted(late);
        Assert.Equal(17_00, book.Has("unclaimed/USD//"));
    }

    [Fact]
    public void How_long_that_takes_is_the_platforms_policy()
    {
        var late = Move with { LastActiveOn = new LocalDate(2025, 12, 22) };
        var policy = new Command.SetPolicy("pia", "quentin") { DormantAfterDays = 10 };
        var book = Book().Posted(policy with { EffectiveOn = new LocalDate(2026, 1, 2) });
        book.ShouldRefuse(late, "not_dormant");
        book.Posted(policy).Posted(late);
    }

    [Fact]
    public void Nothing_is_not_set_apart() =>
        Book().Posted(Move).ShouldRefuse(Move, "nothing_to_move", ("account", Available));

    [Fact]
    public void What_was_set_apart_is_given_back_once()
    {
        var book = Book().Posted(Move).Posted(Return);
        book.ShouldRefuse(Return, "already_returned", ("transaction", "2"), ("returned_by", "3"));
        book.Posted(Move).Posted(Return with { Transaction = 4 });
        book.ShouldRefuse(Return with { Transaction = 3 }, "not_unclaimed", ("transaction", "3"));
        book.ShouldRefuse(Return with { Transaction = 99 }, "transaction_unknown");
    }

    [Fact]
    public void What_is_given_back_repays_debts_first()
    {
        var book = Book().Holding("creator.debt/USD//bea", 2_00).Posted(Move).Posted(Return);
        Assert.Equal(15_00, book.Has(Available));
        Assert.Equal(0, book.Has("creator.debt/USD//bea"));
    }

    [Fact]
    public void What_is_a_sanctioned_or_held_partys_stays_where_it_is()
    {
        var book = Book().Holding("fan.wallet/JPY//ann", 1).Posted(new Command.HoldCreator("bea", "police"))
            .Posted(new Command.SanctionParty(Role.Fan, "ann", "on the list"));
        book.ShouldRefuse(Move, "creator_held");
        book.ShouldRefuse(MoveFan, "party_sanctioned");
        book.Posted(new Command.UnholdCreator("bea", "explained", "pat", "sam")).Posted(Move);
        book.Posted(new Command.SanctionParty(Role.Creator, "bea", "on the list"));
        book.ShouldRefuse(Return with { Transaction = book.Book.LastNumber - 1 }, "party_sanctioned");
    }

    [Fact]
    public void A_closed_party_is_still_owed_its_money() =>
        Book().Posted(new Command.CloseParty(Role.Creator, "bea", "left")).Posted(Move)
            .Posted(Return with { Transaction = 3 });

    private static BookInMemory Book() => new BookInMemory().Holding(Available, 17_00);
}
