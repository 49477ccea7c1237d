using NodaTime;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>
/// Up to where a book is read: all of it, up to a number, or up to what was recorded by a time. What lies up to a
/// number never changes, so a number is as good as a snapshot.
/// </summary>
public abstract record AsOf
{
    private AsOf()
    {
    }

    public static readonly AsOf Head = new Everything();

    public static AsOf Number(long number) => new ANumber(number);

    public static AsOf Time(Instant time) => new ATime(time);

    internal sealed record Everything : AsOf;

    internal sealed record ANumber(long Value) : AsOf;

    internal sealed record ATime(Instant Value) : AsOf;
}

/// <summary>A place in a book: the last record up to there, and its last entry. Before the first it is zero.</summary>
public readonly record struct Place(long Number, long Position);
