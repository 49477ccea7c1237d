using System.Text.Json;
using Fanz.Ledger.Host.Terminal;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// `ledger bench`: measures the ledger against what the database can do, what the usual way does, and what the design
/// wants. Everything that is compared takes turns in one run, so that a machine that is shared or slow changes both.
/// </summary>
internal static class BenchVerb
{
    /// <summary>What can be measured. Each name also stands for what it is compared with.</summary>
    public static readonly string[] Names =
    [
        "tips", "floor", "classic", "books", "mix", "latency", "http", "follow", "payouts", "verify", "rebuild", "proof",
        "export", "reports", "deep", "memory",
    ];

    /// <returns>The exit code: 0 if every figure that has a bound keeps it.</returns>
    public static async Task<int> Run(
        IReadOnlyList<string> measures, bool json, int seconds, PayoutsSize payouts, CancellationToken cancellation)
    {
        string[] wanted = measures.Count == 0 ? Names : [.. measures];
        await using var database = await BenchDatabase.Create(cancellation);
        var bench = new Run(database, TimeSpan.FromSeconds(seconds), payouts, new Progress(), cancellation);
        var found = await bench.Measure(wanted);
        if (json) Console.WriteLine(JsonSerializer.Serialize(new Measures(found), MeasureFormat.Default.Measures));
        else Print(found);
        return found.Any(measure => measure.Ok == false) ? 1 : 0;
    }

    private static void Print(IReadOnlyList<Measure> measures) => Answer.Table(
        null,
        ["measure", new("value", IsNumber: true), "unit", "against", new("ratio", IsNumber: true),
            new("wanted", IsNumber: true), ""],
        measures.Select(measure => (IReadOnlyList<string>)
            [
                measure.Name, $"{measure.Value:n2}", measure.Unit, measure.Against ?? "", $"{measure.Ratio:n3}",
                $"{measure.Wanted}", measure.Ok switch { null => "", true => "ok", false => "missed" },
            ]));

    /// <summary>Progress goes to standard error, at once and in order.</summary>
    private sealed class Progress : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine($"bench: {value}");
    }
}
