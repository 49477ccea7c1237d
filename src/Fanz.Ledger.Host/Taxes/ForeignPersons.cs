using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>
/// Form 1042-S: what foreign persons were paid from the payer's country, a row for each kind of income and rate, also
/// where a treaty takes nothing. A correction says no kind: what was given back comes off the largest row first.
/// </summary>
internal static class ForeignPersons
{
    private static readonly Postgres.Lists.ListColumn[] Columns =
        [
            TaxTable.Text("creator", "Who was paid."),
            TaxTable.Text(TaxTable.CurrencyColumn, "Of all amounts."),
            TaxTable.Text("income", "royalties, services, business_profits or other."),
            TaxTable.Whole("box_3b_rate_basis_points", "The rate that was withheld at."),
            TaxTable.Text("box_3a_exemption_code", "00 none, 01 effectively connected, 04 exempt by a treaty."),
            TaxTable.Text("country", "Where they are resident by their form."),
            TaxTable.Text("treaty_article", "The article that the rate is from."),
            TaxTable.Text("box_1_income_code", "The number of the kind of income."),
            TaxTable.Text("form_on_file", "The id of the creator's form."),
            TaxTable.Text("number", "The mask of the number on it."),
            TaxTable.Minor("box_2_gross_income", "What became available from the payer's country."),
            TaxTable.Minor("box_7_tax_withheld", "What was withheld of it, with corrections."),
        ];

    private const int Keys = 7;

    public static TaxTable Of(TaxMaterial material)
    {
        var rows = material.Lines.SelectMany(year => year.Lines)
            .Where(line => line.Key.Kind == WithholdingKind.NonResident)
            .GroupBy(line => line.Key with { Rule = RuleOf(line.Key) })
            .Select(some => new Row(some.Key, some.Sum(line => line.Value.Base), some.Sum(line => line.Value.Amount)))
            .ToList();
        foreach (var corrected in material.Lines.SelectMany(year => year.Corrections)
            .Where(one => one.Key.Kind == WithholdingKind.NonResident)
            .GroupBy(one => (one.Key.Creator, one.Key.Currency)))
            Correct(
                [.. rows.Where(row => (row.Key.Creator, row.Key.Currency) == corrected.Key)],
                corrected.Sum(one => one.Value));
        return new TaxTable(
            Columns, Keys,
            [
                .. rows.OrderBy(row => row.Key.Creator, StringComparer.Ordinal)
                    .ThenBy(row => row.Key.Currency, StringComparer.Ordinal)
                    .ThenBy(row => row.Key.Income).ThenBy(row => row.Key.RateBasisPoints)
                    .ThenBy(row => row.Key.Rule).ThenBy(row => row.Key.Country, StringComparer.Ordinal)
                    .ThenBy(row => row.Key.Article, StringComparer.Ordinal)
                    .Select(row => Told(row, material)),
            ]);
    }

    private sealed class Row(WithheldKey key, long from, long withheld)
    {
        public WithheldKey Key => key;

        public long Base => from;

        public long Withheld { get; set; } = withheld;
    }

    /// <summary>Only what the form tells apart: reasons for the full rate are one.</summary>
    private static WithholdingRule? RuleOf(WithheldKey line) => line.Rule switch
    {
        WithholdingRule.EffectivelyConnected or WithholdingRule.Treaty => line.Rule,
        _ => null,
    };

    private static void Correct(IReadOnlyList<Row> rows, long change)
    {
        var byTax = rows.OrderByDescending(row => row.Withheld).ThenByDescending(row => row.Base).ToList();
        foreach (var row in byTax)
        {
            var part = change < 0 ? Math.Max(change, -row.Withheld) : Math.Min(change, row.Base - row.Withheld);
            row.Withheld += part;
            change -= part;
        }

        // What no row can take is told on the first, so that the sum is what was withheld.
        if (change != 0 && byTax.Count > 0) byTax[0].Withheld += change;
    }

    private static object?[] Told(Row row, TaxMaterial material)
    {
        var form = material.TaxpayerOf(row.Key.Creator).Form;
        var exemption = row.Key switch
        {
            { Rule: WithholdingRule.EffectivelyConnected } => "01",
            { Rule: WithholdingRule.Treaty, RateBasisPoints: 0 } => "04",
            _ => "00",
        };
        return
        [
            row.Key.Creator, row.Key.Currency, TaxWords.Of(row.Key.Income), (long)row.Key.RateBasisPoints, exemption,
            row.Key.Country, row.Key.Article, material.Data.IncomeCodeOf(row.Key.Income), form?.Form, form?.Masked,
            row.Base, row.Withheld,
        ];
    }
}
