using System.Collections.Immutable;

namespace Fanz.Ledger.Checkpoints;

/// <summary>
/// Whose signature counts: that of the keys that a verifier was given, and of those that they handed over to. A key
/// that handed over signs nothing any more.
/// </summary>
public sealed class CheckpointTrust
{
    private readonly HashSet<string> keys;

    public CheckpointTrust(IEnumerable<CheckpointVerifier> given) =>
        keys = [.. given.Select(key => Convert.ToHexString(key.Der))];

    /// <summary>What is wrong with a checkpoint, after those that handed over before it; null for nothing.</summary>
    public static string? Fault(
        IEnumerable<CheckpointVerifier> given, ImmutableArray<SignedCheckpoint> handovers, SignedCheckpoint signed)
    {
        var trust = new CheckpointTrust(given);
        var before = 0L;
        foreach (var handover in handovers)
        {
            var place = $"handover at checkpoint {handover.Statement.Sequence}";
            if (handover.Statement.Tenant != signed.Statement.Tenant) return $"the {place} is another tenant's";
            if (handover.Statement.NextKey is null) return $"the {place} names no other key";
            if (handover.Statement.Sequence <= before || handover.Statement.Sequence >= signed.Statement.Sequence)
                return $"the {place} is not in its place";
            if (!handover.IsSigned) return $"the {place} is not signed by its key";
            before = handover.Statement.Sequence;
            trust.HandOver(handover.Statement);
        }

        if (!signed.IsSigned) return $"checkpoint {signed.Statement.Sequence} is not signed by its key";
        return trust.Has(signed.Statement.Key)
            ? null
            : $"checkpoint {signed.Statement.Sequence} is signed by a key that is not trusted, "
                + CheckpointVerifier.Of(signed.Statement.Key)!.Id;
    }

    public bool Has(byte[] key) => keys.Contains(Convert.ToHexString(key));

    /// <summary>Follows a signed checkpoint: what a key that does not count says of the next is passed over.</summary>
    public void HandOver(Checkpoint statement)
    {
        if (statement.NextKey is { } next && keys.Remove(Convert.ToHexString(statement.Key)))
            keys.Add(Convert.ToHexString(next));
    }
}
