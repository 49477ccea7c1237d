using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Fanz.Ledger.Host.Terminal;

/// <summary>What a verb answers on standard output: tables for people, or JSON for programs.</summary>
internal static class Answer
{
    private const int WidthWithoutTerminal = 200;

    internal static readonly JsonSerializerOptions Shape = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Option<bool> JsonOption() =>
        new("--json") { Description = "Answer with JSON on standard output." };

    /// <summary>One JSON object on a line of its own.</summary>
    public static void Json(object answer) => Console.Out.WriteLine(JsonSerializer.Serialize(answer, Shape));

    public static void Line(string line) => Console.Out.WriteLine(line);

    /// <summary>A table whose cells are plain text: what looks like markup in an owner's name is only text.</summary>
    public static void Table(string? title, IReadOnlyList<Column> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.Horizontal, UseSafeBorder = true };
        foreach (var column in columns)
        {
            var drawn = new TableColumn(new Text(column.Title));
            table.AddColumn(column.IsNumber ? drawn.RightAligned() : drawn);
        }

        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(cell)));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Out),
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        // Without a terminal nothing says how wide it is, and a file has no edge at which to break lines.
        if (Console.IsOutputRedirected) console.Profile.Width = WidthWithoutTerminal;
        if (title is not null) Line(title);
        console.Write(table);
    }

    /// <param name="Title">What stands over the column.</param>
    /// <param name="IsNumber">Numbers stand to the right.</param>
    public readonly record struct Column(string Title, bool IsNumber = false)
    {
        public static implicit operator Column(string title) => new(title);
    }
}
