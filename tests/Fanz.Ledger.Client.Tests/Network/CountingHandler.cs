namespace Fanz.Ledger.Client.Tests.Network;

/// <summary>Counts what really leaves a client, under which key.</summary>
internal sealed class CountingHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    private int attempts;

    public int Attempts => attempts;

    public static (HttpClient Http, CountingHandler Counter) Client(Uri address, string key)
    {
        var counter = new CountingHandler();
        var http = new HttpClient(counter) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return (http, counter);
    }

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref attempts);
        return base.SendAsync(request, cancellationToken);
    }
}
