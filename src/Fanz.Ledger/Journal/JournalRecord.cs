using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using NodaTime;

namespace Fanz.Ledger.Journal;

/// <summary>
/// One numbered record of a book's journal, as it is stored. <paramref name="Data"/> is the event as UTF-8 JSON, kept
/// byte for byte because it is hashed as bytes. Its entries are those after the record before it, up to
/// <paramref name="LastPosition"/>.
/// </summary>
public sealed record JournalRecord(
    long Number,
    string Type,
    Instant At,
    LocalDate EffectiveOn,
    long LastPosition,
    string? Stream,
    long? RefersTo,
    string Actor,
    ReadOnlyMemory<byte> Data);

/// <summary>
/// One movement on one account. <paramref name="Position"/> counts over the book, <paramref name="Version"/> over
/// the account; <paramref name="Balance"/> is the account's after it. Debits are positive.
/// </summary>
public readonly record struct Entry(
    long Position, long AccountId, AccountKey Account, long Number, long Version, long Amount, long Balance)
{
    public long BalanceBefore => Balance - Amount;

    /// <summary>The account's first entry opens it.</summary>
    public bool OpensAccount => Version == 1;
}

/// <summary>A record and its entries.</summary>
public sealed record Appended(JournalRecord Record, ImmutableArray<Entry> Entries);
