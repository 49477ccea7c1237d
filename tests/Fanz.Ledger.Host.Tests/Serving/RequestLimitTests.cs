using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Fanz.Ledger.Host.Tests.Serving;

/// <summary>What clients that are slow, large, clumsy or sly get to hear; others are served meanwhile.</summary>
public sealed class RequestLimitTests(LimitedHost limited) : IClassFixture<LimitedHost>, IAsyncLifetime
{
    private const string Live = "GET /health/live HTTP/1.1\r\nHost: ledger\r\n";

    private ServingLedger Host => limited.Host;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Whatever was done to it, it serves.</summary>
    public async Task DisposeAsync() => Assert.Equal(HttpStatusCode.OK, (await Host.Ask("/health/live")).Code);

    [Fact]
    public async Task A_client_that_drips_its_headers_is_cut_off_and_others_are_served_meanwhile()
    {
        var begun = Stopwatch.StartNew();
        RawConnection[] dripping = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => RawConnection.Open(Host)));
        foreach (var connection in dripping) await connection.Say(Live);
        var cutting = dripping.Select(async connection =>
        {
            await connection.SaySlowly("X-Drip: 1\r\n", TimeSpan.FromMilliseconds(200));
            var patience = begun.Elapsed;
            var heard = await connection.HearAll();
            connection.Dispose();
            return (patience, heard);
        }).ToArray();
        Assert.Equal(HttpStatusCode.OK, (await Host.Ask("/health/live")).Code);

        foreach (var (patience, heard) in await Task.WhenAll(cutting))
        {
            Assert.InRange(patience.TotalSeconds, LimitedHost.PatienceInSeconds - 1, LimitedHost.PatienceInSeconds + 10);
            if (heard.Length > 0) Assert.StartsWith("HTTP/1.1 408 ", heard, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("many headers", 431)]
    [InlineData("a long header", 431)]
    [InlineData("a long address", 414)]
    [InlineData("two lengths", 400)]
    [InlineData("a negative length", 400)]
    [InlineData("a folded header", 400)]
    [InlineData("a header without a name", 400)]
    [InlineData("a header that is no text", 400)]
    [InlineData("two hosts", 400)]
    [InlineData("no host", 400)]
    [InlineData("a chunk that is none", 401)]
    [InlineData("no HTTP at all", 400)]
    [InlineData("HTTP/3.0 by word alone", 505)]
    [InlineData("a large body by its length", 401)]
    public async Task What_cannot_be_taken_is_answered_and_the_connection_closed(string what, int status)
    {
        const string post = "POST /v1/fanz/bestfans/commands/send_tip HTTP/1.1\r\nHost: ledger\r\n";
        var request = what switch
        {
            "many headers" =>
                Live + string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: 1\r\n")) + "\r\n",
            "a long header" => $"{Live}X-Long: {new string('a', 20_000)}\r\n\r\n",
            "a long address" => $"GET /{new string('a', 9_000)} HTTP/1.1\r\nHost: ledger\r\n\r\n",
            "two lengths" => post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "a negative length" => post + "Content-Length: -2\r\n\r\n{}",
            "a folded header" => Live + "X-Folded: 1\r\n 2\r\n\r\n",
            "a header without a name" => Live + ": 1\r\n\r\n",
            "a header that is no text" => Live + "X-Request-Id: \u00e4\u00ff\r\n\r\n",
            "two hosts" => Live + "Host: other\r\n\r\n",
            "no host" => "GET /health/live HTTP/1.1\r\n\r\n",
            "a chunk that is none" => post + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n",
            "no HTTP at all" => "\x16\x03\x01 hello\r\n\r\n",
            "HTTP/3.0 by word alone" => "GET /health/live HTTP/3.0\r\nHost: ledger\r\n\r\n",
            "a large body by its length" => post + "Content-Length: 99999999999\r\n\r\n{",
            _ => throw new ArgumentException(what, nameof(what)),
        };
        var heard = await RawConnection.Ask(Host, request);
        Assert.StartsWith($"HTTP/1.1 {status} ", heard, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", heard, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/../health/live", 200)]
    [InlineData("/v1/%2e%2e/health/live", 200)]
    [InlineData("//health/live", 404)]
    [InlineData("/health%2flive", 404)]
    [InlineData("/health/live%00", 400)]
    [InlineData("/health\\live", 404)]
    [InlineData("/../../../etc/passwd", 404)]
    [InlineData("http://elsewhere/health/live", 400)]
    [InlineData("*", 405)]
    public async Task No_address_leads_anywhere_but_where_it_says(string target, int status)
    {
        var heard = await RawConnection.Ask(
            Host, $"GET {target} HTTP/1.1\r\nHost: ledger\r\nConnection: close\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_ways_to_say_how_long_a_body_is_are_no_way_to_smuggle_a_request()
    {
        var heard = await RawConnection.Ask(
            Host,
            "POST /health/live HTTP/1.1\r\nHost: ledger\r\nContent-Length: 44\r\nTransfer-Encoding: chunked\r\n\r\n" +
            "0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: ledger\r\n\r\n");
        Assert.Single(Regex.Matches(heard, "^HTTP/1.1 ", RegexOptions.Multiline));
        Assert.DoesNotContain("HTTP/1.1 200 ", heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_sent_at_once_are_answered_in_order()
    {
        using var connection = await RawConnection.Open(Host);
        await connection.Say(string.Concat(Enumerable.Range(0, 20).Select(i => $"{Live}X-Request-Id: r{i:00}\r\n\r\n")));
        var heard = await connection.HearUntil(text => text.Contains("r19", StringComparison.Ordinal));
        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => $"r{i:00}"),
            Regex.Matches(heard, "X-Request-Id: (r[0-9]+)").Select(match => match.Groups[1].Value));
    }

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_of_a_request_leaves_nothing_behind()
    {
        for (var i = 0; i < 50; i++)
        {
            using var connection = await RawConnection.Open(Host);
            await connection.Say("POST /v1/fanz/bestfans/commands/send_tip HTTP/1.1\r\nHost: ledger\r\nContent-Le"[..(20 + i)]);
        }
    }

    [Theory]
    [InlineData("abc-123_X.y:z=+/", true)]
    [InlineData("has space", false)]
    [InlineData("has\ttab", false)]
    [InlineData("<script>", false)]
    public async Task A_request_id_comes_back_if_it_can_do_no_mischief_and_otherwise_a_new_one(string id, bool comesBack)
    {
        var heard = await RawConnection.Ask(Host, $"{Live}X-Request-Id: {id}\r\nConnection: close\r\n\r\n");
        var told = Regex.Match(heard, "X-Request-Id: ([^\r]*)\r").Groups[1].Value;
        if (comesBack) Assert.Equal(id, told);
        else Assert.Matches("^[0-9a-f]{32}$", told);
    }
}
