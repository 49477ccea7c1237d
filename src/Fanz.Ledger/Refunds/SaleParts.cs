using System.Collections.Immutable;
using System.Numerics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Refunds;

/// <summary>One leg of a sale, and how much of it has not been given back.</summary>
public readonly record struct SalePart(AccountKey Account, long Remaining);

/// <summary>
/// What remains of a sale, leg by leg: the legs of its own record, moved by what was earned of it since, less what was
/// given back. A part says what the sale brought to an account; where the money is by now is another matter.
/// </summary>
internal sealed class SaleParts
{
    private readonly List<SalePart> parts = [];

    private SaleParts(AccountKey source) => Source = source;

    /// <summary>
    /// Who paid: the fan's wallet, tokens or promotional credit, what was set aside, or the processor.
    /// </summary>
    public AccountKey Source { get; }

    /// <summary>What remains of what the fan paid: all that can still be given back.</summary>
    public long Paid { get; private set; }

    /// <summary>What remains of the tokens that were redeemed.</summary>
    public long Tokens { get; private set; }

    /// <summary>What remains of the platform's expense for an affiliate.</summary>
    public long AffiliateExpense { get; private set; }

    /// <summary>What remains of the platform's expense for a discount.</summary>
    public long DiscountExpense { get; private set; }

    /// <summary>
    /// What creators, affiliates, tax offices and the platform have of it. Less the two expenses this is what was paid.
    /// </summary>
    public IReadOnlyList<SalePart> Parts => parts;

    public static SaleParts Of(PastTransaction sale)
    {
        if (sale.Event is not Event.Sale) throw new InvariantBroken($"Record {sale.Record.Number} is no sale.");
        // The first leg of every sale is what the fan pays; one that a discount makes free begins with that discount.
        var remains = new SaleParts(sale.Legs[0].Account);
        foreach (var leg in sale.Legs) remains.Move(leg);
        foreach (var record in sale.Since) remains.Follow(record);
        return remains;
    }

    /// <summary>
    /// What each leg gives back of an amount, from what remains of it; the last amount takes all that is left.
    /// </summary>
    public ImmutableArray<SalePart> Split(long amount)
    {
        if (amount <= 0 || amount > Paid) throw new InvariantBroken($"{amount} of {Paid} cannot be given back.");
        var (affiliate, discount) = (Share(AffiliateExpense, amount), Share(DiscountExpense, amount));
        // What the platform pays an affiliate on top stands beside the sale: both its legs shrink alike.
        var onTop = Allocate(affiliate, IsOnTop);
        var shares = Allocate(amount + discount, part => !IsOnTop(part));
        var back = ImmutableArray.CreateBuilder<SalePart>();
        for (var i = 0; i < parts.Count; i++)
            if (onTop[i] + shares[i] > 0) back.Add(parts[i] with { Remaining = onTop[i] + shares[i] });
        var currency = Source.Currency;
        if (affiliate > 0) back.Add(new SalePart(new(Chart.AffiliateExpense, "", currency), affiliate));
        if (discount > 0) back.Add(new SalePart(new(Chart.PromotionExpense, "", currency), discount));
        return back.DrainToImmutable();
    }

    /// <summary>
    /// What of it is not earned yet, with what belongs to that of the taxes, the discount and the affiliate's part.
    /// </summary>
    public SaleParts Unearned()
    {
        var unearned = parts.Where(IsUnearned).Sum(part => part.Remaining);
        var whole = parts.Where(part => !IsTax(part) && !IsOnTop(part)).Sum(part => part.Remaining);
        var only = new SaleParts(Source);
        if (unearned == 0) return only;
        foreach (var part in parts)
        {
            var share = IsUnearned(part) ? part.Remaining
                : IsTax(part) || IsOnTop(part) ? Share(part.Remaining, unearned, whole)
                : 0;
            if (share == 0) continue;
            only.parts.Add(part with { Remaining = share });
            if (IsOnTop(part)) only.AffiliateExpense += share;
            else only.Paid += share;
        }

        only.DiscountExpense = Share(DiscountExpense, unearned, whole);
        only.Paid -= only.DiscountExpense;
        return only;
    }

    /// <summary>How many of the tokens an amount stands for; null where that is no whole number of them.</summary>
    public long? WholeTokens(long amount) =>
        (Int128)Tokens * amount % Paid == 0 ? Share(Tokens, amount) : null;

    /// <summary>
    /// As much of an amount as comes to whole tokens. Giving back anything else would leave a rest that is worth no
    /// whole number of them, and that nothing could give back any more.
    /// </summary>
    public long InWholeTokens(long amount)
    {
        var lot = Paid == 0 ? 1 : Paid / (long)BigInteger.GreatestCommonDivisor(Paid, Tokens);
        return amount - (amount % lot);
    }

    private bool IsOnTop(SalePart part) => AffiliateExpense > 0 && part.Account.Code == Chart.AffiliatePending;

    private static bool IsUnearned(SalePart part) =>
        part.Account.Code == Chart.CreatorUnearned || part.Account.Code == Chart.DeferredRevenue;

    private static bool IsTax(SalePart part) =>
        part.Account.Code == Chart.VatPayable || part.Account.Code == Chart.SalesTaxPayable;

    private static long Share(long remaining, long part, long whole) => (long)((Int128)remaining * part / whole);

    private long Share(long remaining, long amount) => Share(remaining, amount, Paid);

    /// <summary>An amount over some of the parts by what remains of them; the others get nothing.</summary>
    private long[] Allocate(long amount, Func<SalePart, bool> isMeant)
    {
        var weights = parts.Select(part => isMeant(part) ? part.Remaining : 0).ToArray();
        return weights.Any(weight => weight > 0) ? Allocation.Split(amount, weights) : weights;
    }

    private void Follow(PastRecord record)
    {
        switch (record.Event)
        {
            case Event.SaleMoved:
                foreach (var leg in record.Legs) Move(leg);
                break;
            case Event.SaleReturned returned:
                Paid -= returned.Amount;
                Tokens -= returned.Tokens ?? 0;
                foreach (var part in returned.Parts) Return(part.Account.Key, part.Amount);
                break;
            case Event.Reversed:
                (Paid, Tokens, AffiliateExpense, DiscountExpense) = (0, 0, 0, 0);
                parts.Clear();
                break;
        }
    }

    private void Move(Leg leg)
    {
        var code = leg.Account.Code;
        if (code == Chart.AffiliateExpense) AffiliateExpense += leg.Amount;
        else if (code == Chart.PromotionExpense) DiscountExpense += leg.Amount;
        else if (code == Chart.FanTokens) Tokens += leg.Amount;
        else if (code == Chart.TokensIssued) return;
        else if (leg.Account == Source) Paid += leg.Amount;
        else Change(leg.Account, -leg.Amount);
    }

    private void Return(AccountKey account, long amount)
    {
        if (account.Code == Chart.AffiliateExpense) AffiliateExpense -= amount;
        else if (account.Code == Chart.PromotionExpense) DiscountExpense -= amount;
        else Change(account, -amount);
    }

    private void Change(AccountKey account, long amount)
    {
        var at = parts.FindIndex(part => part.Account == account);
        if (at < 0) parts.Add(new SalePart(account, amount));
        else parts[at] = parts[at] with { Remaining = parts[at].Remaining + amount };
        if (at >= 0 && parts[at].Remaining == 0) parts.RemoveAt(at);
        else if (parts[at < 0 ? ^1 : at].Remaining < 0)
            throw new InvariantBroken($"More of {account} was given back than the sale had brought.");
    }
}
