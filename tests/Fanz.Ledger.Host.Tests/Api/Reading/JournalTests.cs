using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Fanz.Ledger.Postgres.Tests.Server;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

[Collection(ReadingCollection.Name)]
public sealed class JournalTests(ReadingBooks books)
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1_000)]
    public async Task The_journal_is_read_from_cursor_to_cursor(int limit)
    {
        var (numbers, after) = (new List<long>(), "0");
        while (true)
        {
            var page = (await books.Host.Get($"{ReadingBooks.BestFans}/journal?after={after}&limit={limit}"))
                .Is(HttpStatusCode.OK);
            Assert.Equal(14, page.Number);
            var records = page.Rows("records");
            Assert.True(records.Count <= limit);
            numbers.AddRange(records.Select(Number));
            if (records.Count > 0) Assert.Equal(records[^1].GetProperty("cursor").GetString(), page.TextOf("cursor"));
            after = page.TextOf("cursor")!;
            Assert.Equal(numbers.Count < 14, page["more"].GetBoolean());
            if (records.Count == 0) break;
        }

        Assert.Equal(Enumerable.Range(1, 14).Select(number => (long)number), numbers);
        var head = await books.Host.Get($"{ReadingBooks.BestFans}/journal?after=head");
        Assert.Empty(head.Rows("records"));
        Assert.Equal(after, head.TextOf("cursor"));
    }

    [Fact]
    public async Task A_long_page_is_read_in_parts_and_is_whole()
    {
        var (book, path) = await books.NewBook();
        var tops = Enumerable.Range(0, 450)
            .Select(i => (ReadingBooks.TopUp($"fan-{i}", 1), $"long-{i}")).ToList();
        await books.Host.Writer.PostAll(book, tops, ReadingHost.Service);
        var page = (await books.Host.Get($"{path}/journal?limit=1000")).Is(HttpStatusCode.OK);
        Assert.Equal(Enumerable.Range(1, 452).Select(number => (long)number), page.Rows("records").Select(Number));
        Assert.Equal((452, false), (page.Number, page["more"].GetBoolean()));
        var part = await books.Host.Get($"{path}/journal?limit=300");
        Assert.Equal(300, part.Rows("records").Count);
        Assert.True(part["more"].GetBoolean());
    }

    [Fact]
    public async Task One_who_waits_gets_what_is_posted_meanwhile_here_or_at_another_host()
    {
        await using var other = await ReadingHost.Start(books.Database);
        var (book, path) = await books.NewBook();
        var after = (await books.Host.Get($"{path}/journal?after=head")).TextOf("cursor");
        foreach (var poster in new[] { books.Host, other, books.Host })
        {
            var waiting = books.Host.Get($"{path}/journal?after={after}&wait=30");
            await Waiting(books.Host, 1);
            var receipt = await poster.Post(book, ReadingBooks.TopUp("anna", 5));
            var page = (await waiting).Is(HttpStatusCode.OK);
            Assert.Equal(receipt.Number, Number(Assert.Single(page.Rows("records"))));
            Assert.Equal(receipt.Number, page.Number);
            after = page.TextOf("cursor");
        }
    }

    [Fact]
    public async Task One_who_waits_for_nothing_is_answered_empty_when_the_time_is_over()
    {
        var (_, path) = await books.NewBook();
        var after = (await books.Host.Get($"{path}/journal?after=head")).TextOf("cursor");
        var clock = Stopwatch.StartNew();
        var page = (await books.Host.Get($"{path}/journal?after={after}&wait=1")).Is(HttpStatusCode.OK);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 20);
        Assert.Empty(page.Rows("records"));
        Assert.Equal((after, false), (page.TextOf("cursor"), page["more"].GetBoolean()));
    }

    [Fact]
    public async Task One_who_goes_away_gives_the_place_back()
    {
        await using var host = await ReadingHost.Start(books.Database, places: 1);
        var (book, path) = await books.NewBook();
        var address = $"{path}/journal?after=head&wait=30";
        using (var gone = new CancellationTokenSource())
        {
            var first = host.Http.GetAsync(new Uri(address, UriKind.Relative), gone.Token);
            await Waiting(host, 1);
            var busy = (await host.Get(address)).Is(HttpStatusCode.ServiceUnavailable, "too_many_waiting");
            Assert.Equal(JsonValueKind.String, busy["detail"].ValueKind);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        }

        await Waiting(host, 0);
        var second = host.Get(address);
        await Waiting(host, 1);
        await host.Post(book, ReadingBooks.TopUp("anna", 5));
        Assert.Single((await second).Is(HttpStatusCode.OK).Rows("records"));
        Assert.Equal(0, host.Readers.Watch.Taken);
    }

    [Fact]
    public async Task A_host_that_stops_answers_those_who_wait_at_once()
    {
        await using var host = await ReadingHost.Start(books.Database);
        var (_, path) = await books.NewBook();
        var waiting = host.Get($"{path}/journal?after=head&wait=30");
        await Waiting(host, 1);
        var clock = Stopwatch.StartNew();
        await host.Stop();
        Assert.Empty((await waiting).Is(HttpStatusCode.OK).Rows("records"));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 15);
    }

    [Fact]
    public async Task A_read_waits_for_the_number_that_its_caller_knows_of()
    {
        var (book, path) = await books.NewBook();
        foreach (var read in new[]
        {
            "accounts/balance?account=fan.wallet/USD//anna", "accounts?owner=anna",
            "entries?account=fan.wallet/USD//anna", "transactions/2", "journal?after=0",
        })
        {
            var head = (await books.Host.Get($"{path}/{read}")).Number!.Value;
            var separator = read.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var waiting = books.Host.Get($"{path}/{read}{separator}at_least={head + 1}");
            await Waiting(books.Host, 1);
            await books.Host.Post(book, ReadingBooks.TopUp("anna", 5));
            Assert.Equal(head + 1, (await waiting).Is(HttpStatusCode.OK).Number);
        }
    }

    [Fact]
    public async Task A_number_that_does_not_come_is_not_there_yet()
    {
        var (_, path) = await books.NewBook();
        using var response = await books.Host.Http.GetAsync(new Uri(
            $"{path}/accounts/balance?account=fan.wallet/USD//anna&at_least=3", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("not_there_yet", problem.RootElement.GetProperty("code").GetString());
        Assert.Equal("2", problem.RootElement.GetProperty("facts").GetProperty("head").GetString());
    }

    private static Task Waiting(ReadingHost host, int count) =>
        Eventually.True(() => host.Readers.Watch.Waiting == count, $"{count} wait.");

    private static long Number(JsonElement record) => record.GetProperty("number").GetInt64();
}
