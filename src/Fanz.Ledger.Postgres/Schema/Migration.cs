using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Fanz.Ledger.Postgres;

/// <summary>One numbered step of the schema. Once applied anywhere its text never changes again.</summary>
public sealed partial record Migration(int Number, string Name, string Sql)
{
    /// <summary>The steps this program was built with, from the first to the last.</summary>
    public static IReadOnlyList<Migration> Embedded { get; } = ReadEmbedded();

    /// <summary>Line ends are not content: a checkout may choose its own.</summary>
    public string Checksum => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(Sql.Replace("\r\n", "\n", StringComparison.Ordinal))));

    /// <summary>`0001_journal.sql` is number 1.</summary>
    internal static Migration FromFile(string fileName, string sql)
    {
        var match = FileNamePattern().Match(fileName);
        return match.Success
            ? new Migration(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), fileName, sql)
            : throw new SchemaRefused($"{fileName} is not named like a migration, 0001_journal.sql.");
    }

    /// <summary>A number that is missing or used twice is a mistake of the build, found before any database.</summary>
    internal static IReadOnlyList<Migration> InOrder(IEnumerable<Migration> migrations)
    {
        var ordered = migrations.OrderBy(migration => migration.Number).ToList();
        foreach (var (index, migration) in ordered.Index())
            if (migration.Number != index + 1)
                throw new SchemaRefused($"Migrations count 1, 2, 3, …, but {migration.Name} comes at {index + 1}.");
        return ordered;
    }

    private static IReadOnlyList<Migration> ReadEmbedded()
    {
        var assembly = typeof(Migration).Assembly;
        return InOrder(assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return FromFile(name, reader.ReadToEnd());
            }));
    }

    [GeneratedRegex(@"^(\d{4})_[a-z0-9_]+\.sql$")]
    private static partial Regex FileNamePattern();
}
