namespace Fanz.Ledger.Postgres.Checkpoints;

/// <summary>
/// Where checkpoints are put so that nobody who may write the database can take them back: a folder on storage that is
/// written once, or a bucket whose objects are locked. What is in it is never overwritten.
/// </summary>
public interface ICheckpointArchive
{
    /// <summary>The sequences of a tenant's checkpoints that are in it, in order.</summary>
    IAsyncEnumerable<long> Sequences(string tenant, CancellationToken token);

    /// <summary>The file of a checkpoint; null where it has none.</summary>
    Task<byte[]?> Read(string tenant, long sequence, CancellationToken token);

    /// <summary>
    /// Puts a file in, whole or not at all. One that is there already with the same bytes is left as it is.
    /// </summary>
    /// <exception cref="ArchiveDiffers">Another file has that place.</exception>
    Task Write(ArchivedCheckpoint file, CancellationToken token);

    /// <summary>Puts in a public key, under its own name.</summary>
    Task WriteKey(string id, string pem, CancellationToken token);
}

/// <summary>A checkpoint as it is put away, with the day (of its time, UTC) that it is found under.</summary>
public sealed record ArchivedCheckpoint(string Tenant, long Sequence, NodaTime.LocalDate Day, byte[] Bytes);

/// <summary>
/// What is in the write-once archive is not what the database has. One of them was changed, or commits were lost when
/// another database took over: nothing is overwritten, and somebody has to look.
/// </summary>
public sealed class ArchiveDiffers(string message) : Exception(message);
