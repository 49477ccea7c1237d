using System.CommandLine;

namespace Fanz.Ledger.Host.Reports;

/// <summary>`ledger report`: one verb for each report.</summary>
internal static class ReportVerb
{
    public static Command Words() => new("report", "Make a report of one book, or of a tenant's books.")
    {
        LinesVerb.Words(ReportKind.TrialBalance),
        LinesVerb.Words(ReportKind.BalanceSheet),
        LinesVerb.Words(ReportKind.IncomeStatement),
        DailyBalanceVerb.Words(),
        RevenueReportVerb.Words(),
    };
}
