using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Tests.Terminal;

namespace Fanz.Ledger.Host.Tests.Books;

public sealed class BookVerbTests(Home home) : IClassFixture<Home>
{
    [Fact]
    public async Task A_book_is_created_once_and_listed()
    {
        var created = await Create("Europe/Vienna");
        Assert.Equal((0, "Book fanz/shop is open.\n", ""), (created.Code, created.Output, created.Error));
        var again = await Create("Europe/Vienna");
        Assert.Equal((0, "Book fanz/shop was open already.\n"), (again.Code, again.Output));
        Assert.Contains("other settings", (await Create("Europe/Paris")).OneLine(), StringComparison.Ordinal);

        var table = await home.Run("book", "list");
        Assert.Contains("fanz/shop", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', table.Output);
        var book = (await home.Run("book", "list", "--json")).Json.GetProperty("books")[0];
        Assert.Equal("fanz/shop", book.GetProperty("book").GetString());
        Assert.Equal("Europe/Vienna", book.GetProperty("time_zone").GetString());
        Assert.Equal("none", book.GetProperty("calendar").GetString());
        Assert.Equal("EUR", book.GetProperty("currency").GetString());
    }

    private Task<Ended> Create(string timeZone) =>
        home.Run("book", "create", "fanz/shop", "--time-zone", timeZone, "--currency", "EUR");
}
