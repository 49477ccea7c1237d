namespace Fanz.Ledger.Money;

/// <summary>Spreads an amount over equal periods so that the parts are together the whole.</summary>
public static class Amortisation
{
    /// <summary>The k-th of n parts, the first being 1. The last takes all that the others have left.</summary>
    public static long Part(long amount, int k, int n)
    {
        if (amount < 0) throw new ArgumentOutOfRangeException(nameof(amount), amount, "Nothing below zero is spread.");
        if (k < 1 || k > n) throw new ArgumentOutOfRangeException(nameof(k), k, $"There are periods 1 to {n}.");
        return UpTo(amount, k, n) - UpTo(amount, k - 1, n);
    }

    private static long UpTo(long amount, int k, int n) => (long)((Int128)amount * k / n);
}
