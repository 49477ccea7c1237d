using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>The bounds of the book writer. The defaults suit one host of two cores.</summary>
public sealed record WriterOptions
{
    /// <summary>How many batches can be under way at once, each for its share of the books.</summary>
    public int Lanes { get; init; } = 2;

    public int MaxQueuedCommands { get; init; } = 20_000;

    public long MaxQueuedBytes { get; init; } = 64 << 20;

    public int MaxBatchCommands { get; init; } = 1_000;

    /// <summary>A single command may exceed it, and then is a batch of its own.</summary>
    public int MaxBatchLegs { get; init; } = 8_000;

    public int MaxBatchBytes { get; init; } = 4 << 20;

    /// <summary>
    /// How many accounts the host remembers over all books before it lets go of those not used lately.
    /// </summary>
    public int MaxKnownAccounts { get; init; } = 1_500_000;

    /// <summary>
    /// How long a lane waits at a time for a book that another host has locked. In between it serves its other books;
    /// the commands of the locked one wait as long as <see cref="Patience"/>.
    /// </summary>
    public Duration LockTimeout { get; init; } = Duration.FromMilliseconds(250);

    /// <summary>After this the database gives a book back that a stopped host had locked.</summary>
    public Duration IdleTimeout { get; init; } = Duration.FromSeconds(10);

    /// <summary>How long commands are tried again while the database or their book is not to be had.</summary>
    public Duration Patience { get; init; } = Duration.FromSeconds(5);

    /// <summary>One book a batch, so that each statement runs on one node of a sharded database.</summary>
    public bool OneBookABatch { get; init; }

    /// <summary>
    /// Behind a pooler that lends a connection for one transaction, nothing may be prepared and settings are made
    /// in each transaction.
    /// </summary>
    public bool PooledByTransaction { get; init; }

    /// <summary>
    /// The clock of a simulation that plays days in seconds. Without one, recorded time is the database's, which all
    /// hosts share.
    /// </summary>
    public IClock? Clock { get; init; }

    /// <summary>
    /// Told after each commit, for each book of it, the book's id and its last number: all up to there can be read. It
    /// must not wait, nor throw.
    /// </summary>
    public Action<int, long>? Landed { get; init; }

    /// <summary>Replaced in tests that make a decision fail.</summary>
    internal Func<Command, Book, Book?, Moment, Decision> Decide { get; init; } = Decider.Decide;
}
