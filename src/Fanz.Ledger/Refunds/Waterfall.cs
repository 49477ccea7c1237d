using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Refunds;

/// <summary>
/// Finds what somebody has to give back, wherever it is by now: in what the sale itself brought, then in what is
/// available, then in what else is held, newest first. An account that is frozen is passed over: an order that stops
/// a creator's account must not keep a fan from a refund, and what is frozen stays frozen.
/// </summary>
/// <remarks>
/// The rounds stay few. What is asked for first is what nearly always suffices; the cohorts are asked for only where it
/// does not, and their accounts in chunks that double, so that 1,500 of them take six looks and the newest 32 one.
/// </remarks>
internal sealed class Waterfall
{
    private const int FirstChunk = 32;

    private readonly Book book;
    private readonly string owner;
    private readonly Currency currency;
    private readonly Tally taken = new();
    private bool isKnown = true;

    private Waterfall(Book book, string owner, Currency currency, long amount)
    {
        (this.book, this.owner, this.currency) = (book, owner, currency);
        Short = amount;
    }

    /// <summary>What was found, in this order; each account once.</summary>
    public IReadOnlyList<Leg> Taken => taken.Sums;

    /// <summary>What could not be found.</summary>
    public long Short { get; private set; }

    /// <param name="own">What the sale brought to the creator, pending and in reserve.</param>
    public static Waterfall OfCreator(
        Book book, string creator, Currency currency, IEnumerable<SalePart> own, long amount)
    {
        var waterfall = new Waterfall(book, creator, currency, amount);
        waterfall.TakeFirst(own, Chart.CreatorAvailable);
        waterfall.TakeFromCohorts(Chart.CreatorPending, Chart.CreatorReserve);
        return waterfall;
    }

    public static Waterfall OfAffiliate(
        Book book, string affiliate, Currency currency, IEnumerable<SalePart> own, long amount)
    {
        var waterfall = new Waterfall(book, affiliate, currency, amount);
        waterfall.TakeFirst(own, Chart.AffiliateAvailable);
        waterfall.TakeFromCohorts(Chart.AffiliatePending);
        return waterfall;
    }

    private void TakeFirst(IEnumerable<SalePart> own, AccountCode available)
    {
        foreach (var part in own) Take(part.Account, part.Remaining);
        Take(new AccountKey(available, owner, currency), Short);
    }

    private void TakeFromCohorts(params ReadOnlySpan<AccountCode> codes)
    {
        // What is not known yet looks as if it held nothing; the rest is found in the next round.
        if (Short == 0 || !isKnown) return;
        var cohorts = new List<IReadOnlyCollection<LocalDate>>();
        foreach (var code in codes)
        {
            cohorts.Add(book.Cohorts(code, owner, currency));
            isKnown &= !book.Needs.Cohorts.Contains(new AccountKey(code, owner, currency));
        }

        for (var i = 0; i < codes.Length && isKnown; i++) TakeFrom(codes[i], cohorts[i]);
    }

    private void TakeFrom(AccountCode code, IReadOnlyCollection<LocalDate> newestFirst)
    {
        var (looked, chunk) = (0, FirstChunk);
        foreach (var day in newestFirst)
        {
            if (Short == 0) return;
            if (looked++ == chunk)
            {
                if (!isKnown) return;
                (looked, chunk) = (1, chunk * 2);
            }

            Take(new AccountKey(code, owner, currency, day), Short);
        }
    }

    private void Take(AccountKey account, long atMost)
    {
        var state = book.Account(account);
        isKnown &= !book.Needs.Accounts.Contains(account);
        if (state.IsFrozen) return;
        var holds = account.Code.InWords(state.Balance) - taken[account];
        var amount = Math.Min(Math.Min(atMost, holds), Short);
        if (amount <= 0) return;
        Short -= amount;
        taken.Add(account, amount);
    }
}
