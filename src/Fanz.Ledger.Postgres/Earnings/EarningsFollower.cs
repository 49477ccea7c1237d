using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Earnings;

/// <summary>
/// Keeps what was earned and spent: projected.revenue, projected.earnings, projected.affiliate_earnings and
/// projected.spending. They are of one follower, because they read the same of a record, and because a figure that
/// stands in two of them is then the same figure at any moment.
/// </summary>
public sealed class EarningsFollower() : Follower(FollowerName)
{
    public const string FollowerName = "earnings";

    public override bool NeedsEntries => true;

    public override bool NeedsReferred => true;

    public override IReadOnlyList<ProjectedTable> Tables { get; } =
        [RevenueTable.Table, EarningsTable.Table, AffiliateTable.Table, SpendingTable.Table];

    public override ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var revenue = new Sums<RevenueKey, RevenueSum>();
        var earnings = new Sums<EarningsKey, EarningsSum>();
        var affiliates = new Sums<AffiliateKey, AffiliateSum>();
        var spending = new Sums<SpendingKey, SpendingSum>();
        foreach (var followed in page.Records)
        {
            var about = SaleRecord.Of(followed, page);
            RevenueTable.Add(followed, about, revenue);
            EarningsTable.Add(followed, about, earnings);
            AffiliateTable.Add(followed, about, affiliates);
            SpendingTable.Add(followed, about, spending);
        }

        RevenueTable.Sums.Write(writes, revenue);
        EarningsTable.Sums.Write(writes, earnings);
        AffiliateTable.Sums.Write(writes, affiliates);
        SpendingTable.Sums.Write(writes, spending);
        return ValueTask.CompletedTask;
    }
}
