using Fanz.Ledger.Accounts;

namespace Fanz.Ledger.Tests;

public class ChartTests
{
    // The list of the domain document, side by side with who is owed.
    private const string Document = """
        assets                 cash.bank psp.receivable psp.reserve chargeback.receivable creator.debt fan.debt
        assets                 vat.input due.from
        fan liabilities        fan.wallet fan.reserved fan.promo token.liability refund.payable order.escrow
        creator liabilities    creator.pending creator.reserve creator.available creator.hold creator.unearned
        creator liabilities    payout.transit payout.clearing
        affiliate liabilities  affiliate.pending affiliate.available
        other liabilities      vat.payable salestax.payable wht.backup wht.nra deferred.revenue unclaimed suspense
        other liabilities      due.to
        revenue                revenue.tip revenue.subscription revenue.ppv revenue.message revenue.stream
        revenue                revenue.order revenue.payout_fee revenue.fx_spread revenue.breakage
        expense                expense.psp_fee expense.affiliate expense.promo expense.goodwill
        expense                expense.chargeback_loss expense.chargeback_fee expense.bad_debt fx.gainloss rounding
        trading                fx.position
        tokens issued          token.issued
        tokens of fans         fan.tokens
        """;

    private static readonly Dictionary<string, string> GroupOf = Document.Split('\n')
        .SelectMany(line => line[23..].Split(' ').Select(code => (code, Group: line[..23].Trim())))
        .ToDictionary(pair => pair.code, pair => pair.Group);

    [Fact]
    public void The_chart_has_the_accounts_of_the_domain_document_and_no_other() =>
        Assert.Equal(
            GroupOf.Keys.Order(StringComparer.Ordinal),
            Chart.All.Select(code => code.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Each_account_stands_on_the_side_of_its_group() => Assert.All(Chart.All, code =>
        Assert.Equal(
            GroupOf[code.Name] is "assets" or "expense" or "trading" or "tokens issued" ? Side.Debit : Side.Credit,
            code.NormalSide));

    [Fact]
    public void What_is_owed_to_people_and_what_they_owe_never_goes_below_zero() => Assert.All(Chart.All, code =>
    {
        var isAPersons = GroupOf[code.Name]
            is "fan liabilities" or "creator liabilities" or "affiliate liabilities" or "tokens of fans";
        var isADebt = code.Name is "creator.debt" or "fan.debt";
        Assert.Equal(!isAPersons && !isADebt, code.MayGoBelowZero);
        Assert.True(code.Allows(0));
        Assert.True(code.Allows(code.InWords(1)));
        Assert.Equal(!isAPersons && !isADebt, code.Allows(code.InWords(-1)));
    });

    [Fact]
    public void Held_earnings_and_they_alone_are_kept_by_the_day_they_mature() =>
        Assert.Equal(
            ["affiliate.pending", "creator.pending", "creator.reserve"],
            Chart.All.Where(code => code.HasCohort).Select(code => code.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Only_the_token_accounts_hold_tokens() =>
        Assert.Equal(
            ["fan.tokens", "token.issued"],
            Chart.All.Where(code => code.HoldsTokens).Select(code => code.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void A_balance_in_words_is_positive_on_the_normal_side()
    {
        Assert.Equal(5, Chart.BankCash.InWords(5));
        Assert.Equal(5, Chart.FanWallet.InWords(-5));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("fan.purse")]
    [InlineData("Fan.Wallet")]
    [InlineData("fan.wallet ")]
    public void What_is_not_in_the_chart_is_not_found(string? name) => Assert.False(Chart.TryFind(name, out _));
}
