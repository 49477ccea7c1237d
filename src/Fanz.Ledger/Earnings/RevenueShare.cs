using Fanz.Ledger.Money;

namespace Fanz.Ledger.Earnings;

/// <summary>
/// How a sale is shared: the platform's fee, then of the creator's part a rolling reserve, and for how long the rest
/// and the reserve are held. Its version and every amount it led to are frozen on the event.
/// </summary>
/// <param name="Version">The number of the record that set the rule; 0 where none did.</param>
/// <param name="MinimumFee">The least that the platform takes of a sale, in minor units of its currency.</param>
public sealed record RevenueShare(
    long Version, int FeeBasisPoints, int ReserveBasisPoints, int HoldDays, int ReserveDays, long MinimumFee = 0,
    int AffiliateBasisPoints = 0, AffiliateBasis AffiliateBasis = AffiliateBasis.Gross,
    Bearer AffiliateBorneBy = Bearer.Platform)
{
    /// <summary>What holds where nothing else was agreed.</summary>
    public static readonly RevenueShare Default = new(
        Version: 0, FeeBasisPoints: 2_000, ReserveBasisPoints: 1_000, HoldDays: 7, ReserveDays: 90);

    /// <summary>The platform's fee and the creator's part; together they are the amount.</summary>
    public (long Creator, long Fee) SplitFee(long amount)
    {
        // The creator's part comes first, so that the odd cent is theirs: 999 at 80/20 is 799 and 200.
        var (creator, fee) = Allocation.Share(amount, Allocation.WholeInBasisPoints - FeeBasisPoints);
        if (fee >= MinimumFee) return (creator, fee);
        fee = Math.Min(MinimumFee, amount);
        return (amount - fee, fee);
    }

    /// <summary>What of a creator's part is paid out first and what is kept back longer.</summary>
    public (long Pending, long Reserve) SplitReserve(long creator) =>
        Allocation.Share(creator, Allocation.WholeInBasisPoints - ReserveBasisPoints);

    public Shares Split(long amount)
    {
        var (creator, fee) = SplitFee(amount);
        var (pending, reserve) = SplitReserve(creator);
        return new Shares(fee, pending, reserve);
    }
}

/// <summary>The parts of one sale; together they are the whole of it.</summary>
public readonly record struct Shares(long Fee, long Pending, long Reserve);
