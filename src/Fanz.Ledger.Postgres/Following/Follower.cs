namespace Fanz.Ledger.Postgres.Following;

/// <summary>
/// Makes something of the journal: rows that answer a question for which the journal has no index. It is shown the
/// records of each book in the order of their numbers, each exactly once, because what it writes is committed together
/// with the place of its build. It may look at nothing but the records, what they refer to and its own rows; otherwise
/// the rows could not be made again as they were.
/// </summary>
public abstract class Follower(string name)
{
    /// <summary>The name of its builds.</summary>
    public string Name { get; } = name;

    public virtual int RecordsAPage => 5_000;

    /// <summary>Whether it looks at the entries of records.</summary>
    public virtual bool NeedsEntries => false;

    /// <summary>Whether it looks at what records refer to, and what that refers to.</summary>
    public virtual bool NeedsReferred => false;

    /// <summary>What it writes to.</summary>
    public abstract IReadOnlyList<ProjectedTable> Tables { get; }

    /// <summary>
    /// Adds the statements that write what the page tells: few, each for many rows. A record that it can make nothing
    /// of throws, and stops this follower in this book.
    /// </summary>
    public abstract ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token);
}
