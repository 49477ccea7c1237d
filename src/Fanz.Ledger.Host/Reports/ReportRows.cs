using Fanz.Ledger.Accounts;
using Fanz.Ledger.Host.Lists;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Reports;

namespace Fanz.Ledger.Host.Reports;

/// <summary>
/// Reports as CSV: a row a line and one for each sum, so that a spreadsheet has all that the report says.
/// </summary>
internal static class ReportRows
{
    private static readonly ListColumn[] Columns =
        [
            Column("section"), Column("currency"), Column("group"), Column("code"), Column("owner"),
            Column("balance"), Column("amount"),
        ];

    public static async Task Write(Stream stream, ReportKind kind, Report report, CancellationToken token)
    {
        await using var file = ListFile.To(stream, "csv", Columns);
        await file.Begin(token);
        foreach (var section in report.Sections)
            foreach (var row in Of(kind, section, section.Currency.Code)) await file.Write(row, token);
        if (report.Total is { } total)
            foreach (var row in Of(kind, total.Section, "total")) await file.Write(row, token);
        foreach (var pair in report.Between)
        {
            await file.Write(
                ["between_books", pair.Currency.Code, "unmatched", pair.From.ToString(), pair.To.ToString(),
                    pair.Unmatched, pair.Unmatched], token);
        }
    }

    private static IEnumerable<IReadOnlyList<object?>> Of(ReportKind kind, ReportSection section, string name)
    {
        foreach (var line in section.Lines)
        {
            var group = ReportGroups.Of(line.Code);
            if (!kind.HasEveryLine && !kind.Groups.Contains(group)) continue;
            var side = kind.HasEveryLine ? line.Code.NormalSide : group.NormalSide();
            yield return
                [
                    name, section.Currency.Code, ReportKind.NameOf(group), line.Code.Name, line.Owner, line.Balance,
                    side == Side.Debit ? line.Balance : -line.Balance,
                ];
        }

        if (!kind.HasEveryLine)
            yield return [name, section.Currency.Code, "result", "", "", -section.Result, section.Result];
        if (section.Rounding != 0)
            yield return [name, section.Currency.Code, "rounding", "", "", -section.Rounding, -section.Rounding];
        if (!kind.IsOfPeriod) yield return [name, section.Currency.Code, "sum", "", "", section.Sum, section.Sum];
    }

    private static ListColumn Column(string name) => new(name, "", ValueKind.Text, "");
}
