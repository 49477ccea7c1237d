using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Earnings;
using Fanz.Ledger.Postgres.Following;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Reports;
using NodaTime;

namespace Fanz.Ledger.Postgres.Tests.Earnings;

/// <summary>Nothing is lost or made by what revenue is summed by.</summary>
public sealed class RevenueReportTests(FigureHistory history) : IClassFixture<FigureHistory>
{
    [Fact]
    public async Task The_hours_are_the_days_are_the_months_whatever_they_are_summed_by()
    {
        var report = new RevenueReport(history.Source);
        string[][] groups =
            [
                [], ["month"], ["day"], ["hour"], ["kind"], ["platform"], ["day", "hour"], ["month", "kind"],
                ["platform", "month", "day", "hour", "kind"],
            ];
        foreach (var (from, to) in new (DateOnly?, DateOnly?)[] { (null, null), (new(2026, 2, 1), new(2027, 3, 31)) })
        {
            var days = await Read(["day"], from, to);
            Assert.NotEmpty(days);
            foreach (var by in groups)
            {
                var rows = await Read(by, from, to);
                Assert.Equal(Summed(days, ["currency"]), Summed(rows, ["currency"]));
                if (by.Contains("day"))
                    Assert.Equal(Summed(days, ["day", "currency"]), Summed(rows, ["day", "currency"]));
                if (by.Contains("month"))
                    Assert.Equal(Summed(days, ["month", "currency"]), Summed(rows, ["month", "currency"]));
            }
        }

        async Task<List<Dictionary<string, object?>>> Read(string[] by, DateOnly? from, DateOnly? to)
        {
            var reported = await report.Read(
                history.History.Opened, new RevenueQuestion(by, from, to), CancellationToken.None);
            Assert.Equal([.. history.History.Opened.Select((_, i) => history.History.Head(i))],
                reported.Books.Select(book => book.Number));
            var columns = RevenueReport.Columns(by);
            return
                [
                    .. reported.Rows.Select(row => columns.Zip(row).ToDictionary(
                        pair => pair.First.Name, pair => pair.Second)),
                ];
        }

        static List<string> Summed(List<Dictionary<string, object?>> rows, string[] keys) =>
            [
                .. rows.GroupBy(row => string.Join(' ', keys.Select(key => KeyOf(row, key))))
                    .Select(group => group.Key + " " + string.Join(' ', RevenueList.Figures.Select(
                        figure => group.Sum(row => (long)row[figure.Name]!))))
                    .Order(StringComparer.Ordinal),
            ];
    }

    /// <summary>A day tells its month as well.</summary>
    private static string KeyOf(Dictionary<string, object?> row, string key) => key switch
    {
        "month" => $"{(DateOnly)(row.GetValueOrDefault("day") ?? row["month"])!:yyyy-MM}",
        "day" => $"{(DateOnly)row["day"]!:yyyy-MM-dd}",
        _ => $"{row[key]}",
    };

    [Fact]
    public async Task The_report_says_what_the_list_says()
    {
        var (book, list) = (history.History.Opened[0], RevenueList.Revenue);
        var request = new ListRequest(list.Orders[0], new Dictionary<string, object>(), null, null);
        var page = await new ListReader(history.Source).Page(book, list, request, CancellationToken.None);
        var reported = await new RevenueReport(history.Source).Read(
            [book], new RevenueQuestion(["day", "hour", "kind"]), CancellationToken.None);
        Assert.True(page.Rows.Count > 100);
        Assert.Equal(page.Number, reported.Books.Single().Number);
        Assert.Equal(
            page.Rows.Select(row => string.Join(' ', row.Values)),
            reported.Rows.Select(row => string.Join(' ', row)));
    }

    [Fact]
    public async Task The_income_statement_says_the_same_of_any_days_line_by_line()
    {
        Assert.Empty(await CatchUp.With(
            history.Source, [new BalanceFollower()], history.History.Opened, new FollowerOptions(),
            CancellationToken.None));
        foreach (var (from, to) in new (LocalDate?, LocalDate?)[]
        {
            (null, null), (new(2026, 1, 10), new(2026, 6, 30)), (new(2026, 7, 1), null),
        })
        {
            var statement = await new ReportMaker(history.Source).Make(
                new ReportAsked(history.History.Opened, new ReportDays(from, to)), CancellationToken.None);
            var reported = await new RevenueReport(history.Source).Read(
                history.History.Opened, new RevenueQuestion(["kind"], from?.ToDateOnly(), to?.ToDateOnly()),
                CancellationToken.None);
            var columns = RevenueReport.Columns(["kind"]).Select(column => column.Name).ToList();
            var told = reported.Rows.SelectMany(row => columns.Zip(row).Skip(2).Select(pair => (
                    Line: LineOf(pair.First, (string)row[0]!), Currency: (string)row[1]!, Amount: (long)pair.Second!)))
                .Where(one => one.Line is not null).ToList();
            var stated = statement.Sections.SelectMany(section => section.Lines
                .Select(line => (Line: LineOf(line.Code.Name), Currency: section.Currency.Code, line.OnNormalSide))
                .Append(("net", section.Currency.Code, section.Result)))
                .Where(one => one.Item1 is not null).ToList();
            Assert.Equal(
                Lines(stated.Select(one => (one.Item1!, one.Item2, one.Item3))),
                Lines(told.Select(one => (one.Line!, one.Currency, (Int128)one.Amount))));
        }
    }

    /// <summary>The account whose movement a figure is.</summary>
    private static string? LineOf(string figure, string kind) => figure switch
    {
        "revenue" => $"revenue.{(kind == "gift" ? "tip" : kind)}",
        "deferred" => "deferred.revenue",
        "affiliate_expense" => "expense.affiliate",
        "promotion_expense" => "expense.promo",
        "processor_fees" => "expense.psp_fee",
        "chargeback_losses" => "expense.chargeback_loss",
        "chargeback_fees" => "expense.chargeback_fee",
        "goodwill" => "expense.goodwill",
        "bad_debts" => "expense.bad_debt",
        "other_expenses" => "other",
        "net" => "net",
        _ => null,
    };

    private static string? LineOf(string code) => code switch
    {
        "fx.gainloss" or "rounding" => "other",
        "deferred.revenue" => code,
        _ when code.StartsWith("revenue.", StringComparison.Ordinal) => code,
        _ when code.StartsWith("expense.", StringComparison.Ordinal) => code,
        _ => null,
    };

    private static List<string> Lines(IEnumerable<(string Line, string Currency, Int128 Amount)> lines)
    {
        List<string> all =
            [
                .. lines.GroupBy(line => (line.Line, line.Currency))
                    .Select(same => (same.Key, Amount: same.Aggregate((Int128)0, (sum, line) => sum + line.Amount)))
                    .Where(line => line.Amount != 0)
                    .Select(line => $"{line.Key} {line.Amount}").Order(StringComparer.Ordinal),
            ];
        Assert.NotEmpty(all);
        return all;
    }
}
