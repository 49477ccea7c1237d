using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Refunds, in full and in part and many times over, and the debts that they leave.</summary>
internal static partial class HistorySteps
{
    private static readonly string[] Sold =
    [
        "tip_sent", "content_unlocked", "message_unlocked", "stream_entered", "gift_sent", "order_placed",
        "subscription_started", "subscription_renewed", "subscription_recovered", "subscription_upgraded",
        "charge_opened",
    ];

    private static Family Refunds() => new(
        "refunds",
        [
            (6, (step, book, _) => Refund(step, book)),
            (2, (step, book, _) => new Command.ExecuteRefund(
                step.B % 8 == 0 ? step.A + 1 : Record(book, step.A, "sale_refunded"), step.C % 5 == 0 ? "p-2" : null)),
            (1, (step, book, _) =>
                new Command.ExecuteRefund(Record(book, step.A, "sale_refunded")) { ToWallet = true }),
            (2, (step, book, _) => DisputeOfRefunded(step, book)),
            (1, (step, book, _) => step.B % 4 == 0
                ? new Command.WinDispute(Dispute(step, book)) : new Command.LoseDispute(Dispute(step, book))),
            (2, (step, book, _) => Owing(step, book, "creator.debt", (creator, currency, debt) => new Command.RepayDebt(
                creator, step.B % 3 == 0 ? debt : Math.Max(1, debt / 4), currency))),
            (1, (step, book, _) => step.B % 2 == 0
                ? Owing(step, book, "creator.debt", (creator, currency, debt) =>
                    new Command.WriteOffDebt(debt, currency, "gone", "pat", "sam") { Creator = creator })
                : Owing(step, book, "fan.debt", (fan, currency, debt) =>
                    new Command.WriteOffDebt(Math.Max(1, debt / 2), currency, "gone", "pat", "sam") { Fan = fan })),
        ],
        [
            "sale_refunded", "refund_executed", "debt_repaid", "debt_written_off", "refused: not_refundable",
            "refused: nothing_to_give_back", "refused: refund_exceeds_sale", "refused: not_a_refund",
            "refused: refund_already_executed", "refused: refund_during_dispute", "refused: amount_over_debt",
            "refused: refund_paid_by_dispute",
        ]);

    /// <summary>A bank takes a payment of which something was refunded lately: all of it, or a little less or more.</summary>
    private static Command.OpenDispute? DisputeOfRefunded(Step step, BookInMemory book)
    {
        var refunds = book.Journal.Where(appended => appended.Record.Type == "sale_refunded").TakeLast(3).ToList();
        if (refunds.Count == 0) return null;
        var sale = book.Journal[(int)Step.Pick(refunds, step.A).Record.RefersTo!.Value - 1].Record;
        var paid = ((Event.Sale)EventFormat.Read(sale.Type, sale.Data.Span)).Paid;
        return new Command.OpenDispute(
            Dispute(step, book, isNew: true), sale.Number, step.B % 2 * 15_00,
            Math.Clamp(paid + (step.C % 3) - 1, 1, Money.Money.Limit));
    }

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
            _ => Math.Clamp(paid - (step.B % 3), 1, Money.Money.Limit),
        };
        return new Command.RefundSale(sale.Number, "asked", amount) { UnearnedOnly = step.C % 10 == 0 };
    }

    /// <summary>Somebody who owes something, most of the time; and an amount that is now and then too much.</summary>
    private static Command Owing(
        Step step, BookInMemory book, string code, Func<string, string, long, Command> make)
    {
        var owing = book.Accounts.Where(state => state.Key.Code.Name == code && state.Balance > 0).ToList();
        if (owing.Count == 0 || step.C % 6 == 0) return make(Step.Pick(Creators, step.A), "USD", step.Small);
        var one = Step.Pick(owing, step.A);
        return make(
            one.Key.Owner, one.Key.Currency.Code,
            Math.Min(Money.Money.Limit, one.Balance + (step.C % 5 == 0 ? 1 : 0)));
    }
}
