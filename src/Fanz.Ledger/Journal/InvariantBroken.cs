namespace Fanz.Ledger.Journal;

/// <summary>The program is wrong: what must always hold does not. Never caught to go on as if nothing were.</summary>
public sealed class InvariantBroken(string message) : Exception(message);
