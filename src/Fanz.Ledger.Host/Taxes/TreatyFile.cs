using System.Globalization;
using Fanz.Ledger.Host.Importing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>
/// A file of treaty rates: a line for each country, day and class of income. What it says of one country and day is one
/// command; everything that is wrong is told with its line, and then nothing is posted.
/// </summary>
internal static class TreatyFile
{
    public static readonly string[] Columns =
        ["country", "effective_on", "income", "rate_basis_points", "article", "source", "status"];

    private sealed record Line(int At, string Country, LocalDate On, TreatyRate Rate, string Source);

    public static IReadOnlyList<Command.SetTreatyRates> Read(
        Stream stream, string file, string proposedBy, string approvedBy, Problems problems)
    {
        var lines = new List<Line>();
        using (var reader = new CsvReader(stream, file, Columns, problems))
            foreach (var row in reader.Rows())
                if (Understand(row, file, problems) is { } line) lines.Add(line);
        var commands = new List<Command.SetTreatyRates>();
        foreach (var some in lines.GroupBy(line => (line.Country, line.On))
            .OrderBy(some => some.Key.Country, StringComparer.Ordinal).ThenBy(some => some.Key.On))
        {
            foreach (var twice in some.GroupBy(line => line.Rate.Income).Where(same => same.Count() > 1))
                problems.Add(file, twice.Last().At, "income", "is there twice for this country and day.");
            if (some.Select(line => line.Source).Distinct().Count() > 1)
                problems.Add(file, some.Last().At, "source", "differs from that of the same country and day.");
            commands.Add(new Command.SetTreatyRates(
                some.Key.Country, some.Key.On, [.. some.Select(line => line.Rate)], some.First().Source, proposedBy,
                approvedBy));
        }

        if (lines.Count == 0 && problems.Count == 0) problems.Add(file, 1, null, "has no rates.");
        return commands;
    }

    private static Line? Understand(CsvRow row, string file, Problems problems)
    {
        var found = problems.Count;
        if (row[0] is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z'])
            problems.Add(file, row.Line, Columns[0], "is not two capital letters of ISO 3166.");
        if (!LocalDatePattern.Iso.Parse(row[1]).TryGetValue(default, out var on))
            problems.Add(file, row.Line, Columns[1], "is not a date as 2026-01-31.");
        if (TaxWords.Of<IncomeClass>(row[2]) is not { } income)
        {
            problems.Add(file, row.Line, Columns[2], $"is none of {TaxWords.All<IncomeClass>()}.");
            return null;
        }

        if (!int.TryParse(row[3], NumberStyles.None, CultureInfo.InvariantCulture, out var rate) || rate > 10_000)
            problems.Add(file, row.Line, Columns[3], "is not a number from 0 to 10000.");
        if (row[4] == "") problems.Add(file, row.Line, Columns[4], "is missing.");
        if (row[5] == "") problems.Add(file, row.Line, Columns[5], "is missing.");
        return problems.Count > found
            ? null
            : new Line(row.Line, row[0], on, new TreatyRate(income, rate, row[4]), row[5]);
    }
}
