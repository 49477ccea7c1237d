using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Checkpoints;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// What a verification has beside the rows, and whoever may write these cannot have changed: the public keys that it
/// trusts, and the folder that is written once.
/// </summary>
/// <param name="Keys">Without any, a signature is only held against the key that the checkpoint names itself.</param>
/// <param name="Folder">Where checkpoints were carried to.</param>
public sealed record CheckpointEvidence(
    IReadOnlyList<CheckpointVerifier>? Keys = null, CheckpointFolder? Folder = null);

/// <summary>What a verification knows of the checkpoints once they were held against their signatures.</summary>
internal sealed class SignedHeads
{
    private readonly Dictionary<string, long> last = [];
    private readonly Dictionary<int, Dictionary<(int Level, long Index), NodeRow>> nodes = [];

    /// <summary>How many checkpoints there are.</summary>
    public long Count { get; set; }

    public void Add(CheckpointRow checkpoint) => (last[checkpoint.Tenant], Count) = (checkpoint.Sequence, Count + 1);

    public void Add(NodeRow node)
    {
        if (!nodes.TryGetValue(node.Book, out var ofBook)) nodes[node.Book] = ofBook = [];
        ofBook[(node.Level, node.Index)] = node;
    }

    /// <summary>The tenant's newest checkpoint: later ones came after the snapshot.</summary>
    public long LastCheckpoint(string tenant) => last.GetValueOrDefault(tenant);

    /// <summary>The kept nodes of a book's tree; nobody else asks for them.</summary>
    public Dictionary<(int Level, long Index), NodeRow> Nodes(int book) => nodes.GetValueOrDefault(book, []);

    public IEnumerable<int> BooksWithNodes => nodes.Keys;
}
