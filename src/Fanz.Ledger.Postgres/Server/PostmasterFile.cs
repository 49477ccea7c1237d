using System.Diagnostics;
using System.Globalization;

namespace Fanz.Ledger.Postgres.Server;

/// <summary>What a running server, or one that was killed, says about itself in postmaster.pid.</summary>
internal sealed record PostmasterFile(int ProcessId, int Port, string SocketDirectory, string? SharedMemoryId)
{
    public static PostmasterFile? Read(string dataDirectory)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PathIn(dataDirectory));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        // The file grows while the server starts; until the socket directory is there nobody can connect anyway.
        return lines is [var processId, _, _, var port, var socketDirectory, ..]
            ? new PostmasterFile(
                int.Parse(processId, CultureInfo.InvariantCulture),
                int.Parse(port, CultureInfo.InvariantCulture),
                socketDirectory,
                lines.ElementAtOrDefault(6)?.Split(' ', StringSplitOptions.RemoveEmptyEntries).LastOrDefault())
            : null;
    }

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "postmaster.pid");

    /// <summary>
    /// Process ids are reused, so a living process only counts when it serves this very data. Its command line says
    /// so to everyone, while its working folder is closed to a root without all its capabilities, as in a container.
    /// </summary>
    public bool IsAlive(string dataDirectory)
    {
        try
        {
            return Directory.Exists("/proc/self")
                ? File.ReadAllText($"/proc/{ProcessId}/cmdline").Split('\0').Contains(dataDirectory)
                : Exists();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public bool IsReused(string dataDirectory) => Exists() && !IsAlive(dataDirectory);

    private bool Exists()
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
