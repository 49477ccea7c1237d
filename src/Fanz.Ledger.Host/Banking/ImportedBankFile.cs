using Fanz.Ledger.Settlement;

namespace Fanz.Ledger.Host.Banking;

/// <summary>
/// What an import answers: how many lines led to what, and what a person has to know, with file and line.
/// </summary>
internal sealed class ImportedBankFile(string name)
{
    private const int MostTold = 200;
    private readonly List<ToldFinding> findings = [];
    private readonly SortedDictionary<string, long> outcomes = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public bool IsDry { get; init; }

    public string? Id { get; private set; }

    public string? Format { get; private set; }

    public string? Sha256 { get; private set; }

    /// <summary>It was imported before, and nothing was left to do.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Why nothing of it was posted.</summary>
    public (string Code, string Text)? Problem { get; private set; }

    public long Lines { get; private set; }

    public long FindingCount { get; private set; }

    public IReadOnlyList<ToldFinding> Findings => findings;

    public long Count(BankItemOutcome outcome) => outcomes.GetValueOrDefault(outcome.ToString());

    public void Describe(string id, string format, string sha256) => (Id, Format, Sha256) = (id, format, sha256);

    public ImportedBankFile Refuse(string code, string problem)
    {
        Problem = (code, problem);
        return this;
    }

    public ImportedBankFile AlreadyKnown()
    {
        IsKnown = true;
        return this;
    }

    public void Add(IEnumerable<BankFileItem> items)
    {
        foreach (var item in items)
        {
            Lines++;
            outcomes[item.Outcome.ToString()] = Count(item.Outcome) + 1;
            if (item.Finding is not null) Tell(new ToldFinding(item.Line, item.Finding, item));
        }
    }

    public void TellGap(string statement, string currency, long gap) => Tell(new ToldFinding(
        1, "gap", new BankFileItem(1, BankItemOutcome.Told, gap, currency) { Hint = statement }));

    private void Tell(ToldFinding finding)
    {
        FindingCount++;
        if (findings.Count < MostTold) findings.Add(finding);
    }
}

/// <summary>What a person has to know of a line.</summary>
internal sealed record ToldFinding(long Line, string Finding, BankFileItem Item);
