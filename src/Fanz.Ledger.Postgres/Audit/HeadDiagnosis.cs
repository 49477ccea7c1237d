using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// The heads of a checkpoint are not those that it signed. The one to blame is the one that the seals of its book do
/// not bear out; where all are as the seals have it, one is missing. It runs once.
/// </summary>
internal sealed class HeadDiagnosis(NpgsqlDataSource source)
{
    public async Task<Broken> Name(CheckpointRow checkpoint, List<HeadRow> moved, CancellationToken token)
    {
        foreach (var head in moved)
            if (!await IsBorneOut(head, token))
                return new Broken(
                    $"{head.Tenant}/{head.Head.Platform}", "checkpoint_heads", KeyOf(checkpoint),
                    "it is not what was signed");
        return new Broken(
            checkpoint.Tenant, "checkpoint_heads", KeyOf(checkpoint), "one that was signed is missing, or was put in");
    }

    private static string KeyOf(CheckpointRow checkpoint) => $"checkpoint={checkpoint.Sequence}";

    private async Task<bool> IsBorneOut(HeadRow row, CancellationToken token)
    {
        var head = row.Head;
        await using var batch = ByIndex.Query(
            source,
            """
            select hash from ledger.seals
            where book_id = $1 and last_number = $2 and sequence = $3 and last_position = $4
            """,
            row.Book, head.LastNumber, head.Sequence, head.LastPosition);
        await using (var reader = await ByIndex.Read(batch, token))
            if (!await reader.ReadAsync(token) || !reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(head.Seal))
                return false;
        try
        {
            var root = (await new BookTree(source, row.Book).Hashes([new TreeRange(0, head.Sequence)], token))[0];
            return root.AsSpan().SequenceEqual(head.Tree);
        }
        catch (CheckpointsBroken)
        {
            return true;
        }
    }
}
