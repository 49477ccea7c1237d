using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>The files of this folder, which are part of the program.</summary>
internal static class Resource
{
    public static Stream Open(string name) =>
        typeof(Resource).Assembly.GetManifestResourceStream(name)
        ?? throw new InvariantBroken($"{name} is not in this program.");

    public static string Text(string name)
    {
        using var reader = new StreamReader(Open(name));
        return reader.ReadToEnd();
    }
}
