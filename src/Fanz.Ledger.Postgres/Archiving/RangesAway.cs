using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>
/// What of a book is away, asked in the same batch as the rows that are judged by it, and behind them. A batch is one
/// transaction, and whoever archives waits until nobody reads: so the rows and the answer are of the same moment.
/// </summary>
internal sealed class RangesAway
{
    private readonly IReadOnlyList<ArchivedRange> ranges;

    private RangesAway(IReadOnlyList<ArchivedRange> ranges) => this.ranges = ranges;

    public bool Any => ranges.Count > 0;

    public IReadOnlyList<ArchivedRange> All => ranges;

    /// <summary>Asks as the next query of a batch.</summary>
    public static void Ask(NpgsqlBatch batch, int book) => ByIndex.Add(batch, ArchivedRanges.AwaySql, book);

    /// <summary>The answer, which is the next result.</summary>
    public static async Task<RangesAway> Read(NpgsqlDataReader reader, CancellationToken token)
    {
        await reader.NextResultAsync(token);
        var ranges = new List<ArchivedRange>();
        while (await reader.ReadAsync(token)) ranges.Add(ArchivedRanges.Read(reader));
        return new RangesAway(ranges);
    }

    /// <summary>The range that has a record.</summary>
    public ArchivedRange? With(long number) => ranges.FirstOrDefault(range => range.Has(number));

    /// <summary>The range that has an entry.</summary>
    public ArchivedRange? WithPosition(long position) => ranges.FirstOrDefault(range => range.HasPosition(position));

    /// <summary>
    /// The range within which a place lies. Its end is not within: the last entries of all accounts up to it are here.
    /// </summary>
    public ArchivedRange? Within(long number) =>
        ranges.FirstOrDefault(range => range.Has(number) && number < range.LastNumber);

    /// <summary>The same of a place that is known by its last entry.</summary>
    public ArchivedRange? WithinPosition(long position) =>
        ranges.FirstOrDefault(range => range.HasPosition(position) && position < range.LastPosition);

    /// <summary>The first range, or the last, that has records behind one number and up to another.</summary>
    public ArchivedRange? Between(long after, long upTo, bool newestFirst = false)
    {
        var met = ranges.Where(range => range.LastNumber > after && range.FirstNumber <= upTo);
        return newestFirst ? met.LastOrDefault() : met.FirstOrDefault();
    }

    /// <summary>No entry may be away that lies behind one position and up to another.</summary>
    public void RequirePositions(long after, long upTo)
    {
        foreach (var range in ranges)
            if (range.LastPosition > after && range.FirstPosition <= upTo) throw new RangeIsArchived(range);
    }

    /// <summary>None of these records may be away.</summary>
    public void RequireNumbers(IReadOnlyCollection<long> numbers)
    {
        if (!Any) return;
        foreach (var number in numbers)
            if (With(number) is { } range) throw new RangeIsArchived(range);
    }
}
