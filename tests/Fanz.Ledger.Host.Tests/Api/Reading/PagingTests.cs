using System.Net;
using System.Text.Json;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

[Collection(ReadingCollection.Name)]
public sealed class PagingTests(ReadingBooks books)
{
    private const string Psp = "account=psp.receivable/USD//";

    [Theory]
    [InlineData(1, "oldest")]
    [InlineData(2, "newest")]
    [InlineData(3, "oldest")]
    [InlineData(4, "newest")]
    [InlineData(1_000, "oldest")]
    public async Task Pages_forwards_and_backwards_are_the_whole(int limit, string order)
    {
        var (book, path) = await books.NewBook(topUps: 7);
        var wanted = Enumerable.Range(1, 7).Select(version => (long)version).ToList();
        if (order == "newest") wanted.Reverse();
        var address = $"{path}/entries?{Psp}&limit={limit}";

        var forwards = new List<List<long>>();
        var page = (await books.Host.Get($"{address}&order={order}")).Is(HttpStatusCode.OK);
        Assert.Null(page.TextOf("previous"));
        while (true)
        {
            forwards.Add(Versions(page));
            Assert.Equal(8, page.Number);
            if (page.TextOf("next") is not { } next) break;
            page = (await books.Host.Get($"{address}&cursor={next}")).Is(HttpStatusCode.OK);
        }

        Assert.Equal(wanted, forwards.SelectMany(versions => versions));
        var backwards = new List<List<long>> { Versions(page) };
        while (page.TextOf("previous") is { } previous)
        {
            page = (await books.Host.Get($"{address}&cursor={previous}")).Is(HttpStatusCode.OK);
            backwards.Insert(0, Versions(page));
        }

        Assert.Equal(wanted, backwards.SelectMany(versions => versions));
        Assert.All(forwards.SkipLast(1), versions => Assert.Equal(limit, versions.Count));

        // What comes meanwhile moves no page.
        await books.Host.Post(book, ReadingBooks.TopUp("anna", 1));
        var again = await books.Host.Get($"{address}&order={order}");
        if (order == "oldest") Assert.Equal(forwards[0], Versions(again).Take(forwards[0].Count));
        else Assert.Equal(8, Versions(again)[0]);
    }

    [Fact]
    public async Task A_cursor_is_good_for_its_own_list_alone()
    {
        var (book, path) = await books.NewBook(topUps: 3);
        var (_, elsewhere) = await books.NewBook(topUps: 3);
        var next = (await books.Host.Get($"{path}/entries?{Psp}&limit=1")).TextOf("next")!;
        (await books.Host.Get($"{path}/entries?{Psp}&cursor={next}&order=oldest")).Is(HttpStatusCode.OK);
        foreach (var address in new[]
        {
            $"{path}/entries?{Psp}&cursor={next}&order=newest",
            $"{path}/entries?account=fan.wallet/USD//anna&cursor={next}",
            $"{elsewhere}/entries?{Psp}&cursor={next}",
            $"{path}/streams?stream=account/x&cursor={next}",
            $"{path}/accounts?owner=anna&cursor={next}",
            $"{path}/entries?{Psp}&cursor={next}A",
            $"{path}/entries?{Psp}&cursor={next[..^1]}",
            $"{path}/entries?{Psp}&cursor={next[..^4]}zzzz",
            $"{path}/entries?{Psp}&cursor=",
            $"{path}/entries?{Psp}&cursor=%F0%9F%92%A9",
            $"{path}/entries?{Psp}&cursor={new string('A', 4_000)}",
        })
        {
            (await books.Host.Get(address)).Is(HttpStatusCode.BadRequest, "cursor_ill_formed", "cursor");
        }

        Assert.NotNull(book.Platform);
    }

