using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>Goods: what is paid lies in escrow until they are delivered, and is shared then as it was agreed.</summary>
internal sealed partial class NaiveLedger
{
    private Answer? OfOrders(Command command) => command switch
    {
        Command.PlaceOrder c => PlaceOrder(c),
        Command.DeliverOrder c => Deliver(c),
        _ => null,
    };

    private Answer PlaceOrder(Command.PlaceOrder c)
    {
        var sale = Shared(c);
        if (ObjectionToSale(sale) is { } refusal) return Refused(refusal);
        var escrow = Sum(sale.Creators.Select(part => part.Pending + part.Reserve)) + c.ExtraPaid + sale.Fee
            + sale.Affiliate - sale.PaidToAffiliateOnTop;
        return Sell(
            sale, "order_placed",
            [.. Paying(sale, isEarned: false), ($"order.escrow/{c.Currency}//", -escrow), .. Taxes(sale)],
            $"rule {sale.Terms.Version} fee {sale.Fee} "
            + $"pending {Sum(sale.Creators.Select(part => part.Pending)) + c.ExtraPaid} for {sale.Terms.HoldDays} reserve {Sum(sale.Creators.Select(part => part.Reserve))} "
            + $"for {sale.Terms.ReserveDays} tokens {sale.Tokens} affiliate {sale.Affiliate}");
    }

    /// <summary>What is left in escrow after refunds is shared as all of it would have been, and only once.</summary>
    private Answer Deliver(Command.DeliverOrder c)
    {
        if (Past(c.Transaction) is not { } past) return Refused("transaction_unknown");
        if (past.Type != "order_placed") return Refused("not_an_order");
        if (past.Since.Exists(record => record.Type == "order_delivered")) return Refused("already_delivered");
        if (IsDisputed(c.Transaction)) return Refused("earning_during_dispute");
        var sale = (NaiveSale)past.Draft.About!;
        var escrow = $"order.escrow/{sale.Currency}//";
        var left = new NaiveRemains(past).Of(escrow);
        if (left == 0) return Refused("nothing_to_deliver");

        var shipping = sale.Command.ExtraPaid;
        BigInteger[] weights =
        [
            .. sale.Creators.SelectMany(part => new[]
            {
                part.Pending + (part.Creator == sale.Command.Creator ? shipping : 0), part.Reserve,
            }),
            sale.Affiliate - sale.PaidToAffiliateOnTop, sale.Fee,
        ];
        var parts = Share(left, weights);
        var onTop = sale.PaidToAffiliateOnTop * left / Sum(weights);
        var (pendingUntil, reserveUntil) =
            (Day(today.PlusDays(sale.Terms.HoldDays)), Day(today.PlusDays(sale.Terms.ReserveDays)));
        return Move(new NaiveDraft(here, "order_delivered",
        [
            (escrow, left), ($"expense.affiliate/{sale.Currency}//", onTop),
            .. sale.Creators.SelectMany((part, i) => new[]
            {
                ($"creator.pending/{sale.Currency}/{pendingUntil}/{part.Creator}", -parts[2 * i]),
                ($"creator.reserve/{sale.Currency}/{reserveUntil}/{part.Creator}", -parts[(2 * i) + 1]),
            }),
            ($"affiliate.pending/{sale.Currency}/{pendingUntil}/{sale.Command.Affiliate}", -parts[^2] - onTop),
            ($"revenue.order/{sale.Currency}//", -parts[^1]),
        ])
        {
            RefersTo = c.Transaction,
        });
    }

    /// <summary>What must be in escrow for all orders that are not delivered.</summary>
    public BigInteger Escrow(string book, string currency)
    {
        here = book;
        return Sum(records.Values
            .Where(record => record.Draft.Book == book && record.Type == "order_placed")
            .Select(record => new NaiveRemains(record).Of($"order.escrow/{currency}//")));
    }
}
