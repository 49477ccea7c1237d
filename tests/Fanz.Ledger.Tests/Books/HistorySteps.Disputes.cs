using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Card payments that a bank takes back.</summary>
internal static partial class HistorySteps
{
    private static readonly string[] Payments =
    [
        "tip_sent", "wallet_topped_up", "content_unlocked", "gift_sent", "tokens_purchased", "order_placed",
        "subscription_started", "subscription_renewed",
    ];

    private static Family Disputes() => new(
        "disputes",
        [
            (3, (step, book, _) => Having(step, book, "fan.wallet", name => new Command.SendTip(
                name.Owner, Step.Pick(Creators, step.B), PartOf(step, book, name), name.Currency, Funding.Wallet))),
            (5, (step, book, _) => OpenDispute(step, book)),
            (2, (step, book, _) => new Command.WinDispute(Dispute(step, book)) { FeeReturned = step.B % 4 == 0 }),
            (3, (step, book, _) => new Command.LoseDispute(Dispute(step, book))
            {
                Bearer = Step.Pick([null, Bearer.Creator, Bearer.Platform, (Bearer?)null], step.B),
                PassFee = Step.Pick([null, true, false, true, (bool?)null], step.C),
                ClawBack = Step.Pick([null, true, true, (bool?)null], step.B),
            }),
            (3, (step, book, _) => new Command.ReopenDispute(Won(step, book), step.B % 3 * 700)),
            (8, (step, book, _) => ClawBackSale(step, book)),
            (1, (step, book, _) => new Command.OpenDispute(
                Dispute(step, book, isNew: true), Record(book, step.A % 6, "tokens_purchased"), 0,
                step.B % 3 > 0 ? step.Small % 100 + 1 : null)),
            (1, (step, book, _) => AllTokens(step, book)),
            (1, (step, _, _) => new Command.SetPolicy("pat", "sam")
            {
                TokenValue = Step.Pick<Policies.TokenPrice>([new(100, 100), new(1, 5), new(10, 7)], step.A),
            }),
            (1, (step, book, _) => Stop(step, book)),
            (1, (step, book, _) => Unstop(step, book)),
        ],
        [
            "dispute_opened", "dispute_won", "dispute_lost", "dispute_reopened", "sale_clawed_back",
            "refused: dispute_unknown", "refused: dispute_exists", "refused: dispute_already_open",
            "refused: dispute_not_in_state", "refused: not_disputable", "refused: not_to_be_clawed_back",
            "refused: nothing_to_give_back",
        ]);

    private static Command.OpenDispute OpenDispute(Step step, BookInMemory book)
    {
        var kind = Step.Pick(Payments, step.B);
        var number = step.C % 4 == 0 ? Record(book, step.A, kind) : Record(book, step.A, Payments);
        // What was disputed before is disputed again.
        if (step.C % 7 == 0 && number < book.Journal.Count)
            number = book.Journal[(int)number - 1].Record.RefersTo ?? number;
        long? amount = (step.A % 5) switch { 0 => step.Small, 1 => step.Amount, _ => null };
        return new Command.OpenDispute(Dispute(step, book, isNew: step.C % 9 != 0), number, step.B % 3 * 750, amount)
        {
            Processor = step.A % 8 == 0 ? "other" : null,
        };
    }

    /// <summary>Freezes what somebody has in some account, or closes one that has become empty.</summary>
    private static Command? Stop(Step step, BookInMemory book)
    {
        var isEmpty = step.B % 3 == 0;
        var found = book.Accounts
            .Where(state => state.Version > 0 && state.Life == Life.Open && state.Balance == 0 == isEmpty)
            .Where(state => state.Key.Code.Name.Split('.')[0] is "creator" or "fan" or "affiliate")
            .OrderBy(state => state.Key.ToString(), StringComparer.Ordinal).ToList();
        if (found.Count == 0) return null;
        var name = NameOf(Step.Pick(found, step.A).Key);
        return isEmpty
            ? new Command.CloseAccount(name, "empty")
            : new Command.FreezeAccount(name, "order", DebitsOnly: step.C % 2 == 0);
    }

    private static Command? Unstop(Step step, BookInMemory book)
    {
        var found = book.Accounts.Where(state => state.Life is Life.Frozen or Life.FrozenForDebits)
            .OrderBy(state => state.Key.ToString(), StringComparer.Ordinal).ToList();
        return found.Count == 0 ? null : new Command.UnfreezeAccount(NameOf(Step.Pick(found, step.A).Key), "cleared");
    }

    /// <summary>One of the last disputes, or the next.</summary>
    private static string Dispute(Step step, BookInMemory book, bool isNew = false)
    {
        var count = book.Journal.Count(appended => appended.Record.Type == "dispute_opened");
        return $"d{(isNew ? count : Math.Max(0, count - 1 - (step.A % 4) + (step.C % 16 == 0 ? 4 : 0)))}";
    }

    /// <summary>One that was won; often the last.</summary>
    private static string Won(Step step, BookInMemory book)
    {
        var won = book.Journal.Where(appended => appended.Record.Type == "dispute_won")
            .Select(appended => appended.Record.Stream!["dispute/".Length..]).TakeLast(2).ToList();
        return won.Count == 0 || step.C % 6 == 0 ? Dispute(step, book) : Step.Pick(won, step.A);
    }

    private static Command.ClawBackSale ClawBackSale(Step step, BookInMemory book)
    {
        var sales = book.Journal.Where(appended => appended.Record.Type == "dispute_lost")
            .Select(appended => (Event.DisputeLost)EventFormat.Read(appended.Record.Type, appended.Record.Data.Span))
            .SelectMany(lost => lost.ToClawBack ?? [], (lost, sale) => (lost.Dispute, sale.Transaction))
            .ToList();
        return sales.Count == 0 || step.C % 9 == 0
            ? new Command.ClawBackSale(Dispute(step, book), step.A + 1)
            : new Command.ClawBackSale(
                Step.Pick(sales, step.A).Dispute, Step.Pick(sales, step.A + (step.B % 9 == 0 ? 1 : 0)).Transaction);
    }
}
