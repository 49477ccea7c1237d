namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>Numbers of records that were looked for, as far as they are all here.</summary>
/// <param name="Numbers">In the order in which they were asked for.</param>
/// <param name="Cut">The archived range that they end at, where the next ones may be.</param>
public sealed record FoundNumbers(List<long> Numbers, ArchivedRange? Cut)
{
    /// <summary>All of them, for those who can do nothing with a part.</summary>
    public IReadOnlyList<long> All() => Cut is null ? Numbers : throw new RangeIsArchived(Cut);

    /// <summary>Numbers that are known from elsewhere, up to the first whose record is away.</summary>
    public static FoundNumbers UpTo(IReadOnlyList<ArchivedRange> away, List<long> numbers)
    {
        for (var i = 0; i < numbers.Count; i++)
            if (away.FirstOrDefault(range => range.Has(numbers[i])) is { } range)
                return new FoundNumbers(numbers[..i], range);
        return new FoundNumbers(numbers, null);
    }
}
