using System.Globalization;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Rails;

/// <summary>Amounts as bank files write them: digits, a point, and no more decimals than the currency has.</summary>
internal static class AmountText
{
    public static string Of(long amount, Currency currency) => Of(amount, currency.Scale);

    public static string Of(Int128 amount, int scale)
    {
        var digits = Int128.Abs(amount).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var sign = amount < 0 ? "-" : "";
        return scale == 0 ? sign + digits : $"{sign}{digits[..^scale]}.{digits[^scale..]}";
    }

    /// <summary>A sum over currencies whose minor units differ, as control sums are made of.</summary>
    public static string Sum(IEnumerable<CurrencyTotal> totals)
    {
        Int128 sum = 0;
        var scale = 0;
        foreach (var total in totals)
        {
            for (; scale < total.Currency.Scale; scale++) sum *= 10;
            Int128 amount = total.Amount;
            for (var i = total.Currency.Scale; i < scale; i++) amount *= 10;
            sum += amount;
        }

        return Of(sum, scale);
    }
}
