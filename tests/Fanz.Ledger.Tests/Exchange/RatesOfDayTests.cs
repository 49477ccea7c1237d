using System.Globalization;
using System.Numerics;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Money;
using FsCheck;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

public class RatesOfDayTests
{
    private const string Largest = "99999999999999999", Smallest = "0.000000000001";

    private static readonly string[] Quoted = ["JPY", "USD", "KWD", "CLF"];

    private static readonly Gen<string> Rate =
        from whole in Properties.Amounts(99_999)
        from fraction in Properties.Amounts(999_999_999_999)
        from decimals in Gen.Choose(0, 12)
        let tail = fraction.ToString("D12", CultureInfo.InvariantCulture)[..decimals]
        from rate in Gen.Frequency(
            (8, Gen.Constant(decimals == 0 ? $"{whole}" : $"{whole}.{tail}")),
            (1, Gen.Elements(Largest, Smallest, "1", "2", "0.5")))
        where ExchangeRate.TryParse(rate, out _)
        select rate;

    private static readonly Gen<Case> Cases =
        from rates in Rate.ArrayOf(Quoted.Length)
        from size in Properties.Amounts(long.MaxValue - 1)
        from small in Gen.Choose(0, 20)
        from isSmall in Gen.Elements(true, false)
        from sign in Gen.Elements(-1L, 1L)
        from a in Gen.Elements(["EUR", .. Quoted])
        from b in Gen.Elements(["EUR", .. Quoted])
        select new Case(rates, sign * (isSmall ? small : size), a, b);

    private sealed record Case(string[] Rates, long Amount, string From, string To)
    {
        public RatesOfDay Table => RatesOfDay.Of(
            "EUR", Quoted.Zip(Rates, (currency, rate) => new QuotedRate(currency, rate)));

        public string RateOf(string currency) => currency == "EUR" ? "1" : Rates[Array.IndexOf(Quoted, currency)];

        /// <summary>What it is worth as a fraction of minor units.</summary>
        public (BigInteger Above, BigInteger Below) Exact
        {
            get
            {
                var (given, givenScale) = Parsed(RateOf(From));
                var (wanted, wantedScale) = Parsed(RateOf(To));
                return (
                    Amount * wanted * Ten(givenScale) * Ten(Currency.Of(To).Scale),
                    given * Ten(wantedScale) * Ten(Currency.Of(From).Scale));
            }
        }

        public bool IsTooLarge => BigInteger.Abs(Exact.Above / Exact.Below) >= Int128.MaxValue;

        public Int128 Converted => Table.Convert(Amount, Currency.Of(From), Currency.Of(To))!.Value;
    }

    [Theory]
    [InlineData("100.00 EUR", "USD", "108.50 USD")]
    [InlineData("108.50 USD", "EUR", "100.00 EUR")]
    [InlineData("100.00 USD", "EUR", "92.17 EUR")]
    [InlineData("-100.00 USD", "EUR", "-92.17 EUR")]
    [InlineData("100.00 USD", "JPY", "14965 JPY")]
    [InlineData("14965 JPY", "USD", "100.00 USD")]
    [InlineData("1.000 KWD", "JPY", "486 JPY")]
    [InlineData("0.01 EUR", "KWD", "0.003 KWD")]
    [InlineData("0.00 EUR", "USD", "0.00 USD")]
    [InlineData("7.77 GBP", "GBP", "7.77 GBP")]
    public void An_amount_is_worth_this_much_elsewhere(string amount, string to, string worth)
    {
        var table = RatesOfDay.Of("EUR", [new("USD", "1.0850"), new("JPY", "162.37"), new("KWD", "0.33410")]);
        var parts = amount.Split(' ');
        var (from, wanted) = (Currency.Of(parts[1]), Currency.Of(to));
        Assert.True(Money.Money.TryParse(parts[0], from, out var money));
        var converted = table.Convert(money.Value.Minor, from, wanted);
        Assert.Equal(worth, new Money.Money((long)converted!.Value, wanted).ToString());
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 2)]
    [InlineData(5, 2)]
    [InlineData(7, 4)]
    [InlineData(-1, 0)]
    [InlineData(-3, -2)]
    [InlineData(-5, -2)]
    public void Half_a_unit_goes_to_the_even_one(long amount, long worth)
    {
        var table = RatesOfDay.Of("EUR", [new("USD", "0.5")]);
        Assert.Equal(worth, table.Convert(amount, table.Base, Currency.Of("USD")));
    }

    [Fact]
    public void What_the_table_lacks_is_not_guessed_at()
    {
        var table = RatesOfDay.Of("EUR", [new("USD", "1.0850")]);
        Assert.Null(table.Convert(1, Currency.Of("GBP"), table.Base));
        Assert.Null(table.Convert(0, Currency.Of("USD"), Currency.Of("GBP")));
        Assert.False(table.Knows(Currency.Of("GBP")));
        Assert.True(table.Knows(table.Base));
    }

    /// <summary>
    /// The same by fractions of big integers, which have no bounds: the nearest whole number, and of two that are
    /// equally near the even one.
    /// </summary>
    [Fact]
    public void It_is_the_nearest_minor_unit_of_the_exact_fraction() => Properties.Hold(Cases, one =>
    {
        if (one.From == one.To)
        {
            Assert.Equal(one.Amount, one.Converted);
            return;
        }

        var (above, below) = one.Exact;
        if (one.IsTooLarge)
        {
            Assert.Throws<OverflowException>(() => one.Converted);
            return;
        }

        var distance = BigInteger.Abs(((BigInteger)one.Converted * below) - above) * 2;
        Assert.True(distance <= below, $"{one.Converted} is not the nearest");
        if (distance == below) Assert.True(Int128.IsEvenInteger(one.Converted));
    });

    [Fact]
    public void What_is_owed_is_converted_as_what_is_owned() => Properties.Hold(Cases, one =>
        Assert.True(one.IsTooLarge || one.Converted == -(one with { Amount = -one.Amount }).Converted));

    [Fact]
    public void A_larger_amount_is_never_worth_less() => Properties.Hold(Cases, one =>
    {
        var less = one with { Amount = one.Amount - 1 };
        Assert.True(one.IsTooLarge || less.IsTooLarge || less.Converted <= one.Converted);
    });

    private static (BigInteger Digits, int Scale) Parsed(string rate)
    {
        var parts = rate.Split('.');
        return (
            BigInteger.Parse(string.Concat(parts), CultureInfo.InvariantCulture),
            parts.Length == 2 ? parts[1].Length : 0);
    }

    private static BigInteger Ten(int power) => BigInteger.Pow(10, power);
}
