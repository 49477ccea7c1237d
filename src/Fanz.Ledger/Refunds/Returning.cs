using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Escrow;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Refunds;

/// <summary>
/// A posting that gives something back, while it is drawn. Its lines may meet on one account, where they become one
/// leg. What was really taken from creators and affiliates, and what they owe now, is kept to be told.
/// </summary>
internal sealed class Returning(Book book, Currency currency)
{
    private readonly Tally legs = new();
    private readonly Tally taken = new();
    private readonly Tally returned = new();

    /// <summary>Where the parts of creators and affiliates came from, a creator's debt included.</summary>
    public IReadOnlyList<Portion> Taken => Portion.Of(taken.Sums);

    /// <summary>Where what had been frozen went back to.</summary>
    public IReadOnlyList<Portion> Returned => Portion.Of(returned.Sums);

    public Returning Debit(AccountKey account, long amount) => Move(account, amount);

    public Returning Credit(AccountKey account, long amount) => Move(account, -amount);

    public Returning Debit(AccountCode own, long amount) => Move(new AccountKey(own, "", currency), amount);

    public Returning Credit(AccountCode own, long amount) => Move(new AccountKey(own, "", currency), -amount);

    /// <summary>
    /// Gives an account back what was frozen of it, or of another in its place. Whoever can spend it again repays first
    /// what they have come to owe in the meantime.
    /// </summary>
    public Returning Return(AccountKey account, long amount)
    {
        if (Proceeds.DebtBehind(account) is { } debt && book.Account(debt).Life != Life.Frozen)
        {
            var repaid = Math.Min(book.Account(debt).Balance - returned[debt], amount);
            returned.Add(debt, repaid);
            Credit(debt, repaid);
            amount -= repaid;
        }

        returned.Add(account, amount);
        return Credit(account, amount);
    }

    /// <summary>Takes back every part of a sale from whoever has it.</summary>
    public Returning TakeBack(IReadOnlyCollection<SalePart> parts)
    {
        foreach (var owned in ByCreator(parts))
            TakeFromCreator(owned.Key, [.. owned], owned.Sum(part => part.Remaining));
        return TakeBackAllButCreators(parts);
    }

    /// <summary>
    /// What the platform, tax offices, escrow and affiliates have of it. An affiliate owes nothing: what cannot be had
    /// of one stays the platform's expense.
    /// </summary>
    public Returning TakeBackAllButCreators(IReadOnlyCollection<SalePart> parts)
    {
        foreach (var owned in parts.Where(IsHeldByAffiliate)
            .GroupBy(part => part.Account.Owner, StringComparer.Ordinal))
        {
            // Asked for now, so that a shortfall needs no other look.
            book.Account(new AccountKey(Chart.AffiliateExpense, "", currency));
            var found = Waterfall.OfAffiliate(book, owned.Key, currency, owned, owned.Sum(part => part.Remaining));
            Take(found.Taken);
            Debit(Chart.AffiliateExpense, found.Short);
        }

        foreach (var part in parts.Where(part => !IsHeldByAffiliate(part) && !IsHeldByCreator(part)))
        {
            if (IsExpense(part.Account.Code)) Credit(part.Account, part.Remaining);
            else Debit(part.Account, part.Remaining);
        }

        return this;
    }

    /// <summary>Takes an amount from a creator by the waterfall; what is nowhere to be found they owe.</summary>
    /// <param name="own">What the sale brought them, which is looked at first.</param>
    public Returning TakeFromCreator(string creator, IReadOnlyCollection<SalePart> own, long amount)
    {
        var debt = new AccountKey(Chart.CreatorDebt, creator, currency);
        // Asked for now, so that a shortfall needs no other look.
        book.Account(debt);
        var found = Waterfall.OfCreator(book, creator, currency, own, amount);
        Take(found.Taken);
        if (found.Short > 0) Take([new Leg(debt, found.Short)]);
        return this;
    }

    public Posting Build() => Posting.Of([.. legs.Sums.Where(leg => leg.Amount != 0)]);

    /// <summary>What creators hold of a sale, each for themselves; more of a sale may not be earned yet.</summary>
    public static IEnumerable<IGrouping<string, SalePart>> ByCreator(IEnumerable<SalePart> parts) =>
        parts.Where(IsHeldByCreator).GroupBy(part => part.Account.Owner, StringComparer.Ordinal);

    private static bool IsHeldByCreator(SalePart part) =>
        part.Account.Code == Chart.CreatorPending || part.Account.Code == Chart.CreatorReserve;

    private static bool IsHeldByAffiliate(SalePart part) => part.Account.Code == Chart.AffiliatePending;

    private static bool IsExpense(AccountCode code) => code == Chart.AffiliateExpense || code == Chart.PromotionExpense;

    private void Take(IEnumerable<Leg> found)
    {
        foreach (var (account, amount) in found)
        {
            Debit(account, amount);
            taken.Add(account, amount);
        }
    }

    private Returning Move(AccountKey account, long signed)
    {
        legs.Add(account, signed);
        return this;
    }
}
