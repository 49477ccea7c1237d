using System.Globalization;
using Fanz.Ledger.Host.Importing;
using Fanz.Ledger.Tax;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>
/// What the files of `ops/data` say: figures that authorities set and change, and that no program should know by heart.
/// They came with the program; what a book's own terms say goes before them.
/// </summary>
internal sealed class TaxData
{
    private static readonly string[] ThresholdColumns =
        ["return", "year", "currency", "amount", "payments", "source", "status"];

    private readonly Dictionary<(InformationReturn Return, int Year), ReportingThreshold> thresholds = [];
    private readonly List<(string Country, LocalDate Since, LocalDate? Until)> members = [];
    private readonly Dictionary<IncomeClass, string> incomeCodes = [];

    private TaxData()
    {
    }

    public static TaxData Load()
    {
        var data = new TaxData();
        foreach (var row in Rows("reporting-thresholds.csv", ThresholdColumns))
        {
            var threshold = new ReportingThreshold(
                TaxWords.Of<InformationReturn>(row[0])!.Value, Whole(row[1]), row[2],
                long.Parse(row[3], NumberStyles.None, CultureInfo.InvariantCulture),
                row[4] == "" ? null : Whole(row[4]));
            data.thresholds.Add((threshold.Return, threshold.Year), threshold);
        }

        foreach (var row in Rows("eu-members.csv", "country", "since", "until"))
            data.members.Add((row[0], Day(row[1]), row[2] == "" ? null : Day(row[2])));
        foreach (var row in Rows("income-codes.csv", "income", "code", "source", "status"))
            data.incomeCodes.Add(TaxWords.Of<IncomeClass>(row[0])!.Value, row[1]);
        return data;
    }

    /// <summary>From how much on a year's payments are reported; null where nobody has said it yet.</summary>
    public ReportingThreshold? ThresholdOf(InformationReturn form, int year) =>
        thresholds.GetValueOrDefault((form, year));

    public bool IsInUnion(string country, LocalDate on) => members.Any(member =>
        member.Country == country && member.Since <= on && (member.Until is not { } until || on <= until));

    /// <summary>How form 1042-S numbers a class of income.</summary>
    public string IncomeCodeOf(IncomeClass income) => incomeCodes[income];

    private static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static LocalDate Day(string text) => LocalDatePattern.Iso.Parse(text).Value;

    private static IReadOnlyList<CsvRow> Rows(string file, params string[] columns)
    {
        var problems = new Problems();
        using var reader = new CsvReader(
            typeof(TaxData).Assembly.GetManifestResourceStream($"data/{file}")!, file, columns, problems);
        var rows = reader.Rows().ToList();
        return problems.Count == 0 ? rows : throw new InvalidDataException(string.Join(" ", problems.Told));
    }
}
