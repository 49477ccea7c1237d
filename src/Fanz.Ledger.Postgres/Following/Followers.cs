using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Earnings;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Proposals;
using Fanz.Ledger.Postgres.Rates;
using Fanz.Ledger.Postgres.References;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Postgres.Settlement;
using Fanz.Ledger.Postgres.Standing;
using Fanz.Ledger.Postgres.Subscriptions;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Postgres.Transactions;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>All that is made of the journal.</summary>
public static class Followers
{
    public static IReadOnlyList<Follower> All { get; } =
        [
            new ReferenceFollower(),
            new BalanceFollower(),
            new RateFollower(),
            new EarningsFollower(),
            new TransactionFollower(),
            new SubscriptionFollower(),
            new TaxFollower(),
            new ReceiptFollower(),
            new PayoutFollower(),
            new BankingFollower(),
            new PayeeFollower(),
            new DeadlineFollower(),
            new ProposalFollower(),
        ];
}
