using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Checkpoints;

/// <summary>A proof, or why there is none.</summary>
public abstract record Proved<T>
{
    private Proved()
    {
    }

    public sealed record It(T Proof) : Proved<T>;

    /// <summary>There is nothing of that name.</summary>
    public sealed record Unknown(string Why) : Proved<T>;

    /// <summary>No such checkpoint covers it, or none does yet.</summary>
    public sealed record NotYet(string Why) : Proved<T>;
}

/// <summary>
/// Proves that a record is under a checkpoint. Seven round trips and at most two more, each an index look-up of a
/// handful of rows, however long the book is: the record, its entries, its seal, the checkpoint, its heads, those that
/// handed over, and 255 hashes a level of the book's tree at most.
/// </summary>
public sealed class TransactionProver(NpgsqlDataSource source)
{
    private const long MicrosecondsTo2000 = 946_684_800_000_000;

    internal const string SealSql =
        """
        select sequence, vocabulary, last_number, last_position, at, root, previous, leaves from ledger.seals
        where book_id = $1 and last_number >= $2
        order by last_number, sequence
        limit 1
        """;

    private readonly CheckpointReader checkpoints = new(source);

    /// <param name="book">The book.</param>
    /// <param name="number">The number of the record.</param>
    /// <param name="checkpoint">Under which checkpoint; otherwise the first that covers it.</param>
    /// <param name="token">Stops it.</param>
    public async Task<Proved<TransactionProof>> Prove(
        OpenedBook book, long number, long? checkpoint, CancellationToken token)
    {
        var tenant = book.Name.Tenant;
        if (await new JournalReader(source).Find(book, number, token) is not { } record)
            return new Proved<TransactionProof>.Unknown($"There is no transaction {number} in {book.Name}.");
        var (seal, leaves) = await SealOf(book, number, token);
        if ((checkpoint ?? await checkpoints.FirstCovering(book.Id, seal.Sequence, token)) is not { } sequence)
            return NotYet(number);
        if (await checkpoints.Find(tenant, sequence, token) is not { } signed)
            return new Proved<TransactionProof>.NotYet($"{tenant} has no checkpoint {sequence}.");
        var heads = await checkpoints.Heads(tenant, sequence, token);
        if (heads.FirstOrDefault(one => one.Platform == book.Name.Platform) is not { } head
            || head.Sequence < seal.Sequence) return NotYet(number);

        var ranges = TreeRange.OfPath(seal.Sequence - 1, head.Sequence);
        var hashes = await new BookTree(source, book.Id).Hashes(ranges, token);
        return new Proved<TransactionProof>.It(new TransactionProof(
            book.Name, record, PathOf(book.Name, record, leaves), seal,
            new MerklePath(seal.Sequence - 1, head.Sequence, hashes), head,
            BookHead.Path(tenant, heads, head.Platform), signed,
            [.. await checkpoints.Handovers(tenant, sequence, token)]));

        static Proved<TransactionProof> NotYet(long number) => new Proved<TransactionProof>.NotYet(
            $"No such checkpoint covers transaction {number}: `ledger audit checkpoint` makes one, and so does time.");
    }

    private static MerklePath PathOf(BookName book, Appended record, byte[] leaves)
    {
        var leaf = TransactionProof.LeafOf(book, record);
        for (var index = 0; index < leaves.Length / Merkle.HashLength; index++)
            if (leaves.AsSpan(index * Merkle.HashLength, Merkle.HashLength).SequenceEqual(leaf))
                return MerklePath.Of(leaves, index);
        throw new CheckpointsBroken(
            $"{book} {record.Record.Number} is not what was sealed: `ledger verify` tells more.");
    }

    private async Task<(Seal Seal, byte[] Leaves)> SealOf(OpenedBook book, long number, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, SealSql, book.Id, number);
        await using var reader = await ByIndex.Read(batch, token);
        if (!await reader.ReadAsync(token))
            throw new CheckpointsBroken($"{book.Name} {number} has no seal: `ledger verify` tells more.");
        var at = NodaConstants.UnixEpoch.PlusTicks((reader.GetFieldValue<long>(4) + MicrosecondsTo2000) * 10);
        var seal = new Seal(
            reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3), at,
            reader.GetFieldValue<byte[]>(5), reader.GetFieldValue<byte[]>(6));
        return (seal, reader.GetFieldValue<byte[]>(7));
    }
}
