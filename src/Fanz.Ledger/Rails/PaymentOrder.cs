using Fanz.Ledger.Money;

namespace Fanz.Ledger.Rails;

/// <summary>One payment as a rail is told to make it.</summary>
/// <param name="Payout">The payout that it pays, and the identification by which banks report on it.</param>
/// <param name="Amount">What the payee gets, in minor units.</param>
/// <param name="Sequence">Its place among all that was ever sent by this rail; in a file it only rises.</param>
public sealed record PaymentOrder(string Payout, long Amount, Currency Currency, PayeeAccount Payee, long Sequence);
