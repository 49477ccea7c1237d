using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Client;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Samples.Checkout;

/// <summary>An order as the shop has it in its own database.</summary>
internal sealed record Order(string Id, string Fan, string Creator, string Content, long Amount, string Currency);

/// <summary>Everything that the shop does with the ledger.</summary>
internal sealed class Shop(LedgerClient ledger, BookName book)
{
    private long lastNumber;

    /// <summary>A payment by card arrived. Its own id is the key: telling the ledger twice tops up once.</summary>
    public async Task TopUp(string fan, long amount, string currency, string payment)
    {
        var outcome = await ledger.Post(book, new Command.TopUp(fan, amount, currency, payment), $"payment/{payment}");
        Say(outcome, $"{fan} pays in {Text(amount, currency)}");
    }

    /// <summary>
    /// Sells what was ordered, and returns the number of the last record that the shop has made. The key follows from
    /// the order, so that nothing but the order has to be kept: whatever happens, selling it again is safe.
    /// </summary>
    public async Task<long> Sell(Order order)
    {
        var command = new Command.UnlockContent(
            order.Fan, order.Creator, order.Amount, order.Currency, Funding.Wallet, $"order {order.Id}")
        {
            Content = order.Content,
        };
        try
        {
            var outcome = await ledger.Post(book, command, $"order/{order.Id}");
            Say(outcome, $"{order.Fan} buys {order.Content} for {Text(order.Amount, order.Currency)}");
        }
        catch (OutcomeUnknown unknown)
        {
            // The order stays open, and a worker of the shop's sells it again later. The key finds out what happened.
            Console.WriteLine($"Order {order.Id} stays open: {unknown.Message}");
        }

        return lastNumber;
    }

    /// <summary>A balance that has seen what this shop has posted, also when a replica answers.</summary>
    public async Task ShowWallet(string fan, string currency, long atLeast)
    {
        var wallet = await ledger.Balance(book, new AccountName("fan.wallet", fan, currency), atLeast);
        var holds = Text(wallet?.BalanceOnNormalSide ?? 0, currency);
        Console.WriteLine($"The wallet of {fan} holds {holds} as of number {wallet?.Number}.");
    }

    /// <summary>Prints what happened in the book since a cursor, up to a number. A real follower never stops.</summary>
    public async Task Follow(string cursor, long upTo)
    {
        Console.WriteLine("What happened meanwhile:");
        await foreach (var item in ledger.Follow(book, cursor))
        {
            var what = item.ReadEvent() switch
            {
                Event.WalletToppedUp paid => $"{paid.Fan} paid in {Text(paid.Amount, paid.Currency)}",
                Event.ContentUnlocked sold => $"{sold.Fan} paid {Text(sold.Amount, sold.Currency)} to {sold.Creator}",
                _ => item.Type,
            };
            Console.WriteLine($"  {item.Number}: {what}, {item.Entries.Count} entries");
            if (item.Number >= upTo) return;
        }
    }

    private void Say(Outcome outcome, string what)
    {
        switch (outcome)
        {
            case Outcome.Posted posted:
                lastNumber = Math.Max(lastNumber, posted.Receipt.Number);
                var again = posted.Replayed ? ", and was before" : "";
                Console.WriteLine($"{what}: posted as {posted.Receipt.Id}{again}.");
                foreach (var entry in posted.Receipt.Entries)
                {
                    var change = Text(entry.Amount, entry.Account.Currency);
                    Console.WriteLine($"  {entry.Account.Code,-20} {entry.Account.Owner,-16} {change,14}");
                }

                break;
            case Outcome.Refused refused:
                // A business "no", for the fan to see. Trying again later is another order, under another key.
                var facts = string.Join(", ", refused.Refusal.Facts.Select(fact => $"{fact.Key} {fact.Value}"));
                Console.WriteLine($"{what}: refused, {refused.Refusal.Code} ({facts}).");
                break;
            default:
                // Wrong, denied, a key used twice: a fault of the shop's program, which no retry mends.
                throw new InvalidOperationException($"{what}: {outcome}");
        }
    }

    private static string Text(long amount, string currency) =>
        new Money.Money(amount, Currency.Of(currency)).ToString();
}
