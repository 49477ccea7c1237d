using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// One kept-alive connection that sends prepared requests and reads answers to their end, and does no more: what is
/// measured is the ledger and not a client of it.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
    };

    private byte[] buffer = new byte[64 << 10];

    public static async Task<HttpConnection> Open(IPEndPoint address)
    {
        var connection = new HttpConnection();
        await connection.socket.ConnectAsync(address);
        return connection;
    }

    /// <summary>A request as it travels. The key is a header where there is one.</summary>
    public static byte[] Request(string path, string authorization, string? key, string body)
    {
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: ledger\r\n")
            .Append(CultureInfo.InvariantCulture, $"Authorization: {authorization}\r\n")
            .Append("Content-Type: application/json\r\n");
        if (key is not null) head.Append(CultureInfo.InvariantCulture, $"Idempotency-Key: {key}\r\n");
        return Encoding.UTF8.GetBytes(
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n")
                .Append(body).ToString());
    }

    /// <returns>The status of the answer, and its body, which is good until the next request.</returns>
    public async Task<(int Status, ReadOnlyMemory<byte> Body)> Send(ReadOnlyMemory<byte> request)
    {
        while (request.Length > 0) request = request[await socket.SendAsync(request)..];
        var (read, end) = (0, -1);
        while (end < 0)
        {
            read += await Receive(read);
            end = buffer.AsSpan(0, read).IndexOf(EndOfHead);
        }

        var bodyFrom = end + EndOfHead.Length;
        var whole = bodyFrom + LengthOf(buffer.AsSpan(0, end));
        while (read < whole) read += await Receive(read);
        var status = int.Parse(buffer.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture);
        return (status, buffer.AsMemory(bodyFrom, whole - bodyFrom));
    }

    public void Dispose() => socket.Dispose();

    private async Task<int> Receive(int read)
    {
        if (read == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        var count = await socket.ReceiveAsync(buffer.AsMemory(read));
        return count > 0 ? count : throw new IOException("The host closed a connection of the benchmark.");
    }

    private static int LengthOf(ReadOnlySpan<byte> head)
    {
        var name = "Content-Length: "u8;
        var from = head.IndexOf(name);
        if (from < 0) throw new InvalidOperationException("The benchmark met an answer without a length.");
        var value = head[(from + name.Length)..];
        var end = value.IndexOf((byte)'\r');
        return int.Parse(end < 0 ? value : value[..end], CultureInfo.InvariantCulture);
    }
}
