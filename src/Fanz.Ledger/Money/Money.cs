using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Fanz.Ledger.Money;

/// <summary>An amount in minor units of one currency. Arithmetic is checked and never mixes currencies.</summary>
public readonly record struct Money(long Minor, Currency Currency)
{
    /// <summary>
    /// The largest amount that one command may move. Far above any payment, far enough below the range of a
    /// balance that a slip of the keyboard cannot come near overflowing one.
    /// </summary>
    public const long Limit = 100_000_000_000_000_000;

    public static Money operator +(Money left, Money right) => new(left.Minor + Same(left, right), left.Currency);

    public static Money operator -(Money left, Money right) => new(left.Minor - Same(left, right), left.Currency);

    public static Money operator -(Money value) => new(-value.Minor, value.Currency);

    /// <summary>Reads "10.00": no sign tricks, no exponents, no more decimals than the currency has.</summary>
    public static bool TryParse(string text, Currency currency, [NotNullWhen(true)] out Money? money)
    {
        money = null;
        var digits = text.AsSpan();
        var negative = digits.StartsWith("-");
        if (negative) digits = digits[1..];
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? [] : digits[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty) || fraction.Length > currency.Scale) return false;
        if (whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9')) return false;
        var minor = string.Concat(whole, fraction, new string('0', currency.Scale - fraction.Length));
        if (!long.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
        money = new Money(negative ? -value : value, currency);
        return true;
    }

    public override string ToString()
    {
        var digits = UInt128.CreateChecked(Int128.Abs(Minor))
            .ToString(CultureInfo.InvariantCulture)
            .PadLeft(Currency.Scale + 1, '0');
        var sign = Minor < 0 ? "-" : "";
        return Currency.Scale == 0
            ? $"{sign}{digits} {Currency}"
            : $"{sign}{digits[..^Currency.Scale]}.{digits[^Currency.Scale..]} {Currency}";
    }

    private static long Same(Money left, Money right) =>
        ReferenceEquals(left.Currency, right.Currency)
            ? right.Minor
            : throw new InvalidOperationException($"{left.Currency} and {right.Currency} do not mix.");
}
