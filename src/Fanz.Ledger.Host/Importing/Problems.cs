namespace Fanz.Ledger.Host.Importing;

/// <summary>All that is wrong with the files, in the order in which it was found: the first of it in words.</summary>
internal sealed class Problems
{
    public const int MostTold = 100;

    private readonly List<string> told = [];

    public int Count { get; private set; }

    /// <summary>At most so many, and then how many more there are.</summary>
    public IEnumerable<string> Told => Count > told.Count ? told.Append($"… and {Count - told.Count} more.") : told;

    public void Add(string file, int line, string? column, string problem) =>
        Add($"{file}:{line}: {(column is null ? "" : $"{column} ")}{problem}");

    public void Add(string problem)
    {
        Count++;
        if (told.Count < MostTold) told.Add(problem);
    }
}
