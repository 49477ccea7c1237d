namespace Fanz.Ledger.Tests;

/// <summary>
/// Files that hold, byte for byte, what was written once. They are never changed: a program that no longer writes or
/// reads them has broken a format, and a new variant gets a new file. They end without a line break, as the data does.
/// </summary>
internal static class Golden
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Journal", "Golden");

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!);

    public static string Read(string name) => File.ReadAllText(Path.Combine(Folder, $"{name}.json"));

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder, $"{name}.json"));

    /// <summary>
    /// A new format is written down once: with LEDGER_NEW_GOLDENS naming the source folder, files that are missing there
    /// are made. What is there is never overwritten.
    /// </summary>
    public static void WriteIfMissing(string name, byte[] bytes)
    {
        if (Environment.GetEnvironmentVariable("LEDGER_NEW_GOLDENS") is not { Length: > 0 } source) return;
        foreach (var folder in new[] { source, Folder })
        {
            var file = Path.Combine(folder, $"{name}.json");
            if (!File.Exists(file)) File.WriteAllBytes(file, bytes);
        }
    }
}
