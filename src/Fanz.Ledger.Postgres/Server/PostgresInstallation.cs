using System.Globalization;
using System.Text.RegularExpressions;

namespace Fanz.Ledger.Postgres.Server;

/// <summary>The PostgreSQL programs of this machine.</summary>
internal sealed partial record PostgresInstallation(string Folder, int Major)
{
    /// <summary>Views that respect the caller's row security came with this version.</summary>
    public const int OldestMajor = 15;

    public string Initdb => Path.Combine(Folder, "initdb");

    public string Postgres => Path.Combine(Folder, "postgres");

    public string Control => Path.Combine(Folder, "pg_ctl");

    /// <summary>
    /// A data directory can only be opened by the major version that made it, so that version is looked for when
    /// there is one. Otherwise the PATH decides, and after it the highest version that a package installed.
    /// </summary>
    public static async Task<PostgresInstallation> Find(int? major, CancellationToken token) =>
        await Find(SearchPath(), PackagedFolders(), major, token);

    internal static async Task<PostgresInstallation> Find(
        IEnumerable<string> searchPath, IEnumerable<string> packaged, int? major, CancellationToken token)
    {
        var found = new List<PostgresInstallation>();
        foreach (var folder in searchPath)
            if (await At(folder, token) is { } installation)
                found.Add(installation);
        var installed = new List<PostgresInstallation>();
        foreach (var folder in packaged)
            if (await At(folder, token) is { } installation)
                installed.Add(installation);
        found.AddRange(installed.OrderByDescending(installation => installation.Major));

        var usable = found.Where(installation => installation.Major >= OldestMajor).ToList();
        return (major is null ? null : usable.Find(installation => installation.Major == major))
            ?? usable.FirstOrDefault()
            ?? throw new PostgresNotFound(found.Count == 0
                ? "none was found"
                : $"only version {found.Max(installation => installation.Major)} was found");
    }

    private static async Task<PostgresInstallation?> At(string folder, CancellationToken token)
    {
        var postgres = Path.Combine(folder, "postgres");
        if (!File.Exists(postgres) || !File.Exists(Path.Combine(folder, "initdb")))
            return null;
        // A link on the PATH may stand alone; where it leads, the other programs are.
        if (new FileInfo(postgres).ResolveLinkTarget(returnFinalTarget: true) is { } target
            && File.Exists(Path.Combine(Path.GetDirectoryName(target.FullName)!, "initdb")))
        {
            postgres = target.FullName;
            folder = Path.GetDirectoryName(postgres)!;
        }

        var version = VersionLine().Match((await ProgramRun.Run([postgres, "--version"], token)).Output);
        return version.Success
            ? new PostgresInstallation(folder, int.Parse(version.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : null;
    }

    private static string[] SearchPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> PackagedFolders() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            : [];

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionLine();
}
