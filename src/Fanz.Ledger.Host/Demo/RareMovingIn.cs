using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;
using static Fanz.Ledger.Host.Demo.Opening;
using static Fanz.Ledger.Host.Demo.Rare;

namespace Fanz.Ledger.Host.Demo;

/// <summary>
/// On the eve a small site that was bought moves in: what it has for one fan and one creator, and their subscription.
/// </summary>
internal static class RareMovingIn
{
    private const string Site = "small-site";

    public static readonly Rare[] Recipe =
        [
            On(0, "mistaken-site-begins", new Command.BeginImport("wrong-site", [], 1, Proposer, Approver)),
            On(0, "mistaken-site-is-given-up", new Command.AbandonImport("wrong-site", "the files were another's")),
            On(0, "small-site-begins", new Command.BeginImport(
                Site,
                [
                    new("cash.bank", "USD", 157_00), new("fan.wallet", "USD", -30_00),
                    new("creator.pending", "USD", -45_00), new("creator.debt", "USD", 5_00),
                    new("creator.unearned", "USD", -64_00), new("deferred.revenue", "USD", -16_00),
                    new("revenue.tip", "USD", -7_00),
                ],
                2, Proposer, Approver, Demonstration.Eve)),
            On(0, "small-site-has-balances", new Command.OpenBalances(
                Site, 1,
                [
                    Line("cash.bank", "", 157_00), Line("fan.wallet", "otto", -30_00), Line("revenue.tip", "", -7_00),
                    Line("creator.pending", "ines", -45_00, Demonstration.Eve.PlusDays(3)),
                    Line("creator.debt", "ines", 5_00),
                ],
                Proposer, Approver)),
            On(0, "small-site-is-not-complete", new Command.FinishImport(Site), "import_incomplete"),
            On(0, "small-site-has-subscriptions", new Command.OpenSubscriptions(
                Site, 2, [YearOfOtto], Proposer, Approver)),
            On(0, "small-site-is-complete", new Command.FinishImport(Site)),
        ];

    /// <summary>He paid for a year in August; eight months of it are not earned yet.</summary>
    private static OpenedSubscription YearOfOtto => new(
        "small-site-1", "otto", "ines", 120_00, "USD", SubscriptionPeriod.Yearly, OpenedState.Active,
        new LocalDate(2025, 8, 15), new LocalDate(2026, 8, 15))
    {
        Charge = new OpenedCharge(Funding.Card, Months: 8, Deferred: 16_00)
        {
            Unearned = [new("ines", 64_00)],
            ReserveBasisPoints = 1_000,
            HoldDays = 7,
            ReserveDays = 90,
        },
    };

    private static NamedLeg Line(string code, string owner, long amount, LocalDate? cohort = null) =>
        new(new AccountName(code, owner, "USD", cohort), amount);
}
