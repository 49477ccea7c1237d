using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Refunds;

/// <summary>Amounts by account, in the order in which the accounts were first met.</summary>
internal sealed class Tally
{
    private readonly List<Leg> sums = [];
    private readonly Dictionary<AccountKey, int> places = [];

    public IReadOnlyList<Leg> Sums => sums;

    public long this[AccountKey account] => places.TryGetValue(account, out var place) ? sums[place].Amount : 0;

    public void Add(AccountKey account, long amount)
    {
        if (amount == 0) return;
        if (places.TryGetValue(account, out var place))
        {
            sums[place] = sums[place] with { Amount = sums[place].Amount + amount };
            return;
        }

        places.Add(account, sums.Count);
        sums.Add(new Leg(account, amount));
    }
}
