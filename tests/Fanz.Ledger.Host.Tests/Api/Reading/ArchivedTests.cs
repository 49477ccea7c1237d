using System.Net;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Tests.Archiving;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

/// <summary>Records 1 to 4 are away, and 6: what is asked of them is told to be, and the rest is answered.</summary>
[Collection(ReadingCollection.Name)]
public sealed class ArchivedTests(ReadingBooks books)
{
    private const string Wallet = "account=fan.wallet/USD//anna";

    [Fact]
    public async Task What_is_archived_is_told_with_its_records_and_their_file()
    {
        var (_, path) = await Archived();
        foreach (var asked in new[]
        {
            "transactions/3", "transactions/4", "transactions/3/referring", "transactions/2/receipt", "journal",
            "journal/stream", $"entries?{Wallet}", $"accounts/balance?{Wallet}&as_of=3",
        })
        {
            var told = (await books.Host.Get($"{path}/{asked}")).Is(HttpStatusCode.Gone, "archived");
            Assert.Equal(
                ("1", "4", "1-4.jsonl.gz"),
                (Fact(told, "first_number"), Fact(told, "last_number"), Fact(told, "file")));
        }
    }

    [Fact]
    public async Task What_is_not_archived_is_answered_as_ever()
    {
        var (_, path) = await Archived();
        foreach (var (asked, balance) in new[] { ("", 6_015), ("&as_of=4", 3_003), ("&as_of=5", 4_006), ("&as_of=6", 5_010) })
        {
            var told = (await books.Host.Get($"{path}/accounts/balance?{Wallet}{asked}")).Is(HttpStatusCode.OK);
            Assert.Equal(balance, told["balance_on_normal_side"].GetInt64());
        }

        var found = (await books.Host.Get($"{path}/transactions/5")).Is(HttpStatusCode.OK);
        // Something that is away may refer to it.
        Assert.True(found["more_referring"].GetBoolean());
        Assert.Equal(2, found["transaction"].GetProperty("entries").GetArrayLength());
        (await books.Host.Get($"{path}/accounts?owner=anna")).Is(HttpStatusCode.OK);
        Assert.False((await books.Host.Get($"{path}/transactions/7")).Is(HttpStatusCode.OK)["more_referring"].GetBoolean());
    }

    [Fact]
    public async Task A_page_ends_before_what_is_archived_and_the_one_after_it_is_told_so()
    {
        var (cursor, path) = await Archived();
        var page = (await books.Host.Get($"{path}/journal?after={cursor}")).Is(HttpStatusCode.OK);
        Assert.Equal([5], page.Rows("records").Select(record => record.GetProperty("number").GetInt64()));
        Assert.True(page["more"].GetBoolean());
        (await books.Host.Get($"{path}/journal?after={page.TextOf("cursor")}")).Is(HttpStatusCode.Gone, "archived");

        var newest = (await books.Host.Get($"{path}/entries?{Wallet}&order=newest")).Is(HttpStatusCode.OK);
        Assert.Equal([7], newest.Rows("entries").Select(entry => entry.GetProperty("number").GetInt64()));
        (await books.Host.Get($"{path}/entries?{Wallet}&cursor={newest.TextOf("next")}"))
            .Is(HttpStatusCode.Gone, "archived");

        await using var stream = await EventStream.Open(books.Host, $"{path}/journal/stream?after={cursor}");
        Assert.Equal(5, (await stream.Next())!.Number);
        var last = (await stream.Next())!;
        Assert.Equal(("problem", null), (last.Type, last.Id));
        Assert.Contains("\"archived\"", last.Data, StringComparison.Ordinal);
        Assert.Null(await stream.Next());
    }

    /// <summary>A book of seven records under a seal each, and the cursor behind the fourth.</summary>
    private async Task<(string Cursor, string Path)> Archived()
    {
        var (name, path) = await books.NewBook(topUps: 6);
        var cursor = (await books.Host.Get($"{path}/journal?limit=4")).TextOf("cursor")!;
        await TakeOut(name, 1, 4);
        await TakeOut(name, 6, 6);
        return (cursor, path);
    }

    private Task TakeOut(BookName name, long first, long last) => TakenOut.Seals(
        books.Home.Server.SuperuserConnectionString("ledger"),
        $"(select id from ledger.books where (tenant, platform) = ('{name.Tenant}', '{name.Platform}'))", first, last);

    private static string? Fact(Told told, string name) => told["facts"].GetProperty(name).GetString();
}
