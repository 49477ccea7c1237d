using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Journal;

/// <summary>One movement of a posting. Debits are positive.</summary>
public readonly record struct Leg(AccountKey Account, long Amount);

/// <summary>
/// The legs of one transaction. It cannot be built unless it sums to zero in every currency, names each account at
/// most once, moves something on each leg and has at least two.
/// </summary>
public sealed class Posting
{
    private const int FewLegs = 16;

    private Posting(ImmutableArray<Leg> legs) => Legs = legs;

    public ImmutableArray<Leg> Legs { get; }

    public static Builder Draw() => new();

    /// <summary>What keeps these legs from being a posting, or null.</summary>
    public static string? Problem(ReadOnlySpan<Leg> legs)
    {
        if (legs.Length < 2) return "A transaction has at least two legs.";
        if (FirstEmpty(legs) is { } empty) return $"The leg of {empty} moves nothing.";
        if (FirstRepeated(legs) is { } repeated) return $"{repeated} is named twice.";
        return FirstUnbalanced(legs) is var (currency, sum)
            ? $"The legs in {currency} sum to {sum}, not to zero."
            : null;
    }

    /// <summary>
    /// The posting of these legs; legs that are not one are a fault of the recipe, not of its caller.
    /// </summary>
    public static Posting Of(ImmutableArray<Leg> legs) =>
        Problem(legs.AsSpan()) is { } problem ? throw new InvariantBroken(problem) : new Posting(legs);

    private static AccountKey? FirstEmpty(ReadOnlySpan<Leg> legs)
    {
        foreach (var leg in legs)
            if (leg.Amount == 0) return leg.Account;
        return null;
    }

    private static AccountKey? FirstRepeated(ReadOnlySpan<Leg> legs)
    {
        if (legs.Length > FewLegs)
        {
            var seen = new HashSet<AccountKey>(legs.Length);
            foreach (var leg in legs)
                if (!seen.Add(leg.Account)) return leg.Account;
            return null;
        }

        for (var i = 1; i < legs.Length; i++)
            for (var j = 0; j < i; j++)
                if (legs[i].Account == legs[j].Account) return legs[i].Account;
        return null;
    }

    private static (Currency Currency, Int128 Sum)? FirstUnbalanced(ReadOnlySpan<Leg> legs)
    {
        for (var i = 0; i < legs.Length; i++)
        {
            var currency = legs[i].Account.Currency;
            // Each currency is summed where it is first met.
            var isFirst = true;
            for (var j = 0; j < i && isFirst; j++) isFirst = !ReferenceEquals(legs[j].Account.Currency, currency);
            if (!isFirst) continue;
            Int128 sum = 0;
            for (var j = i; j < legs.Length; j++)
                if (ReferenceEquals(legs[j].Account.Currency, currency)) sum += legs[j].Amount;
            if (sum != 0) return (currency, sum);
        }

        return null;
    }

    /// <summary>
    /// Draws a posting line by line. Amounts are never negative here: the side is said by the word. A line of zero
    /// is left out, because a share may come to nothing.
    /// </summary>
    public sealed class Builder
    {
        private readonly ImmutableArray<Leg>.Builder legs = ImmutableArray.CreateBuilder<Leg>(4);

        public Builder Debit(AccountKey account, long amount) => Add(account, amount, amount);

        public Builder Credit(AccountKey account, long amount) => Add(account, amount, -amount);

        public Posting Build() => Of(legs.DrainToImmutable());

        private Builder Add(AccountKey account, long amount, long signed)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(amount);
            if (amount > 0) legs.Add(new Leg(account, signed));
            return this;
        }
    }
}
