using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Earnings;

internal static class HeldShares
{
    /// <summary>What creators earn, each for themselves: held until it matures, and the reserve for longer.</summary>
    public static Posting.Builder Earn(
        this Posting.Builder posting, IEnumerable<CreatorShare> shares, Currency currency, LocalDate? pendingUntil,
        LocalDate? reserveUntil)
    {
        foreach (var share in shares)
        {
            posting
                .Credit(new AccountKey(Chart.CreatorPending, share.Creator, currency, pendingUntil), share.Pending)
                .Credit(new AccountKey(Chart.CreatorReserve, share.Creator, currency, reserveUntil), share.Reserve);
        }

        return posting;
    }
}
