using System.Runtime.CompilerServices;

namespace Fanz.Ledger.Host.Tests.OpenApi;

/// <summary>
/// The files of the repository, for what is checked in and compared. LEDGER_NEW_GOLDENS, set to anything, has them
/// written anew instead: what changed is then to be read in the difference.
/// </summary>
internal static class Source
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Folder(), "../../.."));

    public static string PathOf(string file) => Path.Combine(Root, file);

    public static async Task CompareOrWrite(string file, byte[] made)
    {
        if (Environment.GetEnvironmentVariable("LEDGER_NEW_GOLDENS") is { Length: > 0 })
            await File.WriteAllBytesAsync(PathOf(file), made);
        var kept = await File.ReadAllTextAsync(PathOf(file));
        Assert.True(
            System.Text.Encoding.UTF8.GetString(made) == kept,
            $"{file} is not what the program makes now; with LEDGER_NEW_GOLDENS=1 this test writes it anew.");
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
