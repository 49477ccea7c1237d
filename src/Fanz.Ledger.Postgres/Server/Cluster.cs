namespace Fanz.Ledger.Postgres.Server;

/// <summary>
/// The directory of a private server: the data, its log, two locks and, when the path is short enough, its socket.
/// Whoever holds the owner's lock may start, stop and change the server. The other lock is held while starting.
/// </summary>
internal sealed class Cluster
{
    // A socket's path must fit in about 107 bytes, and connection strings and settings split some characters.
    private const int LongestSocketFolder = 80;

    private const string Unfinished = "unfinished-";

    // The input is a pipe from this process; when it ends before initdb does, the unfinished work is deleted.
    private const string InitialiseWhileOwned =
        """
        remove=$1
        shift
        exec 3<&0 </dev/null
        gone=
        trap 'gone=yes' USR1
        "$@" 3<&- &
        work=$!
        { read -r word <&3; while kill -USR1 $$; do sleep 0.1; done; } >/dev/null 2>&1 &
        owner=$!
        wait "$work"
        code=$?
        while [ "$gone" ] && kill "$work" 2>/dev/null; do sleep 0.05; done
        kill -KILL "$owner"
        [ -z "$gone" ] || rm -rf "$remove"
        exit "$code"
        """;

    private Cluster(string directory, bool throwAway, ServerAccount account, PostgresInstallation installation) =>
        (Directory, ThrowAway, Account, Installation) = (directory, throwAway, account, installation);

    public string Directory { get; }

    public bool ThrowAway { get; }

    public ServerAccount Account { get; }

    public PostgresInstallation Installation { get; }

    public string Data => Path.Combine(Directory, "data");

    public string StartLock => Path.Combine(Directory, "start.lock");

    public string OwnerLock => Path.Combine(Directory, "owner.lock");

    public string StartLog => Path.Combine(Directory, "start.log");

    private string Log => Path.Combine(Directory, "log");

    public static async Task<Cluster> At(string? directory, bool throwAway, CancellationToken token)
    {
        directory = directory is null ? null : ServerDirectories.WithoutLinks(Path.GetFullPath(directory));
        var data = directory is null ? null : Path.Combine(directory, "data");
        var account = await ServerAccount.Choose(data ?? "", token);
        var installation = await PostgresInstallation.Find(MajorOf(data), token);
        directory ??= await ServerDirectories.CreateTemporary(account, token);
        await PrivateFiles.CreateFolder(directory, account, token);
        if (!await account.MayWrite(directory, token))
            throw new ServerFailed($"{directory} is closed to the account that runs PostgreSQL; choose another.");
        return new Cluster(directory, throwAway, account, installation);
    }

    /// <summary>
    /// Makes the data if there is none: beside its place first and then renamed, so that data that is there is whole.
    /// </summary>
    /// <param name="copyOf">The data of a stopped server, to begin with a copy of it; without, it is new.</param>
    /// <param name="token">Ends what is not finished.</param>
    public async Task Initialise(string? copyOf, CancellationToken token)
    {
        if (System.IO.Directory.Exists(Data))
            return;
        // The initdb of a killed start may still be ending, so each start has a name of its own.
        foreach (var abandoned in System.IO.Directory.EnumerateDirectories(Directory, Unfinished + "*"))
            Delete(abandoned);
        var unfinished = Path.Combine(Directory, Unfinished + Guid.NewGuid().ToString("n"));
        if (copyOf is null)
            await Make(unfinished, token);
        else
            await Copy(copyOf, unfinished, token);
        System.IO.Directory.Move(unfinished, Data);
    }

    private async Task Make(string unfinished, CancellationToken token)
    {
        var passwordFile = Path.Combine(Directory, "initial-password");
        await PrivateFiles.CreateFolder(unfinished, Account, token);
        var passwords = ServerPasswords.Random();
        await PrivateFiles.Write(passwordFile, passwords.Superuser + "\n", Account, token);
        IReadOnlyList<string> initdb =
        [
            "/bin/sh", "-c", InitialiseWhileOwned, "ledger-initdb", ThrowAway ? Directory : unfinished,
            Installation.Initdb, "--pgdata", unfinished, "--username", LedgerRoles.Superuser, "--pwfile", passwordFile,
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-instructions",
            .. ThrowAway ? ["--no-sync"] : Array.Empty<string>(),
        ];
        var made = await ProgramRun.Run(Account.Lend(initdb), token, holdInput: true);
        File.Delete(passwordFile);
        if (!made.Succeeded)
            throw new ServerFailed($"PostgreSQL could not create a cluster in {Data}: {made.LastWords}");
        await PrivateFiles.Write(
            ServerPasswords.PathIn(unfinished), passwords.ToPasswordFile(), Account, token);
    }

