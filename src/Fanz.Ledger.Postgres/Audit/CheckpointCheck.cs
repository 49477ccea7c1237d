using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Checkpoints;
using Npgsql;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// Holds the checkpoints against their signatures, their chain, their heads, the keys that are trusted and the folder
/// that they were carried to. It comes before the books are verified: what they are held against has to be right
/// itself.
/// </summary>
internal sealed class CheckpointCheck(
    NpgsqlDataSource source, VerificationSnapshot snapshot, CheckpointEvidence evidence, SignedHeads signed)
{
    private readonly HashSet<string>? trusted = evidence.Keys is { } keys
        ? [.. keys.Select(key => Convert.ToHexString(key.Der))]
        : null;

    public async Task<Broken?> Run(BookRow? only, CancellationToken token)
    {
        var known = snapshot.Books.Select(book => book.Id).ToHashSet();
        foreach (var node in await snapshot.Nodes(only?.Id, token))
        {
            if (!known.Contains(node.Book))
                return new Broken($"#{node.Book}", "seal_nodes", node.Key, "its book does not exist");
            signed.Add(node);
        }

        await using var checkpoints = snapshot.Checkpoints(only?.Tenant, token);
        await using var heads = snapshot.Heads(only?.Tenant, token);
        if (await heads.HasCurrent() && heads.Current is { Tenant: null } orphan)
            return new Broken($"#{orphan.Book}", "checkpoint_heads", KeyOf(orphan), "its book does not exist");
        var seen = new HashSet<string>();
        while (await checkpoints.HasCurrent())
        {
            var tenant = checkpoints.Current.Tenant;
            seen.Add(tenant);
            if (await heads.HasCurrent() && Comes(heads.Current.Tenant!, before: tenant))
                return NoCheckpoint(heads.Current);
            if (await OfTenant(tenant, checkpoints, heads, token) is { } broken) return broken;
        }

        if (await heads.HasCurrent()) return NoCheckpoint(heads.Current);
        foreach (var tenant in evidence.Folder?.Tenants() ?? [])
        {
            if (seen.Contains(tenant) || (only is not null && tenant != only.Tenant)) continue;
            if (evidence.Folder!.Files(tenant) is [var first, ..]) return Missing(tenant, first.Sequence);
        }

        return null;
    }

    private async Task<Broken?> OfTenant(
        string tenant, RowStream<CheckpointRow> checkpoints, RowStream<HeadRow> heads, CancellationToken token)
    {
        var folder = new ArchivedChain(tenant, evidence.Folder);
        var standing = new SortedDictionary<string, BookHead>(StringComparer.Ordinal);
        var isAnchored = trusted is null;
        Checkpoint? before = null;
        TrailHead? trail = null;
        for (; await checkpoints.HasCurrent() && checkpoints.Current.Tenant == tenant; checkpoints.Advance())
        {
            var row = checkpoints.Current;
            if ((Fault(before, row) ?? TrailFault(trail, row)) is { } broken) return broken;
            trail = row.Trail;
            if (await folder.Fault(row, token) is { } differs) return differs;
            var moved = new List<HeadRow>();
            for (; await heads.HasCurrent() && heads.Current.Tenant == tenant
                && heads.Current.Checkpoint <= row.Sequence; heads.Advance())
            {
                if (heads.Current.Checkpoint < row.Sequence) return NoCheckpoint(heads.Current);
                moved.Add(heads.Current);
            }

            foreach (var head in moved)
            {
                if (standing.GetValueOrDefault(head.Head.Platform)?.Sequence >= head.Head.Sequence)
                    return Head(head, "its book had not moved since the one before");
                standing[head.Head.Platform] = head.Head;
            }

            if (standing.Count != row.Signed.Statement.Books
                || !BookHead.Root(tenant, standing.Values).AsSpan().SequenceEqual(row.Signed.Statement.HeadsRoot))
                return await new HeadDiagnosis(source).Name(row, moved, token);
            before = row.Signed.Statement;
            isAnchored = isAnchored || trusted!.Contains(Convert.ToHexString(before.Key));
            signed.Add(row);
        }

        if (folder.Rest(before!.Sequence) is { } beyond) return beyond;
        if (await heads.HasCurrent() && heads.Current.Tenant == tenant)
            return heads.Current.Checkpoint == before.Sequence + 1
                ? new Broken(
                    tenant, "checkpoints", $"sequence={before.Sequence + 1}", "it is missing, and its heads are there")
                : NoCheckpoint(heads.Current);
        return isAnchored
            ? null
            : new Broken(
                tenant, "checkpoints", $"sequence={before.Sequence}",
                "neither this one nor any before it is signed by a key that is trusted");
    }

    /// <summary>
    /// A statement that does not agree with itself was changed; one that does is out of place, or the one before is
    /// gone.
    /// </summary>
    private static Broken? Fault(Checkpoint? before, CheckpointRow row)
    {
        var statement = row.Signed.Statement;
        if (!statement.Hash().AsSpan().SequenceEqual(row.Hash)) return Broken("hash is not the hash of the row");
        if (!row.Signed.IsSigned) return Broken("signature is not its key's");
        var expected = (before?.Sequence ?? 0) + 1;
        if (statement.Sequence > expected)
            return new Broken(row.Tenant, "checkpoints", $"sequence={expected}", "it is missing");
        if (statement.Sequence < expected) return Broken("it stands where another belongs");
        if (!statement.Previous.AsSpan().SequenceEqual(before?.Hash() ?? Checkpoint.None))
            return Broken("previous is not the hash of the one before");
        if (before is null) return null;
        if (statement.At <= before.At) return Broken("at is not later than that of the one before");
        return statement.Key.AsSpan().SequenceEqual(before.NextKey ?? before.Key)
            ? null
            : Broken("its key is not the one that the checkpoint before leaves it to");

        Broken Broken(string why) => new(row.Tenant, "checkpoints", $"sequence={row.Sequence}", why);
    }

    /// <summary>A trail only grows: what says less of it than the one before, no honest host has signed.</summary>
    private static Broken? TrailFault(TrailHead? before, CheckpointRow row) =>
        before is null || row.Trail is { } trail && (trail.Sequence > before.Sequence || trail.Is(before))
            ? null
            : new Broken(
                row.Tenant, "checkpoints", $"sequence={row.Sequence}",
                "the trail that it is over does not go on from that of the one before");

    private static bool Comes(string tenant, string before) => string.CompareOrdinal(tenant, before) < 0;

    private static Broken NoCheckpoint(HeadRow head) => Head(head, "no checkpoint has it");

    private static Broken Head(HeadRow head, string why) =>
        new($"{head.Tenant}/{head.Head.Platform}", "checkpoint_heads", KeyOf(head), why);

    private static string KeyOf(HeadRow head) => $"checkpoint={head.Checkpoint}";

    internal static Broken Missing(string tenant, long sequence) =>
        new(tenant, "checkpoints", $"sequence={sequence}", "it is missing: the folder has it");
}
