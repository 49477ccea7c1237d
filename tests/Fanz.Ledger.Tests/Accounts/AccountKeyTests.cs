using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using FsCheck.Fluent;

namespace Fanz.Ledger.Tests;

public class AccountKeyTests
{
    [Fact]
    public void What_is_written_is_read_back() => Properties.Hold(Names.Account, key =>
    {
        Assert.True(AccountKey.TryParse(key.ToString(), out var read), key.ToString());
        Assert.Equal(key, read);
        Assert.Equal(key.GetHashCode(), read.Value.GetHashCode());
    }, times: 2_000);

    [Fact]
    public void Two_accounts_are_one_exactly_when_their_texts_are_the_same_bytes() => Properties.Hold(
        Names.Account.Two(), pair =>
        {
            var (one, other) = pair;
            var sameText = Encoding.UTF8.GetBytes(one.ToString()).AsSpan()
                .SequenceEqual(Encoding.UTF8.GetBytes(other.ToString()));
            Assert.Equal(sameText, one == other);
        }, times: 2_000);

    [Theory]
    [InlineData("ann", "Ann")]
    [InlineData("ann", "аnn")]
    [InlineData("é", "e\u0301")]
    [InlineData("ann", "ann ")]
    [InlineData("ann", "ann\u200b")]
    [InlineData("ﬁn", "fin")]
    [InlineData("straße", "strasse")]
    public void Owners_that_only_look_alike_own_different_accounts(string one, string other)
    {
        var wallet = Wallet(one);
        Assert.NotEqual(wallet, Wallet(other));
        Assert.NotEqual(wallet.ToString(), Wallet(other).ToString());
        Assert.Equal(2, new HashSet<AccountKey> { wallet, Wallet(other), Wallet(one) }.Count);
    }

    [Fact]
    public void Nothing_but_code_owner_currency_and_cohort_makes_the_account()
    {
        Assert.True(AccountKey.TryParse("creator.pending/USD/2026-01-08/ann", out var key));
        Assert.All(
            new[]
            {
                "creator.reserve/USD/2026-01-08/ann", "creator.pending/EUR/2026-01-08/ann",
                "creator.pending/USD/2026-01-09/ann", "creator.pending/USD/2026-01-08/anne",
            },
            text =>
            {
                Assert.True(AccountKey.TryParse(text, out var other));
                Assert.NotEqual(key, other);
            });
    }

    [Theory]
    [InlineData("")]
    [InlineData("fan.wallet")]
    [InlineData("fan.wallet/USD/")]
    [InlineData("fan.wallet/USD//")]
    [InlineData("fan.purse/USD//ann")]
    [InlineData("FAN.WALLET/USD//ann")]
    [InlineData("fan.wallet/usd//ann")]
    [InlineData("fan.wallet/TKN//ann")]
    [InlineData("fan.tokens/USD//ann")]
    [InlineData("fan.wallet/USD/2026-01-08/ann")]
    [InlineData("creator.pending/USD//ann")]
    [InlineData("creator.pending/USD/2026-02-30/ann")]
    [InlineData("creator.pending/USD/2026-1-8/ann")]
    [InlineData("creator.pending/USD/-0001-01-01/ann")]
    [InlineData("revenue.tip/USD//ann")]
    [InlineData("fan.wallet/USD//a\nn")]
    [InlineData("due.to/USD//nobody")]
    public void A_text_that_is_no_account_of_the_chart_is_not_read(string text)
    {
        Assert.False(AccountKey.TryParse(text, out var key));
        Assert.Null(key);
    }

    private static AccountKey Wallet(string owner) => new(Chart.FanWallet, owner, Currency.Of("USD"));
}
