using System.Globalization;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Policies;

namespace Fanz.Ledger.Host.Demo;

/// <summary>The eve: what the platforms agree on, and everybody who moves in with what they had before.</summary>
internal static class Opening
{
    /// <summary>Two people agree on whatever needs two.</summary>
    public const string Proposer = "olga", Approver = "pete";

    /// <summary>The first fan of all pays in, and the payment carries what is played.</summary>
    public static IEnumerable<Step> Announce(Stage stage, Script script)
    {
        if (stage.Cast.Fans.Count == 0) yield break;
        yield return new Step(new Command.TopUp("anna", 100_00, stage.Currency, "the first of all")
        {
            Metadata = new Dictionary<string, string>
            {
                ["seed"] = script.Seed.ToString(CultureInfo.InvariantCulture),
                ["fans"] = script.Fans.ToString(CultureInfo.InvariantCulture),
            },
        });
    }

    public static IEnumerable<Step> Settings(Stage stage) =>
        stage.Cast.Fans.Count == 0 ? [] : Rules(stage).Concat(Limits(stage)).Select(command => new Step(command));

    /// <summary>Everybody is known by name, and some bring money, tokens and subscriptions along.</summary>
    public static IEnumerable<Step> People(Stage stage)
    {
        foreach (var creator in stage.Cast.Creators)
            yield return new Step(new Command.DescribeCreator(creator.Name, creator.Tier, creator.Country));
        foreach (var fan in stage.Cast.Fans)
        {
            yield return new Step(new Command.RegisterFan(fan.Name, fan.Since));
            if (stage.Luck(500))
                yield return new Step(new Command.TopUp(fan.Name, stage.Random.Next(2, 30) * 10_00, stage.Currency));
            if (stage.Luck(100)) yield return OrdinaryDays.BuyTokens(stage, fan);
            if (stage.Luck(350)) yield return Subscribing.Start(stage, fan);
        }
    }

    private static IEnumerable<Command> Rules(Stage stage)
    {
        var currency = stage.Currency;
        yield return new Command.SetPolicy(Proposer, Approver)
        {
            LifetimeMonths = 24,
            ChargebackBearer = Bearer.Creator,
            ClawBackSpending = true,
            TokenValue = new TokenPrice(Tokens: 100, Amount: 100),
            DormantAfterDays = 365,
        };
        // What holds wherever nothing narrower was agreed: the tenant's rule is written into each of its books.
        yield return Rule(new RuleScope { Tenant = true }, feeBasisPoints: 2_000, reserveDays: 90, holdDays: 7);
        // The platform pays whoever brought a fan, and holds the earnings of new creators longer.
        yield return Rule(new RuleScope(), feeBasisPoints: 2_000, reserveDays: 90, holdDays: 7) with
        {
            Affiliate = new AffiliateTerms(500, AffiliateBasis.Gross, Bearer.Platform),
            HoldDaysBy = [new HoldDaysFor(14, Tier: "new"), new HoldDaysFor(10, Kind: SaleKind.Order)],
            MinimumFees = [new MinimumFee(currency, 20)],
        };
        // Goods cost the platform more, and an affiliate of theirs is the creator's to pay.
        yield return Rule(
            new RuleScope(Kind: SaleKind.Gift), feeBasisPoints: 2_500, reserveDays: 60, holdDays: 7) with
        {
            Affiliate = new AffiliateTerms(1_000, AffiliateBasis.CreatorNet, Bearer.Creator),
        };
        // One creator keeps more, and more still of tips; their reserve is kept for two weeks only.
        var shown = stage.Scenery.ShownCreator;
        yield return Rule(new RuleScope(shown), feeBasisPoints: 1_800, reserveDays: 14, holdDays: 7);
        yield return Rule(new RuleScope(shown, SaleKind.Tip), feeBasisPoints: 1_500, reserveDays: 14, holdDays: 7);
        // What was announced for a later day holds from that day on, and touches nothing that was sold before.
        yield return Rule(new RuleScope(Kind: SaleKind.Message), feeBasisPoints: 1_900, reserveDays: 90, holdDays: 7)
            with { EffectiveOn = Demonstration.Eve.PlusDays(15) };
    }

    private static IEnumerable<Command> Limits(Stage stage)
    {
        yield return new Command.SetLimits(stage.Currency)
        {
            Minimum = 1_00, Maximum = 5_000_00, PerPurchase = 1_000_00, PerDay = 2_000_00, PerWeek = 5_000_00,
        };
        yield return new Command.SetLimits(stage.Currency, Kind: SaleKind.Tip) { Minimum = 2_00, Maximum = 500_00 };
        yield return new Command.SetLimits(stage.Currency, YoungerThanDays: 7)
        {
            PerPurchase = 100_00, PerDay = 200_00,
        };
    }

    private static Command.SetRevenueRule Rule(RuleScope scope, int feeBasisPoints, int reserveDays, int holdDays) =>
        new(scope, feeBasisPoints, ReserveBasisPoints: 1_000, reserveDays, holdDays, Proposer, Approver);
}