    public async Task WriteSettings(
        int port, string socketDirectory, IReadOnlyDictionary<string, string> further, CancellationToken token)
    {
        var compress = await ProgramRun.Run(
            Account.Lend(Installation.Postgres, "-D", Data, "-c", "wal_compression=lz4", "-C", "wal_compression"),
            token);
        var settings = new ServerSettings(port, socketDirectory, ThrowAway, compress.Succeeded);
        await PrivateFiles.Write(Path.Combine(Data, "postgresql.conf"), settings.Render(further), Account, token);
    }

    /// <summary>
    /// An empty folder for the socket; what a killed server left in it would confuse the next one. After a restart it
    /// is the same one as before, because connection strings name it.
    /// </summary>
    public async Task<string> CreateSocketDirectory(string previous, CancellationToken token)
    {
        var inside = Path.Combine(Directory, "socket");
        var folder = SocketFits(inside) ? inside : previous;
        if (folder.Length == 0)
            return await ServerDirectories.CreateTemporary(Account, token);
        Delete(folder);
        await PrivateFiles.CreateFolder(folder, Account, token);
        return folder;
    }

    public bool Contains(string path) => path.StartsWith(Directory + "/", StringComparison.Ordinal);

    /// <summary>
    /// Ends a server whose owner is gone, and clears the mark of a killed one when its process id has since been
    /// given to another program, which postgres would take for a living server. Only for the holder of the lock.
    /// </summary>
    public async Task StopOrphan(CancellationToken token)
    {
        if (PostmasterFile.Read(Data) is not { } postmaster)
            return;
        if (postmaster.IsAlive(Data))
        {
            var stop = await ProgramRun.Run(
                Account.Lend(Installation.Control, "stop", "-D", Data, "-m", "fast", "-w", "-t", "600"), token);
            if (!stop.Succeeded && postmaster.IsAlive(Data))
                throw new ServerFailed($"A server left behind in {Directory} does not stop: {stop.LastWords}");
        }
        else if (postmaster.IsReused(Data))
        {
            File.Delete(PostmasterFile.PathIn(Data));
        }

        if (ServerDirectories.IsTemporary(postmaster.SocketDirectory))
            Delete(postmaster.SocketDirectory);
    }

    /// <summary>What the server said last, most telling line first.</summary>
    public string LastWords()
    {
        var newest = System.IO.Directory.Exists(Log)
            ? System.IO.Directory.EnumerateFiles(Log).MaxBy(File.GetLastWriteTimeUtc)
            : null;
        var lines = new[] { newest, StartLog }
            .Where(file => file is not null && File.Exists(file))
            .SelectMany(file => File.ReadLines(file!).TakeLast(50))
            .Where(line => line.Length > 0)
            .ToList();
        return lines.FindLast(line => line.Contains("FATAL: ", StringComparison.Ordinal))
            ?? lines.LastOrDefault()
            ?? "it said nothing";
    }

    /// <summary>Deletes the data and the logs, not the locks that are being held.</summary>
    public async Task DeleteData(CancellationToken token)
    {
        await FreeSharedMemory(token);
        Delete(Data);
        Delete(Log);
        File.Delete(StartLog);
    }

    public async Task DeleteAll(CancellationToken token)
    {
        await FreeSharedMemory(token);
        Delete(Directory);
    }

    /// <summary>Keeps owners and modes, without which postgres refuses the copy.</summary>
    public static async Task Copy(string from, string to, CancellationToken token)
    {
        var copy = await ProgramRun.Run(["cp", "-a", "--sparse=always", from, to], token);
        if (!copy.Succeeded)
            throw new ServerFailed($"{from} could not be copied: {copy.LastWords}");
    }

    public static void Delete(string directory)
    {
        if (System.IO.Directory.Exists(directory))
            System.IO.Directory.Delete(directory, recursive: true);
    }

    /// <summary>A killed server leaves a System V segment; only a successor on its data would remove it.</summary>
    private async Task FreeSharedMemory(CancellationToken token)
    {
        if (PostmasterFile.Read(Data)?.SharedMemoryId is { } id && ProgramRun.Exists("ipcrm"))
            await ProgramRun.Run(["ipcrm", "-m", id], token);
    }

    private static bool SocketFits(string folder) =>
        folder.Length <= LongestSocketFolder &&
        folder.All(character => char.IsAsciiLetterOrDigit(character) || character is '/' or '.' or '-' or '_');

    private static int? MajorOf(string? data)
    {
        var version = data is null ? null : Path.Combine(data, "PG_VERSION");
        return version is not null && File.Exists(version) && int.TryParse(File.ReadAllText(version), out var major)
            ? major
            : null;
    }
}
