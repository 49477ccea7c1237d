using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Rails;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>A payout that is to be submitted, and its place in a file if it has one.</summary>
internal readonly record struct ToSubmit(PayoutRow Row, string? File, long? Sequence);

/// <summary>
/// Submits payouts page by page. What could never leave is found out before: an account that cannot be opened, or that
/// the rail does not reach. The book looks at everything else once more when it decides. Whoever is refused has the
/// money back at once, with the reason; so nothing stays behind of a batch that was sent.
/// </summary>
internal sealed class PayoutSubmissions(RunWork work, PayeeAccounts accounts)
{
    private const int Page = 2_000;

    // These say that somebody else was faster or that the batch is not to be sent, not that the payee cannot be paid.
    private static readonly string[] NotThePayees =
        ["payout_not_in_state", "batch_not_in_state", "malformed", "failed"];

    /// <param name="payouts">All of them formed.</param>
    /// <param name="problem">Why the rail cannot make a payment, if it cannot.</param>
    /// <param name="keeping">A refusal that leaves a payout to the next run.</param>
    /// <param name="token">Breaks it off.</param>
    public async Task Submit(
        IReadOnlyList<ToSubmit> payouts, Func<PaymentOrder, OrderFault?> problem, string? keeping,
        CancellationToken token)
    {
        foreach (var page in payouts.Chunk(Page)) await SubmitPage(page, problem, keeping, token);
    }

    private async Task SubmitPage(
        ToSubmit[] page, Func<PaymentOrder, OrderFault?> problem, string? keeping, CancellationToken token)
    {
        var opened = await accounts.Open(
            work.Scope.Book,
            [.. page.Select(one => new PayeeAsked(one.Row.Payout, one.Row.Creator, one.Row.Method, long.MaxValue))],
            token);
        var (items, cancelled) = (new List<RunItem>(page.Length), new List<RunItem>());
        for (var i = 0; i < page.Length; i++)
        {
            var row = page[i].Row;
            if (Objection(row, opened[i], problem) is var (code, why))
            {
                await work.Skip(new SkippedItem(NameOf(row), code, row.Currency, row.Sent), token);
                cancelled.Add(Cancelled(row, why));
                continue;
            }

            items.Add(new RunItem(
                NameOf(row), new Command.SubmitPayout(row.Payout, page[i].File, page[i].Sequence), row.Currency, row.Sent));
        }

        var rows = page.ToDictionary(one => NameOf(one.Row), one => one.Row, StringComparer.Ordinal);
        foreach (var outcome in await work.Post(items, token))
        {
            if (outcome is ItemOutcome.Skipped(var item, var code, var why)
                && !NotThePayees.Contains(code) && code != keeping)
                cancelled.Add(Cancelled(rows[item.Name], why ?? code));
        }

        if (!work.IsDry && cancelled.Count > 0) await work.Post(cancelled, token);
    }

    private static (string Code, string Why)? Objection(
        PayoutRow row, PayeeOpened opened, Func<PaymentOrder, OrderFault?> problem)
    {
        if (opened.Account is not { } account) return ("details_unreadable", opened.Problem!);
        var order = new PaymentOrder(row.Payout, row.Sent, Currency.Of(row.Currency), account, 1);
        return problem(order) is { } fault ? (fault.Code, fault.Problem) : null;
    }

    private static string NameOf(PayoutRow row) => $"submit/{row.Payout}";

    private static RunItem Cancelled(PayoutRow row, string why) =>
        new($"cancel/{row.Payout}", new Command.CancelPayout(row.Payout, why));
}
