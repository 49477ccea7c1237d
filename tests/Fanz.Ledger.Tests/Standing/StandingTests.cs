using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class StandingTests
{
    private static readonly LocalDate Day = new(2025, 12, 1);
    private static readonly Command.SanctionParty Sanction = new(Role.Creator, "bea", "on the list");
    private static readonly Command.ClearParty Clear = new(Role.Creator, "bea", "another bea");
    private static readonly Command.CloseParty Close = new(Role.Creator, "bea", "left");
    private static readonly Command.HoldCreator Hold = new("bea", "tip from the bank");
    private static readonly Command.UnholdCreator Unhold = new("bea", "explained", "pat", "sam");

    internal static readonly (string, Event)[] Events =
    [
        ("party_sanctioned", new Event.PartySanctioned(Role.Creator, "bea", "on the list")),
        ("party_cleared", new Event.PartyCleared(Role.Fan, "ann", "another ann")),
        ("party_closed", new Event.PartyClosed(Role.Affiliate, "aff", "left")),
        ("creator_held", new Event.CreatorHeld("bea", "tip from the bank")),
        ("creator_unheld", new Event.CreatorUnheld("bea", "explained")),
        ("creator_unheld.people", new Event.CreatorUnheld("bea", "explained", "pat", "sam")),
        ("fan_registered", new Event.FanRegistered("ann", Day)),
        ("creator_described", new Event.CreatorDescribed("bea")),
        ("creator_described.full", new Event.CreatorDescribed("bea", "gold", "DE", "bea-as-fan")),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.PartySanctioned(Role.Creator, "bea"),
        Refusal.PartyNotSanctioned(Role.Fan, "ann"),
        Refusal.PartyClosed(Role.Affiliate, "aff"),
        Refusal.CreatorHeld("bea"),
        Refusal.CreatorNotHeld("bea"),
        Refusal.FanRegistered("ann", Day),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Sanction, "" },
        { new Command.SanctionParty((Role)7, "", null!), "role ill_formed; party ill_formed; reason ill_formed" },
        { new Command.ClearParty((Role)(-1), "\0", " "), "role ill_formed; party ill_formed; reason ill_formed" },
        { new Command.CloseParty(Role.Fan, null!, "\0"), "party ill_formed; reason ill_formed" },
        { new Command.HoldCreator("", ""), "creator ill_formed; reason ill_formed" },
        { new Command.UnholdCreator(null!, null!, "pat", null!),
            "creator ill_formed; reason ill_formed; approved_by ill_formed" },
        { new Command.UnholdCreator("bea", "why", "pat", "pat"), "approved_by same_person" },
        { new Command.RegisterFan("", new LocalDate(1899, 12, 31)), "fan ill_formed; since date_out_of_range" },
        { new Command.DescribeCreator("bea"), "" },
        { new Command.DescribeCreator("", "", "de", ""),
            "creator ill_formed; tier ill_formed; country ill_formed; fan ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void Of_whom_nothing_is_known_nothing_is_objected_to() =>
        Assert.Equal(PartyStanding.Unremarkable, Of(new BookInMemory(), Role.Creator, "bea"));

    [Fact]
    public void A_sanctioned_party_is_objected_to_until_it_is_cleared()
    {
        var book = new BookInMemory().Posted(Sanction);
        Assert.Equal("party_sanctioned", Objection(book, Role.Creator)?.Code);
        book.ShouldRefuse(Sanction, "party_sanctioned");
        Assert.Null(Objection(book.Posted(Clear), Role.Creator));
        book.ShouldRefuse(Clear, "party_not_sanctioned");
    }

    [Fact]
    public void The_same_id_in_another_role_and_another_party_of_the_same_bucket_are_left_alone()
    {
        var book = new BookInMemory().Posted(Sanction);
        Assert.Null(Objection(book, Role.Fan));
        Assert.Null(Objection(book, Role.Affiliate));
        var neighbour = Enumerable.Range(0, 1_000).Select(i => $"n{i}")
            .First(id => Role.Creator.StreamOf(id) == Role.Creator.StreamOf("bea"));
        Assert.Equal(PartyStanding.Unremarkable, Of(book, Role.Creator, neighbour));
    }

    [Fact]
    public void A_closed_party_never_opens_again()
    {
        var book = new BookInMemory().Posted(Close);
        Assert.Equal("party_closed", Objection(book, Role.Creator)?.Code);
        book.ShouldRefuse(Close, "party_closed");
        book.Posted(Sanction).Posted(Clear);
        Assert.Equal("party_closed", Objection(book, Role.Creator)?.Code);
    }

    [Fact]
    public void A_creator_is_held_until_unheld_and_is_not_objected_to()
    {
        var book = new BookInMemory().Posted(Hold);
        Assert.True(Of(book, Role.Creator, "bea").IsHeld);
        Assert.Null(Objection(book, Role.Creator));
        book.ShouldRefuse(Hold, "creator_held");
        Assert.False(Of(book.Posted(Unhold), Role.Creator, "bea").IsHeld);
        book.ShouldRefuse(Unhold, "creator_not_held");
    }

    [Fact]
    public void A_fan_is_registered_once()
    {
        var book = new BookInMemory().Posted(new Command.RegisterFan("ann", Day));
        book.ShouldRefuse(new Command.RegisterFan("ann", Day.PlusDays(-100)), "fan_registered");
        book.Posted(new Command.RegisterFan("bob", Day.PlusDays(-100)));
    }

    [Fact]
    public void A_description_replaces_the_one_before_as_a_whole_and_nothing_else()
    {
        var book = new BookInMemory().Posted(Hold)
            .Posted(new Command.DescribeCreator("bea", "gold", "DE", "bea-as-fan"))
            .Posted(new Command.DescribeCreator("bea", Country: "CH"));
        Assert.Equal(
            new PartyStanding { IsHeld = true, Country = "CH" }, Of(book, Role.Creator, "bea"));
    }

    [Theory]
    [InlineData("", 0x811c9dc5)]
    [InlineData("a", 0xe40c292c)]
    [InlineData("foobar", 0xbf9cf968)]
    [InlineData("é", 0x1e9de8c1)]
    public void The_hash_that_chooses_a_bucket_never_changes(string id, uint hash) =>
        Assert.Equal(hash, Buckets.Hash(id));

    private static PartyStanding Of(BookInMemory book, Role role, string party) =>
        book.Ask(known => Standings.Of(known, role, party));

    private static Refusal? Objection(BookInMemory book, Role role) =>
        book.Ask(known => Standings.Objection(known, role, "bea"));
}
