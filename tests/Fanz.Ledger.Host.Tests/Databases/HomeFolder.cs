namespace Fanz.Ledger.Host.Tests.Databases;

/// <summary>An empty LEDGER_HOME that any account may pass through, deleted with what a run left in it.</summary>
internal sealed class HomeFolder : IDisposable
{
    public HomeFolder()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(
                Path,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
                UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("fanz-ledger-home-").FullName;

    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["LEDGER_HOME"] = Path };

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
