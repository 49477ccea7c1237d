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

    /// <summary>What any currency buys of itself.</summary>
    public static readonly ExchangeRate One = new(digits: 1, decimals: 0);

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

    /// <summary>
    /// What an amount comes to in another currency, where one unit of a base buys <paramref name="given"/> of the one
    /// and <paramref name="wanted"/> of the other. The fraction is exact and is rounded once, to the nearest minor unit
    /// and half a unit to the even one, on both sides of zero alike: so over many amounts nothing is won or lost.
    /// </summary>
    internal static Int128 ConvertByBase(
        Int128 amount, Currency from, ExchangeRate given, Currency to, ExchangeRate wanted)
    {
        var shift = to.Scale - from.Scale + given.decimals - wanted.decimals;
        var divisor = shift < 0 ? given.digits * TenTo(-shift) : given.digits;
        var (quotient, rest) = Int128.DivRem(amount * wanted.digits, divisor);
        // As by hand: the decimals that the shift asks for one by one, so that nothing ever needs more than 128 bits.
        for (; shift > 0; shift--)
        {
            var (digit, next) = Int128.DivRem(rest * 10, divisor);
            (quotient, rest) = ((quotient * 10) + digit, next);
        }

        var beyondHalf = (Int128.Abs(rest) * 2).CompareTo(divisor);
        var isUp = beyondHalf > 0 || (beyondHalf == 0 && Int128.IsOddInteger(quotient));
        return isUp ? quotient + (amount < 0 ? -1 : 1) : quotient;
    }

    private static Int128 TenTo(int power)
    {
        Int128 result = 1;
        for (var i = 0; i < power; i++) result *= 10;
        return result;
    }
}
