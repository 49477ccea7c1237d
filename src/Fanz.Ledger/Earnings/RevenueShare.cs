using Fanz.Ledger.Money;

namespace Fanz.Ledger.Earnings;

/// <summary>
/// How a sale is shared: the platform's fee, then of the creator's part a rolling reserve, and for how long the rest
/// and the reserve are held. Its version and every amount it led to are frozen on the event.
/// </summary>
public sealed record RevenueShare(int Version, int FeeBasisPoints, int ReserveBasisPoints, int HoldDays, int ReserveDays)
{
    /// <summary>What holds where nothing else was agreed.</summary>
    public static readonly RevenueShare Default = new(
        Version: 0, FeeBasisPoints: 2_000, ReserveBasisPoints: 1_000, HoldDays: 7, ReserveDays: 90);

    public Shares Split(long amount)
    {
        // The creator's part comes first, so that the odd cent is theirs: 999 at 80/20 is 799 and 200.
        var (creator, fee) = Allocation.Share(amount, Allocation.WholeInBasisPoints - FeeBasisPoints);
        var (pending, reserve) = Allocation.Share(creator, Allocation.WholeInBasisPoints - ReserveBasisPoints);
        return new Shares(fee, pending, reserve);
    }
}

/// <summary>The parts of one sale; together they are the whole of it.</summary>
public readonly record struct Shares(long Fee, long Pending, long Reserve);
