namespace Fanz.Ledger.Tests.Rails;

/// <summary>
/// Bank files as they were once written, byte for byte; see <see cref="Golden"/> for how they come about.
/// </summary>
internal static class BankGolden
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Rails", "Golden");

    public static void Check(string name, byte[] bytes)
    {
        var file = Path.Combine(Folder, name);
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("LEDGER_NEW_GOLDENS") is { Length: > 0 } source)
        {
            File.WriteAllBytes(Path.Combine(source, name), bytes);
            File.WriteAllBytes(file, bytes);
        }

        Assert.Equal(File.ReadAllText(file), System.Text.Encoding.UTF8.GetString(bytes));
        Assert.Equal(File.ReadAllBytes(file), bytes);
    }
}
