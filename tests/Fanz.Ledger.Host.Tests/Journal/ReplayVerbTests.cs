using System.Text.Json;
using System.Text.RegularExpressions;
using Fanz.Ledger.Host.Tests.Databases;

namespace Fanz.Ledger.Host.Tests.Journal;

public sealed partial class ReplayVerbTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task A_book_is_played_as_text_and_as_JSON_up_to_where_it_is_asked_for()
    {
        await home.WriteSmallBooks();

        var text = await home.Run("replay", "--book", "fanz/bestfans");
        Assert.Equal((0, ""), (text.Code, text.Error));
        var golden = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Journal", "bestfans.txt"));
        Assert.Equal(golden, Masked(text.Output));

        var lines = Records((await home.Run("replay", "--book", "fanz/bestfans", "--json")).Output);
        Assert.Equal(Enumerable.Range(1, lines.Count), lines.Select(line => line.GetProperty("number").GetInt32()));
        Assert.All(lines, line => Assert.Equal(
            0, line.GetProperty("entries").EnumerateArray().Sum(entry => entry.GetProperty("amount").GetInt64())));

        var some = await home.Run("replay", "--book", "fanz/bestfans", "--json", "--as-of", "3");
        Assert.Equal(3, Records(some.Output).Count);
        var at = lines[3].GetProperty("at").GetString()!;
        var then = await home.Run("replay", "--book", "fanz/bestfans", "--json", "--as-of", at);
        Assert.Equal(4, Records(then.Output).Count);
    }

    [Fact]
    public async Task One_account_is_played_alone_and_one_that_was_never_used_is_one_line()
    {
        await home.WriteSmallBooks();
        var account = await home.Run(
            "replay", "--book", "fanz/bestfans", "--account", "fan.wallet/USD//anna", "--json");
        Assert.Equal(
            [-10_000, -9_001, -6_501, -5_501],
            Records(account.Output).Select(entry => entry.GetProperty("balance").GetInt64()));

        var never = await home.Run("replay", "--book", "fanz/bestfans", "--account", "fan.wallet/USD//nobody");
        Assert.Contains("never used", never.OneLine(), StringComparison.Ordinal);
    }

    private static List<JsonElement> Records(string output) =>
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement),
        ];

    private static string Masked(string text) => Date().Replace(Time().Replace(text, "(time)"), "(date)");

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[0-9:.]+Z")]
    private static partial Regex Time();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d")]
    private static partial Regex Date();
}
