using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Earnings;

/// <summary>
/// How one sale is shared by its rule, to the last unit: what is shared is the platform's fee, the affiliate's part
/// where the creator bears it, and the creators' parts.
/// </summary>
/// <param name="Fee">The platform's.</param>
/// <param name="Creators">What each creator gets, in the order in which they were named.</param>
/// <param name="Affiliate">What the affiliate gets.</param>
internal readonly record struct Sharing(long Fee, CreatorShare[] Creators, long Affiliate)
{
    public long Pending => Creators.Sum(share => share.Pending);

    public long Reserve => Creators.Sum(share => share.Reserve);

    public static Sharing Of(Command.Sale sale, RevenueShare rule)
    {
        var givenAway = sale.Discount is { BorneBy: Bearer.Creator } discount ? discount.Amount : 0;
        var shared = sale.Amount - givenAway;
        var (creator, fee) = rule.SplitFee(shared);
        var affiliate = sale.Affiliate is null ? 0 : AffiliatePart(rule, shared, fee, creator);
        if (rule.AffiliateBorneBy == Bearer.Creator) creator -= affiliate;
        return new Sharing(fee, Split(creator, sale, rule), affiliate);
    }

    private static long AffiliatePart(RevenueShare rule, long shared, long fee, long creator)
    {
        var basis = rule.AffiliateBasis switch
        {
            AffiliateBasis.Gross => shared,
            AffiliateBasis.PlatformShare => fee,
            AffiliateBasis.CreatorNet => creator,
            _ => throw new InvariantBroken($"{rule.AffiliateBasis} is no basis."),
        };
        var part = Allocation.Share(basis, rule.AffiliateBasisPoints).Share;
        // Whoever bears it gives no more than they have of this sale.
        return Math.Min(part, rule.AffiliateBorneBy == Bearer.Creator ? creator : shared);
    }

    private static CreatorShare[] Split(long creator, Command.Sale sale, RevenueShare rule)
    {
        if (sale.Collaborators is not { } all) return [Share(sale.Creator, creator, rule)];
        var parts = Allocation.Split(creator, [.. all.Select(one => (long)one.Weight)]);
        return [.. all.Select((one, i) => Share(one.Creator, parts[i], rule))];
    }

    private static CreatorShare Share(string creator, long part, RevenueShare rule)
    {
        var (pending, reserve) = rule.SplitReserve(part);
        return new CreatorShare(creator, pending, reserve);
    }
}
