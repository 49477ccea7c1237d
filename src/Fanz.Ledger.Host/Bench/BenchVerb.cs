using System.Text.Json;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;
using Spectre.Console;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// `ledger bench`: measures the ledger against what the database can do, what the usual way does, and what the design
/// wants. Everything that is compared takes turns in one run, so that a machine that is shared or slow changes both.
/// </summary>
internal static class BenchVerb
{
    /// <summary>What can be measured. Each name also stands for what it is compared with.</summary>
    public static readonly string[] Names = ["tips", "floor", "classic", "books", "latency", "verify", "deep", "memory"];

    /// <returns>The exit code: 0 if every figure that has a bound keeps it.</returns>
    public static async Task<int> Run(
        IReadOnlyList<string> measures, bool json, int seconds, CancellationToken cancellation)
    {
        string[] wanted = measures.Count == 0 ? Names : [.. measures];
        if (wanted.FirstOrDefault(name => !Names.Contains(name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no measure '{unknown}'. There are: {string.Join(", ", Names)}.");
            return 2;
        }

        await using var database = await BenchDatabase.Create(cancellation);
        var bench = new Run(database, TimeSpan.FromSeconds(seconds), new Progress(), cancellation);
        var found = await bench.Measure(wanted);
        if (json) Console.WriteLine(JsonSerializer.Serialize(new Measures(found), MeasureFormat.Default.Measures));
        else Print(found);
        return found.Any(measure => measure.Ok == false) ? 1 : 0;
    }

    private static void Print(IReadOnlyList<Measure> measures)
    {
        var table = new Table().AddColumns("measure", "value", "unit", "against", "ratio", "wanted", "");
        foreach (var measure in measures)
        {
            table.AddRow(
                measure.Name, $"{measure.Value:n2}", measure.Unit, measure.Against ?? "", $"{measure.Ratio:n3}",
                $"{measure.Wanted}", measure.Ok switch { null => "", true => "ok", false => "missed" });
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Progress goes to standard error, at once and in order.</summary>
    private sealed class Progress : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine($"bench: {value}");
    }
}
