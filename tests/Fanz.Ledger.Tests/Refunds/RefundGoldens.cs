using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Refunds;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>The events and refusals of giving back, as they are kept for ever.</summary>
internal static class RefundGoldens
{
    private static readonly AccountName Pending = new("creator.pending", "bea", "USD", new LocalDate(2026, 1, 8));
    private static readonly AccountName Debt = new("creator.debt", "bea", "USD");
    private static readonly AccountName Revenue = new("revenue.tip", "", "USD");

    public static readonly (string, Event)[] Events =
    [
        ("sale_refunded", new Event.SaleRefunded(2, "ann", "USD", Funding.Card, "never delivered", [new(Pending, 720)])
        {
            Amount = 920,
            Parts = [new(Pending, 720), new(Revenue, 200)],
        }),
        ("sale_refunded.full", new Event.SaleRefunded(
            2, "ann", "USD", Funding.Tokens, "never delivered", [new(Pending, 700), new(Debt, 20)])
        {
            Amount = 920,
            Tokens = 920,
            Parts = [new(Pending, 720), new(Revenue, 200)],
            Processor = "acquirer",
            UnearnedOnly = true,
        }),
        ("refund_executed", new Event.RefundExecuted(3, "ann", 1000, "USD")),
        ("refund_executed.processor", new Event.RefundExecuted(3, "ann", 1000, "USD") { Processor = "acquirer" }),
        ("refund_executed.wallet", new Event.RefundExecuted(3, "ann", 1000, "USD") { ToWallet = true }),
        ("debt_written_off", new Event.DebtWrittenOff(500, "USD", "gone", "pat", "sam") { Creator = "bea" }),
        ("debt_written_off.fan", new Event.DebtWrittenOff(500, "USD", "gone", "pat", "sam") { Fan = "ann" }),
        ("debt_repaid", new Event.CreatorDebtRepaid("bea", 500, "USD")),
    ];

    public static readonly Refusal[] Refusals =
    [
        Refusal.NotRefundable(7),
        Refusal.NothingToGiveBack(7),
        Refusal.RefundExceedsSale(7, 700, 701),
        Refusal.RefundDuringDispute(7, "d-1"),
        Refusal.NotARefund(7),
        Refusal.RefundAlreadyExecuted(7, 8),
        Refusal.RefundPaidByDispute(7, 2),
        Refusal.AmountOverDebt(new AccountKey(Chart.CreatorDebt, "bea", Currency.Of("USD")), 20, 21),
    ];
}
