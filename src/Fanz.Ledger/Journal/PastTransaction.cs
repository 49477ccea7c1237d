using System.Collections.Immutable;

namespace Fanz.Ledger.Journal;

/// <summary>What a later decision may need of an earlier record.</summary>
public sealed class PastTransaction(string type, ImmutableArray<Leg> legs, long? reversedBy)
{
    public string Type { get; } = type;

    public ImmutableArray<Leg> Legs { get; } = legs;

    public long? ReversedBy { get; internal set; } = reversedBy;
}
