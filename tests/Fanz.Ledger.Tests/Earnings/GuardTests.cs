using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Tests;

public class GuardTests
{
    private static readonly Command.SendTip Shared = Sales.Tip with
    {
        Collaborators = [new("bea", 1), new("cat", 1)], Affiliate = "aff",
    };

    [Theory]
    [InlineData(Role.Fan, "ann")]
    [InlineData(Role.Creator, "bea")]
    [InlineData(Role.Creator, "cat")]
    [InlineData(Role.Affiliate, "aff")]
    public void Nobody_who_is_sanctioned_or_closed_takes_part_in_a_sale(Role role, string party)
    {
        var book = new BookInMemory().Posted(new Command.SanctionParty(role, party, "on the list"));
        book.ShouldRefuse(Shared, "party_sanctioned", ("role", role.Word()), ("party", party));
        book.Posted(new Command.ClearParty(role, party, "another one")).Posted(Shared);
        book.Posted(new Command.CloseParty(role, party, "left"));
        book.ShouldRefuse(Shared, "party_closed", ("role", role.Word()), ("party", party));
    }

    [Fact]
    public void A_sanctioned_party_is_told_so_rather_than_that_it_has_no_money() =>
        new BookInMemory().Posted(new Command.SanctionParty(Role.Fan, "ann", "on the list"))
            .ShouldRefuse(Sales.Tip with { Funding = Earnings.Funding.Wallet }, "party_sanctioned");

    [Fact]
    public void A_held_creator_still_sells() =>
        new BookInMemory().Posted(new Command.HoldCreator("bea", "tip from the bank")).Posted(Sales.Tip);

    [Fact]
    public void Nobody_pays_themselves() =>
        new BookInMemory().ShouldRefuse(
            Sales.Tip with { Fan = "bea" }, "self_tip", ("fan", "bea"), ("creator", "bea"));

    [Fact]
    public void Nobody_pays_themselves_by_way_of_a_collaborator() =>
        new BookInMemory().ShouldRefuse(Shared with { Fan = "cat" }, "self_tip", ("creator", "cat"));

    [Fact]
    public void Nobody_pays_themselves_from_an_account_that_is_known_to_be_theirs()
    {
        var book = new BookInMemory().Posted(new Command.DescribeCreator("cat", Fan: "cat-as-fan"));
        book.ShouldRefuse(
            Shared with { Fan = "cat-as-fan" }, "self_tip", ("fan", "cat-as-fan"), ("creator", "cat"));
        book.Posted(Sales.Tip with { Fan = "cat-as-fan" });
    }

    [Fact]
    public void A_sale_between_strangers_asks_for_everything_in_one_look()
    {
        var book = new BookInMemory();
        book.Posted(Sales.Rule()).Posted(new Command.SetLimits("USD") { Minimum = 1 });
        book.Posted(Shared);
        Assert.Equal(2, book.Rounds);
        book.Posted(Shared with { Fan = "ann", Creator = "bea" });
        Assert.Equal(1, book.Rounds);
    }
}
