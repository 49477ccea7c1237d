using System.Text.Json;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Terminal;

namespace Fanz.Ledger.Host.Tests.Demo;

public sealed class DemonstrationTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task Played_twice_it_posts_nothing_twice_and_every_book_balances()
    {
        var first = (await home.Run("demo", "--json")).Json;
        Assert.Equal(2, first.GetProperty("refused").GetInt32());
        Assert.Equal(0, first.GetProperty("replayed").GetInt32());
        var again = (await home.Run("demo", "--json")).Json;
        Assert.Equal((0, 0), (again.GetProperty("posted").GetInt32(), again.GetProperty("refused").GetInt32()));
        Assert.Equal(first.GetProperty("posted").GetInt32() + 2, again.GetProperty("replayed").GetInt32());
        Assert.Equal(first.GetProperty("books").GetRawText(), again.GetProperty("books").GetRawText());
        foreach (var book in again.GetProperty("books").EnumerateArray())
        {
            var lines = book.GetProperty("trial_balance").EnumerateArray().ToList();
            Assert.NotEmpty(lines);
            Assert.Equal(0, lines.Sum(line => line.GetProperty("balance").GetInt64()));
        }

        var told = await home.Run("demo");
        Assert.Equal((0, ""), (told.Code, told.Error));
        Assert.Matches(@"sum +\d+ +0\.00 USD", told.Output);
    }

    [Fact]
    public async Task It_is_not_played_among_other_books_of_a_named_database()
    {
        var settings = await home.CreateDatabase("platform");
        Assert.Equal(0, (await LedgerProgram.Run(settings, "migrate")).Code);
        Assert.Equal(0, (await LedgerProgram.Run(
            settings, "book", "create", "fanz/real", "--time-zone", "UTC", "--currency", "USD")).Code);
        var demo = await LedgerProgram.Run(settings, "demo");
        Assert.Contains("fanz/real", demo.OneLine(), StringComparison.Ordinal);
    }
}
