namespace Fanz.Ledger.Client.Tests.Network;

/// <summary>A client that counts what really leaves it.</summary>
internal sealed class CountedClient : IDisposable
{
    private readonly Counter counter = new();
    private readonly HttpClient http;

    public CountedClient(Uri address, string key, LedgerClientOptions options)
    {
        http = new HttpClient(counter) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        Client = new LedgerClient(http, options);
    }

    public LedgerClient Client { get; }

    public int Attempts => counter.Count;

    public void Dispose()
    {
        Client.Dispose();
        http.Dispose();
    }

    private sealed class Counter() : DelegatingHandler(new SocketsHttpHandler())
    {
        private int count;

        public int Count => count;

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref count);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
