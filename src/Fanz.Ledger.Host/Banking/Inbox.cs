using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Terminal;

namespace Fanz.Ledger.Host.Banking;

/// <summary>
/// The folder that banks' files are fetched into: INBOX/TENANT/PLATFORM/, and below it a folder for each bank where the
/// platform has several. What has been dealt with goes to `archive` beside the file, what cannot be read to `faulty`
/// with a text that says why. A mapping for tables lies there as `mapping.json`.
/// </summary>
internal sealed class Inbox(string root, BookName book)
{
    public const string Mapping = "mapping.json";
    private const string Archive = "archive";
    private const string Faulty = "faulty";

    private readonly string folder = Path.Combine(root, book.Tenant, book.Platform);

    /// <summary>The files, in the order of their names; those that are still being written end in `.part`.</summary>
    public IEnumerable<(string? Bank, string Path)> Files()
    {
        if (!Directory.Exists(folder)) yield break;
        foreach (var path in In(folder)) yield return (null, path);
        var banks = Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path))
            .Where(name => name is not (Archive or Faulty)).Order(StringComparer.Ordinal);
        foreach (var bank in banks)
            foreach (var path in In(Path.Combine(folder, bank)))
                yield return (bank, path);
    }

    public static TableTerms? TermsFor(string path)
    {
        var mapping = Path.Combine(Path.GetDirectoryName(path)!, Mapping);
        return File.Exists(mapping) ? BankWords.ReadTerms(mapping) : null;
    }

    public static void Put(string path, ImportedBankFile answer)
    {
        if (answer.Problem is var (code, text)) PutAside(path, code, text);
        else Move(path, Archive);
    }

    public static void PutAside(string path, string code, string text)
    {
        var moved = Move(path, Faulty);
        File.WriteAllText($"{moved}.problem", $"({code}) {text}{Environment.NewLine}");
    }

    private static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder)
        .Where(path => !path.EndsWith(".part", StringComparison.Ordinal)
            && Path.GetFileName(path) is [not '.', ..] and not Mapping)
        .Order(StringComparer.Ordinal);

    /// <summary>One of the same name that is there already is another day's; neither is lost.</summary>
    private static string Move(string path, string where)
    {
        var to = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(path)!, where)).FullName;
        var (name, extension) = (Path.GetFileNameWithoutExtension(path), Path.GetExtension(path));
        for (var i = 1; ; i++)
        {
            var moved = Path.Combine(to, i == 1 ? $"{name}{extension}" : $"{name}.{i}{extension}");
            if (File.Exists(moved)) continue;
            try
            {
                File.Move(path, moved);
                return moved;
            }
            catch (IOException exception) when (File.Exists(moved) && File.Exists(path))
            {
                if (i > 10_000) throw new Mistake(exception.Message);
            }
        }
    }
}
