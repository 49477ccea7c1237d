using Fanz.Ledger.Money;

namespace Fanz.Ledger.Rails;

/// <summary>What is in a file of payments, by which it is compared, released and recognised.</summary>
/// <param name="Format">nacha, pain.001.001.09, pain.001.001.03 or csv.</param>
/// <param name="EntryHash">The clearing house's sum over routing numbers, where the format has one.</param>
/// <param name="ControlSum">The sum as the file states it, where it does.</param>
/// <param name="Sha256">Of all bytes, in lower-case hexadecimal digits.</param>
public sealed record PaymentFileManifest(
    string Format, long Count, IReadOnlyList<CurrencyTotal> Totals, string? EntryHash, string? ControlSum,
    string Sha256, long Length);

public sealed record CurrencyTotal(Currency Currency, long Count, long Amount);

/// <summary>Why an order cannot go into a file.</summary>
/// <param name="Payout">Empty where it is the file as a whole.</param>
public sealed record OrderFault(string Payout, long Sequence, string Code, string Problem);

/// <summary>A file was not written: not a byte of it.</summary>
public sealed class PaymentFileRefused(IReadOnlyList<OrderFault> faults)
    : Exception($"{faults.Count} faults; the first: {faults[0].Payout} {faults[0].Problem}")
{
    public IReadOnlyList<OrderFault> Faults { get; } = faults;
}
