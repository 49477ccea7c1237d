using Fanz.Ledger.Postgres.Reports;

namespace Fanz.Ledger.Host.Reports;

/// <summary>One of the reports that are views of the same lines.</summary>
/// <param name="Name">Its address, and its word on the command line.</param>
/// <param name="IsOfPeriod">Whether it is what moved between two days, and not what stands at one.</param>
/// <param name="Groups">What it has, in this order; a trial balance has all lines as they are.</param>
internal sealed record ReportKind(
    string Name, string Title, string Summary, bool IsOfPeriod, IReadOnlyList<ReportGroup> Groups)
{
    public static ReportKind TrialBalance { get; } = new(
        "trial-balance", "Trial balance", "What stands in every line of the chart", IsOfPeriod: false, []);

    public static ReportKind BalanceSheet { get; } = new(
        "balance-sheet", "Balance sheet", "What there is, what is owed, and the result to date", IsOfPeriod: false,
        [ReportGroup.Assets, ReportGroup.Trading, ReportGroup.Tokens, ReportGroup.Liabilities]);

    public static ReportKind IncomeStatement { get; } = new(
        "income-statement", "Income statement", "What was earned and spent between two days", IsOfPeriod: true,
        [ReportGroup.Revenue, ReportGroup.Expenses]);

    public static IReadOnlyList<ReportKind> All { get; } = [TrialBalance, BalanceSheet, IncomeStatement];

    public bool HasEveryLine => Groups.Count == 0;

    public static string NameOf(ReportGroup group) => group.ToString().ToLowerInvariant();
}
