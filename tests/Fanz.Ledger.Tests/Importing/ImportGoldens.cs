using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Tests;

internal static class ImportGoldens
{
    private static readonly Currency Dollar = Currency.Of("USD");

    private static readonly AccountKey Contra = new(Chart.Suspense, "import/move", Dollar);

    private static readonly TrialLine[] Lines = [new("cash.bank", "USD", 5_00), new("fan.wallet", "USD", -5_00)];

    private static readonly Event.SubscriptionOpened Subscription = new(
        "move", "s-1", "ann", "bea", 9_99, "USD", SubscriptionPeriod.Monthly, OpenedState.Active,
        new LocalDate(2025, 12, 4), new LocalDate(2025, 12, 4), new LocalDate(2026, 1, 4), Months: 1);

    private static readonly Event.ChargeOpened Charge = new("ann", "bea", 2_00, "USD", Funding.Card, 0, 2_00)
    {
        Import = "move", Subscription = "s-1", Period = SubscriptionPeriod.Monthly, Anchor = new(2025, 12, 4),
        PeriodStart = new(2025, 12, 4), PeriodEnd = new(2026, 1, 4), Periods = 1,
    };

    public static (string, Event)[] Events =>
    [
        ("import_begun", new Event.ImportBegun("move", [], 0, "pat", "sam")),
        ("import_begun.files", new Event.ImportBegun("move", Lines, 2, "pat", "sam", new LocalDate(2025, 12, 31))
        {
            Files = [new("balances.csv", new string('a', 64))],
        }),
        ("balances_opened", new Event.BalancesOpened("move", 1, Lines, 2, "pat", "sam")),
        ("subscriptions_opened", new Event.SubscriptionsOpened(
            "move", 2, [new("deferred.revenue", "USD", -2_00)], 1, "pat", "sam")),
        ("subscription_opened", Subscription),
        ("subscription_opened.shared", Subscription with
        {
            State = OpenedState.PastDue, FailedAttempts = 2, Reference = "old-7",
            Collaborators = [new("bea", 60), new("cid", 40)],
        }),
        ("subscription_opened.trial", Subscription with { State = OpenedState.Trial, Months = 0 }),
        ("subscription_opened.cancelled", Subscription with { State = OpenedState.Cancelled }),
        ("charge_opened", Charge),
        ("charge_opened.unearned", Charge with
        {
            Amount = 10_00, Unearned = 8_00, ReserveBasisPoints = 1_000, HoldDays = 7, ReserveDays = 90,
            Shares = [new("bea", 0, 0) { Unearned = 5_00 }, new("cid", 0, 0) { Unearned = 3_00 }],
            Reference = "old-7", Processor = "p-2",
        }),
        ("import_finished", new Event.ImportFinished("move")),
        ("import_abandoned", new Event.ImportAbandoned("move", "wrong file")),
    ];

    public static Refusal[] Refusals =>
    [
        Refusal.ImportExists("move", "finished"),
        Refusal.OtherImportUnderWay("move"),
        Refusal.TokenLiabilityDiffers(700, 6_99, Dollar),
        Refusal.ImportNotUnderWay("move", "unknown"),
        Refusal.NotNextPart("move", 3, 2),
        Refusal.ImportIncomplete("move", 1, 2),
        Refusal.ImportDiffers("move", "fan.wallet", "USD", -5_00, -4_00),
        Refusal.ImportNotBalanced(Contra, -5),
        Refusal.ImportHasBalances("move"),
    ];
}
