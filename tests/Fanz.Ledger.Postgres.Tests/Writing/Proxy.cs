using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>
/// A network between a host and its database that breaks when it is told to: the first connection on which the marked
/// text is sent to the server stops forwarding there.
/// </summary>
internal sealed class Proxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Line> lines = [];
    private volatile int serverPort;
    private byte[]? mark;
    private bool cutsAnswer;

    public Proxy(int serverPort)
    {
        this.serverPort = serverPort;
        listener.Start();
        _ = Task.Run(Accept);
    }

    /// <summary>The connection on which the marked text was met.</summary>
    public TaskCompletionSource<Line> Met { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The connection that was met, or a failure instead of a wait without end.</summary>
    public Task<Line> Meeting => Met.Task.WaitAsync(TimeSpan.FromMinutes(1));

    /// <summary>The same database, through this proxy.</summary>
    public string Through(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Host = "127.0.0.1",
        Port = ((IPEndPoint)listener.LocalEndpoint).Port,
        SslMode = SslMode.Disable,
    }.ConnectionString;

    /// <summary>What carries this text, and all that follows on that connection, does not reach the server.</summary>
    public void HoldRequest(string text) => Expect(text, answer: false);

    /// <summary>What carries this text reaches the server; nothing that the server says after it comes back.</summary>
    public void HoldAnswer(string text) => Expect(text, answer: true);

    /// <summary>
    /// From now on every connection leads to another server. Those that there are break, but for those on which the
    /// host reads ahead of its commits: they stay with the old server.
    /// </summary>
    public void LeadTo(int port)
    {
        serverPort = port;
        foreach (var line in lines)
            if (!line.ReadsAhead) line.Cut();
    }

    public void Dispose()
    {
        listener.Dispose();
        foreach (var line in lines) line.Cut();
    }

    private void Expect(string text, bool answer)
    {
        Met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        cutsAnswer = answer;
        Volatile.Write(ref mark, Encoding.UTF8.GetBytes(text));
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, serverPort);
                client.NoDelay = server.NoDelay = true;
                var line = new Line(this, client, server);
                lines.Add(line);
                line.Start();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The proxy was stopped.
        }
    }

    /// <summary>
    /// Whether these bytes carry the mark, or complete one that began in those before; only the first that do count.
    /// </summary>
    private bool IsMarked(ReadOnlySpan<byte> before, ReadOnlySpan<byte> bytes)
    {
        var wanted = Volatile.Read(ref mark);
        if (wanted is null) return false;
        var begun = before[^Math.Min(before.Length, wanted.Length - 1)..];
        byte[] together = [.. begun, .. bytes];
        return together.AsSpan().IndexOf(wanted) >= 0 && Interlocked.Exchange(ref mark, null) is not null;
    }

    /// <summary>One connection through the proxy.</summary>
    internal sealed class Line(Proxy proxy, TcpClient client, TcpClient server)
    {
        private const int LongestMark = 256;

        private readonly TaskCompletionSource toServer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource toClient = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task holdsServer = Task.CompletedTask;
        private Task holdsClient = Task.CompletedTask;

        public bool ReadsAhead { get; private set; }

        /// <summary>The server has ended the connection, or we have.</summary>
        public Task ServerIsDone { get; private set; } = Task.CompletedTask;

        public void Start()
        {
            _ = Pump(client, server, isRequest: true);
            ServerIsDone = Pump(server, client, isRequest: false);
        }

        /// <summary>The host sees the connection die; the server does not.</summary>
        public void CutClient()
        {
            client.Client.LingerState = new LingerOption(true, 0);
            client.Dispose();
        }

        public void Cut()
        {
            client.Dispose();
            server.Dispose();
            Release();
        }

        /// <summary>What was held goes on its way; after that the server sees the end of the connection.</summary>
        public void Release()
        {
            toServer.TrySetResult();
            toClient.TrySetResult();
        }

        private async Task Pump(TcpClient from, TcpClient to, bool isRequest)
        {
            var buffer = new byte[1 << 16];
            byte[] before = [];
            try
            {
                int length;
                while ((length = await from.GetStream().ReadAsync(buffer)) > 0)
                {
                    if (isRequest && buffer.AsSpan(0, length).IndexOf("repeatable read read only"u8) >= 0) ReadsAhead = true;
                    var isMarked = isRequest && proxy.IsMarked(before, buffer.AsSpan(0, length));
                    before = buffer[Math.Max(0, length - LongestMark)..length];
                    if (isMarked)
                    {
                        if (proxy.cutsAnswer) holdsClient = toClient.Task;
                        else holdsServer = toServer.Task;
                        if (proxy.cutsAnswer) await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
                        proxy.Met.TrySetResult(this);
                        if (proxy.cutsAnswer) continue;
                    }

                    await (isRequest ? holdsServer : holdsClient);
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
                }
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // One side is gone.
            }

            if (!isRequest) return;
            // A server learns of its client's end only after everything that the client sent.
            await holdsServer;
            try
            {
                server.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // It is gone already.
            }
        }
    }
}
