using System.Collections.Immutable;
using Fanz.Ledger.Books;

namespace Fanz.Ledger.Journal;

/// <summary>An earlier record with its legs.</summary>
public sealed record PastRecord(Recorded Recorded, string Type, string? Stream, ImmutableArray<Leg> Legs)
{
    public long Number => Recorded.Number;

    public Event Event => Recorded.Event;
}

/// <summary>
/// What a later decision may need of an earlier transaction: its record, and every record since that refers to it, in
/// order.
/// </summary>
public sealed class PastTransaction(PastRecord record, IEnumerable<PastRecord> since)
{
    private readonly List<PastRecord> since = [.. since];

    public PastRecord Record { get; } = record;

    public string Type => Record.Type;

    public Event Event => Record.Event;

    public ImmutableArray<Leg> Legs => Record.Legs;

    public IReadOnlyList<PastRecord> Since => since;

    public long? ReversedBy => since.Find(record => record.Event is Event.Reversed)?.Number;

    internal void Add(PastRecord record) => since.Add(record);
}
