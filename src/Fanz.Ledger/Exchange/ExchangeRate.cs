using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Exchange;

/// <summary>
/// How much of one currency one unit of another buys, exactly as it was quoted: "0.9150". At most 17 digits, of which
/// at most 12 are decimals, so that an amount of 18 digits times the rate, on a scale of 4 more decimals, is exact in
/// 128 bits.
/// </summary>
public readonly record struct ExchangeRate
{
    private const int MostDigits = 17;
    private const int MostDecimals = 12;

    private readonly long digits;
    private readonly int decimals;

    private ExchangeRate(long digits, int decimals) => (this.digits, this.decimals) = (digits, decimals);

    public static bool TryParse(string? text, [NotNullWhen(true)] out ExchangeRate? rate)
    {
        rate = null;
        if (text is null) return false;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? "" : text[(point + 1)..];
        if (whole.Length == 0 || (point >= 0 && fraction.Length == 0)) return false;
        if (fraction.Length > MostDecimals || whole.Length + fraction.Length > MostDigits) return false;
        if (whole.Concat(fraction).Any(digit => !char.IsAsciiDigit(digit))) return false;
        var digits = long.Parse(whole + fraction, NumberStyles.None, CultureInfo.InvariantCulture);
        if (digits == 0) return false;
        rate = new ExchangeRate(digits, fraction.Length);
        return true;
    }

    /// <summary>
    /// What an amount buys in whole minor units of the other currency. Less than one unit is left, and it is nobody's
    /// loss but that of whoever converts.
    /// </summary>
    public Int128 Convert(long amount, Currency from, Currency to)
    {
        var product = (Int128)amount * digits;
        var shift = to.Scale - from.Scale - decimals;
        return shift >= 0 ? product * TenTo(shift) : Int128.DivRem(product, TenTo(-shift)).Quotient;
    }

    private static Int128 TenTo(int power)
    {
        Int128 result = 1;
        for (var i = 0; i < power; i++) result *= 10;
        return result;
    }
}
