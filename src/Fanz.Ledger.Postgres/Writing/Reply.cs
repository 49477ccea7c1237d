using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>What a command led to: the record that was appended, and its entries.</summary>
public sealed record Receipt(BookName Book, long Number, string Type, Instant At, ImmutableArray<Entry> Entries)
{
    /// <summary>What stands for the type of a record that is archived.</summary>
    public const string ArchivedType = "archived";

    /// <summary>
    /// What is left of the answer to a command whose record is archived: that it was posted, as which record and when.
    /// </summary>
    public static Receipt Archived(BookName book, long number, Instant at) => new(book, number, ArchivedType, at, []);

    public bool IsArchived => Type == ArchivedType;
}

/// <summary>
/// The answer to one posted command. Only the first two are for ever; after the others the caller may retry.
/// </summary>
public abstract record Reply
{
    private Reply()
    {
    }

    /// <summary>It is in the journal, durably. A replay is the answer that was given the first time.</summary>
    public sealed record Posted(Receipt Receipt, bool Replayed = false) : Reply;

    /// <summary>The book said no, and nothing changed. The same key is refused for ever.</summary>
    public sealed record Refused(Refusal Refusal, bool Replayed = false) : Reply;

    /// <summary>The form is wrong, or there is no such book; nothing was stored.</summary>
    public sealed record Malformed(IReadOnlyList<Fault> Faults) : Reply;

    /// <summary>
    /// It was not posted, because another command that was to be posted together with it was not. Nothing was stored:
    /// the same key may be used again.
    /// </summary>
    public sealed record SetAside(string Why) : Reply;

    /// <summary>The key has already been used for another request.</summary>
    public sealed record KeyReused : Reply;

    /// <summary>The queue is full; nothing was taken.</summary>
    public sealed record Busy(Duration RetryAfter) : Reply;

    /// <summary>It was not posted: the database or the host is not able to now. Retry with the same key.</summary>
    public sealed record Unavailable(string Why) : Reply;

    /// <summary>It may or may not be posted, and nobody can tell yet. Retry with the same key.</summary>
    public sealed record Unknown(string Why) : Reply;

    /// <summary>
    /// It was not posted: this one command met a fault of the program or was refused by the database.
    /// </summary>
    public sealed record Failed(string Why) : Reply;
}
