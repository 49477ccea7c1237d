using Fanz.Ledger.Money;

namespace Fanz.Ledger.Rails;

/// <summary>What a bank says became of a file of payments. Lines are read as they are asked for, once only.</summary>
/// <param name="OriginalMessageId">The file that it is about.</param>
/// <param name="OriginalCount">How many payments the bank counted in that file, where it says so.</param>
/// <param name="OriginalSum">Their control sum as the bank writes it, where it does.</param>
/// <param name="GroupStatus">Of the whole file, where it has one: ACTC, ACCP, ACSP, ACSC, PART, PDNG, RJCT, …</param>
public sealed record StatusReport(
    string Id, string OriginalMessageId, string OriginalMessageName, long? OriginalCount, string? OriginalSum,
    string? GroupStatus, IReadOnlyList<StatusReason> Reasons, IEnumerable<StatusLine> Lines);

/// <summary>The status of one payment, or of one payment information where no payment is named.</summary>
public sealed record StatusLine(
    long Line, string? PaymentInformationId, string? InstructionId, string? EndToEndId, string? Status,
    IReadOnlyList<StatusReason> Reasons, string? ServicerReference)
{
    public long? Amount { get; init; }

    public Currency? Currency { get; init; }

    /// <summary>It speaks for all payments of its payment information that have no line of their own.</summary>
    public bool IsOfAll => EndToEndId is null && InstructionId is null;
}

/// <param name="Code">Of the external list of reasons, or the bank's own.</param>
public sealed record StatusReason(string Code, bool IsOwn, string Text);
