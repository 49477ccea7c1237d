using NodaTime;

namespace Fanz.Ledger.Postgres.Banking;

/// <summary>Something in which the ledger, a bank, a processor or the ledger's own parts do not say the same.</summary>
/// <param name="Check">What was held against what, in one word.</param>
/// <param name="Subject">The bank, the processor, the payout or the account.</param>
/// <param name="Amount">By how much; what came in is positive.</param>
/// <param name="Since">Since when.</param>
/// <param name="Text">What it is, in words.</param>
public sealed record Difference(
    string Check, string Subject, string Currency, long Amount, LocalDate? Since, string Text)
{
    /// <summary>The line of the statement, where it is one.</summary>
    public string? BankReference { get; init; }

    /// <summary>The transaction, where it is one.</summary>
    public long? Record { get; init; }

    public int? AgeOn(LocalDate day) =>
        Since is { } since ? Math.Max(0, Period.DaysBetween(since, day)) : null;
}

/// <summary>What two or three sides say of one thing.</summary>
/// <param name="Processor">What the processor's reports say, where they say anything.</param>
/// <param name="Bank">What the bank's statements say, where they do.</param>
public sealed record Compared(
    string Check, string Subject, string Currency, long Ledger, long? Processor, long? Bank, LocalDate? BankOn)
{
    /// <summary>Whether what differs is explained by lines and transactions that are told one by one.</summary>
    public bool IsExplained { get; init; } = true;
}

/// <summary>What a reconciliation has found, as of one day.</summary>
/// <param name="Number">The record up to which the ledger was looked at.</param>
public sealed record Reconciliation(
    LocalDate On, long Number, IReadOnlyList<Compared> Compared, IReadOnlyList<Difference> Differences)
{
    public bool IsClean => Differences.Count == 0;
}
