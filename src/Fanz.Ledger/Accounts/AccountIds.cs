using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Accounts;

/// <summary>
/// A supply of account ids. It is handed ranges that nobody else has; an id that is never used is no loss.
/// </summary>
public sealed class AccountIds
{
    private readonly Queue<(long First, long Last)> ranges = new();
    private long next;
    private long last = -1;

    public long Left { get; private set; }

    public void Add(long first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ranges.Enqueue((first, first + count - 1));
        Left += count;
    }

    public long Next()
    {
        if (Left == 0) throw new InvariantBroken("The supply of account ids ran out within a batch.");
        if (next > last) (next, last) = ranges.Dequeue();
        Left--;
        return next++;
    }

    /// <summary>Drops what is left: after a failover the database may hand the same ranges out again.</summary>
    public void Discard()
    {
        ranges.Clear();
        (next, last, Left) = (0, -1, 0);
    }
}
