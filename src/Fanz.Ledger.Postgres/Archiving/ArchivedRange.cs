using NodaTime;

namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>
/// A range of a book that is away in a file: from the first seal to the last, with all numbers and positions between.
/// </summary>
/// <param name="Carried">How many of its records are still here, each with all of its entries.</param>
/// <param name="File">The name of the audit package that holds it.</param>
public sealed record ArchivedRange(
    long Id, int Book, long FirstNumber, long LastNumber, long FirstPosition, long LastPosition, long FirstSequence,
    long LastSequence, long Carried, Instant At, string Actor, string File, byte[] FileHash, byte[] Seal,
    byte[] CarriedHash)
{
    public bool Has(long number) => number >= FirstNumber && number <= LastNumber;

    public bool HasPosition(long position) => position >= FirstPosition && position <= LastPosition;
}

/// <summary>What was asked for lies in a range that is archived, or reaches into it.</summary>
public sealed class RangeIsArchived(ArchivedRange range) : Exception(
    $"Records {range.FirstNumber} to {range.LastNumber} are archived in {range.File}. Ask for what is after them, or " +
    "have them attached: `ledger archive attach`.")
{
    public ArchivedRange Range { get; } = range;
}
