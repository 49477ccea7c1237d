using System.Security.Cryptography;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Packages;
using Npgsql;

namespace Fanz.Ledger.Postgres.Archiving;

/// <summary>A file that was read from beginning to end and is the range that it should be.</summary>
public sealed record VerifiedFile(string Path, byte[] Hash, PackageResult Result);

/// <summary>
/// The files of archived ranges: audit packages like any other. One is believed only once it was read again whole,
/// everything in it was made again, and its last seal is the one that the book has.
/// </summary>
/// <param name="trusted">The public key that checkpoints are signed with.</param>
public sealed class ArchiveFiles(NpgsqlDataSource source, ECDsa trusted)
{
    /// <summary>Writes a planned range to a folder, unless its file is there.</summary>
    public async Task<string> Write(
        PlannedRange range, string folder, IProgress<long>? progress, CancellationToken token)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, range.File);
        if (File.Exists(path)) return path;
        var unfinished = $"{path}.unfinished";
        try
        {
            await using (var file = new FileStream(
                unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true))
            {
                await new PackageExport(source).WriteSeals(
                    range.Book, range.FirstNumber, (range.LastNumber, range.LastSequence), file, progress, token);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: false);
            return path;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    public Task<VerifiedFile> Verify(
        PlannedRange range, string folder, IProgress<long>? progress, CancellationToken token) => Verify(
        range.Book, range.FirstNumber, range.LastNumber, range.Seal, Path.Combine(folder, range.File), progress, token);

    public async Task<VerifiedFile> Verify(
        OpenedBook book, ArchivedRange range, string folder, IProgress<long>? progress, CancellationToken token)
    {
        var path = Path.Combine(folder, range.File);
        var file = await Verify(book, range.FirstNumber, range.LastNumber, range.Seal, path, progress, token);
        return file.Hash.AsSpan().SequenceEqual(range.FileHash)
            ? file
            : throw new ArchiveRefused($"{path} is not the file that was archived: it hashes to something else.");
    }

    /// <summary>The hash of a file as it lies there; null when it does not.</summary>
    public static async Task<byte[]?> HashOf(string path, CancellationToken token)
    {
        if (!File.Exists(path)) return null;
        await using var file = Open(path);
        return await SHA256.HashDataAsync(file, token);
    }

    internal static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);

    private async Task<VerifiedFile> Verify(
        OpenedBook book, long first, long last, byte[] seal, string path, IProgress<long>? progress,
        CancellationToken token)
    {
        if (await HashOf(path, token) is not { } hash)
            throw new ArchiveRefused($"There is no {path}: export it first.");
        PackageResult result;
        await using (var file = Open(path))
            result = await new PackageVerification(trusted).Verify(file, progress, token);
        if (result.FirstBroken is { } broken) throw new ArchiveRefused($"{path} is not to be believed: {broken}");
        if (result.Book != book.Name.ToString() || (result.FirstNumber, result.LastNumber) != (first, last))
            throw new ArchiveRefused(
                $"{path} has records {result.FirstNumber} to {result.LastNumber} of {result.Book}, and those that " +
                $"are asked for are {first} to {last} of {book.Name}.");
        if (result.CoveredUpTo < last)
            throw new ArchiveRefused($"{path} is under no checkpoint of the key beyond record {result.CoveredUpTo}.");
        if (!seal.AsSpan().SequenceEqual(result.LastSeal))
            throw new ArchiveRefused($"{path} does not end with the seal that the book has: see `ledger verify`.");
        return new VerifiedFile(path, hash, result);
    }
}
