using System.Globalization;
using Fanz.Ledger.Host.Importing;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>
/// What has changed since a file was filed: rows that say something else now, rows that are new, and rows that are no
/// more. A row that is as it was is left out.
/// </summary>
internal static class TaxCorrection
{
    private const string FormulaSigns = "=+-@\t\r";

    public static TaxTable Of(TaxTable now, string path, Problems problems)
    {
        var before = Read(now, path, problems);
        var amounts = now.Columns.Index().Skip(now.Keys).Where(column => IsAmount(column.Item)).ToArray();
        var rows = new List<IReadOnlyList<object?>>();
        foreach (var row in now.Rows)
        {
            if (!before.Remove(KeyOf(row, now), out var earlier)) rows.Add(Told("new", row, null));
            else if (amounts.Any(column => !row[column.Index]!.Equals(earlier[column.Index])))
                rows.Add(Told("corrected", row, earlier));
        }

        rows.AddRange(before.Values.Select(gone => Told("void", Emptied(gone), gone)));
        return now with
        {
            Columns =
            [
                .. now.Columns.Take(now.Keys), TaxTable.Text("change", "corrected, new or void."),
                .. now.Columns.Skip(now.Keys),
                .. amounts.Select(column => column.Item with
                {
                    Name = $"{column.Item.Name}_before", Meaning = $"What {column.Item.Name} was when it was filed.",
                }),
            ],
            Keys = now.Keys + 1,
            Rows = rows,
        };

        object?[] Told(string change, IReadOnlyList<object?> row, IReadOnlyList<object?>? earlier) =>
        [
            .. row.Take(now.Keys), change, .. row.Skip(now.Keys),
            .. amounts.Select(column => earlier is null ? 0L : earlier[column.Index]),
        ];

        object?[] Emptied(IReadOnlyList<object?> gone) =>
            [.. gone.Select((value, i) => amounts.Any(column => column.Index == i) ? 0L : value)];
    }

    private static bool IsAmount(ListColumn column) => column.Kind is ValueKind.Minor or ValueKind.Whole;

    private static Dictionary<string, IReadOnlyList<object?>> Read(TaxTable now, string path, Problems problems)
    {
        Stream stream;
        try
        {
            stream = File.OpenRead(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new Mistake($"There is no {path}.");
        }

        var file = Path.GetFileName(path);
        using var reader = new CsvReader(stream, file, [.. now.Columns.Select(column => column.Name)], problems);
        var rows = new Dictionary<string, IReadOnlyList<object?>>(StringComparer.Ordinal);
        foreach (var row in reader.Rows())
        {
            var values = now.Columns.Select((column, i) => Value(column, row, i, file, problems)).ToArray();
            if (!rows.TryAdd(KeyOf(values, now), values)) problems.Add(file, row.Line, null, "is there twice.");
        }

        return rows;
    }

    private static object? Value(ListColumn column, CsvRow row, int at, string file, Problems problems)
    {
        var text = row[at];
        if (!IsAmount(column))
            return text is ['\'', var sign, ..] && FormulaSigns.Contains(sign, StringComparison.Ordinal) ? text[1..]
                : text == "" ? null : text;
        if (text == "") return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        problems.Add(file, row.Line, column.Name, "is no whole number.");
        return 0L;
    }

    private static string KeyOf(IReadOnlyList<object?> row, TaxTable table) =>
        string.Join('\0', row.Take(table.Keys).Select(value => value is null ? "" : ListValues.InWords(value)));
}
