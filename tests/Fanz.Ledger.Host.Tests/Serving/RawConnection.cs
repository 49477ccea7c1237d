using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fanz.Ledger.Host.Tests.Serving;

/// <summary>A client that says exactly what it is told to, byte for byte, and hears everything that comes back.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private RawConnection()
    {
    }

    public static Task<RawConnection> Open(ServingLedger host) => Open(host.Address);

    public static async Task<RawConnection> Open(string address)
    {
        var connection = new RawConnection();
        await connection.socket.ConnectAsync(IPAddress.Loopback, new Uri(address).Port);
        return connection;
    }

    /// <summary>All that a host answers to this, until it closes the connection.</summary>
    public static Task<string> Ask(ServingLedger host, string request) => Ask(host.Address, request);

    public static async Task<string> Ask(string address, string request)
    {
        using var connection = await Open(address);
        await connection.Say(request);
        return await connection.HearAll();
    }

    public async Task Say(string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Says that nothing more comes, and goes on listening.</summary>
    public void EndSaying() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Says one piece after another, with a pause before each, until the host has had enough.</summary>
    public async Task SaySlowly(string piece, TimeSpan pause)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            while (clock.Elapsed < Deadline && !socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
            {
                await Say(piece);
                await Task.Delay(pause);
            }
        }
        catch (SocketException)
        {
            // It was cut off.
        }
    }

    /// <summary>Everything until the host closes the connection; a reset is an end as well.</summary>
    public Task<string> HearAll() => HearUntil(_ => false);

    public async Task<string> HearUntil(Func<string, bool> isEnough)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var heard = new StringBuilder();
        var buffer = new byte[16 << 10];
        try
        {
            while (!isEnough(heard.ToString()))
            {
                var length = await socket.ReceiveAsync(buffer, deadline.Token);
                if (length == 0) break;
                heard.Append(Encoding.Latin1.GetString(buffer, 0, length));
            }
        }
        catch (SocketException)
        {
            // Reset.
        }

        return heard.ToString();
    }

    public void Dispose() => socket.Dispose();
}
