using System.Security.Cryptography;
using Fanz.Ledger.Books;

namespace Fanz.Ledger.Host.Payouts;

/// <summary>The outbox cannot be right as it is, and a person has to look. Nothing was overwritten.</summary>
internal sealed class OutboxWrong(string message) : Exception(message);

/// <summary>
/// The folder from which files are carried to banks: TENANT/PLATFORM/FILE, with a copy of each in `archive` there. All
/// hosts that submit payouts share it. Whoever carries files takes those with no dot before their name, and moves or
/// deletes what was taken.
/// </summary>
internal sealed class Outbox(string folder)
{
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const string Lock = ".lock";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Told after each step that leaves a trace; tests break off there.</summary>
    internal Action<string>? Did { get; init; }

    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>
    /// Enters the part of a book. One program is in it at a time, also when another is only held up: the lock goes with
    /// the program that has it.
    /// </summary>
    public async Task<OutboxPart> Enter(BookName book, CancellationToken token)
    {
        var path = Path.Combine(Folder, book.Tenant, book.Platform);
        var archive = Path.Combine(path, "archive");
        foreach (var one in new[] { Folder, Path.Combine(Folder, book.Tenant), path, archive }) Make(one);
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new OutboxPart(path, archive, Open(Path.Combine(path, Lock), FileMode.OpenOrCreate), Did);
            }
            catch (IOException) when (waited.Elapsed < Patience)
            {
                await Task.Delay(Pause, token);
            }
        }
    }

    internal static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    private static void Make(string path)
    {
        if (Directory.Exists(path)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnlyFolder);
    }
}

/// <summary>
/// The files of one book, while nobody else is at them. A file is written beside first (`.FILE.part`), then copied to
/// the archive, and only then renamed to where it is taken from. So what is there says how far it was, whoever was
/// stopped in between: without a copy in the archive it was never to be had; with one and the part, neither; with one
/// and no part, it was, and is never put there again, whether it is still there or was taken.
/// </summary>
internal sealed class OutboxPart(string folder, string archive, FileStream held, Action<string>? did) : IDisposable
{
    /// <summary>
    /// Writes the part, from the start. Nobody takes it from there. What was to be had before has no part any more, also
    /// for a program that was held up meanwhile.
    /// </summary>
    public T Write<T>(string file, Func<Stream, T> write)
    {
        if (File.Exists(Path.Combine(archive, file)))
            throw new OutboxWrong($"{Path.Combine(archive, file)} is there already.");
        T written;
        using (var part = Outbox.Open(Part(file), FileMode.Create))
        {
            written = write(part);
            part.Flush(flushToDisk: true);
        }

        FolderSync.Flush(folder);
        did?.Invoke("part");
        return written;
    }

    /// <summary>Whether it was ever to be had; then it must have been just this.</summary>
    public bool WasPlaced(string file, string hash)
    {
        var (kept, there) = (Path.Combine(archive, file), Path.Combine(folder, file));
        Require(there, hash);
        if (!Require(kept, hash))
        {
            // Somebody has emptied the archive; what is to be had is nevertheless to be had.
            if (File.Exists(there)) Archive(there, file);
            return File.Exists(there);
        }

        return !File.Exists(Part(file));
    }

    /// <summary>Whether the part is there, and is just this.</summary>
    public bool HasWritten(string file, string hash) => File.Exists(Part(file)) && HashOf(Part(file)) == hash;

    /// <summary>Puts what was written to where it is taken from. It has to be what is known of it.</summary>
    public void Place(string file, string hash)
    {
        if (!Require(Part(file), hash)) throw new OutboxWrong($"{Part(file)} is gone.");
        if (!File.Exists(Path.Combine(archive, file))) Archive(Part(file), file);
        var there = Path.Combine(folder, file);
        if (File.Exists(there)) throw new OutboxWrong($"{there} is there already.");
        // One call of the system, which is done or not: without overwriting it would be two, a link and an end of one.
        File.Move(Part(file), there, overwrite: true);
        did?.Invoke("placed");
        FolderSync.Flush(folder);
    }

    /// <summary>Removes a part that was never to be had, and never will be.</summary>
    public void Discard(string file)
    {
        if (!File.Exists(Path.Combine(archive, file))) File.Delete(Part(file));
    }

    public void Dispose() => held.Dispose();

    private string Part(string file) => Path.Combine(folder, $".{file}.part");

    private void Archive(string from, string file)
    {
        var unfinished = Path.Combine(archive, $".{file}.part");
        using (var copy = Outbox.Open(unfinished, FileMode.Create))
        using (var original = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            original.CopyTo(copy);
            copy.Flush(flushToDisk: true);
        }

        File.Move(unfinished, Path.Combine(archive, file), overwrite: true);
        FolderSync.Flush(archive);
        did?.Invoke("archived");
    }

    /// <summary>False where there is no such file. One with other content is nobody's to overwrite.</summary>
    private static bool Require(string path, string hash)
    {
        if (!File.Exists(path)) return false;
        return HashOf(path) == hash
            ? true
            : throw new OutboxWrong(
                $"{path} is not what was prepared under its name, and is not overwritten: move it away once it is known "
                + "how it came there.");
    }

    private static string HashOf(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
