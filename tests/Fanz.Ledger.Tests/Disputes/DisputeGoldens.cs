using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>The events and refusals of disputes, as they are kept for ever.</summary>
internal static class DisputeGoldens
{
    private static readonly AccountName Pending = new("creator.pending", "bea", "USD", new LocalDate(2026, 1, 8));
    private static readonly AccountName Available = new("creator.available", "bea", "USD");
    private static readonly AccountName Debt = new("creator.debt", "bea", "USD");
    private static readonly AccountName Wallet = new("fan.wallet", "ann", "USD");
    private static readonly AccountName Revenue = new("revenue.tip", "", "USD");

    public static readonly (string, Event)[] Events =
    [
        ("dispute_opened", new Event.DisputeOpened("d-1", 2, 5000, "USD", 1500, [new(Wallet, 1200)])),
        ("dispute_opened.full", new Event.DisputeOpened(
            "d-1", 2, 1000, "USD", 0, [new(Pending, 700), new(Available, 20)])
        {
            Processor = "acquirer",
            ReasonCode = "10.4",
        }),
        ("dispute_won", new Event.DisputeWon("d-1", 2, 1000, "USD", [new(Pending, 720)])),
        ("dispute_won.fee", new Event.DisputeWon("d-1", 2, 1000, "USD", []) { FeeReturned = 1500 }),
        ("dispute_reopened", new Event.DisputeReopened("d-1", 2, 1000, "USD", 500, []) { Processor = "acquirer" }),
        ("dispute_lost", new Event.DisputeLost("d-1", 2, "USD", [new(Debt, 100)], [new(Available, 30)])
        {
            Amount = 920,
            Parts = [new(Pending, 720), new(Revenue, 200)],
            Bearer = Bearer.Creator,
            Excess = 80,
            FeePassed = 1500,
        }),
        ("dispute_lost.refunded", new Event.DisputeLost("d-1", 2, "USD", [], [])
        {
            Amount = 400,
            Parts = [new(Pending, 320), new(Revenue, 80)],
            Bearer = Bearer.Creator,
            RefundsPaid = [new(5, 200), new(7, 400)],
        }),
        ("dispute_lost.fan", new Event.DisputeLost("d-1", 2, "USD", [], [])
        {
            Amount = 5000,
            Parts = [],
            FanDebt = 3800,
            ToClawBack = [new(9, 3000), new(7, 800)],
        }),
        ("sale_clawed_back", new Event.SaleClawedBack("d-1", 9, "ann", "USD", [new(Pending, 720)])
        {
            Amount = 920,
            Parts = [new(Pending, 720), new(Revenue, 200)],
        }),
    ];

    public static readonly Refusal[] Refusals =
    [
        Refusal.DisputeUnknown("d-1"),
        Refusal.DisputeExists("d-1", 7),
        Refusal.DisputeAlreadyOpen(7, "d-1"),
        Refusal.DisputeNotInState("d-1", "lost", "won"),
        Refusal.NotDisputable(7),
        Refusal.NotToBeClawedBack("d-1", 7),
    ];
}
