using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>A stream that holds what cannot be in it was tampered with, and nothing is decided upon it.</summary>
public class RulesHistoryTests
{
    private static readonly LocalDate Day = new(2026, 1, 1);
    private static readonly RuleScope Tips = new(Kind: SaleKind.Tip);

    public static TheoryData<object, Event> Impossible => new()
    {
        { new PolicyOverTime(), new Event.Transferred("") },
        { new LimitsOverTime(), new Event.Transferred("") },
        { new SpentSoFar(), new Event.TipSent("ann", "bea", 1, "USD", Funding.Card, 0, 0, 1, Day, 0, Day) },
        { new SpentSoFar(), new Event.Transferred("") },
        { new PlatformRules(), new Event.Transferred("") },
        { new PlatformRules(), new Event.RevenueRuleSet(new("bea"), 0, 0, 0, 7, "pia", "quentin", Day) },
        { new PlatformRules(), new Event.RevenueRuleEnded(Tips, "pia", "quentin", Day) },
        { new PlatformRules(), new Event.RevenueRuleEnded(new() { Tenant = true }, "pia", "quentin", Day) },
        { new CreatorRules(), new Event.RevenueRuleSet(Tips, 0, 0, 0, 7, "pia", "quentin", Day) },
        { new CreatorRules(), new Event.RevenueRuleEnded(new("bea"), "pia", "quentin", Day) },
        { new Standings(), new Event.Transferred("") },
        { new Standings(), new Event.PartyCleared(Role.Fan, "ann", "why") },
        { new Standings(), new Event.CreatorUnheld("bea", "why") },
        { Once(new Event.PartySanctioned(Role.Fan, "ann", "why")), new Event.PartySanctioned(Role.Fan, "ann", "why") },
        { Once(new Event.PartyClosed(Role.Fan, "ann", "why")), new Event.PartyClosed(Role.Fan, "ann", "why") },
        { Once(new Event.CreatorHeld("bea", "why")), new Event.CreatorHeld("bea", "why") },
        {
            new Registration().After(Recorded(new Event.FanRegistered("ann", Day))),
            new Event.FanRegistered("ann", Day)
        },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void What_cannot_be_in_a_stream_is_never_passed_over(object aggregate, Event @event) =>
        Assert.Throws<InvariantBroken>(() => ((Aggregate)aggregate).After(Recorded(@event)));

    /// <summary>The standing after a record that there cannot be a second one of.</summary>
    private static Aggregate Once(Event @event) => new Standings().After(Recorded(@event));

    private static Recorded Recorded(Event @event) => new(2, Instant.FromUtc(2026, 1, 1, 12, 0), Day, @event);
}
