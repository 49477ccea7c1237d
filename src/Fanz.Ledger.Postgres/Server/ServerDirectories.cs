using System.Security.Cryptography;
using System.Text;

namespace Fanz.Ledger.Postgres.Server;

/// <summary>Where clusters are put: folders that the account running PostgreSQL can reach and write.</summary>
internal static class ServerDirectories
{
    private const string TemporaryPrefix = "fanz-ledger-";

    // A process that is killed just before its server starts has no guard yet. What it leaves is known by a lock that
    // nobody holds, and is deleted as the account itself: anybody may put anything into a temporary directory.
    private const string DeleteAbandoned =
        """
        find "$1" -mindepth 1 -maxdepth 1 -type d -name 'fanz-ledger-????????' -user "$(id -un)" -mmin +1 -exec sh -c '
            [ ! -f "$1/owner.lock" ] || [ -f "$1/data/postmaster.pid" ] ||
                flock --nonblock "$1/start.lock" flock --nonblock "$1/owner.lock" rm -rf "$1"' sh {} \;
        """;

    public static async Task<string> Default(string folder, CancellationToken token)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)));
        var name = $"{Path.GetFileName(folder)}-{hash[..12]}";
        string[] candidates =
        [
            Path.Combine(folder, ".data", "postgres"),
            Path.Combine("/var/lib/fanz-ledger", name),
            Path.Combine(Path.GetTempPath(), $"{TemporaryPrefix}of-{Environment.UserName}", name),
        ];
        foreach (var candidate in candidates)
            if (await IsUsable(candidate, token))
                return candidate;
        throw new ServerFailed($"There is no folder for a database: tried {string.Join(", ", candidates)}.");
    }

    /// <summary>A new folder with a short path that nobody else can have made.</summary>
    public static async Task<string> CreateTemporary(ServerAccount account, CancellationToken token)
    {
        foreach (var parent in new[] { Path.GetTempPath(), "/tmp", "/var/tmp" })
        {
            var created = await ProgramRun.Run(
                account.Lend("mktemp", "-d", Path.Combine(parent, TemporaryPrefix + "XXXXXXXX")), token);
            if (!created.Succeeded || created.Output.Trim() is not { Length: < 80 } directory)
                continue;
            await ProgramRun.Run(account.Lend("/bin/sh", "-c", DeleteAbandoned, "sh", parent), token);
            return directory;
        }

        throw new ServerFailed("There is no temporary directory that the account running PostgreSQL can write to.");
    }

    /// <summary>One directory has one name, so that a running server is recognised by the data it names.</summary>
    public static string WithoutLinks(string path)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        path = Path.Combine(WithoutLinks(parent), Path.GetFileName(path));
        var target = Directory.Exists(path) ? Directory.ResolveLinkTarget(path, returnFinalTarget: true) : null;
        return target is null ? path : WithoutLinks(target.FullName);
    }

    public static bool IsTemporary(string directory) =>
        Path.GetFileName(directory).StartsWith(TemporaryPrefix, StringComparison.Ordinal);

    private static async Task<bool> IsUsable(string directory, CancellationToken token)
    {
        try
        {
            var account = await ServerAccount.Choose(Path.Combine(directory, "data"), token);
            await PrivateFiles.CreateFolder(directory, account, token);
            return await account.MayWrite(directory, token);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
