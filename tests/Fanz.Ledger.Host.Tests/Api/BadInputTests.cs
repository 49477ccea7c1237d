using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Fanz.Ledger.Host.Tests.Access;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Tests.Api;

/// <summary>
/// What no good service sends, byte by byte over real sockets: never a 500, never a trace, and nothing is posted.
/// </summary>
public sealed class BadInputTests(GuardedLedger ledger) : IClassFixture<GuardedLedger>, IAsyncLifetime
{
    private const string Path = "/v1/acme/main/commands/top_up";
    private string bearer = "";
    private long before;

    public async Task InitializeAsync()
    {
        bearer = await ledger.Bearer(Scopes.Wallets, Scopes.Tips);
        before = await Last();
    }

    /// <summary>Nothing that a test here sends is posted.</summary>
    public async Task DisposeAsync() => Assert.Equal(before, await Last());

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("{\"fan\":\"ann\",\"amount\":100,\"currency\":\"US")]
    [InlineData("{\"fan\":\"ann\",\"amount\":100,\"currency\":\"USD\"} x")]
    [InlineData("{\"fan\":\"ann\",\"amount\":100,\"currency\":\"USD\"}{}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":100,\"currency\":\"USD\",}")]
    [InlineData("{'fan':'ann','amount':100,'currency':'USD'}")]
    [InlineData("// a comment\n{\"fan\":\"ann\",\"amount\":100,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"fan\":\"eve\",\"amount\":100,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":100,\"amount\":1,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":100,\"currency\":\"USD\",\"admin\":true}")]
    [InlineData("{\"Fan\":\"ann\",\"amount\":100,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":100.0,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":100.5,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":1e2,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":\"100\",\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":0x64,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":+100,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":0100,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":NaN,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":null,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":9223372036854775808,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":9223372036854775807,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":-9223372036854775808,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":0,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":-0,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":100,\"currency\":\"usd\"}")]
    [InlineData("{\"fan\":\"ann\",\"amount\":100,\"currency\":\"US\\u0000\"}")]
    [InlineData("{\"fan\":\"\\ud800\",\"amount\":100,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"\\u0000\",\"amount\":100,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":\"\",\"amount\":100,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":[\"ann\"],\"amount\":100,\"currency\":\"USD\"}")]
    [InlineData("{\"fan\":{\"a\":1},\"amount\":100,\"currency\":\"USD\"}")]
    public async Task A_body_that_is_no_command_is_told_so(string body)
    {
        var answer = await Sent(body);
        Assert.True(answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), answer);
        IsProblem(answer);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_told_so()
    {
        foreach (var bytes in new byte[][] { [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80] })
        {
            byte[] body =
                [.. "{\"fan\":\"a"u8, .. bytes, .. "\",\"amount\":100,\"currency\":\"USD\"}"u8];
            var answer = await Sent(body);
            Assert.True(answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), answer);
            IsProblem(answer);
        }
    }

    [Fact]
    public async Task Deep_and_huge_bodies_are_not_taken()
    {
        foreach (var depth in new[] { 20, 100, 50_000 })
        {
            var deep = new string('[', depth) + new string(']', depth);
            var answer = await Sent($$"""{"fan":{{deep}},"amount":100,"currency":"USD"}""");
            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            IsProblem(answer);
            IsProblem(await Sent($$"""{"commands":[{"key":"k","command":"top_up","body":{{deep}}}]}""", many: true));
            IsProblem(await Sent($$"""{"commands":{{deep}}}""", many: true));
        }

        var huge = await Sent($$"""{"fan":"{{new string('a', 300_000)}}","amount":100,"currency":"USD"}""");
        Assert.StartsWith("HTTP/1.1 413 ", huge, StringComparison.Ordinal);
        IsProblem(huge);
        var claimed = await Raw($"{Head()}Content-Length: 99999999999\r\n\r\n{{");
        Assert.StartsWith("HTTP/1.1 413 ", claimed, StringComparison.Ordinal);
        var chunked = await Raw(
            $"{Head()}Transfer-Encoding: chunked\r\n\r\n{Chunks(new string(' ', 65_536), 5)}");
        Assert.StartsWith("HTTP/1.1 413 ", chunked, StringComparison.Ordinal);
        var tooMany = string.Join(',', Enumerable.Repeat("""{"key":"k","command":"top_up","body":{}}""", 1_001));
        var many = await Sent($$"""{"commands":[{{tooMany}}]}""", many: true);
        Assert.Contains("too_many", many, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"commands":[]}""")]
    [InlineData("""{"commands":{}}""")]
    [InlineData("""{"commands":[7]}""")]
    [InlineData("""{"commands":[{"command":"top_up","body":{}}]}""")]
    [InlineData("""{"commands":[{"key":"k","body":{}}]}""")]
    [InlineData("""{"commands":[{"key":"k","command":"top_up"}]}""")]
    [InlineData("""{"commands":[{"key":7,"command":"top_up","body":{}}]}""")]
    [InlineData("""{"commands":[{"key":"k","key":"l","command":"top_up","body":{}}]}""")]
    [InlineData("""{"commands":[{"key":"k","command":"top_up","body":{},"more":1}]}""")]
    [InlineData("""{"commands":[{"key":"k","command":"top_up","body":{}}],"commands":[]}""")]
    [InlineData("""{"commands":[{"key":"k","command":"top_up","body":{}}],"atomic":1}""")]
    [InlineData("""{"commands":[{"key":"k","command":"top_up","body":{}}],"more":1}""")]
    [InlineData("""{"commands":[{"key":"k","command":"top_up","body":{}}""")]
    [InlineData("""{"commands":[{"key":"k","command":"top_up","body":{}}]} {}""")]
    [InlineData("""{"commands":[{"key":"\ud800","command":"top_up","body":{}}]}""")]
    public async Task A_batch_that_is_none_is_a_problem_of_the_whole(string body)
    {
        var answer = await Sent(body, many: true);
        Assert.True(answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), answer);
        IsProblem(answer);
    }

    [Fact]
    public async Task Heads_that_are_wrong_are_told_so()
    {
        const string good = """{"fan":"ann","amount":100,"currency":"USD"}""";
        foreach (var (head, status) in new[]
            {
                (Head(type: "text/plain"), 415), (Head(type: "application/xml"), 415), (Head(type: ""), 415),
                (Head(type: "application/json; charset=utf-16"), 415), (Head(key: null), 400), (Head(key: ""), 400),
                (Head(key: new string('k', 201)), 400), (Head(key: "k\u007f"), 400),
                (Head() + "Idempotency-Key: another\r\n", 400), (Head(path: "/v1/acme/main/commands/no_such"), 404),
                (Head(path: "/v1/acme/main/commands/TOP_UP"), 404), (Head(path: "/v1/acme/main/commands/"), 400),
                (Head(path: "/v1/acme/main/commands/top_up/more"), 404), (Head(path: "/v1/acme/../acme/main/x"), 404),
                (Head(path: "/v1/acme/main%2fcommands/top_up"), 404), (Head(path: "/v1/acme/main/commands/%2e%2e"), 405),
                (Head(path: "/v1/acme/main/commands/top_up%00"), 400), (Head(path: "//v1/acme/main/commands/top_up"), 404),
                (Head(method: "GET"), 405), (Head(method: "DELETE"), 405),
            })
        {
            var answer = await Raw($"{head}Content-Length: {good.Length}\r\n\r\n{good}");
            Assert.True(answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), $"{head}\n{answer}");
            if (answer.Contains("\r\n\r\n{", StringComparison.Ordinal)) IsProblem(answer);
        }
    }

    [Fact]
    public async Task Headers_cannot_be_injected_and_heads_that_are_no_http_are_not_read()
    {
        foreach (var head in new[]
            {
                "GET / HTTP/4.0\r\n\r\n", "\r\n\r\n\0\0\0", "POST /v1 HTTP/1.1\r\n\r\n", new string('x', 20_000) + "\r\n\r\n",
                Head(key: "k\r X-Injected: 1"), Head() + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
                Head() + "Content-Length: -1\r\n\r\n{}", Head() + "Transfer-Encoding: nonsense\r\n\r\n{}",
            })
        {
            // What is not whole is ended, or the host would wait for the rest.
            var answer = await Raw(head, end: true);
            var isRefused = answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal)
                || answer.StartsWith("HTTP/1.1 505", StringComparison.Ordinal);
            Assert.True(answer.Length == 0 || isRefused, answer);
            Assert.DoesNotContain("X-Injected", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Whoever_goes_away_in_the_middle_leaves_nothing_behind()
    {
        for (var i = 0; i < 20; i++)
        {
            using var socket = await Connect();
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"{Head()}Content-Length: 500\r\n\r\n{{\"fan\":\"ann\",\"amount\":100,"));
            if (i % 2 == 0) socket.Shutdown(SocketShutdown.Both);
        }

        var fine = await ledger.Get("/health/live", null);
        Assert.Equal(HttpStatusCode.OK, fine.Status);
    }

    private static void IsProblem(string answer)
    {
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"", answer, StringComparison.Ordinal);
        foreach (var trace in new[] { "   at ", "Exception", "System.", "Npgsql", "LineNumber", "BytePosition" })
            Assert.DoesNotContain(trace, answer, StringComparison.Ordinal);
    }

    private static string Chunks(string text, int count) => string.Concat(
        Enumerable.Repeat($"{text.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n{text}\r\n", count));

    private string Head(
        string path = Path, string? key = "k", string type = "application/json", string method = "POST") =>
        $"{method} {path} HTTP/1.1\r\nHost: ledger\r\nAuthorization: {bearer}\r\nConnection: close\r\n"
        + (type.Length == 0 ? "" : $"Content-Type: {type}\r\n")
        + (key is null ? "" : $"Idempotency-Key: {key}\r\n");

    private Task<string> Sent(string body, bool many = false) => Sent(Encoding.UTF8.GetBytes(body), many);

    private Task<string> Sent(byte[] body, bool many = false)
    {
        var head = Head(many ? "/v1/acme/main/commands" : Path, key: Guid.NewGuid().ToString());
        return Raw([.. Encoding.ASCII.GetBytes($"{head}Content-Length: {body.Length}\r\n\r\n"), .. body]);
    }

    private Task<string> Raw(string request, bool end = false) => Raw(Encoding.Latin1.GetBytes(request), end);

    /// <summary>Sends bytes as they are, and reads what comes until the other side ends.</summary>
    private async Task<string> Raw(byte[] request, bool end = false)
    {
        using var socket = await Connect();
        var answer = new List<byte>();
        var buffer = new byte[65_536];
        try
        {
            await socket.SendAsync(request);
            if (end) socket.Shutdown(SocketShutdown.Send);
            for (int read; (read = await socket.ReceiveAsync(buffer)) > 0;) answer.AddRange(buffer[..read]);
        }
        catch (SocketException)
        {
            // A host that has heard enough ends the connection, and perhaps before all was sent.
        }

        return Encoding.UTF8.GetString([.. answer]);
    }

    private async Task<Socket> Connect()
    {
        var address = new Uri(ledger.Address());
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        return socket;
    }

    /// <summary>The last that anybody posted; the ledger itself writes of its runs meanwhile.</summary>
    private Task<long> Last() => ledger.Logged<long>(
        """
        select max(number) from ledger.journal j join ledger.books b on b.id = j.book_id
        where b.tenant = 'acme' and b.platform = 'main' and j.actor not like 'schedules/%'
        """);
}
