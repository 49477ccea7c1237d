using Fanz.Ledger.Checkpoints;

namespace Fanz.Ledger.Audit;

public sealed partial class CanonicalBytes
{
    /// <summary>
    /// A line of the access trail: 'T'; tenant; its sequence, the recorded time, kind, action, actor, the key's id,
    /// platform, subject, item, the number of a record (absent: -1), how often, the request's id, the hash of the line
    /// before.
    /// </summary>
    public void OfTrail(TrailLine line)
    {
        Begin('T');
        Text(line.Tenant);
        Number(line.Sequence);
        Time(line.At);
        Text(line.Kind);
        Text(line.Action);
        Text(line.Actor);
        Text(line.KeyId);
        Text(line.Platform);
        Text(line.Subject);
        Text(line.Item);
        Number(line.Number ?? -1);
        Number(line.Times);
        Text(line.Request);
        Bytes(line.Previous);
    }

    /// <summary>
    /// How far a trail had come at a checkpoint: 'L'; tenant; the sequence of its last line, that line's hash.
    /// </summary>
    public void OfTrailHead(string tenant, TrailHead head)
    {
        Begin('L');
        Text(tenant);
        Number(head.Sequence);
        Bytes(head.Hash);
    }
}
