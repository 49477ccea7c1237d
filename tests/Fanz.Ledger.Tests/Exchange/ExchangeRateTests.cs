using System.Globalization;
using System.Numerics;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Money;
using FsCheck;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

public class ExchangeRateTests
{
    private static readonly Gen<string> Rates =
        from whole in Properties.Amounts(99_999)
        from fraction in Properties.Amounts(999_999_999_999)
        from decimals in Gen.Choose(0, 12)
        let tail = fraction.ToString("D12", CultureInfo.InvariantCulture)[..decimals]
        let rate = decimals == 0 ? $"{whole}" : $"{whole}.{tail}"
        where ExchangeRate.TryParse(rate, out _)
        select rate;

    [Theory]
    [InlineData("0.9150")]
    [InlineData("1")]
    [InlineData("0.000000000001")]
    [InlineData("00.5")]
    [InlineData("26345.123456789012")]
    [InlineData("99999999999999999")]
    public void A_rate_is_written_in_digits(string text) => Assert.True(ExchangeRate.TryParse(text, out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0.000")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData(".")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1e3")]
    [InlineData("1,5")]
    [InlineData("1.2.3")]
    [InlineData("١.٢")]
    [InlineData("NaN")]
    [InlineData("0.0000000000001")]
    [InlineData("100000000000000000")]
    [InlineData("263451.123456789012")]
    public void Everything_else_is_no_rate(string? text) => Assert.False(ExchangeRate.TryParse(text, out _));

    [Theory]
    [InlineData(100_00, "USD", "EUR", "0.9150", 91_50)]
    [InlineData(100_00, "USD", "JPY", "149.87", 14_987)]
    [InlineData(14_987, "JPY", "USD", "0.006672", 99_99)]
    [InlineData(100_00, "USD", "KWD", "0.30745", 30_745)]
    [InlineData(30_745, "KWD", "JPY", "487.5", 14_988)]
    [InlineData(1, "JPY", "CLF", "0.00016", 1)]
    [InlineData(1, "CLF", "JPY", "6250", 0)]
    [InlineData(1, "USD", "EUR", "0.9150", 0)]
    public void An_amount_buys_whole_minor_units_of_the_other_currency(
        long amount, string from, string to, string rate, long bought)
    {
        Assert.True(ExchangeRate.TryParse(rate, out var parsed));
        Assert.Equal(bought, parsed.Value.Convert(amount, Currency.Of(from), Currency.Of(to)));
    }

    [Fact]
    public void The_largest_amount_at_the_largest_rate_is_still_exact()
    {
        Assert.True(ExchangeRate.TryParse("99999999999999999", out var rate));
        Assert.Equal(
            Int128.Parse("99999999999999999000000000000000000000", CultureInfo.InvariantCulture),
            rate.Value.Convert(Money.Money.Limit, Currency.Of("JPY"), Currency.Of("CLF")));
    }

    [Fact]
    public void What_is_bought_is_less_than_one_unit_below_what_the_rate_says()
    {
        var currencies = new[] { "JPY", "USD", "KWD", "CLF" };
        var cases =
            from rate in Rates
            from amount in Properties.Amounts(Money.Money.Limit - 1)
            from a in Gen.Elements(currencies)
            from b in Gen.Elements(currencies)
            select (Rate: rate, Amount: amount + 1, From: Currency.Of(a), To: Currency.Of(b));
        Properties.Hold(cases, c =>
        {
            Assert.True(ExchangeRate.TryParse(c.Rate, out var rate));
            // The same by fractions of big integers: bought / 10^to <= amount / 10^from * digits / 10^decimals.
            var parts = c.Rate.Split('.');
            var decimals = parts.Length == 2 ? parts[1].Length : 0;
            var digits = BigInteger.Parse(string.Concat(parts), CultureInfo.InvariantCulture);
            var exact = c.Amount * digits * BigInteger.Pow(10, c.To.Scale);
            var unit = BigInteger.Pow(10, c.From.Scale + decimals);
            var left = exact - ((BigInteger)rate.Value.Convert(c.Amount, c.From, c.To) * unit);
            Assert.True(left >= 0 && left < unit);
        });
    }
}
