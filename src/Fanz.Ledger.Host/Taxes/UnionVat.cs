using Fanz.Ledger.Postgres.Tax;
using NodaTime;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>
/// VAT of the European Union by member state and rate, as the one-stop shop takes it: what was supplied in the quarter,
/// less what of that was given back in it; and what was given back of earlier quarters, each told for its own.
/// </summary>
internal static class UnionVat
{
    private static readonly Postgres.Lists.ListColumn[] Columns =
        [
            TaxTable.Text("member_state", "Whose VAT it is."),
            TaxTable.Text("kind", "supply, or correction of an earlier quarter."),
            TaxTable.Whole("of_year", "The year of the supplies."),
            TaxTable.Whole("of_quarter", "Their quarter."),
            TaxTable.Whole("rate_basis_points", "The rate, if it was stated."),
            TaxTable.Text(TaxTable.CurrencyColumn, "Of all amounts."),
            TaxTable.Whole("supplies", "How many supplies, or how many were given back."),
            TaxTable.Minor("taxable_amount", "What fans paid for them without any tax."),
            TaxTable.Minor("vat", "The VAT on it."),
        ];

    private const int Keys = 6;

    public static TaxTable Of(TaxMaterial material, int quarter)
    {
        var others = new HashSet<string>();
        var supplied = material.Supplied.Select(one => (Supply: one, Sign: 1));
        var back = material.GivenBack.Select(one => (Supply: one, Sign: -1));
        var lastDay = new LocalDate(material.Year, quarter * 3, 1).PlusMonths(1).PlusDays(-1);
        var rows = new List<IReadOnlyList<object?>>();
        foreach (var some in supplied.Concat(back)
            .GroupBy(one => (
                one.Supply.Jurisdiction, one.Supply.Year, one.Supply.Quarter, Rate: one.Supply.RateBasisPoints,
                one.Supply.Currency))
            .OrderBy(some => some.Key.Jurisdiction, StringComparer.Ordinal)
            .ThenByDescending(some => (some.Key.Year, some.Key.Quarter)).ThenBy(some => some.Key.Rate)
            .ThenBy(some => some.Key.Currency, StringComparer.Ordinal))
        {
            if (!material.Data.IsInUnion(some.Key.Jurisdiction, lastDay))
            {
                others.Add(some.Key.Jurisdiction);
                continue;
            }

            var isOfQuarter = (some.Key.Year, some.Key.Quarter) == (material.Year, quarter);
            rows.Add(
            [
                some.Key.Jurisdiction, isOfQuarter ? "supply" : "correction", (long)some.Key.Year,
                (long)some.Key.Quarter, (long?)some.Key.Rate, some.Key.Currency,
                some.Sum(one => isOfQuarter && one.Sign < 0 ? 0 : one.Supply.Supplies),
                some.Sum(one => one.Sign * one.Supply.Base), some.Sum(one => one.Sign * one.Supply.Tax),
            ]);
        }

        return new TaxTable(Columns, Keys, rows, Elsewhere: others.Count);
    }
}
