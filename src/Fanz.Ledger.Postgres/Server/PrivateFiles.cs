namespace Fanz.Ledger.Postgres.Server;

/// <summary>Files and folders that only the server's account may open.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const UnixFileMode Traversable = OwnerOnlyFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>
    /// Parents that are missing are made traversable whatever the umask says, because the account must get through.
    /// Fails when the folder belongs to someone else, which in a shared temporary directory is a trap.
    /// </summary>
    public static async Task CreateFolder(string path, ServerAccount account, CancellationToken token)
    {
        RefuseWindows();
        var missing = new Stack<string>();
        for (var parent = Path.GetDirectoryName(path); parent is not null && !Directory.Exists(parent);
             parent = Path.GetDirectoryName(parent))
            missing.Push(parent);
        foreach (var parent in missing)
        {
            Directory.CreateDirectory(parent);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(parent, Traversable);
        }

        Directory.CreateDirectory(path);
        if (new DirectoryInfo(path).LinkTarget is not null)
            throw new IOException($"{path} is a link.");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, OwnerOnlyFolder);
        await account.Own(path, token);
    }

    public static async Task Write(string path, string text, ServerAccount account, CancellationToken token)
    {
        File.Delete(path);
        await using (var stream = Open(path, FileMode.CreateNew))
        await using (var writer = new StreamWriter(stream))
            await writer.WriteAsync(text.AsMemory(), token);
        await account.Own(path, token);
    }

    /// <summary>Opened for this process alone: a second opening fails, here and in any other process.</summary>
    public static FileStream Open(string path, FileMode mode)
    {
        RefuseWindows();
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    private static void RefuseWindows()
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The private server needs Unix; name a server in LEDGER_DATABASE.");
    }
}
