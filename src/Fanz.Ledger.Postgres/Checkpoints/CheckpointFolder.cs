using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using NodaTime.Text;

namespace Fanz.Ledger.Postgres.Checkpoints;

/// <summary>
/// Checkpoints in a folder: TENANT/2026/01/15/0000000012.json, and public keys in keys/ID.pem. Those of the house, *,
/// are in %2A, for a star is no name everywhere. A file is written under another name, flushed to the disk, and takes
/// its name only if nobody has it; then nobody may write it any more. Links make that one step on every file system
/// that has them, so two hosts may share the folder.
/// </summary>
public sealed class CheckpointFolder(string folder) : ICheckpointArchive
{
    private const string Ending = ".json";
    private const string Keys = "keys";

    public string Folder { get; } = folder;

    /// <summary>The tenants that it has checkpoints of.</summary>
    public IReadOnlyList<string> Tenants() => !Directory.Exists(Folder)
        ? []
        : [.. Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path))
            .Where(name => name != Keys).Select(Uri.UnescapeDataString).Order(StringComparer.Ordinal)];

    public async IAsyncEnumerable<long> Sequences(string tenant, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (var (sequence, _) in Files(tenant))
        {
            token.ThrowIfCancellationRequested();
            yield return sequence;
        }

        await Task.CompletedTask;
    }

    public async Task<byte[]?> Read(string tenant, long sequence, CancellationToken token) =>
        Files(tenant).FirstOrDefault(file => file.Sequence == sequence).Path is { } path
            ? await File.ReadAllBytesAsync(path, token)
            : null;

    /// <summary>The files of a tenant with their paths below the folder, in the order of their sequences.</summary>
    public IReadOnlyList<(long Sequence, string Path)> Files(string tenant)
    {
        var path = Path.Combine(Folder, NameOf(tenant));
        if (!Directory.Exists(path)) return [];
        return [.. Directory.EnumerateFiles(path, "*" + Ending, SearchOption.AllDirectories)
            .Select(file => (Sequence: SequenceOf(file), Path: file)).Where(file => file.Sequence > 0)
            .OrderBy(file => file.Sequence).ThenBy(file => file.Path, StringComparer.Ordinal)];
    }

    public Task Write(ArchivedCheckpoint file, CancellationToken token)
    {
        var day = LocalDatePattern.CreateWithInvariantCulture("uuuu'/'MM'/'dd").Format(file.Day);
        var name = file.Sequence.ToString("D10", CultureInfo.InvariantCulture) + Ending;
        return Write(Path.Combine([Folder, NameOf(file.Tenant), .. day.Split('/'), name]), file.Bytes, token);
    }

    public Task WriteKey(string id, string pem, CancellationToken token) =>
        Write(Path.Combine(Folder, Keys, id + ".pem"), Encoding.ASCII.GetBytes(pem), token);

    // Whatever else a tenant may be called is a name in every file system as it is.
    private static string NameOf(string tenant) => tenant.Replace("*", "%2A", StringComparison.Ordinal);

    private static long SequenceOf(string path) => long.TryParse(
        Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
        ? sequence
        : 0;

    private static async Task Write(string path, byte[] bytes, CancellationToken token)
    {
        if (await IsThere(path, bytes, token)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // A name that no checkpoint has, so that half a file is never taken for one.
        var part = $"{path}.{Guid.NewGuid():n}.part";
        try
        {
            await using (var stream = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await stream.WriteAsync(bytes, token);
                await stream.FlushAsync(token);
                stream.Flush(flushToDisk: true);
            }

            File.SetAttributes(part, File.GetAttributes(part) | FileAttributes.ReadOnly);
            File.Move(part, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another host was first. What it wrote is compared like anything that was there before.
            File.Delete(part);
            await IsThere(path, bytes, token);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    private static async Task<bool> IsThere(string path, byte[] bytes, CancellationToken token)
    {
        if (!File.Exists(path)) return false;
        var there = await File.ReadAllBytesAsync(path, token);
        return there.AsSpan().SequenceEqual(bytes)
            ? true
            : throw new ArchiveDiffers(
                $"{path} has another checkpoint than the database and stays as it is: `ledger verify` tells more.");
    }
}
