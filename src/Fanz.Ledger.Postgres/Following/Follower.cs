using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>
/// Makes something of the journal: rows that answer a question for which the journal has no index. It is shown the
/// records of each book in the order of their numbers, each exactly once, because what it writes is committed together
/// with its checkpoint. It may look at nothing but the records and its own rows; otherwise the rows could not be made
/// again as they were.
/// </summary>
public abstract class Follower(string name)
{
    /// <summary>The name of its checkpoints.</summary>
    public string Name { get; } = name;

    public virtual int RecordsAPage => 2_000;

    /// <summary>
    /// Adds the statements that write what the page tells: few, each for many rows. A record that it can make nothing
    /// of throws, and stops this follower in this book.
    /// </summary>
    public abstract ValueTask Apply(FollowedPage page, NpgsqlBatch writes, CancellationToken token);

    /// <summary>Adds the statements that take back all that was made of a book.</summary>
    public abstract void Forget(int book, NpgsqlBatch writes);
}

/// <summary>Some records of one book, without gaps.</summary>
/// <param name="After">The place of the record before the first; the page's entries begin behind it.</param>
public sealed record FollowedPage(int BookId, BookName Book, Place After, IReadOnlyList<JournalRecord> Records)
{
    public JournalRecord Last => Records[^1];
}
