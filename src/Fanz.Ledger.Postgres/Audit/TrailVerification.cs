using Fanz.Ledger.Audit;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>How far a checkpoint says that a trail had come.</summary>
internal readonly record struct SignedTrail(string Tenant, long Checkpoint, TrailHead Head);

/// <summary>
/// Makes the access trail of every tenant, and of the house, again: each line's hash from the line, its place in the
/// chain, and the chain against what checkpoints say of it, whose signatures were looked at before. Who may write every
/// row can chain lines anew or cut the last ones off; below a checkpoint that shows here, and above it nowhere. Two
/// streaming queries of the snapshot that the checkpoints were read from.
/// </summary>
internal sealed class TrailVerification(VerificationSnapshot snapshot)
{
    private string tenant = "";
    private long last;
    private long signed;

    public long Lines { get; private set; }

    /// <summary>How many lines no checkpoint covers yet.</summary>
    public long UnsignedLines { get; private set; }

    /// <summary>The first line that is not as it was written, or null.</summary>
    public async Task<Broken?> First(CancellationToken token)
    {
        await using var heads = snapshot.SignedTrails(token);
        await using var lines = snapshot.Trails(token);
        var hash = Seal.None;
        for (; await lines.HasCurrent(); lines.Advance())
        {
            var (line, kept) = lines.Current;
            if (line.Tenant != tenant)
            {
                if (await Leave(line.Tenant, heads) is { } cut) return cut;
                hash = Seal.None;
            }

            Lines++;
            if (Fault(line, kept, hash) is { } why)
                return new Broken(tenant, "trail", $"sequence={line.Sequence}", why);
            (last, hash) = (line.Sequence, kept);
            // Several checkpoints say the same while only books move.
            for (; await IsOf(heads, tenant) && heads.Current.Head.Sequence == last; heads.Advance())
            {
                if (!heads.Current.Head.Hash.AsSpan().SequenceEqual(hash)) return Rewritten(heads.Current);
                signed = last;
            }
        }

        return await Leave(next: null, heads);
    }

    private string? Fault(TrailLine line, byte[] kept, byte[] before) =>
        line.Sequence != last + 1 ? $"line {last + 1} is missing"
        : !line.Previous.AsSpan().SequenceEqual(before) ? "it is not chained to the line before"
        : !kept.AsSpan().SequenceEqual(line.Hash()) ? "it was changed since it was written"
        : null;

    /// <summary>
    /// The trail is at its end, and those in between have no line at all: whatever is signed beyond was cut off.
    /// </summary>
    private async ValueTask<Broken?> Leave(string? next, RowStream<SignedTrail> heads)
    {
        UnsignedLines += last - signed;
        if (await heads.HasCurrent() && (next is null || string.CompareOrdinal(heads.Current.Tenant, next) < 0))
        {
            var head = heads.Current;
            var from = head.Tenant == tenant ? last + 1 : 1;
            return new Broken(
                head.Tenant, "trail", $"sequence={from}",
                $"checkpoint {head.Checkpoint} signed lines up to {head.Head.Sequence}: they are missing from here on");
        }

        (tenant, last, signed) = (next ?? "", 0, 0);
        return null;
    }

    private Broken Rewritten(SignedTrail head) => new(
        tenant, "trail", $"sequence={signed + 1}",
        $"checkpoint {head.Checkpoint} signed other lines from here on: something in lines {signed + 1} to "
        + $"{head.Head.Sequence} was rewritten or taken away");

    private static async ValueTask<bool> IsOf(RowStream<SignedTrail> heads, string tenant) =>
        await heads.HasCurrent() && heads.Current.Tenant == tenant;
}
