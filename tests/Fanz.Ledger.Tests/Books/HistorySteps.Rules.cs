using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Policies;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Revenue rules, limits, policies and the standing of parties; they change while sales go on.</summary>
internal static partial class HistorySteps
{
    private static readonly SaleKind[] Kinds =
        [SaleKind.Tip, SaleKind.Content, SaleKind.Message, SaleKind.Gift, SaleKind.Subscription, SaleKind.Order];

    private static Family Rules() => new(
        "rules",
        [
            (3, (step, book, _) => Rule(step, book)),
            (1, (step, book, _) => new Command.EndRevenueRule(ScopeOf(step), "pat", "sam", From(step, book))),
            (2, (step, book, _) => LimitsOf(step, book)),
            (1, (step, book, _) => new Command.SetPolicy("pat", "sam", From(step, book))
            {
                LifetimeMonths = step.A % 2 == 0 ? 1 + (step.B % 30) : null,
                ChargebackBearer = step.A % 3 == 0 ? Bearer.Platform : step.A % 3 == 1 ? Bearer.Creator : null,
                PassChargebackFee = step.B % 3 == 0 ? step.C % 2 == 0 : null,
                ClawBackSpending = step.B % 4 == 0 ? step.C % 2 == 0 : null,
                DormantAfterDays = 1 + (step.B % 90),
                TokenValue = step.C % 5 == 0 ? new TokenPrice(100, 100) : null,
            }),
            (1, (step, _, _) =>
                step.C % 2 == 0 ? new Command.SanctionParty(RoleOf(step), PartyOf(step), "list") : null),
            (4, (step, _, _) => new Command.ClearParty(RoleOf(step), PartyOf(step), "cleared")),
            (1, (step, _, _) => step.C % 6 == 0 ? new Command.CloseParty(RoleOf(step), Last(step), "gone") : null),
            (1, (step, _, _) => new Command.HoldCreator(Step.Pick(Creators, step.A), "looks odd")),
            (2, (step, _, _) => new Command.UnholdCreator(Step.Pick(Creators, step.A), "fine", "pat", "sam")),
            (1, (step, book, _) => new Command.RegisterFan(
                Step.Pick(Fans, step.A), book.Now.Today.PlusDays(3 - (step.B % 50)))),
            (1, (step, _, _) => new Command.DescribeCreator(
                Step.Pick(Creators, step.A), step.B % 3 == 0 ? "gold" : step.B % 3 == 1 ? "new" : null,
                step.C % 3 == 0 ? null : Step.Pick(Countries, step.C), step.B % 4 == 0 ? "bo" : null)),
        ],
        [
            "revenue_rule_set", "revenue_rule_ended", "limits_set", "policy_set", "party_sanctioned", "party_cleared",
            "party_closed", "creator_held", "creator_unheld", "fan_registered", "creator_described",
            "refused: effective_in_past", "refused: no_revenue_rule", "refused: below_minimum", "refused: over_maximum",
            "refused: over_limit", "refused: token_value_ahead", "refused: party_not_sanctioned",
            "refused: creator_held", "refused: creator_not_held", "refused: fan_registered",
        ]);

    private static Command.SetRevenueRule Rule(Step step, BookInMemory book) => new(
        ScopeOf(step), step.A * 7 % 10_001, step.B % 3 == 0 ? 0 : step.B * 3 % 10_001, step.C % 181, 7 + (step.A % 24),
        "pat", "sam", From(step, book))
    {
        MinimumFees = step.B % 3 == 0 ? [new("USD", 1 + (step.C % 300)), new("JPY", 1 + (step.A % 50))] : null,
        Affiliate = step.C % 3 == 0 ? null : new AffiliateTerms(
            step.B % 10_001 / (1 + (step.A % 5)),
            Step.Pick([AffiliateBasis.Gross, AffiliateBasis.PlatformShare, AffiliateBasis.CreatorNet], step.A),
            step.B % 2 == 0 ? Bearer.Platform : Bearer.Creator),
        HoldDaysBy = step.A % 2 == 0 ? null : HoldsOf(step.B) is { Length: > 0 } rows ? rows : null,
    };

    private static HoldDaysFor[] HoldsOf(int some) => [.. AllHolds.Where((_, i) => (some >> i) % 2 == 0)];

    private static HoldDaysFor[] AllHolds =>
    [
        new(8, SaleKind.Tip), new(9, Tier: "gold"), new(10, Country: "DE"), new(11, SaleKind.Tip, "gold"),
        new(12, SaleKind.Content, Country: "DE"), new(13, Tier: "gold", Country: "DE"),
        new(14, SaleKind.Tip, "gold", "US"), new(15, Tier: "new"),
    ];

    private static RuleScope ScopeOf(Step step) => (step.C % 5) switch
    {
        0 => new RuleScope(Step.Pick(Creators, step.A), Step.Pick(Kinds, step.B)),
        1 => new RuleScope(Step.Pick(Creators, step.A)),
        2 => new RuleScope(Kind: Step.Pick(Kinds, step.B)),
        3 => new RuleScope(),
        _ => new RuleScope { Tenant = true },
    };

    private static Command.SetLimits LimitsOf(Step step, BookInMemory book)
    {
        var kind = step.B % 3 == 0 ? Step.Pick(Kinds, step.A) : (SaleKind?)null;
        return new Command.SetLimits(
            Step.Pick(Currencies, step.A), kind, step.C % 3 == 0 ? 1 + (step.A % 40) : null, From(step, book))
        {
            Minimum = step.A % 4 == 0 ? 1 + (step.B % 400) : null,
            Maximum = step.A % 5 == 0 ? 900 + step.B : null,
            PerPurchase = step.B % 4 == 0 ? 700 + step.C : null,
            PerDay = kind is null && step.B % 2 == 0 ? 1_000 + step.C : null,
            PerWeek = kind is null && step.C % 2 == 0 ? 2_000 + step.A : null,
        };
    }

    /// <summary>Mostly from today on; also announced for some later day, and now and then too late.</summary>
    internal static LocalDate? From(Step step, BookInMemory book) => (step.Amount % 8) switch
    {
        0 => book.Now.Today.PlusDays(-1),
        1 or 2 => book.Now.Today.PlusDays((int)(step.Amount % 20)),
        3 => book.Now.Today,
        _ => null,
    };

    private static Role RoleOf(Step step) => Step.Pick([Role.Fan, Role.Creator, Role.Affiliate], step.B);

    private static string PartyOf(Step step) => Step.Pick(
        RoleOf(step) switch { Role.Fan => Fans, Role.Creator => Creators, _ => Affiliates }, step.A);

    /// <summary>Those who are closed do not come back; most must stay.</summary>
    private static string Last(Step step) =>
        RoleOf(step) switch { Role.Fan => "bo", Role.Creator => "e\u0301", _ => "zed" };
}
