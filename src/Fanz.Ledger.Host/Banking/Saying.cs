using NodaTime;

namespace Fanz.Ledger.Host.Banking;

/// <summary>One thing that a bank's file says, whatever the format it says it in.</summary>
/// <param name="Line">Where in the file it stands.</param>
internal abstract record Saying(long Line)
{
    /// <summary>Money came to an account or left it.</summary>
    /// <param name="Amount">What came in; below zero it left.</param>
    /// <param name="Reference">The bank's own, the same wherever the movement is told again.</param>
    /// <param name="Booking">The booking that it is a part of, where the bank books in bulk.</param>
    /// <param name="Names">What it may call a payout, the most trusted first.</param>
    /// <param name="Files">What it may call a file of payments.</param>
    /// <param name="Code">Why it came back, where it did.</param>
    internal sealed record Movement(
        long Line, long Amount, string Currency, LocalDate On, string Reference, string? Booking,
        IReadOnlyList<string> Names, IReadOnlyList<string> Files, string? Code, string? Reason, bool IsReversal)
        : Saying(Line);

    /// <summary>A payment came back through the clearing house; the money itself is on some statement.</summary>
    internal sealed record Return(
        long Line, string Code, long Amount, bool IsDebit, bool IsCorrection, string Payout, long Sequence)
        : Saying(Line);

    /// <summary>What became of a payment, or of all payments of a file that are not named themselves.</summary>
    internal sealed record Status(
        long Line, string? Payout, string? File, string? Word, string? Code, string? Reason, long? Amount)
        : Saying(Line);
}
