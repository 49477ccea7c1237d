using System.Text.Json;
using Fanz.Ledger.Host.Demo;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Terminal;

namespace Fanz.Ledger.Host.Tests.Reports;

/// <summary>
/// Reports of the demonstration on the command line say what the demonstration found in the entries itself.
/// </summary>
public sealed class ReportVerbTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task Reports_of_the_demonstration_are_what_its_entries_say()
    {
        var demo = (await home.Run("demo", "--fans", "60", "--json")).Json;
        await ReportBooks.Follow(home.Server.HostConnectionString());
        foreach (var book in demo.GetProperty("books").EnumerateArray())
        {
            var name = book.GetProperty("book").GetString()!;
            var report = (await home.Run("report", "trial-balance", "--book", name, "--json")).Json;
            Assert.Equal(
                Lines(
                    book.GetProperty("trial_balance").EnumerateArray(),
                    line => line.GetProperty("currency").GetString()!),
                report.GetProperty("sections").EnumerateArray().SelectMany(section => Lines(
                    section.GetProperty("lines").EnumerateArray(),
                    _ => section.GetProperty("currency").GetString()!)).Order(StringComparer.Ordinal));
        }

        await TheStatementTies(demo.GetProperty("statement"));
        var told = await home.Run("report", "balance-sheet", "--tenant", "fanz", "--consolidated");
        Assert.Equal((0, ""), (told.Code, told.Error));
        Assert.Contains("result to date", told.Output, StringComparison.Ordinal);
        Assert.Contains("All lines together: zero.", told.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("AND NOT ZERO", told.Output, StringComparison.Ordinal);
        var csv = await home.Run("report", "income-statement", "--tenant", "fanz", "--from", "2026-01-01", "--csv");
        Assert.StartsWith("section,currency,group,code,owner,balance,amount", csv.Output, StringComparison.Ordinal);
        Assert.Contains("current to number", csv.Error, StringComparison.Ordinal);
        // Where there is one tenant it need not be named.
        Assert.Equal(
            (await home.Run("report", "trial-balance", "--tenant", "fanz", "--json")).Output,
            (await home.Run("report", "trial-balance", "--json")).Output);
        foreach (var (words, said) in new (string[], string)[]
        {
            (["trial-balance", "--book", "fanz/_", "--tenant", "fanz"], "--book"),
            (["trial-balance", "--book", "fanz/nothing"], "There is no book fanz/nothing"),
            (["trial-balance", "--tenant", "nobody"], "There is no book of nobody"),
            (["trial-balance", "--tenant", "fanz", "--as-of", "soon"], "--as-of: as_of is a date"),
            (["trial-balance", "--book", "fanz/_", "--consolidated"], "--tenant"),
            (["balance-sheet", "--tenant", "fanz", "--in", "EUR"], "--rates"),
            (
                ["balance-sheet", "--tenant", "fanz", "--in", "EUR", "--rates", "x", "--rates-on", "2026-01-31"],
                "table x"),
            (["daily-balances", "what", "--book", "fanz/_"], "is not an account"),
        })
            Assert.Contains(said, (await home.Run(["report", .. words])).OneLine(), StringComparison.Ordinal);
    }

    /// <summary>What the demonstration's statement of a creator closes with is what the balances say.</summary>
    private async Task TheStatementTies(JsonElement statement)
    {
        var creator = statement.GetProperty("creator").GetString();
        var currency = statement.GetProperty("currency").GetString();
        var rows = (await home.Run(
            "export", "balances", "--book", Demonstration.Shown.Book.ToString(), "--where", $"creator={creator}",
            "--where", $"currency={currency}", "--format", "jsonl"))
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            statement.GetProperty("in_ledger").GetInt64(),
            -rows.Sum(row => JsonDocument.Parse(row).RootElement.GetProperty("balance").GetInt64()));
    }

    private static IEnumerable<string> Lines(
        IEnumerable<JsonElement> lines, Func<JsonElement, string> currency) => lines
        .GroupBy(line => $"{currency(line)} {line.GetProperty("code").GetString()}")
        .Select(same => (same.Key, Sum: same.Sum(line => line.GetProperty("balance").GetInt64())))
        .Where(same => same.Sum != 0)
        .Select(same => $"{same.Key} {same.Sum}").Order(StringComparer.Ordinal);
}
