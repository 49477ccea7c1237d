using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Reports;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Reports;

/// <summary>What is left out of books taken together, and how all is said in one currency.</summary>
public sealed class ConsolidatedTests
{
    private static readonly Currency Dollar = Currency.Of("USD"), Euro = Currency.Of("EUR"), Yen = Currency.Of("JPY");

    [Fact]
    public void What_both_sides_say_is_left_out_on_both()
    {
        var all = Consolidated.Of(
            [
                Book("east", (Chart.DueTo, "t/west", -100), (Chart.FanWallet, "", 100)),
                Book("west", (Chart.DueFrom, "t/east", 100), (Chart.BankCash, "", -100)),
            ]);
        Assert.Equal(["USD cash.bank  -100", "USD fan.wallet  100"], Movements.Lines(all.Lines));
        var pair = Assert.Single(all.Between);
        Assert.Equal(("t/east", "t/west"), (pair.From.ToString(), pair.To.ToString()));
        Assert.Equal((-100, 100, 100, 0), (pair.Owes, pair.Due, pair.Eliminated, pair.Unmatched));
    }

    [Theory]
    [InlineData(-100, 70, 70, -30, 0)]
    [InlineData(-70, 100, 70, 0, 30)]
    [InlineData(-100, 0, 0, -100, 0)]
    [InlineData(0, 100, 0, 0, 100)]
    // A transfer that was taken back on one side only can leave them on the wrong side, or on the same.
    [InlineData(40, -100, -40, 0, -60)]
    [InlineData(-40, -100, 0, -40, -100)]
    public void What_only_one_side_says_stays_and_is_told(
        long owes, long due, long eliminated, long leftOwing, long leftDue)
    {
        var all = Consolidated.Of(
            [
                Book("east", (Chart.DueTo, "t/west", owes), (Chart.Suspense, "", -owes)),
                Book("west", (Chart.DueFrom, "t/east", due), (Chart.Suspense, "", -due)),
            ]);
        var pair = Assert.Single(all.Between);
        Assert.Equal((eliminated, owes + due), (pair.Eliminated, pair.Unmatched));
        Assert.Equal(leftOwing, all.Lines.Where(line => line.Code == Chart.DueTo).Sum(line => (long)line.Balance));
        Assert.Equal(leftDue, all.Lines.Where(line => line.Code == Chart.DueFrom).Sum(line => (long)line.Balance));
        Assert.All(ReportSection.ByCurrency(all.Lines), section => Assert.Equal(0, section.Sum));
    }

    [Fact]
    public void What_is_owed_to_others_or_in_another_currency_is_not_set_against_it()
    {
        var all = Consolidated.Of(
            [
                Book("east", (Chart.DueTo, "t/north", -100), (Chart.DueTo, "t/west", -5), (Chart.Suspense, "", 105)),
                Book("west", (Chart.DueTo, "t/east", -5), (Chart.Suspense, "", 5)),
            ]);
        Assert.Equal(
            ["USD due.to t/east -5", "USD due.to t/north -100", "USD due.to t/west -5", "USD suspense  110"],
            Movements.Lines(all.Lines));
        Assert.Equal(2, all.Between.Count);
        Assert.All(all.Between, pair => Assert.Equal((-5, 0), (pair.Unmatched, pair.Eliminated)));
    }

    [Fact]
    public void Each_line_is_converted_and_rounded_half_to_even_and_the_sum_says_what_that_did()
    {
        // One euro is two dollars, so 5 cents are 2.5 and come to 2, and 15 are 7.5 and come to 8.
        var rates = RatesOfDay.Of("EUR", [new QuotedRate("USD", "2"), new QuotedRate("JPY", "100")]);
        var lines = new[]
        {
            new ReportLine(Chart.BankCash, "", Dollar, 5), new ReportLine(Chart.ProcessorReceivable, "", Dollar, 15),
            new ReportLine(Chart.TipRevenue, "", Dollar, -20), new ReportLine(Chart.BankCash, "", Yen, 7),
            new ReportLine(Chart.TipRevenue, "", Yen, -7), new ReportLine(Chart.FanTokens, "", Currency.Token, -9),
            new ReportLine(Chart.TokensIssued, "", Currency.Token, 9),
        };
        var total = ReportSection.InOne(lines, Euro, rates);
        Assert.Equal(
            ["EUR cash.bank  9", "EUR psp.receivable  8", "EUR revenue.tip  -17"], Movements.Lines(total.Lines));
        Assert.Equal((0, 0, 17), (total.Rounding, total.Sum, total.Result));
        var uneven = ReportSection.InOne(
            [.. lines[..1], new(Chart.ProcessorReserve, "", Dollar, 5), new(Chart.TipRevenue, "", Dollar, -10)], Euro,
            rates);
        Assert.Equal((-1, 0), (uneven.Rounding, uneven.Sum));
    }

    [Fact]
    public void A_rate_that_is_missing_is_named()
    {
        var rates = RatesOfDay.Of("EUR", [new QuotedRate("USD", "2")]);
        ReportLine[] lines = [new(Chart.BankCash, "", Yen, 5), new(Chart.TipRevenue, "", Yen, -5)];
        Assert.Equal(Yen, Assert.Throws<RateMissing>(() => ReportSection.InOne(lines, Euro, rates)).Currency);
        Assert.Equal(
            Currency.Of("GBP"),
            Assert.Throws<RateMissing>(() => ReportSection.InOne(lines, Currency.Of("GBP"), rates)).Currency);
    }

    [Fact]
    public void Every_line_of_the_chart_stands_in_one_group()
    {
        string[] Of(ReportGroup group) => [.. Chart.All.Where(code => ReportGroups.Of(code) == group)
            .Select(code => code.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "cash.bank", "chargeback.receivable", "creator.debt", "due.from", "fan.debt", "psp.receivable",
                "psp.reserve", "vat.input",
            ],
            Of(ReportGroup.Assets));
        Assert.Equal(["fx.position"], Of(ReportGroup.Trading));
        Assert.Equal(["fan.tokens", "token.issued"], Of(ReportGroup.Tokens));
        Assert.Equal(
            [
                "expense.affiliate", "expense.bad_debt", "expense.chargeback_fee", "expense.chargeback_loss",
                "expense.goodwill", "expense.promo", "expense.psp_fee", "fx.gainloss", "rounding",
            ],
            Of(ReportGroup.Expenses));
        Assert.All(Of(ReportGroup.Revenue), name => Assert.StartsWith("revenue.", name, StringComparison.Ordinal));
        Assert.All(
            Chart.All.Where(code => ReportGroups.Of(code) is ReportGroup.Liabilities or ReportGroup.Revenue),
            code => Assert.Equal(Side.Credit, code.NormalSide));
    }

    private static BookLines Book(
        string platform, params (AccountCode Code, string Owner, long Balance)[] lines) => new(
        new OpenedBook(
            1, new BookSettings(new BookName("t", platform), DateTimeZone.Utc, BookSettings.NoHolidays, Dollar)),
        7, [.. lines.Select(line => new ReportLine(line.Code, line.Owner, Dollar, line.Balance))]);
}
