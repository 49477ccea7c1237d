using System.Text.Json;

namespace Fanz.Ledger.Host.Tests.Statements;

[Collection(StatementCollection.Name)]
public sealed class StatementVerbTests(StatementLedger ledger)
{
    [Fact]
    public async Task The_verb_says_what_the_service_says()
    {
        foreach (var (of, words, asked) in new (string Of, string[] Words, string Asked)[]
        {
            ("creator:mia", [], "of=creator:mia"),
            ("fan:anna", ["--currency", "TKN"], "of=fan:anna&currency=TKN"),
            ("creator:noa", ["--from", "2026-01-02", "--to", "2026-01-31", "--known-on", "2026-01-05"],
                "of=creator:noa&from=2026-01-02&to=2026-01-31&known_on=2026-01-05"),
            ("fan.wallet/USD//anna", [], "account=fan.wallet/USD//anna"),
        })
        {
            foreach (var format in new[] { "json", "csv", "html" })
            {
                var told = (await ledger.Get($"/statements?{asked}&format={format}")).IsGood();
                var said = await ledger.Home.Run(
                    ["statement", of, "--book", "fanz/bestfans", .. words, $"--{format}"]);
                Assert.Equal((0, told.Text.TrimEnd()), (said.Code, said.Output.TrimEnd()));
            }
        }
    }

    [Fact]
    public async Task For_people_it_is_text_that_says_that_it_ties()
    {
        var said = await ledger.Home.Run("statement", "creator:noa", "--book", "fanz/bestfans", "--to", "2026-01-04");
        Assert.Equal(0, said.Code);
        foreach (var told in new[]
        {
            "statement of creator:noa, USD, the beginning to 2026-01-04", "Equal: the opening and",
            "Equal: the closing with",
        })
            Assert.Contains(told, said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NOT EQUAL", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_book_it_is_the_one_that_has_something_of_it()
    {
        var named = await ledger.Home.Run("statement", "creator:noa", "--book", "fanz/bestfans", "--json");
        var found = await ledger.Home.Run("statement", "creator:noa", "--json");
        Assert.Equal((0, named.Output), (found.Code, found.Output));
        Assert.Contains(
            "in any book", (await ledger.Home.Run("statement", "creator:nobody")).OneLine(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mia", "neither creator:ID")]
    [InlineData("creator:nobody", "has never had an account")]
    public async Task What_is_nobody_is_a_mistake(string of, string why) => Assert.Contains(
        why, (await ledger.Home.Run("statement", of, "--book", "fanz/bestfans")).OneLine(), StringComparison.Ordinal);

    [Theory]
    [InlineData("--from", "soon")]
    [InlineData("--currency", "XXX")]
    public async Task What_is_ill_formed_is_a_mistake(string option, string value) => Assert.NotEmpty(
        (await ledger.Home.Run("statement", "creator:mia", "--book", "fanz/bestfans", option, value)).OneLine());

    [Fact]
    public async Task Receipts_are_those_of_the_service()
    {
        var order = ledger.NumberOf("place_order");
        foreach (var (words, address, amount) in new (string[] Words, string Address, string Amount)[]
        {
            ([], "receipt", "48.60 USD"), (["--invoice"], "invoice", "40.00 USD"),
        })
        {
            var told = (await ledger.Get($"/transactions/{order}/{address}")).IsGood();
            var said = await ledger.Home.Run(["receipt", $"{order}", "--book", "fanz/bestfans", .. words, "--json"]);
            Assert.Equal(told.Text, said.Output.TrimEnd());
            var page = await ledger.Home.Run(["receipt", $"{order}", "--book", "fanz/bestfans", .. words, "--html"]);
            Assert.Equal(
                (await ledger.Get($"/transactions/{order}/{address}?format=html")).Text.TrimEnd(),
                page.Output.TrimEnd());
            var text = await ledger.Home.Run(["receipt", $"{order}", "--book", "fanz/bestfans", .. words]);
            Assert.Contains(amount, text.Output, StringComparison.Ordinal);
        }

        Assert.Contains(
            "nothing that a fan paid",
            (await ledger.Home.Run("receipt", "1", "--book", "fanz/bestfans")).OneLine(), StringComparison.Ordinal);
        Assert.Contains(
            "has no transaction",
            (await ledger.Home.Run("receipt", "99999", "--book", "fanz/bestfans")).OneLine(),
            StringComparison.Ordinal);
    }
}
