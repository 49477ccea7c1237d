using Fanz.Ledger.Accounts;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;

namespace Fanz.Ledger.Postgres.Reports;

/// <summary>
/// A line of a report: a line of the chart, with its owner where that is a processor, a bank, a jurisdiction, an import
/// or another book. Debits are positive. A sum over many accounts may be beyond what one account can hold.
/// </summary>
public sealed record ReportLine(AccountCode Code, string Owner, Currency Currency, Int128 Balance)
{
    public Int128 OnNormalSide => Code.NormalSide == Side.Debit ? Balance : -Balance;

    /// <summary>In the order of currencies, the chart's names and owners.</summary>
    internal static IReadOnlyList<ReportLine> Sum(IEnumerable<ReportLine> lines) =>
        [
            .. lines.GroupBy(line => (line.Code, line.Owner, line.Currency))
                .Select(same => new ReportLine(
                    same.Key.Code, same.Key.Owner, same.Key.Currency,
                    same.Aggregate((Int128)0, (sum, line) => sum + line.Balance)))
                .OrderBy(line => line.Currency.Code, StringComparer.Ordinal)
                .ThenBy(line => line.Code.Name, StringComparer.Ordinal)
                .ThenBy(line => line.Owner, StringComparer.Ordinal),
        ];
}

/// <summary>The lines of one book, and the number that they are current to.</summary>
public sealed record BookLines(OpenedBook Book, long Number, IReadOnlyList<ReportLine> Lines);
