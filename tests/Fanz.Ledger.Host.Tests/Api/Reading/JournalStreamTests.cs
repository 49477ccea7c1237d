using System.Text.Json;
using Fanz.Ledger.Postgres.Tests.Server;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

[Collection(ReadingCollection.Name)]
public sealed class JournalStreamTests(ReadingBooks books)
{
    [Fact]
    public async Task Each_record_is_an_event_of_its_type_with_its_cursor_on_one_line()
    {
        var journal = (await books.Host.Get($"{ReadingBooks.BestFans}/journal")).Rows("records");
        await using var stream = await EventStream.Open(books.Host, $"{ReadingBooks.BestFans}/journal/stream");
        foreach (var (record, sent) in journal.Zip(await stream.Next(journal.Count)))
        {
            Assert.Equal(record.GetProperty("cursor").GetString(), sent.Id);
            Assert.Equal(record.GetProperty("type").GetString(), sent.Type);
            Assert.Equal(record.GetRawText(), sent.Data);
        }
    }

    [Fact]
    public async Task One_who_was_cut_off_goes_on_without_a_gap_and_without_a_double()
    {
        var (book, path) = await books.NewBook();
        await using var other = await ReadingHost.Start(books.Database);
        var posting = Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++) await books.Host.Post(book, ReadingBooks.TopUp("anna", 1 + i));
        });
        var (numbers, last) = (new List<long>(), (string?)null);
        for (var connection = 0; numbers.Count < 62; connection++)
        {
            // Now here, now there; and what the address says does not count once there is a last event.
            var host = connection % 2 == 0 ? books.Host : other;
            await using var stream = await EventStream.Open(host, $"{path}/journal/stream?after=0", last);
            for (var i = 0; i < 7 && numbers.Count < 62; i++)
            {
                var sent = (await stream.Next())!;
                numbers.Add(sent.Number);
                last = sent.Id;
            }
        }

        await posting;
        Assert.Equal(Enumerable.Range(1, 62).Select(number => (long)number), numbers);
        await Eventually.True(
            () => books.Host.Readers.Watch.Taken == 0 && other.Readers.Watch.Taken == 0,
            "Those who were cut off have given their places back.");
    }

    [Fact]
    public async Task A_stream_that_begins_at_the_head_tells_only_what_comes()
    {
        var (book, path) = await books.NewBook();
        await using var stream = await EventStream.Open(books.Host, $"{path}/journal/stream?after=head");
        var receipt = await books.Host.Post(book, ReadingBooks.TopUp("anna", 5));
        Assert.Equal(receipt.Number, (await stream.Next())!.Number);
    }

    [Fact]
    public async Task A_stream_ends_cleanly_when_its_host_stops()
    {
        await using var host = await ReadingHost.Start(books.Database);
        var (_, path) = await books.NewBook();
        await using var stream = await EventStream.Open(host, $"{path}/journal/stream");
        Assert.Equal(2, (await stream.Next(2)).Count);
        var ending = stream.Next();
        await host.Stop();
        Assert.Null(await ending);
    }

    [Fact]
    public async Task A_stream_and_a_wait_end_with_their_key()
    {
        var (book, path) = await books.NewBook();
        var key = await books.Host.MakeKey();
        await using var stream = await EventStream.Open(books.Host, $"{path}/journal/stream?after=head", key: key.Text);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}/journal?after=head&wait=30");
        request.Headers.Authorization = new("Bearer", key.Text);
        var waiting = books.Host.Http.SendAsync(request);
        await Eventually.True(() => books.Host.Readers.Watch.Waiting == 2, "Both wait.");
        await books.Host.Revoke(key);
        var last = (await stream.Next())!;
        Assert.Equal("problem", last.Type);
        Assert.Contains("unauthenticated", last.Data, StringComparison.Ordinal);
        Assert.Null(await stream.Next());
        await books.Host.Post(book, ReadingBooks.TopUp("anna", 5));
        using var response = await waiting;
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Data_that_was_given_in_several_lines_is_sent_in_one()
    {
        var (book, path) = await books.NewBook();
        await books.Home.Tamper(
            $$"""
            set session_replication_role = replica;
            alter table ledger.journal disable trigger append_only;
            update ledger.journal j set data = E'{"a":\r\n  "b\\nc"}' from ledger.books b
            where b.id = j.book_id and b.platform = '{{book.Platform}}' and j.number = 2;
            alter table ledger.journal enable always trigger append_only
            """);
        await using var stream = await EventStream.Open(books.Host, $"{path}/journal/stream");
        var sent = (await stream.Next(2))[1];
        using var record = JsonDocument.Parse(sent.Data);
        Assert.Equal("b\nc", record.RootElement.GetProperty("data").GetProperty("a").GetString());
    }
}
