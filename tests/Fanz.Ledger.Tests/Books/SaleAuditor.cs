using System.Numerics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Refunds;

namespace Fanz.Ledger.Tests;

/// <summary>
/// Follows what is given back of every payment, from what the events say: never more than was paid, never more of a leg
/// than the sale brought to it, and nothing is left of any leg once all that was paid is back. The same of what has
/// really left: the platform pays no refund that would give a fan, with what their bank took back for them, more than
/// they paid. And what is left of tokens is always what is left of their money.
/// </summary>
internal sealed class SaleAuditor
{
    private readonly Dictionary<long, Sold> sales = [];
    private readonly Dictionary<long, long> saleOfRefund = [];

    public int Emptied { get; private set; }

    private sealed class Sold
    {
        public required BigInteger Paid { get; set; }

        /// <summary>What has reached the fan outside: refunds that were executed, and what banks took back.</summary>
        public BigInteger Left { get; set; }

        public required BigInteger Price { get; init; }

        public BigInteger Tokens { get; set; }

        public required BigInteger TokenPrice { get; init; }

        public Dictionary<string, BigInteger> Legs { get; } = [];

        public void Change(string account, BigInteger by)
        {
            var left = Legs[account] = Legs.GetValueOrDefault(account) + by;
            Assert.True(left >= 0, $"More of {account} was given back than the sale had brought.");
        }
    }

    public void Follow(Appended appended)
    {
        var (record, entries) = (appended.Record, appended.Entries);
        switch (EventFormat.Read(record.Type, record.Data.Span))
        {
            case Event.Sale sale:
                var sold = sales[record.Number] = Made(sale.Paid, sale.Tokens ?? 0);
                var paying = entries[0].Account;
                foreach (var entry in entries)
                    if (!entry.Account.Currency.IsToken && (sale.Paid == 0 || entry.Account != paying))
                        sold.Change(entry.Account.ToString(), SizeOf(entry));
                break;
            case Event.WalletToppedUp topUp:
                sales[record.Number] = Made(topUp.Amount);
                break;
            case Event.TokensPurchased purchase:
                sales[record.Number] = Made(purchase.Amount);
                break;
            case Event.SaleMoved when record.RefersTo is { } number && sales.TryGetValue(number, out var moved):
                foreach (var entry in entries) moved.Change(entry.Account.ToString(), SizeOf(entry));
                break;
            case Event.SaleReturned returned:
                Return(sales[record.RefersTo!.Value], returned);
                if (returned is Event.SaleRefunded) saleOfRefund[record.Number] = record.RefersTo.Value;
                break;
            case Event.RefundExecuted executed:
                var refunded = sales[saleOfRefund[executed.Refund]];
                refunded.Left += executed.Amount;
                Assert.True(refunded.Left <= refunded.Price, $"{refunded.Left} left for {refunded.Price}.");
                break;
        }
    }

    /// <summary>What a leg has of a sale: a credit, or an expense of the platform that stands beside it.</summary>
    private static BigInteger SizeOf(Entry entry) =>
        IsExpense(entry.Account.Code) ? entry.Amount : -(BigInteger)entry.Amount;

    private static bool IsExpense(AccountCode code) => code == Chart.AffiliateExpense || code == Chart.PromotionExpense;

    private static Sold Made(long paid, long tokens = 0) =>
        new() { Paid = paid, Price = paid, Tokens = tokens, TokenPrice = tokens };

    private void Return(Sold sold, Event.SaleReturned returned)
    {
        sold.Paid -= returned.Amount;
        sold.Tokens -= returned.Tokens ?? 0;
        if (returned is Event.DisputeLost lost)
            sold.Left += lost.Amount + (lost.RefundsPaid ?? []).Sum(refund => refund.Amount) + (lost.Excess ?? 0);
        Assert.Equal(sold.Paid * sold.TokenPrice, sold.Tokens * sold.Price);
        Assert.True(sold.Paid >= 0, "More was given back than was paid.");
        BigInteger sum = 0, beside = 0;
        foreach (var (account, amount) in returned.Parts)
        {
            sold.Change(account.Key.ToString(), -amount);
            var isBeside = IsExpense(account.Key.Code);
            (sum, beside) = (sum + (isBeside ? 0 : amount), beside + (isBeside ? amount : 0));
        }

        // What was paid into a wallet or for tokens has no parts.
        if (sold.Legs.Count == 0) return;
        Assert.Equal(returned.Amount, sum - beside);
        // Where only what is not earned yet is given back, what was earned stays, even at the platform's expense.
        if (sold.Paid > 0 || returned is Event.SaleRefunded { UnearnedOnly: true }) return;
        Emptied++;
        Assert.All(sold.Legs, leg => Assert.Equal(0, leg.Value));
    }
}
