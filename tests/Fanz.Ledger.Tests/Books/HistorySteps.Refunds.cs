using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Refunds, in full and in part and many times over, and the debts that they leave.</summary>
internal static partial class HistorySteps
{
    private static readonly string[] Sold =
    [
        "tip_sent", "content_unlocked", "message_unlocked", "stream_entered", "gift_sent", "order_placed",
        "subscription_started", "subscription_renewed", "subscription_recovered", "subscription_upgraded",
    ];

    private static Family Refunds() => new(
        "refunds",
        [
            (6, (step, book, _) => Refund(step, book)),
            (2, (step, book, _) => new Command.ExecuteRefund(
                step.B % 8 == 0 ? step.A + 1 : Record(book, step.A, "sale_refunded"), step.C % 5 == 0 ? "p-2" : null)),
            (1, (step, book, _) => new Command.ExecuteRefund(Record(book, step.A, "sale_refunded")) { ToWallet = true }),
            (1, (step, _, _) => new Command.RepayDebt(
                Step.Pick(Creators, step.A), (step.Amount % 200) + 1, Step.Pick(Currencies, step.B))),
            (1, (step, _, _) => new Command.WriteOffDebt(
                (step.Amount % 200) + 1, Step.Pick(Currencies, step.B), "gone", "pat", "sam")
            {
                Creator = step.C % 2 == 0 ? Step.Pick(Creators, step.A) : null,
                Fan = step.C % 2 == 0 ? null : Step.Pick(Fans, step.A),
            }),
        ],
        [
            "sale_refunded", "refund_executed", "debt_repaid", "debt_written_off", "refused: not_refundable",
            "refused: nothing_to_give_back", "refused: refund_exceeds_sale", "refused: not_a_refund",
            "refused: refund_already_executed", "refused: amount_over_debt",
        ]);

    private static Command.RefundSale Refund(Step step, BookInMemory book)
    {
        if (step.B % 15 == 0) return new Command.RefundSale(step.A + 1, "asked");
        // Some of the latest sales, so that several refunds meet in one.
        var latest = book.Journal.Select(appended => appended.Record)
            .Where(record => Sold.Contains(record.Type)).Reverse().Take(step.C % 3 == 0 ? 200 : 4).ToList();
        if (latest.Count == 0) return new Command.RefundSale(1, "asked");
        var sale = Step.Pick(latest, step.A);
        var paid = ((Event.Sale)EventFormat.Read(sale.Type, sale.Data.Span)).Paid;
        long? amount = (step.B % 5) switch
        {
            0 => null,
            1 => Math.Max(1, paid / 10 * (1 + (step.B % 4))),
            2 => Math.Max(1, paid / (2 + (step.A % 3))),
            3 => 1 + (step.B % 7),
            _ => Math.Max(1, paid - (step.B % 3)),
        };
        return new Command.RefundSale(sale.Number, "asked", amount) { UnearnedOnly = step.C % 10 == 0 };
    }
}
