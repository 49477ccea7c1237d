namespace Fanz.Ledger.Payouts;

/// <summary>What a creator must have come to before they are paid.</summary>
/// <param name="VerificationLevel">How well they are known, from 0 to 3.</param>
/// <param name="CoolDownDays">For how many days a new or changed payout method is not used.</param>
/// <param name="Screening">Whether they must have been screened against sanctions lists.</param>
/// <param name="TaxForm">Whether they must have given a tax form.</param>
public sealed record PayoutRequirements(int VerificationLevel, int CoolDownDays, bool Screening, bool TaxForm);
