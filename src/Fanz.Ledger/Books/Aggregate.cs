using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Books;

/// <summary>A record as an aggregate meets it.</summary>
public readonly record struct Recorded(long Number, Instant At, LocalDate EffectiveOn, Event Event);

/// <summary>
/// What a stream of records comes to: a rule, a subscription, a dispute. It is never changed, only followed by the one
/// after the next record.
/// </summary>
public abstract record Aggregate
{
    /// <summary>
    /// Whether the last record of the stream says everything, as the last entry of an account does. Then no other is
    /// read, however many there are.
    /// </summary>
    public virtual bool IsInItsLastRecord => false;

    /// <summary>The aggregate after a record of its stream. One that cannot be there throws.</summary>
    public abstract Aggregate After(Recorded recorded);

    protected InvariantBroken Impossible(Recorded recorded) =>
        new($"{GetType().Name} cannot have {recorded.Event} in record {recorded.Number}.");
}
