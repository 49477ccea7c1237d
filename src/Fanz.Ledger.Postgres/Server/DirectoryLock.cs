namespace Fanz.Ledger.Postgres.Server;

/// <summary>
/// A file held open exclusively. The kernel lets go of it when the process ends, however it ends, so a lock that is
/// held proves a living holder.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream file;

    private DirectoryLock(FileStream file) => this.file = file;

    public static async Task<DirectoryLock> Take(string path, ServerAccount account, CancellationToken token)
    {
        while (true)
        {
            if (await TryTake(path, account, token) is { } taken)
                return taken;
            await Task.Delay(TimeSpan.FromMilliseconds(50), token);
        }
    }

    public static async Task<DirectoryLock?> TryTake(string path, ServerAccount account, CancellationToken token)
    {
        FileStream file;
        try
        {
            file = PrivateFiles.Open(path, FileMode.OpenOrCreate);
        }
        catch (IOException) when (Directory.Exists(Path.GetDirectoryName(path)))
        {
            return null;
        }

        // Between opening and locking, the last holder may have deleted its folder and this file with it.
        if (!File.Exists(path))
        {
            file.Dispose();
            return null;
        }

        await account.Own(path, token);
        return new DirectoryLock(file);
    }

    public void Dispose() => file.Dispose();
}
