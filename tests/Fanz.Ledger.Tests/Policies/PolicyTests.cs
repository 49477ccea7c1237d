using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Policies;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class PolicyTests
{
    private static readonly LocalDate Today = new(2026, 1, 1);
    private static readonly Command.SetPolicy Set = new("pia", "quentin");

    internal static readonly (string, Event)[] Events =
    [
        ("policy_set", new Event.PolicySet(Today, "pia", "quentin") { LifetimeMonths = 36 }),
        ("policy_set.full", new Event.PolicySet(Today, "pia", "quentin")
        {
            LifetimeMonths = 36,
            ChargebackBearer = Bearer.Platform,
            PassChargebackFee = true,
            ClawBackSpending = false,
            TokenValue = new TokenPrice(100, 95),
            DormantAfterDays = 730,
        }),
        ("policy_set.proposals", new Event.PolicySet(Today, "pia", "quentin") { ProposalDays = 30 }),
    ];

    internal static readonly Refusal[] Refusals = [Refusal.EffectiveInPast(Today, Today.PlusDays(1))];

    public static TheoryData<Command, string> Faults => new()
    {
        { Set with { LifetimeMonths = 1 }, "" },
        { Set, "policy says_nothing" },
        { Set with { ApprovedBy = "pia", ClawBackSpending = true }, "approved_by same_person" },
        { Set with { LifetimeMonths = 0 }, "lifetime_months ill_formed" },
        { Set with { LifetimeMonths = 1_201 }, "lifetime_months ill_formed" },
        { Set with { DormantAfterDays = 0 }, "dormant_after_days ill_formed" },
        { Set with { DormantAfterDays = 36_501 }, "dormant_after_days ill_formed" },
        { Set with { ProposalDays = 0 }, "" },
        { Set with { ProposalDays = -1 }, "proposal_days ill_formed" },
        { Set with { ProposalDays = 91 }, "proposal_days ill_formed" },
        { Set with { TokenValue = new TokenPrice(0, -1) },
            "token_value.tokens amount_not_positive; token_value.amount amount_not_positive" },
        { new Command.SetPolicy(null!, "", new LocalDate(3000, 1, 1)) { ChargebackBearer = (Bearer)7 },
            "proposed_by ill_formed; approved_by ill_formed; effective_on date_out_of_range; "
            + "chargeback_bearer ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_policy_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void Where_nothing_was_set_the_defaults_hold() =>
        Assert.Equal(Policy.Default, On(new BookInMemory(), Today));

    [Fact]
    public void What_is_not_said_stays_as_it_was()
    {
        var book = new BookInMemory()
            .Posted(Set with { LifetimeMonths = 36, ChargebackBearer = Bearer.Platform })
            .Posted(Set with { LifetimeMonths = 12, ClawBackSpending = true });
        var expected = Policy.Default with
        {
            LifetimeMonths = 12, ChargebackBearer = Bearer.Platform, ClawBackSpending = true,
        };
        Assert.Equal(expected, On(book, Today));
    }

    [Fact]
    public void A_policy_holds_from_its_day_on_also_if_one_for_a_later_day_was_announced_before()
    {
        var book = new BookInMemory()
            .Posted(Set with { EffectiveOn = Today.PlusDays(20), LifetimeMonths = 6 })
            .Posted(Set with { EffectiveOn = Today.PlusDays(10), LifetimeMonths = 12, DormantAfterDays = 100 });
        Assert.Equal(Policy.Default, On(book, Today.PlusDays(9)));
        Assert.Equal(Policy.Default with { LifetimeMonths = 12, DormantAfterDays = 100 }, On(book, Today.PlusDays(10)));
        Assert.Equal(Policy.Default with { LifetimeMonths = 6, DormantAfterDays = 100 }, On(book, Today.PlusDays(20)));
    }

    [Fact]
    public void What_was_announced_can_be_changed_before_its_day()
    {
        var book = new BookInMemory()
            .Posted(Set with { EffectiveOn = Today.PlusDays(20), LifetimeMonths = 6 })
            .Posted(Set with { EffectiveOn = Today.PlusDays(20), LifetimeMonths = 24 });
        Assert.Equal(Policy.Default, On(book, Today.PlusDays(20)));
    }

    [Fact]
    public void A_policy_never_touches_what_was()
    {
        var book = new BookInMemory();
        var before = book.Snapshot();
        var refusal = book.Post(Set with { LifetimeMonths = 36, EffectiveOn = Today.PlusDays(-1) });
        Assert.Equal(Refusal.EffectiveInPast(Today.PlusDays(-1), Today).Facts, refusal?.Facts);
        Assert.Equal(before, book.Snapshot());
    }

    private static Policy On(BookInMemory book, LocalDate day) => book.Ask(known => Policy.Of(known, day));
}
