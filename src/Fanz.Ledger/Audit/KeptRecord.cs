using System.Collections.Immutable;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Audit;

/// <summary>A record as it is kept, with its entries; its event is read when it is first asked for.</summary>
public sealed class KeptRecord(Appended appended)
{
    private Event? @event;
    private ImmutableArray<Leg> legs;

    public JournalRecord Record { get; } = appended.Record;

    public ImmutableArray<Entry> Entries { get; } = appended.Entries;

    public long Number => Record.Number;

    public Event Event => @event ??= EventFormat.Read(Record.Type, Record.Data.Span);

    public ImmutableArray<Leg> Legs => legs.IsDefault
        ? legs = [.. Entries.Select(entry => new Leg(entry.Account, entry.Amount))]
        : legs;

    internal Recorded Recorded => new(Record.Number, Record.At, Record.EffectiveOn, Event);

    internal PastRecord Past => new(Recorded, Record.Type, Record.Stream, Legs);
}
