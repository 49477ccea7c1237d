using Fanz.Ledger.Accounts;

namespace Fanz.Ledger.Postgres.Reports;

/// <summary>Where a line of the chart stands in a balance sheet or an income statement.</summary>
public enum ReportGroup
{
    Assets,

    /// <summary>What exchanging money has left open, per currency: on one side here, on the other there.</summary>
    Trading,

    /// <summary>Tokens are counted beside the money that they stand for; they are in a section of their own.</summary>
    Tokens,
    Liabilities,
    Revenue,
    Expenses,
}

public static class ReportGroups
{
    public static ReportGroup Of(AccountCode code) => code switch
    {
        { HoldsTokens: true } => ReportGroup.Tokens,
        _ when code == Chart.ExchangePosition => ReportGroup.Trading,
        _ when code == Chart.ExchangeGainLoss || code == Chart.Rounding => ReportGroup.Expenses,
        _ when code.Name.StartsWith("revenue.", StringComparison.Ordinal) => ReportGroup.Revenue,
        _ when code.Name.StartsWith("expense.", StringComparison.Ordinal) => ReportGroup.Expenses,
        { NormalSide: Side.Debit } => ReportGroup.Assets,
        _ => ReportGroup.Liabilities,
    };

    /// <summary>Whether it is earned and spent, and so part of the result.</summary>
    public static bool IsOfResult(this ReportGroup group) => group is ReportGroup.Revenue or ReportGroup.Expenses;

    /// <summary>The side on which a group's total is positive.</summary>
    public static Side NormalSide(this ReportGroup group) =>
        group is ReportGroup.Liabilities or ReportGroup.Revenue ? Side.Credit : Side.Debit;
}
