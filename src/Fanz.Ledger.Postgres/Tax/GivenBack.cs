using Fanz.Ledger.Accounts;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>What a record gives back of what a sale had brought to a creator's cohort, with the fees on it.</summary>
internal readonly record struct GivenBack(Event.Sale Sale, AccountKey Account, long Net, long Fees)
{
    /// <summary>
    /// What a refund, a lost dispute that creators bear, a sale taken back or a reversal gives back. What is not earned
    /// yet is in no cohort, and so not among it; nor are fees on that.
    /// </summary>
    public static IReadOnlyList<GivenBack> By(FollowedRecord followed, FollowedPage page)
    {
        if (followed.Event is not (Event.SaleReturned or Event.Reversed)) return [];
        if (page.Find(followed.Record.RefersTo!.Value).Event is not Event.Sale sale) return [];
        return followed.Event switch
        {
            Event.DisputeLost { Bearer: not Bearer.Creator } => [],
            Event.SaleReturned returned => Of(sale, [.. returned.Parts.Select(Part)]),
            _ => Of(sale, [.. followed.Entries.Select(entry => (entry.Account, entry.Amount))]),
        };
    }

    /// <summary>Whether what is paid to an account is a fee on what creators have of a sale.</summary>
    public static bool IsFee(AccountCode code, Event.Sale sale) =>
        code.Name.StartsWith("revenue.", StringComparison.Ordinal)
        || code == Chart.AffiliatePending || code == Chart.AffiliateExpense
        || (code == Chart.DeferredRevenue && sale is not Event.SubscriptionCharge { Unearned: not null });

    public static bool IsCohort(AccountCode code) => code == Chart.CreatorPending || code == Chart.CreatorReserve;

    private static IReadOnlyList<GivenBack> Of(Event.Sale sale, IReadOnlyList<(AccountKey Account, long Amount)> parts)
    {
        var earned = parts.Where(part => IsCohort(part.Account.Code)).ToArray();
        if (earned.Length == 0) return [];
        var shared = new SharedFees(
            parts.Where(part => IsFee(part.Account.Code, sale)).Sum(part => part.Amount),
            earned.Sum(part => part.Amount));
        return [.. earned.Select(part => new GivenBack(sale, part.Account, part.Amount, shared.Next(part.Amount)))];
    }

    /// <summary>As an entry would take it away: what was an expense of the sale comes back.</summary>
    private static (AccountKey Account, long Amount) Part(Refunds.ReturnedPart part)
    {
        var code = Chart.Find(part.Account.Code);
        var account = new AccountKey(
            code, part.Account.Owner, Currency.Of(part.Account.Currency), part.Account.Cohort);
        return (account, code.NormalSide == Side.Debit ? -part.Amount : part.Amount);
    }
}
