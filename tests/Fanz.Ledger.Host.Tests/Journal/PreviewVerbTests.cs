using Fanz.Ledger.Host.Tests.Databases;

namespace Fanz.Ledger.Host.Tests.Journal;

public sealed class PreviewVerbTests(Home home) : IClassFixture<Home>
{
    private const string Tip =
        """{"fan":"ann","creator":"bea","amount":1000,"currency":"USD","funding":"card","affiliate":"zoe"}""";

    [Fact]
    public async Task A_preview_says_what_would_be_posted_and_posts_nothing()
    {
        await home.Run("book", "create", "acme/preview", "--time-zone", "UTC", "--currency", "USD");
        var told = await home.Run("preview", "send_tip", Tip, "--book", "acme/preview");
        Assert.Equal(0, told.Code);
        Assert.Matches(@"psp\.receivable/USD// +10\.00 USD +0\.00 USD +10\.00 USD", told.Output);
        Assert.Matches(@"revenue\.tip/USD// +2\.00 USD +0\.00 USD +2\.00 USD", told.Output);
        var json = (await home.Run("preview", "send_tip", Tip, "--book", "acme/preview", "--json")).Json;
        Assert.Equal("tip_sent", json.GetProperty("type").GetString());
        var entries = json.GetProperty("entries").EnumerateArray();
        Assert.Equal(0, entries.Sum(entry => entry.GetProperty("amount").GetInt64()));
        Assert.Equal(200, json.GetProperty("data").GetProperty("fee").GetInt64());
        var replayed = await home.Run("replay", "--book", "acme/preview");
        Assert.DoesNotContain("tip_sent", replayed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_previewed_and_what_cannot_be_read_is_told_with_its_place()
    {
        await home.Run("book", "create", "acme/preview", "--time-zone", "UTC", "--currency", "USD");
        var refused = await home.Run(
            "preview", "send_tip", Tip.Replace("\"card\"", "\"wallet\"", StringComparison.Ordinal), "--book",
            "acme/preview");
        Assert.Equal(1, refused.Code);
        Assert.StartsWith("refused, insufficient_funds", refused.Output, StringComparison.Ordinal);
        foreach (var (command, json, problem) in new[]
        {
            ("send_tips", Tip, "no command"),
            ("send_tip", Tip.Replace("1000", "10.5", StringComparison.Ordinal), "amount"),
            ("send_tip", Tip.Replace("1000", "-5", StringComparison.Ordinal), "amount"),
            ("send_tip", Tip.Replace("affiliate", "affilate", StringComparison.Ordinal), "affilate"),
            ("send_tip", "{", "command"),
            ("send_tip", "null", "command"),
        })
        {
            var fault = await home.Run("preview", command, json, "--book", "acme/preview");
            Assert.Equal(2, fault.Code);
            Assert.Contains(problem, fault.OneLine(), StringComparison.Ordinal);
        }
    }
}
