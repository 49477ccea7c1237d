using System.Security.Cryptography;
using System.Text;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Importing;

/// <summary>
/// The files of an import, read once from end to end before anything is posted: every row is judged, and all of them
/// together come to the trial balance. Read once more they make the parts, which must be the same to the last byte.
/// </summary>
internal sealed class ImportPlan
{
    private static readonly BookName AnyBook = new("any", "book");
    private static readonly ImportFile[] OfBalances = [ImportFile.Balances, ImportFile.Cohorts, ImportFile.Debts];

    private readonly ImportFolder folder;
    private readonly int partSize;
    private readonly List<byte[]> judged = [];
    private readonly ImportSums sums;

    private ImportPlan(ImportFolder folder, ImportTerms terms, int partSize)
    {
        (this.folder, this.partSize, Terms) = (folder, partSize, terms);
        sums = new ImportSums(Problems);
    }

    public ImportTerms Terms { get; }

    public Problems Problems { get; } = new();

    /// <summary>What the source says it comes to.</summary>
    public IReadOnlyList<TrialLine> TrialBalance { get; private set; } = [];

    /// <summary>What the files come to.</summary>
    public IReadOnlyDictionary<(string Currency, string Code), Int128> Sums => sums.Sums;

    public int Parts => judged.Count;

    public int Rows => sums.Rows;

    public IReadOnlyList<ImportedFile> Files { get; private set; } = [];

    /// <summary>One hash of all the files, which stands in every key: other files are other requests.</summary>
    public string Digest { get; private set; } = "";

    public static ImportPlan Of(string path, ImportTerms terms, int partSize, IProgress<string> progress)
    {
        var plan = new ImportPlan(new ImportFolder(path), terms, partSize);
        plan.ReadTrialBalance();
        foreach (var part in plan.Read(row =>
        {
            if (row % 10_000 == 0) progress.Report($"read {row:N0} rows");
        }))
            plan.Judge(part);
        if (plan.Problems.Count == 0) plan.sums.Compare(plan.TrialBalance);
        var hashes = plan.folder.Hashes;
        plan.Files =
        [
            .. ImportFile.All.Where(file => hashes.ContainsKey(file.Name))
                .Select(file => new ImportedFile(file.Name, hashes[file.Name])),
        ];
        plan.Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Join('\n', plan.Files.Select(file => $"{file.Name} {file.Sha256}")))));
        return plan;
    }

    /// <summary>The parts once more, each of them as it was judged.</summary>
    public IEnumerable<Command> ReadParts()
    {
        var number = 0;
        foreach (var part in Read(told: null))
        {
            var isTheSame = number < judged.Count && Hash(part).AsSpan().SequenceEqual(judged[number]);
            if (!isTheSame) throw Changed();
            number++;
            yield return part;
        }

        if (number < judged.Count) throw Changed();
    }

    private Mistake Changed() => new($"The files of {Terms.Import} changed while they were read; it is not finished.");

    /// <param name="told">Is told each row that is read; without it nothing is judged again.</param>
    private IEnumerable<Command> Read(Action<int>? told)
    {
        var parts = new ImportParts(Terms, partSize);
        foreach (var file in OfBalances)
        {
            var reader = new RowReader(file, Problems);
            foreach (var row in folder.Rows(file, Problems))
            {
                if (told is not null) told(sums.NextRow());
                if (reader.Line(row) is not { } line) continue;
                if (told is not null) sums.Add(file, row, line);
                foreach (var part in parts.Add(line)) yield return part;
            }
        }

        var last = new RowReader(ImportFile.Subscriptions, Problems);
        foreach (var row in folder.Rows(ImportFile.Subscriptions, Problems))
        {
            if (told is not null) told(sums.NextRow());
            if (last.Subscription(row) is not { } one) continue;
            if (told is not null) sums.Add(row, one);
            foreach (var part in parts.Add(one)) yield return part;
        }

        foreach (var part in parts.Rest()) yield return part;
    }

    private void ReadTrialBalance()
    {
        var reader = new RowReader(ImportFile.TrialBalance, Problems);
        var lines = new List<TrialLine>();
        var seen = new HashSet<(string, string)>();
        foreach (var row in folder.Rows(ImportFile.TrialBalance, Problems))
        {
            if (!seen.Add((row[0], row[1])))
                Problems.Add(ImportFile.TrialBalance.Name, row.Line, "code", $"is {row[0]} in {row[1]} once more.");
            if (reader.TrialLine(row) is { } line) lines.Add(line);
        }

        // Without the lines that are wrong the others would not balance either.
        foreach (var currency in Problems.Count > 0 ? [] : lines.GroupBy(line => line.Currency, StringComparer.Ordinal))
        {
            var sum = currency.Aggregate((Int128)0, (sum, line) => sum + line.Amount);
            if (sum != 0)
                Problems.Add($"{ImportFile.TrialBalance.Name}: its lines in {currency.Key} sum to {sum}, not to zero.");
        }

        TrialBalance = lines;
    }

    private void Judge(Command part) => judged.Add(Problems.Count == 0 ? Hash(part) : []);

    private static byte[] Hash(Command part)
    {
        var (submission, faults) = Submission.Of(AnyBook, part, new Actor("import"), "any");
        return submission?.RequestHash ?? throw new InvariantBroken($"A part of an import is wrong: {faults[0]}");
    }
}
