using Fanz.Ledger.Audit;

namespace Fanz.Ledger.Checkpoints;

/// <summary>
/// How far the access trail of a tenant, or of the house, had come: what a checkpoint says of it. The statement has the
/// leaf alone, so that a proof that is handed out tells nobody how often something restricted was looked at.
/// </summary>
/// <param name="Sequence">That of its last line, and so how many it has.</param>
/// <param name="Hash">The hash of that line, which is over all lines before it.</param>
public sealed record TrailHead(long Sequence, byte[] Hash)
{
    public byte[] LeafOf(string tenant)
    {
        var bytes = new CanonicalBytes();
        bytes.OfTrailHead(tenant, this);
        var hash = new byte[Merkle.HashLength];
        Merkle.HashLeaf(bytes.Written, hash);
        return hash;
    }

    public bool Is(TrailHead? other) =>
        other is not null && Sequence == other.Sequence && Hash.AsSpan().SequenceEqual(other.Hash);
}
