using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Tax;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>A tax report as rows. Amounts are in minor units of the row's currency.</summary>
/// <param name="Columns">The columns, those that tell rows apart first.</param>
/// <param name="Keys">How many columns tell rows apart.</param>
/// <param name="LeftOut">How many creators are below what is reported.</param>
/// <param name="Elsewhere">How many are another form's or another authority's.</param>
internal sealed record TaxTable(
    IReadOnlyList<ListColumn> Columns, int Keys, IReadOnlyList<IReadOnlyList<object?>> Rows, int LeftOut = 0,
    int Elsewhere = 0)
{
    public const string CurrencyColumn = "currency";

    /// <summary>The sums of all amounts by currency, as a filing states them.</summary>
    public IReadOnlyList<FiledTotal> Totals()
    {
        var currency = Columns.ToList().FindIndex(column => column.Name == CurrencyColumn);
        return
        [
            .. Rows.GroupBy(row => (string)row[currency]!, StringComparer.Ordinal)
                .OrderBy(some => some.Key, StringComparer.Ordinal)
                .SelectMany(some => Columns.Index().Where(column => column.Item.Kind == ValueKind.Minor)
                    .Select(column => new FiledTotal(
                        column.Item.Name, some.Key,
                        checked((long)some.Aggregate(Int128.Zero, (sum, row) => sum + (long)row[column.Index]!))))),
        ];
    }

    public static ListColumn Text(string name, string meaning) => new(name, "", ValueKind.Text, meaning);

    public static ListColumn Whole(string name, string meaning) => new(name, "", ValueKind.Whole, meaning);

    public static ListColumn Minor(string name, string meaning) => new(name, "", ValueKind.Minor, meaning);
}
