using Fanz.Ledger.Journal;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Banking;

/// <summary>
/// Looks once more at what waits in suspense, after a file: what it was may have been said, or booked, since. So it
/// does
/// not matter which of two files came first. What is refused was done meanwhile, or is left to people.
/// </summary>
internal sealed class SuspenseSweep(BankReader reader, BankImport import, string? bank)
{
    private const int DaysApart = 10;

    public async Task Run()
    {
        await import.CaughtUp();
        var waiting = (await reader.Unexplained(CancellationToken.None))
            .Where(item => item.Bank == (bank ?? "")).ToList();
        if (waiting.Count == 0) return;
        var payouts = await reader.Payouts(
            [.. waiting.Select(item => item.Payout).OfType<string>()], CancellationToken.None);
        foreach (var item in waiting)
            if (item.Payout is { } named && payouts.TryGetValue(named, out var payout))
                await SettleOf(item, payout);
        await import.CaughtUp();
        foreach (var group in (await reader.Unexplained(CancellationToken.None))
            .Where(item => item.Bank == (bank ?? ""))
            .GroupBy(item => (item.Currency, item.Amount)))
            await Match(group.Key.Currency, group.Key.Amount, [.. group]);
    }

    /// <summary>A payout that was not under way when its line came, and is now.</summary>
    private async Task SettleOf(Unexplained item, SeenPayout payout)
    {
        if (item.Amount >= 0 || !payout.IsUnderWay || payout.Payout.Rail is null
            || payout.Payout.Sent != -item.Amount || payout.Payout.Currency != item.Currency) return;
        var settle = new Command.SettlePayout(payout.Id, bank) { Amount = -item.Amount };
        if (await import.Post(settle, $"bank/swept/{payout.Id}/{item.Number}") is Reply.Posted)
            payout.State = PayoutState.Settled;
    }

    /// <summary>Amounts that are alike are alike to a bank as well: the oldest is taken for the oldest.</summary>
    private async Task Match(string currency, long amount, List<Unexplained> items)
    {
        var (first, last) = (items.Min(item => item.On), items.Max(item => item.On));
        var open = await reader.OpenEntries(
            bank ?? "", currency, [amount], first.PlusDays(-DaysApart), last.PlusDays(DaysApart),
            CancellationToken.None);
        foreach (var item in items)
        {
            var entry = open.Find(one => Math.Abs(NodaTime.Period.DaysBetween(one.On, item.On)) <= DaysApart);
            if (entry is null) continue;
            open.Remove(entry);
            await import.Post(
                new Command.MatchBankLine(entry.Number, amount, currency, item.BankReference, bank),
                $"bank/matched/{item.Number}/{entry.Number}");
        }
    }
}
