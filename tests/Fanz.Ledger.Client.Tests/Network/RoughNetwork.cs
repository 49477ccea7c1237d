using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Fanz.Ledger.Client.Tests.Network;

/// <summary>How often, of a hundred, something happens to what a client says.</summary>
internal sealed record Roughness
{
    public int Drops { get; init; }

    public int CutsRequest { get; init; }

    public int CutsAnswer { get; init; }

    public int Delays { get; init; }

    /// <summary>It arrives, but after its sender has given it up.</summary>
    public int Stalls { get; init; }

    /// <summary>It arrives again on a connection of its own, before the first has been answered.</summary>
    public int DoublesAtOnce { get; init; }

    /// <summary>It arrives again on a connection of its own, some time after the first has been answered.</summary>
    public int DoublesLater { get; init; }

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMilliseconds(150);

    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>
/// A network between clients and hosts that loses, breaks, delays and repeats. It knows nothing of what is said: a
/// request is what a client has said since it was last answered. Each connection leads to one of the hosts by chance.
/// </summary>
internal sealed class RoughNetwork : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<Task, byte> running = new();
    private readonly Lock gate = new();
    private readonly Random chance;
    private readonly int[] hosts;
    private readonly Task accepting;

    public RoughNetwork(int seed, Roughness roughness, params int[] hosts)
    {
        (chance, Roughness, this.hosts) = (new Random(seed), roughness, hosts);
        listener.Start();
        accepting = Task.Run(Accept);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Changed when the weather changes.</summary>
    public Roughness Roughness { get; set; }

    public Tally Tally { get; } = new();

    public CancellationToken Closing => closing.Token;

    /// <summary>A host was started again, at another port.</summary>
    public void LeadTo(int host, int port) => hosts[host] = port;

    public bool Happens(int ofHundred) => Below(100) < ofHundred;

    public int Below(int bound)
    {
        lock (gate) return chance.Next(bound);
    }

    /// <summary>A connection to one of the hosts; often to another if it is not there, and sometimes to none.</summary>
    public async Task<Socket?> Connect()
    {
        var first = Below(hosts.Length);
        return await Connect(hosts[first]) ?? (Happens(75) ? await Connect(hosts[^(first + 1)]) : null);
    }

    /// <summary>Sees to it that nothing is left behind.</summary>
    public void Run(Func<Task> work)
    {
        var task = Task.Run(work, CancellationToken.None);
        running[task] = 0;
        _ = task.ContinueWith(ended => running.TryRemove(ended, out _), TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(running.Keys);
        closing.Dispose();
    }

    private async Task<Socket?> Connect(int port)
    {
        var host = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await host.ConnectAsync(IPAddress.Loopback, port, closing.Token);
            return host;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            host.Dispose();
            return null;
        }
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(closing.Token);
                Run(() => new Line(this, client).Carry());
            }
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            // The network is closed.
        }
    }
}

/// <summary>What a rough network has done.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> counts = new();

    public int this[string what] => counts.GetValueOrDefault(what);

    public void Add(string what) => counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    public override string ToString() => string.Join(
        ", ", counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Key} {count.Value}"));
}
