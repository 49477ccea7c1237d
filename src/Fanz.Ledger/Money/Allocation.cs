namespace Fanz.Ledger.Money;

/// <summary>
/// Splits an amount by integer weights so that nothing is lost or made: each part gets its floor, then the
/// remaining units go one each to the largest remainders; equal remainders are served in the order of the parts.
/// </summary>
public static class Allocation
{
    public const int WholeInBasisPoints = 10_000;

    public static long[] Split(long amount, params ReadOnlySpan<long> weights)
    {
        var total = Total(weights);
        var parts = new long[weights.Length];
        var remainders = new Int128[weights.Length];
        // A negative amount is split as its positive mirror, so that giving back mirrors giving.
        var size = Int128.Abs(amount);
        var left = size;
        for (var i = 0; i < parts.Length; i++)
        {
            var (share, remainder) = Int128.DivRem(size * weights[i], total);
            parts[i] = (long)share;
            remainders[i] = remainder;
            left -= share;
        }

        for (; left > 0; left--)
        {
            var largest = 0;
            for (var i = 1; i < remainders.Length; i++)
                if (remainders[i] > remainders[largest]) largest = i;
            parts[largest]++;
            remainders[largest] = -1;
        }

        if (amount < 0)
            for (var i = 0; i < parts.Length; i++) parts[i] = -parts[i];
        return parts;
    }

    /// <summary>The share of an amount in basis points, and the rest; together they are the amount.</summary>
    public static (long Share, long Remainder) Share(long amount, int basisPoints)
    {
        if (basisPoints is < 0 or > WholeInBasisPoints)
            throw new ArgumentOutOfRangeException(nameof(basisPoints), basisPoints, "A share is 0 to 10000.");
        var parts = Split(amount, basisPoints, WholeInBasisPoints - basisPoints);
        return (parts[0], parts[1]);
    }

    private static Int128 Total(ReadOnlySpan<long> weights)
    {
        Int128 total = 0;
        foreach (var weight in weights)
        {
            if (weight < 0) throw new ArgumentException("A weight is never negative.", nameof(weights));
            total += weight;
        }

        return total > 0 ? total : throw new ArgumentException("The weights must not all be zero.", nameof(weights));
    }
}
