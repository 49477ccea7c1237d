using System.Security.Cryptography;
using Fanz.Ledger.Audit;
using NodaTime;

namespace Fanz.Ledger.Checkpoints;

/// <summary>How far a book had come: what a checkpoint says of it.</summary>
/// <param name="Platform">Which book of the tenant.</param>
/// <param name="Sequence">How many seals it has, and so the size of its tree.</param>
/// <param name="LastNumber">The last number that they cover.</param>
/// <param name="LastPosition">The last position that they cover.</param>
/// <param name="Seal">The hash of the last of them.</param>
/// <param name="Tree">The root over the hashes of all of them.</param>
public sealed record BookHead(
    string Platform, long Sequence, long LastNumber, long LastPosition, byte[] Seal, byte[] Tree)
{
    public byte[] LeafOf(string tenant)
    {
        var bytes = new CanonicalBytes();
        bytes.OfHead(tenant, this);
        var hash = new byte[Merkle.HashLength];
        Merkle.HashLeaf(bytes.Written, hash);
        return hash;
    }

    /// <summary>In the order in which a checkpoint has its heads.</summary>
    public static IReadOnlyList<BookHead> InOrder(IEnumerable<BookHead> heads) =>
        [.. heads.OrderBy(head => head.Platform, StringComparer.Ordinal)];

    public static byte[] Root(string tenant, IEnumerable<BookHead> inOrder) =>
        Merkle.Root(Leaves(tenant, inOrder));

    /// <summary>The way from one of the heads to their root.</summary>
    public static MerklePath Path(string tenant, IReadOnlyList<BookHead> inOrder, string platform)
    {
        var index = inOrder.Index().Single(head => head.Item.Platform == platform).Index;
        return MerklePath.Of(Leaves(tenant, inOrder), index);
    }

    private static byte[] Leaves(string tenant, IEnumerable<BookHead> inOrder) =>
        [.. inOrder.SelectMany(head => head.LeafOf(tenant))];
}

/// <summary>
/// How far all books of a tenant, and the trail of who saw and did what, had come. Signed, it is what the ledger can be
/// held to by anyone who kept it. Each is chained to the one before. The house has its own, over its trail alone.
/// </summary>
/// <param name="Tenant">Whose books.</param>
/// <param name="Sequence">Counts the tenant's checkpoints from 1.</param>
/// <param name="At">The database's clock; later than that of the one before.</param>
/// <param name="Previous">The hash of the one before; zeros before the first.</param>
/// <param name="Books">How many heads there are.</param>
/// <param name="HeadsRoot">The root over them, so that a proof about one book says nothing about another.</param>
/// <param name="Key">The public key that signs it.</param>
/// <param name="NextKey">The public key that signs from the next one on, where this one hands over.</param>
/// <param name="Trail">
/// The leaf over the <see cref="TrailHead"/>; none where there is no line yet, nor in those of the time before trails
/// were signed.
/// </param>
public sealed record Checkpoint(
    string Tenant, long Sequence, Instant At, byte[] Previous, long Books, byte[] HeadsRoot, byte[] Key,
    byte[]? NextKey = null, byte[]? Trail = null)
{
    public static readonly byte[] None = new byte[Merkle.HashLength];

    /// <summary>The bytes that are signed.</summary>
    public byte[] Block()
    {
        var bytes = new CanonicalBytes();
        bytes.OfCheckpoint(this);
        return bytes.Written.ToArray();
    }

    public byte[] Hash() => SHA256.HashData(Block());
}

/// <summary>A checkpoint and what its key signed of it.</summary>
public sealed record SignedCheckpoint(Checkpoint Statement, byte[] Signature)
{
    /// <summary>Whether the key that it names has signed it. Whose key that is, it does not say.</summary>
    public bool IsSigned =>
        CheckpointVerifier.Of(Statement.Key) is { } key && key.HasSigned(Statement.Block(), Signature);
}
