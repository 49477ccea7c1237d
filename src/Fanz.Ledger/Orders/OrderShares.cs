using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Orders;

/// <summary>
/// How what is in escrow for an order will be shared, and what the platform pays an affiliate beside it.
/// </summary>
internal readonly record struct OrderShares(
    CreatorShare[] Creators, long AffiliateOfCreator, long Fee, long AffiliateOfPlatform)
{
    public long Pending => Creators.Sum(share => share.Pending);

    public long Reserve => Creators.Sum(share => share.Reserve);

    /// <summary>All that is in escrow.</summary>
    public long Whole => Pending + Reserve + AffiliateOfCreator + Fee;

    /// <summary>As it was frozen when the order was placed.</summary>
    public static OrderShares Of(Event.OrderPlaced order)
    {
        var affiliate = order.Affiliate;
        return new OrderShares(
            order.Shares?.ToArray() ?? [new CreatorShare(order.Creator, order.Pending, order.Reserve)],
            affiliate is { BorneBy: Bearer.Creator } ? affiliate.Amount : 0,
            order.Fee,
            affiliate is { BorneBy: Bearer.Platform } ? affiliate.Amount : 0);
    }

    /// <summary>
    /// The same shares of what remains in escrow after refunds; of all of it they are what was frozen.
    /// </summary>
    public OrderShares Of(long remaining)
    {
        var creators = Creators.SelectMany(share => new[] { share.Pending, share.Reserve });
        var parts = Allocation.Split(remaining, [.. creators, AffiliateOfCreator, Fee]);
        return new OrderShares(
            [.. Creators.Select((share, i) => new CreatorShare(share.Creator, parts[2 * i], parts[(2 * i) + 1]))],
            parts[^2],
            parts[^1],
            (long)((Int128)AffiliateOfPlatform * remaining / Whole));
    }
}
