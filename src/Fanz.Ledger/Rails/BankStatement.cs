using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Rails;

/// <summary>
/// What a bank says of one account. The lines are read as they are asked for and once only; until the last one has
/// been read, nothing has been checked against the totals. Whoever posts what a file says lets
/// <see cref="BankFile"/> go through all of it first.
/// </summary>
/// <param name="Id">The bank's name for it.</param>
/// <param name="Account">As the bank writes it: an IBAN, or a number of its own.</param>
/// <param name="From">The first day, where it is said.</param>
/// <param name="Opening">In minor units, where it is said: notifications have no balances.</param>
public sealed record BankStatement(
    string Id, string Account, Currency Currency, LocalDate? From, LocalDate? To, long? Opening, long? Closing,
    IEnumerable<BankLine> Lines)
{
    /// <summary>The bank's id of the message that it came in.</summary>
    public string? MessageId { get; init; }

    /// <summary>Its lines stand in the order of a table that begins with the newest.</summary>
    public bool IsNewestFirst { get; init; }
}

/// <summary>One movement on an account; a booking in bulk is told by its parts where the bank tells them.</summary>
/// <param name="Line">Where in the file it stands.</param>
/// <param name="Amount">In minor units; what comes in is positive.</param>
/// <param name="IsReversal">It takes back an earlier booking, in whole or in part.</param>
public sealed record BankLine(
    long Line, long Amount, LocalDate BookedOn, LocalDate? ValueOn, BankReferences References, bool IsReversal,
    string Text)
{
    /// <summary>The booking that it is a part of: they count from one in each statement.</summary>
    public long Entry { get; init; }

    /// <summary>How many payments are in it, where the bank books in bulk and does not tell the parts.</summary>
    public int? Payments { get; init; }

    /// <summary>What the bank says stands after it, where it does.</summary>
    public long? BalanceAfter { get; init; }
}

/// <summary>
/// By what a movement may be recognised. In the order of what to trust: the payer's end-to-end identification, the
/// instruction, the bank's own reference; a payment information names all payments of one file and currency.
/// </summary>
public sealed record BankReferences(
    string? EndToEndId, string? InstructionId, string? ServicerReference, string? EntryReference,
    string? ReturnCode, string? ReturnReason)
{
    public static BankReferences None { get; } = new(null, null, null, null, null, null);

    public string? MessageId { get; init; }

    public string? PaymentInformationId { get; init; }
}
