using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Tests;

/// <summary>The page that tells what can be posted leaves nothing out, and tells of nothing that is not there.</summary>
public class CommandsPageTests
{
    private static readonly string[] Rows =
        [.. File.ReadAllLines(Page()).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];

    [Fact]
    public void Every_command_is_on_the_page_and_every_command_on_the_page_exists() =>
        Assert.Equal(CommandFormat.Names.Order(StringComparer.Ordinal), Words(column: 1).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_event_is_on_the_page_and_every_event_on_the_page_exists() =>
        Assert.Equal(
            EventFormat.Names.Order(StringComparer.Ordinal),
            Words(column: 2).Append("book_opened").Append("spending_counted").Order(StringComparer.Ordinal));

    private static IEnumerable<string> Words(int column) =>
        Rows.SelectMany(row => row.Split('|')[column].Split(',').Select(word => word.Trim().Trim('`')));

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Fanz.Ledger.sln"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, "ops", "commands.md");
    }
}
