using System.Net;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Tests.Server;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

[Collection(ReadingCollection.Name)]
public sealed class TimelineTests(ReadingBooks books)
{
    [Fact]
    public async Task One_who_has_read_what_was_lost_is_told_so_and_never_given_a_gap()
    {
        var (book, path) = await books.NewBook(topUps: 5);
        var (_, foreign) = await books.NewBook(topUps: 5);
        var cursors = (await books.Host.Get($"{path}/journal")).Rows("records")
            .Select(record => record.GetProperty("cursor").GetString()!).ToList();
        var page = (await books.Host.Get($"{path}/entries?account=fan.wallet/USD//anna&limit=4")).TextOf("next");
        await books.LoseBehind(book, 4);

        // What was lost with its numbers not yet taken again, and then with others under them.
        Lost(await books.Host.Get($"{path}/journal?after={cursors[4]}"), common: 4);
        Lost(await books.Host.Get($"{path}/journal?after={cursors[5]}&wait=30"), common: 4);
        await PostElsewhere(book, 4);
        foreach (var place in new[] { cursors[4], cursors[5] })
        {
            var lost = Lost(await books.Host.Get($"{path}/journal?after={place}"), common: null);
            Assert.InRange(Common(lost), 4, 5);
            Lost(await books.Host.Get($"{path}/journal/stream?after={place}"), common: null);
        }

        Lost(await books.Host.Get($"{path}/entries?account=fan.wallet/USD//anna&cursor={page}"), common: 4);

        // What is common goes on where it was.
        foreach (var place in cursors.Take(4))
        {
            var rest = (await books.Host.Get($"{path}/journal?after={place}")).Is(HttpStatusCode.OK).Rows("records");
            Assert.Equal(8, rest[^1].GetProperty("number").GetInt64());
        }

        // A cursor of another book is of another timeline too.
        var theirs = (await books.Host.Get($"{foreign}/journal?limit=2")).TextOf("cursor");
        Lost(await books.Host.Get($"{path}/journal?after={theirs}"), common: 1);
    }

    [Fact]
    public async Task One_who_waits_or_is_followed_by_a_stream_when_it_happens_is_told_then()
    {
        var (book, path) = await books.NewBook(topUps: 3);
        var head = (await books.Host.Get($"{path}/journal?after=head")).TextOf("cursor");
        await using var stream = await EventStream.Open(books.Host, $"{path}/journal/stream?after={head}");
        var waiting = books.Host.Get($"{path}/journal?after={head}&wait=30");
        await Eventually.True(() => books.Host.Readers.Watch.Waiting == 2, "Both wait.");
        await books.LoseBehind(book, 2);
        Lost(await waiting, common: 2);
        var last = (await stream.Next())!;
        Assert.Equal("problem", last.Type);
        Assert.Null(last.Id);
        Assert.Contains("timeline_lost", last.Data, StringComparison.Ordinal);
        Assert.Null(await stream.Next());
    }

    [Fact]
    public async Task A_book_that_was_lost_as_a_whole_is_not_read_from_the_one_that_has_its_id_now()
    {
        var (book, path) = await books.NewBook();
        (await books.Host.Get($"{path}/journal")).Is(HttpStatusCode.OK);
        await books.Home.Tamper(
            $"""
            set session_replication_role = replica;
            alter table ledger.books disable trigger append_only;
            update ledger.books set platform = 'usurper-{book.Platform}' where platform = '{book.Platform}';
            alter table ledger.books enable always trigger append_only
            """);
        foreach (var read in new[] { "journal", "accounts?owner=anna", "entries?account=fan.wallet/USD//anna" })
            (await books.Host.Get($"{path}/{read}")).Is(HttpStatusCode.NotFound, "book_unknown");
        (await books.Host.Get($"/v1/fanz/usurper-{book.Platform}/journal")).Is(HttpStatusCode.OK);
    }

    /// <summary>By a host that never heard of what was lost.</summary>
    private async Task PostElsewhere(BookName book, int count)
    {
        await using var promoted = await ReadingHost.Start(books.Database);
        for (var i = 0; i < count; i++) await promoted.Post(book, ReadingBooks.TopUp("anna", 7 + i));
    }

    private static Told Lost(Told told, long? common)
    {
        told.Is(HttpStatusCode.Conflict, "timeline_lost");
        if (common is { } number) Assert.Equal(number, Common(told));
        return told;
    }

    private static long Common(Told lost) => long.Parse(
        lost["facts"].GetProperty("common_at_most").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
}
