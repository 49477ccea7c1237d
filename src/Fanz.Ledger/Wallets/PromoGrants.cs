using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Wallets;

/// <summary>
/// A fan's grants in one currency and what of each has expired. What was spent is not followed: a fan spends what
/// expires soonest first, so what is unspent of a grant is what the balance holds beyond the grants that are spent
/// after it. Spending therefore writes to no stream, and a new grant that expires sooner takes over what was spent of
/// the older ones, to the fan's advantage. What is given back goes to the grants that expire last.
/// </summary>
internal sealed record PromoGrants : Aggregate
{
    private static readonly ImmutableSortedDictionary<(LocalDate ExpiresOn, long Number), long> None =
        ImmutableSortedDictionary<(LocalDate, long), long>.Empty;

    /// <summary>What has not expired of each grant, spent or not, in the order in which they are spent.</summary>
    private ImmutableSortedDictionary<(LocalDate ExpiresOn, long Number), long> Unexpired { get; init; } = None;

    internal static string StreamOf(string fan, Currency currency) => $"promo/{currency}/{fan}";

    /// <summary>What is unspent of a grant while the fan has a balance.</summary>
    internal long Unspent(long number, LocalDate? expiresOn, long balance)
    {
        var grant = Key(expiresOn, number);
        if (!Unexpired.TryGetValue(grant, out var unexpired)) return 0;
        // In 128 bits, because a fan may have spent more in a lifetime than an account can hold.
        Int128 later = 0;
        foreach (var (other, amount) in Unexpired)
            if (other.CompareTo(grant) > 0) later += amount;
        return (long)Int128.Clamp(balance - later, 0, unexpired);
    }

    public override PromoGrants After(Recorded recorded) => recorded.Event switch
    {
        Event.PromoGranted grant => this with
        {
            Unexpired = Unexpired.Add(Key(grant.ExpiresOn, recorded.Number), grant.Amount),
        },
        Event.PromoExpired expiry when Find(expiry.Grant) is { } grant && Unexpired[grant] >= expiry.Amount => this with
        {
            Unexpired = Unexpired[grant] == expiry.Amount
                ? Unexpired.Remove(grant)
                : Unexpired.SetItem(grant, Unexpired[grant] - expiry.Amount),
        },
        _ => throw Impossible(recorded),
    };

    private (LocalDate ExpiresOn, long Number)? Find(long number)
    {
        foreach (var grant in Unexpired.Keys)
            if (grant.Number == number) return grant;
        return null;
    }

    /// <summary>What never expires is spent last; of the same day the older grant is spent first.</summary>
    private static (LocalDate ExpiresOn, long Number) Key(LocalDate? expiresOn, long number) =>
        (expiresOn ?? LocalDate.MaxIsoValue, number);
}
