using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Fanz.Ledger.Host.Webhooks;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>
/// Talks to providers. Requests are signed and bounded in number for each of them; an answer has a time and a size that
/// it may take; no redirect is followed and no proxy used, since what is sent is somebody's account. Whatever goes
/// wrong is an answer that says nothing, and never a payout that was not made.
/// </summary>
internal sealed class ProviderClient : IDisposable
{
    private const int MostAnswerBytes = 65_536;

    private readonly ConcurrentDictionary<(string Url, int AtOnce), SemaphoreSlim> turns = new();
    private readonly HttpClient http;
    private readonly ProviderOptions options;

    public ProviderClient(ProviderOptions options)
    {
        this.options = options;
        http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                ActivityHeadersPropagator = null,
                ConnectCallback = (context, token) => PublicAddress.Connect(context, options.IsPrivateAllowed, token),
                MaxResponseDrainSize = MostAnswerBytes,
                MaxResponseHeadersLength = 16,
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("fanz-ledger", "1"));
    }

    /// <summary>Sends the instruction, again under the same key where the answer says nothing.</summary>
    public async Task<ProviderAnswer> Submit(Errand errand, byte[] instruction, CancellationToken token)
    {
        for (var (attempt, pause) = (1, options.FirstPause); ; attempt++, pause *= 2)
        {
            var answer = await Request(errand, HttpMethod.Post, "/payouts", instruction, token);
            if (answer is not ProviderAnswer.Unclear { IsWorthRetrying: true } || attempt >= options.Attempts)
                return answer;
            await Task.Delay(pause, token);
            // Behind its time the provider would refuse it; whether it has it already, a look will tell.
            if (options.Clock.GetCurrentInstant() >= errand.ValidUntil) return answer;
        }
    }

    /// <summary>Asks what became of it.</summary>
    public Task<ProviderAnswer> Find(Errand errand, CancellationToken token) =>
        Request(errand, HttpMethod.Get, $"/payouts/{errand.Key}", [], token);

    public void Dispose()
    {
        http.Dispose();
        foreach (var turn in turns.Values) turn.Dispose();
    }

    /// <summary>It throws only when it is cancelled; then nobody knows whether the request arrived.</summary>
    private async Task<ProviderAnswer> Request(
        Errand errand, HttpMethod method, string path, byte[] body, CancellationToken token)
    {
        var terms = errand.Rail.Terms;
        if (errand.Rail.Secrets is not [var secret, ..])
            return new ProviderAnswer.Unclear("This host has no secret for the rail.", IsWorthRetrying: false);
        if (!options.IsPrivateAllowed && !terms.Url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return new ProviderAnswer.Unclear("The provider's url is not https.", IsWorthRetrying: false);
        var turn = turns.GetOrAdd((terms.Url, terms.AtOnce), key => new SemaphoreSlim(key.AtOnce));
        await turn.WaitAsync(token);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(token);
        timeout.CancelAfter((options.Timeout ?? terms.Timeout).ToTimeSpan());
        try
        {
            var uri = new Uri(terms.Url + path);
            using var message = new HttpRequestMessage(method, uri);
            message.Headers.Add("Ledger-Rail", $"{errand.Rail.Book}/{Uri.EscapeDataString(errand.Rail.Rail)}");
            message.Headers.Add(
                ProviderSignature.Header,
                ProviderSignature.Of(
                    secret, options.Clock.GetCurrentInstant(), method.Method, uri.PathAndQuery, body));
            if (method == HttpMethod.Post)
            {
                message.Headers.Add(Api.Header.IdempotencyKey, errand.Key);
                message.Content = new ReadOnlyMemoryContent(body)
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") },
                };
            }

            using var response = await http.SendAsync(
                message, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            return await Read(response, errand, method, timeout.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return Lost("did not answer in time");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            return Lost(Why(exception));
        }
        finally
        {
            turn.Release();
        }
    }

    private static async Task<ProviderAnswer> Read(
        HttpResponseMessage response, Errand errand, HttpMethod method, CancellationToken token)
    {
        var (status, body) = ((int)response.StatusCode, new byte[MostAnswerBytes + 1]);
        await using var stream = await response.Content.ReadAsStreamAsync(token);
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, token);
        if (length > MostAnswerBytes)
            return new ProviderAnswer.Unclear($"The provider answered {status} with too much.", IsWorthRetrying: true);
        var message = ProviderMessage.Of(body.AsMemory(0, length));
        return (status, method == HttpMethod.Post) switch
        {
            ( >= 200 and < 300, _) => message.AsWordOn(errand),
            (404, false) when message.Code == "not_found" => new ProviderAnswer.NotFound(),
            (400 or 410 or 422, true) when message.Code is { } code =>
                new ProviderAnswer.Refused(code, message.Reason ?? "The provider refused the instruction."),
            (409, true) => new ProviderAnswer.Conflict("The provider knows the key for another instruction."),
            ( >= 300 and < 400, _) =>
                new ProviderAnswer.Unclear(
                    $"The provider answered {status}; redirects are not followed.", IsWorthRetrying: false),
            (408 or 425 or 429 or >= 500, _) => Lost($"answered {status}"),
            _ => new ProviderAnswer.Unclear($"The provider answered {status}.", IsWorthRetrying: false),
        };
    }

    private static ProviderAnswer.Unclear Lost(string what) => new($"The provider {what}.", IsWorthRetrying: true);

    private static string Why(Exception exception) => exception switch
    {
        { InnerException: SocketException socket } => $"could not be reached: {socket.SocketErrorCode}",
        { InnerException: System.Security.Authentication.AuthenticationException } => "has no certificate to trust",
        { InnerException: HttpRequestException { InnerException: null } } => "is not on the public internet",
        HttpRequestException http => $"broke off: {http.HttpRequestError}",
        _ => "broke off",
    };
}
