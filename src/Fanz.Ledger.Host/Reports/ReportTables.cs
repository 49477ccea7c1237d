using System.Globalization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Reports;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Reports;

/// <summary>Reports as tables for people: amounts in whole units, and every sum under its lines.</summary>
internal static class ReportTables
{
    public static void Print(ReportKind kind, Report report)
    {
        Answer.Line($"{kind.Title} of {Books(report)}{When(kind, report.Asked.Days)}");
        if (report.Sections.Count == 0) Answer.Line("Nothing has moved.");
        foreach (var section in report.Sections) Print(kind, section, section.Currency.Code);
        if (report.Total is { } total)
        {
            Print(
                kind, total.Section,
                $"All in {total.Section.Currency}, by {total.Rates.Table} of {Iso(total.Rates.On)} "
                + $"(number {total.RatesNumber})");
        }

        if (report.Between.Count > 0) PrintBetween(report.Between);
    }

    public static string Units(Int128 amount, Currency currency)
    {
        var digits = Int128.Abs(amount).ToString(CultureInfo.InvariantCulture).PadLeft(currency.Scale + 1, '0');
        var sign = amount < 0 ? "-" : "";
        return currency.Scale == 0
            ? $"{sign}{digits}"
            : $"{sign}{digits[..^currency.Scale]}.{digits[^currency.Scale..]}";
    }

    public static string Iso(LocalDate day) => LocalDatePattern.Iso.Format(day);

    private static void Print(ReportKind kind, ReportSection section, string title)
    {
        if (kind.HasEveryLine) PrintLines(section, title);
        else PrintGroups(kind, section, title);
        if (section.Rounding != 0)
            Answer.Line($"Rounding of the lines: {Units(section.Rounding, section.Currency)} {section.Currency}.");
        if (!kind.IsOfPeriod)
        {
            Answer.Line(section.Sum == 0
                ? "All lines together: zero."
                : $"All lines together: {Units(section.Sum, section.Currency)}, AND NOT ZERO.");
        }
    }

    private static void PrintLines(ReportSection section, string title) => Answer.Table(
        title, ["account", "owner", new("debit", IsNumber: true), new("credit", IsNumber: true)],
        [
            .. section.Lines.Select(line => (IReadOnlyList<string>)
                [
                    line.Code.Name, line.Owner,
                    line.Balance > 0 ? Units(line.Balance, section.Currency) : "",
                    line.Balance < 0 ? Units(-line.Balance, section.Currency) : "",
                ]),
            ["total", "", Units(section.Debits, section.Currency), Units(section.Credits, section.Currency)],
        ]);

    private static void PrintGroups(ReportKind kind, ReportSection section, string title)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var group in kind.Groups)
        {
            var lines = section.In(group);
            if (lines.Count == 0) continue;
            rows.Add([ReportKind.NameOf(group), "", ""]);
            foreach (var line in lines)
            {
                var amount = group.NormalSide() == Side.Debit ? line.Balance : -line.Balance;
                rows.Add([$"  {line.Code}", line.Owner, Units(amount, section.Currency)]);
            }

            rows.Add([$"total {ReportKind.NameOf(group)}", "", Units(section.TotalOf(group), section.Currency)]);
        }

        rows.Add([kind.IsOfPeriod ? "result" : "result to date", "", Units(section.Result, section.Currency)]);
        Answer.Table(title, ["", "owner", new("amount", IsNumber: true)], rows);
    }

    private static void PrintBetween(IReadOnlyList<BetweenTwo> between) => Answer.Table(
        "Between the books",
        [
            "from", "to", "currency", new("due to", IsNumber: true), new("due from", IsNumber: true),
            new("eliminated", IsNumber: true), new("unmatched", IsNumber: true),
        ],
        between.Select(pair => (IReadOnlyList<string>)
            [
                pair.From.ToString(), pair.To.ToString(), pair.Currency.Code, Units(pair.Owes, pair.Currency),
                Units(pair.Due, pair.Currency), Units(pair.Eliminated, pair.Currency),
                Units(pair.Unmatched, pair.Currency),
            ]));

    private static string Books(Report report) =>
        string.Join(", ", report.Books.Select(book => $"{book.Book} (number {book.Number})"))
        + (report.Asked.Consolidates ? ", consolidated" : "");

    private static string When(ReportKind kind, ReportDays days) =>
        (days.From is { } from ? $" from {Iso(from)}" : "")
        + (days.To is { } to ? $"{(kind.IsOfPeriod ? " to" : " as of")} {Iso(to)}" : "")
        + (days.KnownOn is { } known ? $" as known on {Iso(known)}" : "");
}
