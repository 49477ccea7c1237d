using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Threading.Channels;

namespace Fanz.Ledger.Host.Bench;

/// <summary>The tips of the benchmark as other services send them: over loopback, one or many a request.</summary>
internal sealed class HttpLoad(IPEndPoint address, string book, string authorization)
{
    public const int Connections = 64;
    public const int BatchSize = 500;
    private const int BatchConnections = 8;
    private const int PerSecond = 1_000;

    /// <summary>Each connection sends its next tip when the last is answered.</summary>
    public Task<LoadResult> Singles(TimeSpan time) => OnAll(Connections, time, async (connection, caller, clock) =>
    {
        var (run, random) = (Guid.NewGuid().ToString("N"), new Random(caller));
        long count = 0;
        for (; clock.Elapsed < time; count++)
        {
            var (status, answer) = await connection.Send(Single($"{run}-{count}", random));
            if (status != StatusCodes.Status201Created) throw Unexpected(status, answer);
        }

        return count;
    });

    public Task<LoadResult> Batches(TimeSpan time) => OnAll(BatchConnections, time, async (connection, caller, clock) =>
    {
        var (run, random) = (Guid.NewGuid().ToString("N"), new Random(caller));
        long count = 0;
        for (; clock.Elapsed < time; count += BatchSize)
        {
            var (status, answer) = await connection.Send(Batch($"{run}-{count}", random));
            var isPosted = status == StatusCodes.Status200OK && Count(answer.Span, "\"status\":201"u8) == BatchSize;
            if (!isPosted) throw Unexpected(status, answer);
        }

        return count;
    });

    /// <summary>
    /// An open loop over all connections: each tip is timed from the moment it was meant to be sent.
    /// </summary>
    public async Task<(double Median, double Worst99)> Latency(TimeSpan time)
    {
        var free = Channel.CreateUnbounded<HttpConnection>();
        for (var i = 0; i < Connections; i++) await free.Writer.WriteAsync(await HttpConnection.Open(address));
        var (run, random) = (Guid.NewGuid().ToString("N"), new Random(1));
        var times = new Task<double>[(int)(time.TotalSeconds * PerSecond)];
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < times.Length; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / PerSecond);
            if (due - clock.Elapsed is { Ticks: > 0 } early) await Task.Delay(early);
            times[i] = SendOne(Single($"{run}-{i}", random), due);
        }

        var taken = await Task.WhenAll(times);
        while (free.Reader.TryRead(out var connection)) connection.Dispose();
        Array.Sort(taken);
        return (taken[taken.Length / 2], taken[taken.Length * 99 / 100]);

        async Task<double> SendOne(byte[] request, TimeSpan due)
        {
            var connection = await free.Reader.ReadAsync();
            var (status, answer) = await connection.Send(request);
            if (status != StatusCodes.Status201Created) throw Unexpected(status, answer);
            await free.Writer.WriteAsync(connection);
            return (clock.Elapsed - due).TotalMilliseconds;
        }
    }

    private async Task<LoadResult> OnAll(
        int connections, TimeSpan time, Func<HttpConnection, int, Stopwatch, Task<long>> run)
    {
        var open = new List<HttpConnection>();
        for (var i = 0; i < connections; i++) open.Add(await HttpConnection.Open(address));
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(open.Select((connection, i) => Task.Run(() => run(connection, i, clock))));
        var elapsed = clock.Elapsed;
        foreach (var connection in open) connection.Dispose();
        return new LoadResult(counts.Sum(), elapsed);
    }

    private byte[] Single(string key, Random random) =>
        HttpConnection.Request($"/v1/{book}/commands/send_tip", authorization, key, Tip(random));

    private byte[] Batch(string key, Random random)
    {
        var body = new StringBuilder("{\"commands\":[");
        for (var i = 0; i < BatchSize; i++)
        {
            if (i > 0) body.Append(',');
            body.Append(
                CultureInfo.InvariantCulture, $$"""{"key":"{{key}}-{{i}}","command":"send_tip","body":{{Tip(random)}}}""");
        }

        return HttpConnection.Request($"/v1/{book}/commands", authorization, null, body.Append("]}").ToString());
    }

    private static string Tip(Random random)
    {
        var (fan, creator) = (random.Next(TipLoad.Fans), random.Next(TipLoad.Creators));
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"fan":"{{TipLoad.FanName(fan)}}","creator":"{{TipLoad.CreatorName(creator)}}","amount":{{random.Next(
                100, 10_000)}},"currency":"USD","funding":"wallet"}
            """);
    }

    private static int Count(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part)
    {
        var count = 0;
        for (var at = text.IndexOf(part); at >= 0; at = text.IndexOf(part))
        {
            count++;
            text = text[(at + part.Length)..];
        }

        return count;
    }

    private static InvalidOperationException Unexpected(int status, ReadOnlyMemory<byte> answer) =>
        new($"The benchmark met {status}: {Encoding.UTF8.GetString(answer.Span[..Math.Min(400, answer.Length)])}");
}
