namespace Fanz.Ledger.Host.Bench;

/// <summary>How much the benchmark of payouts takes: the sizes that the design speaks of, or a part of them.</summary>
/// <param name="Tips">How many tips mature on one day.</param>
/// <param name="Earners">How many creators they are shared by.</param>
/// <param name="Payees">How many creators are paid in one batch.</param>
internal sealed record PayoutsSize(int Tips, int Earners, int Payees)
{
    public static readonly PayoutsSize Whole = new(1_000_000, 10_000, 100_000);

    /// <summary>Those who are paid while tips are posted: enough of them for a measure, and no more.</summary>
    public int PaidBeside => Math.Max(1, Payees / 5);

    /// <summary>A fraction of it, for whoever wants to see it work rather than measure.</summary>
    public PayoutsSize Part(int ofSoMany) => new(
        Math.Max(1, Tips / ofSoMany), Math.Max(1, Earners / ofSoMany), Math.Max(1, Payees / ofSoMany));
}
