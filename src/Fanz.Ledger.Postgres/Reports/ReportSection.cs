using Fanz.Ledger.Accounts;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Postgres.Reports;

/// <summary>What a report says in one currency: all its lines, and the sums that follow from them.</summary>
/// <param name="Currency">The currency of all amounts here.</param>
/// <param name="Lines">The lines that are not zero, in the order of the chart's names and owners.</param>
/// <param name="Rounding">
/// In a total over currencies: what the lines sum to because each was rounded by itself. Otherwise zero.
/// </param>
public sealed record ReportSection(Currency Currency, IReadOnlyList<ReportLine> Lines, Int128 Rounding)
{
    public Int128 Debits => Total(Lines.Where(line => line.Balance > 0));

    /// <summary>Above zero.</summary>
    public Int128 Credits => -Total(Lines.Where(line => line.Balance < 0));

    /// <summary>What revenue is above expenses; a loss is below zero.</summary>
    public Int128 Result => -Total(Lines.Where(line => ReportGroups.Of(line.Code).IsOfResult()));

    /// <summary>All lines together, less what rounding did. Of a whole book it is zero, whatever the days.</summary>
    public Int128 Sum => Total(Lines) - Rounding;

    public IReadOnlyList<ReportLine> In(ReportGroup group) =>
        [.. Lines.Where(line => ReportGroups.Of(line.Code) == group)];

    /// <summary>The total of a group as it is said: positive on the group's normal side.</summary>
    public Int128 TotalOf(ReportGroup group) =>
        group.NormalSide() == Side.Debit ? Total(In(group)) : -Total(In(group));

    /// <summary>A section for each currency in which there is something.</summary>
    public static IReadOnlyList<ReportSection> ByCurrency(IEnumerable<ReportLine> lines) =>
        [
            .. ReportLine.Sum(lines).Where(line => line.Balance != 0).GroupBy(line => line.Currency)
                .Select(same => new ReportSection(same.Key, [.. same], 0)),
        ];

    /// <summary>
    /// All of it in one currency, by the rates of a day: each line is converted and rounded by itself, and every sum is
    /// one of converted lines. Tokens stand beside money and are left out.
    /// </summary>
    /// <exception cref="RateMissing">The table lacks a currency that is needed.</exception>
    public static ReportSection InOne(IEnumerable<ReportLine> lines, Currency currency, RatesOfDay rates)
    {
        var converted = ReportLine.Sum(ReportLine.Sum(lines)
            .Where(line => line.Balance != 0 && !line.Currency.IsToken)
            .Select(line => line with
            {
                Currency = currency,
                Balance = rates.Convert(line.Balance, line.Currency, currency) ?? throw new RateMissing(
                    rates.Knows(currency) ? line.Currency : currency),
            }));
        return new ReportSection(currency, [.. converted.Where(line => line.Balance != 0)], Total(converted));
    }

    private static Int128 Total(IEnumerable<ReportLine> lines) =>
        lines.Aggregate((Int128)0, (sum, line) => sum + line.Balance);
}

/// <summary>A table of rates lacks a currency that a report needs.</summary>
public sealed class RateMissing(Currency currency) : Exception($"The table has no rate of {currency} on that day.")
{
    public Currency Currency => currency;
}
