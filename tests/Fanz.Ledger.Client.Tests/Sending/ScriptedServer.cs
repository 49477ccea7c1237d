using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fanz.Ledger.Client.Tests.Sending;

/// <summary>A request as it arrived.</summary>
internal sealed record Heard(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Key => Headers.GetValueOrDefault("idempotency-key");
}

/// <summary>What a server does with a request.</summary>
internal abstract record Scene
{
    public sealed record Says(int Status, string Body, params (string Name, string Value)[] Headers) : Scene;

    /// <summary>Takes the request and breaks the line without a word.</summary>
    public sealed record Cuts : Scene;

    /// <summary>Says a part of the answer and breaks the line.</summary>
    public sealed record Stammers(int Status, string Body) : Scene;

    /// <summary>Takes the request and says nothing for as long as the caller waits.</summary>
    public sealed record Hangs : Scene;
}

/// <summary>
/// A server that plays what it is told, a scene a request, and the last one again and again. It keeps what it heard.
/// </summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentQueue<Heard> heard = new();
    private readonly Func<Heard, int, Scene> script;
    private int played;

    public ScriptedServer(params Scene[] scenes)
        : this((_, number) => scenes[Math.Min(number, scenes.Length - 1)])
    {
    }

    public ScriptedServer(Func<Heard, int, Scene> script)
    {
        this.script = script;
        listener.Start();
        _ = Task.Run(Accept);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public IReadOnlyList<Heard> Heard => [.. heard];

    /// <summary>A client with little patience, which waits for nothing longer than a test may.</summary>
    public LedgerClient Client(TimeSpan? patience = null, TimeSpan? attempt = null) => new(
        Address, "fl_test",
        new LedgerClientOptions
        {
            Patience = patience ?? TimeSpan.FromSeconds(20),
            AttemptTimeout = attempt ?? TimeSpan.FromSeconds(10),
            FirstPause = TimeSpan.FromMilliseconds(1),
            LongestPause = TimeSpan.FromMilliseconds(10),
            LongPoll = TimeSpan.FromSeconds(1),
        });

    public void Dispose()
    {
        closing.Cancel();
        listener.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true) _ = Serve(await listener.AcceptTcpClientAsync(closing.Token));
        }
        catch (Exception exception) when (
            exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var connection = client;
        try
        {
            var stream = client.GetStream();
            while (await Read(stream) is { } request)
            {
                heard.Enqueue(request);
                if (!await Play(script(request, Interlocked.Increment(ref played) - 1), client, stream)) return;
            }
        }
        catch (Exception exception) when (
            exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The caller is gone, or the test is over.
        }
    }

    /// <summary>Says whether the line is still good.</summary>
    private async Task<bool> Play(Scene scene, TcpClient client, NetworkStream stream)
    {
        switch (scene)
        {
            case Scene.Says(var status, var body, var headers):
                var type = status < 400 ? "application/json" : "application/problem+json";
                var extra = string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
                await stream.WriteAsync(Encoding.UTF8.GetBytes(
                    $"HTTP/1.1 {status} Scripted\r\nContent-Type: {type}\r\n{extra}" +
                    $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
                return true;
            case Scene.Stammers(var status, var body):
                await stream.WriteAsync(Encoding.UTF8.GetBytes(
                    $"HTTP/1.1 {status} Scripted\r\nContent-Length: {body.Length}\r\n\r\n{body[..(body.Length / 2)]}"));
                break;
            case Scene.Hangs:
                await Task.Delay(Timeout.Infinite, closing.Token);
                break;
        }

        client.Client.LingerState = new LingerOption(true, 0);
        return false;
    }

    private static async Task<Heard?> Read(NetworkStream stream)
    {
        if (await Line(stream) is not { Length: > 0 } first) return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await Line(stream) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var length = int.Parse(headers.GetValueOrDefault("content-length", "0"), CultureInfo.InvariantCulture);
        var body = new byte[length];
        await stream.ReadExactlyAsync(body);
        var words = first.Split(' ');
        return new Heard(words[0], words[1], headers, Encoding.UTF8.GetString(body));
    }

    private static async Task<string?> Line(NetworkStream stream)
    {
        var (line, one) = (new StringBuilder(), new byte[1]);
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }

        return null;
    }
}
