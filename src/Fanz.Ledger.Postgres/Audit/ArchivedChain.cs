using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Checkpoints;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// What the folder that is written once has of a tenant's checkpoints. What is carried comes after what is committed,
/// so the last ones may not be there yet; one in between, or one that the table does not have, is a finding.
/// </summary>
internal sealed class ArchivedChain(string tenant, CheckpointFolder? folder)
{
    private readonly IReadOnlyList<(long Sequence, string Path)> files = folder?.Files(tenant) ?? [];
    private int next;

    public async Task<Broken?> Fault(CheckpointRow row, CancellationToken token)
    {
        if (next == files.Count) return null;
        var (sequence, path) = files[next];
        if (sequence > row.Sequence)
            return Archive($"{row.Sequence:D10}.json", "it is missing, and later ones are there");
        var name = Path.GetRelativePath(folder!.Folder, path);
        if (sequence < row.Sequence) return Archive(name, "another file has the same checkpoint");
        next++;
        try
        {
            var (signed, _, _) = CheckpointFormat.Read(await File.ReadAllBytesAsync(path, token));
            if (!signed.IsSigned) return Archive(name, "it is not signed by the key that it names");
            // What is signed is right: of the two it is the row that was changed.
            return signed.Statement.Hash().AsSpan().SequenceEqual(row.Hash)
                ? null
                : new Broken(
                    tenant, "checkpoints", $"sequence={row.Sequence}", "it is not the one that the folder has");
        }
        catch (ProofUnreadable unfit)
        {
            return Archive(name, unfit.Message.TrimEnd('.'));
        }
    }

    /// <summary>What the folder has beyond the last row.</summary>
    public Broken? Rest(long last)
    {
        if (next == files.Count) return null;
        return files[next].Sequence > last
            ? CheckpointCheck.Missing(tenant, last + 1)
            : Archive(Path.GetRelativePath(folder!.Folder, files[next].Path), "another file has the same checkpoint");
    }

    private Broken Archive(string file, string why) => new(tenant, "archive", file, why);
}
