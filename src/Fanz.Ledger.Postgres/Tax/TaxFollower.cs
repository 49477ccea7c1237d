using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>
/// Keeps what tax reports are made of: what creators earned by when it became available, taxes on what fans bought,
/// and taxes withheld. Round trips: what is kept of the cohorts that the page releases, and the releases of those of
/// which it gives something back; a page of sales alone asks nothing.
/// </summary>
public sealed class TaxFollower() : Follower(FollowerName)
{
    public const string FollowerName = "tax";

    public override bool NeedsEntries => true;

    public override bool NeedsReferred => true;

    public override IReadOnlyList<ProjectedTable> Tables { get; } =
        [.. EarningTables.All, .. SupplyTables.All, .. WithholdingTables.All];

    public override async ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        var cohorts = await CohortEarnings.Of(page, writes, token);
        var earnings = new EarningsOfPage(page, cohorts);
        var (supplies, withholdings) = (new SuppliesOfPage(page), new WithholdingsOfPage());
        foreach (var followed in page.Records)
        {
            earnings.Follow(followed);
            supplies.Follow(followed);
            withholdings.Follow(followed);
        }

        cohorts.Write(writes);
        earnings.Write(writes);
        supplies.Write(writes);
        withholdings.Write(writes);
    }
}
