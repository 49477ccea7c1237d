using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Terminal;

namespace Fanz.Ledger.Host.Tests.Proposals;

public sealed class ProposalVerbTests(Home home) : IClassFixture<Home>
{
    private const string Fields = """{"amount":1234,"currency":"USD","reason":"sorry","fan":"ann"}""";

    [Fact]
    public async Task What_one_proposes_at_a_terminal_another_one_approves()
    {
        await home.Run("book", "create", "acme/eyes", "--time-zone", "UTC", "--currency", "USD");
        Assert.Contains("body.amount", await Fault(
            "propose", "p-1", "grant_goodwill", Fields.Replace("1234", "-1", StringComparison.Ordinal), "--by", "dan",
            "--reason", "why"), StringComparison.Ordinal);
        var proposed = await Proposals(
            "propose", "p-1", "grant_goodwill", Fields, "--by", "dan", "--reason", "she wrote");
        Assert.True(proposed.Code == 0, proposed.Error);
        Assert.Contains("p-1", (await Proposals("list")).Output, StringComparison.Ordinal);
        Assert.Contains("proposed_by_same", await Fault("approve", "p-1", "--by", "dan"), StringComparison.Ordinal);
        Assert.Contains("no proposal p-2", await Fault("approve", "p-2", "--by", "carol"), StringComparison.Ordinal);

        var approved = await Proposals("approve", "p-1", "--by", "carol");
        Assert.Contains("goodwill_granted", approved.Output, StringComparison.Ordinal);
        var row = (await Proposals("show", "p-1", "--json")).Json;
        Assert.Equal(
            ("approved", "carol", 1234),
            (row.GetProperty("state").GetString(), row.GetProperty("decided_by").GetString(),
                row.GetProperty("body").GetProperty("amount").GetInt32()));
    }

    private Task<Ended> Proposals(params string[] words) => home.Run(["proposals", .. words, "--book", "acme/eyes"]);

    private async Task<string> Fault(params string[] words) => (await Proposals(words)).OneLine();
}
