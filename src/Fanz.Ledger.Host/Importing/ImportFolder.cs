using Fanz.Ledger.Host.Terminal;

namespace Fanz.Ledger.Host.Importing;

/// <summary>One of the files of an import, with its columns.</summary>
internal sealed record ImportFile(string Name, params string[] Columns)
{
    public static readonly ImportFile TrialBalance = new("trial_balance.csv", "code", "currency", "amount");
    public static readonly ImportFile Balances = new("balances.csv", "code", "owner", "currency", "amount");
    public static readonly ImportFile Cohorts = new("cohorts.csv", "code", "owner", "currency", "cohort", "amount");
    public static readonly ImportFile Debts = new("debts.csv", "code", "owner", "currency", "amount");

    public static readonly ImportFile Subscriptions = new(
        "subscriptions.csv", "subscription", "fan", "creator", "price", "currency", "period", "state", "period_start",
        "period_end", "anchor", "failed_attempts", "collaborators", "reference", "funding", "months", "deferred",
        "unearned", "reserve_basis_points", "hold_days", "reserve_days", "processor");

    public static readonly IReadOnlyList<ImportFile> All =
        [TrialBalance, Balances, Cohorts, Debts, Subscriptions];
}

/// <summary>
/// The folder with the files of an import. Each must be there, if only with its first line: one that was forgotten and
/// one that has nothing to say should not look alike.
/// </summary>
internal sealed class ImportFolder(string path)
{
    private readonly Dictionary<string, string> hashes = [];

    /// <summary>The hashes of the files as they were last read to their ends, by name.</summary>
    public IReadOnlyDictionary<string, string> Hashes => hashes;

    public IEnumerable<CsvRow> Rows(ImportFile file, Problems problems)
    {
        Stream stream;
        try
        {
            stream = File.OpenRead(Path.Combine(path, file.Name));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new Mistake($"There is no {Path.Combine(path, file.Name)}; one with nothing to say has one line.");
        }

        using var reader = new CsvReader(stream, file.Name, file.Columns, problems);
        foreach (var row in reader.Rows()) yield return row;
        hashes[file.Name] = reader.Sha256;
    }
}