    [Fact]
    public async Task A_transaction_says_what_it_refers_to_and_what_refers_to_it()
    {
        var sale = (await books.Host.Get($"{ReadingBooks.BestFans}/transactions/9")).Is(HttpStatusCode.OK);
        Assert.Equal([10], sale.Rows("referring").Select(number => number.GetInt64()));
        Assert.False(sale["more_referring"].GetBoolean());
        var record = sale["transaction"];
        Assert.Equal("tip_sent", record.GetProperty("type").GetString());
        Assert.Equal(4, record.GetProperty("entries").GetArrayLength());
        Assert.Equal("bert", record.GetProperty("data").GetProperty("fan").GetString());
        var reversal = (await books.Host.Get($"{ReadingBooks.BestFans}/transactions/10"))["transaction"];
        Assert.Equal(9, reversal.GetProperty("refers_to").GetInt64());

        var referring = (await books.Host.Get($"{ReadingBooks.BestFans}/transactions/9/referring"))
            .Is(HttpStatusCode.OK);
        Assert.Equal(reversal.GetRawText(), Assert.Single(referring.Rows("records")).GetRawText());
        foreach (var path in new[] { "15", "15/referring", "9223372036854775807" })
        {
            (await books.Host.Get($"{ReadingBooks.BestFans}/transactions/{path}"))
                .Is(HttpStatusCode.NotFound, "transaction_unknown");
        }

        foreach (var path in new[] { "0", "-1", "x", "1e3" })
        {
            (await books.Host.Get($"{ReadingBooks.BestFans}/transactions/{path}"))
                .Is(HttpStatusCode.BadRequest, "ill_formed", "number");
        }
    }

    [Fact]
    public async Task A_stream_comes_in_pages_both_ways_and_one_without_records_is_unknown()
    {
        var (book, path) = await books.NewBook();
        var wallet = new Accounts.AccountName("fan.wallet", "anna", "USD");
        for (var i = 0; i < 3; i++)
        {
            await books.Host.Post(book, new Command.FreezeAccount(wallet, $"reason {i}"));
            await books.Host.Post(book, new Command.UnfreezeAccount(wallet, "better"));
        }

        var address = $"{path}/streams?stream=account/fan.wallet/USD//anna";
        var whole = (await books.Host.Get(address)).Is(HttpStatusCode.OK).Rows("records");
        Assert.Equal([3, 4, 5, 6, 7, 8], whole.Select(Number));
        Assert.All(whole, record =>
            Assert.Equal("account/fan.wallet/USD//anna", record.GetProperty("stream").GetString()));
        var newest = await books.Host.Get($"{address}&order=newest&limit=4");
        Assert.Equal([8, 7, 6, 5], newest.Rows("records").Select(Number));
        var rest = await books.Host.Get($"{address}&limit=4&cursor={newest.TextOf("next")}");
        Assert.Equal([4, 3], rest.Rows("records").Select(Number));
        var back = await books.Host.Get($"{address}&limit=4&cursor={rest.TextOf("previous")}");
        Assert.Equal([8, 7, 6, 5], back.Rows("records").Select(Number));

        (await books.Host.Get($"{path}/streams?stream=account/fan.wallet/USD//bert"))
            .Is(HttpStatusCode.NotFound, "stream_unknown");
        (await books.Host.Get($"{path}/streams?stream=")).Is(HttpStatusCode.BadRequest, "ill_formed", "stream");
    }

    [Fact]
    public async Task One_shape_tells_a_record_everywhere()
    {
        var replay = await books.Home.Run("replay", "--book", "fanz/bestfans", "--json", "--as-of", "14");
        var lines = replay.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var journal = (await books.Host.Get($"{ReadingBooks.BestFans}/journal?limit=14")).Rows("records");
        Assert.Equal(lines, journal.Select(WithoutCursor));
        var transactions = new List<string>();
        for (var number = 1; number <= lines.Length; number++)
        {
            var told = await books.Host.Get($"{ReadingBooks.BestFans}/transactions/{number}");
            transactions.Add(WithoutCursor(told["transaction"]));
        }

        Assert.Equal(lines, transactions);
    }

    private static string WithoutCursor(JsonElement record) =>
        $"{{{record.GetRawText()[(record.GetRawText().IndexOf(',', StringComparison.Ordinal) + 1)..]}";

    private static long Number(JsonElement record) => record.GetProperty("number").GetInt64();

    private static List<long> Versions(Told page) =>
        [.. page.Rows("entries").Select(entry => entry.GetProperty("version").GetInt64())];
}
