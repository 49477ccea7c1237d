using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Earnings;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Proposals;
using Fanz.Ledger.Postgres.Rates;
using Fanz.Ledger.Postgres.Settlement;
using Fanz.Ledger.Postgres.Standing;
using Fanz.Ledger.Postgres.Subscriptions;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Postgres.Transactions;

namespace Fanz.Ledger.Postgres.Lists;

/// <summary>All lists, in the order in which they are told of.</summary>
public static class Listings
{
    public static IReadOnlyList<Listing> All { get; } =
        [
            BalanceLists.Balances,
            BalanceLists.DailyBalances,
            HeldLists.EscrowCalendar,
            HeldLists.EscrowDays,
            HeldLists.HoldsAndDebts,
            PositionList.Positions,
            RateList.Rates,
            RevenueList.Revenue,
            EarningsLists.RevenueShare,
            EarningsLists.CreatorEarnings,
            SpendingList.FanSpending,
            AffiliateList.AffiliateEarnings,
            TransactionLists.Transactions,
            SubscriptionLists.Subscriptions,
            SubscriptionLists.Days,
            TaxLists.Earnings,
            TaxLists.Supplies,
            TaxLists.Withholdings,
            ReceiptLists.Suspense,
            ReceiptLists.Receipts,
            PayoutLists.Payouts,
            PayoutLists.Batches,
            PayoutLists.Files,
            BankingLists.Files,
            BankingLists.Findings,
            BankingLists.Lines,
            BankingLists.Statements,
            BankingLists.Payments,
            BankingLists.Reports,
            PayeeLists.Payees,
            PayeeLists.Methods,
            PayeeLists.Wishes,
            ProposalList.Proposals,
        ];
}
