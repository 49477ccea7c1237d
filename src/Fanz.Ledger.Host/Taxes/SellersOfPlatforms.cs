using Fanz.Ledger.Postgres.Tax;
using NodaTime;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>
/// What platforms tell of their sellers by quarter: in the European Union by the seventh directive on cooperation, and
/// in the United Kingdom. Those who are known to live elsewhere are others'; of whom nobody knows it are told.
/// </summary>
internal static class SellersOfPlatforms
{
    // What is made for one fan is a personal service; what is made once and sold to many is no activity of the rules.
    private static readonly string[] Classes = ["goods", "personalised_service", "pre_recorded", ""];

    private static readonly Postgres.Lists.ListColumn[] Columns =
        [
            TaxTable.Text("creator", "The seller."),
            TaxTable.Whole("quarter", "1 to 4, of when it became available."),
            TaxTable.Text(TaxTable.CurrencyColumn, "Of all amounts."),
            TaxTable.Text("country", "Where they are resident by their form, if there is one."),
            TaxTable.Text("number", "The mask of the number on it."),
            TaxTable.Whole("goods_count", "Sales of goods."),
            TaxTable.Minor("goods_consideration", "What they brought the seller, without fees and refunds."),
            TaxTable.Whole("service_count", "Personal services."),
            TaxTable.Minor("service_consideration", "What they brought the seller."),
            TaxTable.Whole("recorded_count", "Sales of what was recorded beforehand."),
            TaxTable.Minor("recorded_consideration", "What they brought the seller."),
            TaxTable.Minor("other_consideration", "What became available of no sale, or less than sales had brought."),
            TaxTable.Minor("fees", "What the platform kept of it as fees and commissions."),
            TaxTable.Minor("taxes", "What was withheld of it as tax."),
            TaxTable.Text("is_relevant", "yes where goods or personal services are among it."),
        ];

    private const int Keys = 3;

    public static TaxTable OfUnion(TaxMaterial material, int? quarter) => Of(
        material, quarter, country => material.Data.IsInUnion(country, new LocalDate(material.Year, 12, 31)));

    public static TaxTable OfKingdom(TaxMaterial material, int? quarter) =>
        Of(material, quarter, country => country == "GB");

    private static TaxTable Of(TaxMaterial material, int? quarter, Func<string, bool> isTold)
    {
        var elsewhere = new HashSet<string>();
        var rows = new List<IReadOnlyList<object?>>();
        foreach (var some in material.Earned.Where(one => quarter is null || one.Quarter == quarter)
            .GroupBy(one => (one.Creator, one.Quarter, one.Currency))
            .OrderBy(some => some.Key.Creator, StringComparer.Ordinal).ThenBy(some => some.Key.Quarter)
            .ThenBy(some => some.Key.Currency, StringComparer.Ordinal))
        {
            if (!some.Any(IsAnything)) continue;
            var taxpayer = material.TaxpayerOf(some.Key.Creator);
            if (taxpayer.Country is { } country && !isTold(country)) elsewhere.Add(some.Key.Creator);
            else rows.Add(Row(some.Key, [.. some], taxpayer));
        }

        return new TaxTable(Columns, Keys, rows, Elsewhere: elsewhere.Count);
    }

    private static bool IsAnything(EarnedInQuarter one) =>
        one.Sales != 0 || one.Gross != 0 || one.LaterRefunds != 0 || one.Adjustments != 0 || one.Fees != 0
        || one.Withheld != 0;

    private static object?[] Row(
        (string Creator, int Quarter, string Currency) key, IReadOnlyList<EarnedInQuarter> some, Taxpayer taxpayer)
    {
        long[] counts = [.. Classes.Select(kind => some.Where(one => one.Class == kind).Sum(one => one.Sales))];
        long[] brought =
        [
            .. Classes.Select(kind => some.Where(one => one.Class == kind)
                .Sum(one => one.Gross - one.Refunds - one.LaterRefunds - one.Fees + one.Adjustments)),
        ];
        return
        [
            key.Creator, (long)key.Quarter, key.Currency, taxpayer.Country, taxpayer.Form?.Masked, counts[0],
            brought[0], counts[1], brought[1], counts[2], brought[2], brought[3], some.Sum(one => one.Fees),
            some.Sum(one => one.Withheld), counts[0] + counts[1] > 0 ? "yes" : "no",
        ];
    }
}
