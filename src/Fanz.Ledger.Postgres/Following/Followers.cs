using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Rates;
using Fanz.Ledger.Postgres.References;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>All that is made of the journal.</summary>
public static class Followers
{
    public static IReadOnlyList<Follower> All { get; } =
        [
            new ReferenceFollower(),
            new BalanceFollower(),
            new RateFollower(),
        ];
}
