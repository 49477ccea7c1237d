using Fanz.Ledger.Money;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

public class MoneyTests
{
    private static readonly string[] OneOfEachScale = ["JPY", "USD", "KWD", "UYW", "TKN"];

    [Fact]
    public void What_is_written_is_read_back() => Properties.Hold(
        from code in Gen.Elements(OneOfEachScale)
        from size in Properties.Amounts(long.MaxValue)
        from isNegative in Gen.Elements(true, false)
        select new Money.Money(isNegative ? -size : size, Currency.Of(code)),
        money =>
        {
            var words = money.ToString().Split(' ');
            Assert.Equal(money.Currency.Code, words[1]);
            Assert.True(Money.Money.TryParse(words[0], money.Currency, out var read));
            Assert.Equal(money, read);
        });

    [Theory]
    [InlineData("10.00", "USD", 1_000)]
    [InlineData("10", "USD", 1_000)]
    [InlineData("10.5", "USD", 1_050)]
    [InlineData("-0.01", "USD", -1)]
    [InlineData("1000", "JPY", 1_000)]
    [InlineData("1.234", "KWD", 1_234)]
    [InlineData("1.2345", "UYW", 12_345)]
    [InlineData("92233720368547758.07", "USD", long.MaxValue)]
    public void Amounts_are_read_in_the_scale_of_their_currency(string text, string currency, long minor)
    {
        Assert.True(Money.Money.TryParse(text, Currency.Of(currency), out var money));
        Assert.Equal(new Money.Money(minor, Currency.Of(currency)), money);
    }

    [Theory]
    [InlineData("10.001", "USD")]
    [InlineData("10.0", "JPY")]
    [InlineData("1.2345", "KWD")]
    [InlineData("", "USD")]
    [InlineData("-", "USD")]
    [InlineData(".5", "USD")]
    [InlineData("5.", "USD")]
    [InlineData("+5", "USD")]
    [InlineData("--5", "USD")]
    [InlineData("1e3", "USD")]
    [InlineData("1,000", "USD")]
    [InlineData(" 1", "USD")]
    [InlineData("1 ", "USD")]
    [InlineData("1.-5", "USD")]
    [InlineData("1.0.0", "USD")]
    [InlineData("٣", "USD")]
    [InlineData("NaN", "USD")]
    [InlineData("92233720368547758.08", "USD")]
    public void What_is_not_an_amount_of_the_currency_is_not_read(string text, string currency)
    {
        Assert.False(Money.Money.TryParse(text, Currency.Of(currency), out var money));
        Assert.Null(money);
    }

    [Theory]
    [InlineData(5, "USD", "0.05 USD")]
    [InlineData(-5, "USD", "-0.05 USD")]
    [InlineData(5, "JPY", "5 JPY")]
    [InlineData(5, "KWD", "0.005 KWD")]
    [InlineData(0, "USD", "0.00 USD")]
    [InlineData(long.MinValue, "USD", "-92233720368547758.08 USD")]
    public void Amounts_are_written_in_the_scale_of_their_currency(long minor, string currency, string text) =>
        Assert.Equal(text, new Money.Money(minor, Currency.Of(currency)).ToString());

    [Fact]
    public void Arithmetic_is_checked_and_never_mixes_currencies()
    {
        var (dollar, yen) = (new Money.Money(1, Currency.Of("USD")), new Money.Money(1, Currency.Of("JPY")));
        var most = new Money.Money(long.MaxValue, Currency.Of("USD"));
        Assert.Equal(new Money.Money(2, Currency.Of("USD")), dollar + dollar);
        Assert.Equal(new Money.Money(0, Currency.Of("USD")), dollar - dollar);
        Assert.Throws<InvalidOperationException>(() => dollar + yen);
        Assert.Throws<InvalidOperationException>(() => dollar - yen);
        Assert.Throws<OverflowException>(() => most + dollar);
        Assert.Throws<OverflowException>(() => -most - dollar - dollar);
    }

    [Theory]
    [InlineData(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF TKN")]
    [InlineData(2, "USD EUR GBP")]
    [InlineData(3, "BHD IQD JOD KWD LYD OMR TND")]
    [InlineData(4, "CLF UYW")]
    public void Currencies_have_the_scale_that_the_domain_gives_them(int scale, string codes) =>
        Assert.All(codes.Split(' '), code => Assert.Equal(scale, Currency.Of(code).Scale));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("usd")]
    [InlineData("USD ")]
    [InlineData("XXX")]
    [InlineData("UЅD")]
    public void A_code_that_is_not_exactly_a_currency_is_none(string? code) => Assert.False(Currency.TryOf(code, out _));
}
