using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// What would become of a command if it were posted now. Nothing was, and a moment later it may differ.
/// </summary>
public abstract record Previewed
{
    private Previewed()
    {
    }

    /// <summary>It would be posted. The first record is the command's own book's.</summary>
    public sealed record Posts(ImmutableArray<PreviewedRecord> Records) : Previewed;

    public sealed record Refused(Refusal Refusal) : Previewed;

    /// <summary>The form is wrong, or there is no such book.</summary>
    public sealed record Malformed(IReadOnlyList<Fault> Faults) : Previewed;

    /// <summary>This version, or this copy of the database, cannot say.</summary>
    public sealed record Unavailable(string Why) : Previewed;

    /// <summary>The command would meet a fault of the program.</summary>
    public sealed record Failed(string Why) : Previewed;
}

/// <summary>A record that would be appended to a book.</summary>
/// <param name="Book">The book, which for a transfer may be another one than the command's.</param>
/// <param name="Type">The event's name.</param>
/// <param name="Data">The event as UTF-8 JSON.</param>
/// <param name="EffectiveOn">Its date in the accounts.</param>
/// <param name="RefersTo">The number of the earlier record that it is about.</param>
/// <param name="Legs">What it moves.</param>
public sealed record PreviewedRecord(
    BookName Book, string Type, ReadOnlyMemory<byte> Data, LocalDate EffectiveOn, long? RefersTo,
    ImmutableArray<PreviewedLeg> Legs);

/// <summary>One movement. Debits are positive, and so are balances on the debit side.</summary>
public readonly record struct PreviewedLeg(
    AccountKey Account, long Amount, long BalanceBefore, long BalanceAfter);
