namespace Fanz.Ledger.Journal;

/// <summary>What is wrong with the form of a request. Faults are told, all at once, and never stored.</summary>
public sealed record Fault(string Field, string Code, string Problem)
{
    public override string ToString() => $"{Field}: {Problem}";
}
