using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>What a receiver is sent: a body, and what stands in the headers beside its signature.</summary>
internal sealed record WebhookRequest(
    string Webhook, string Url, byte[] Secret, string Event, int Attempt, ReadOnlyMemory<byte> Body);

/// <summary>What came of it. A failure says why, in words that are kept.</summary>
internal sealed record Sent(string? Failure, string Echo = "")
{
    public bool IsAccepted => Failure is null;
}

/// <summary>
/// Posts to receivers. It connects to the addresses that were looked at; it follows no redirect and uses no proxy; and
/// of an answer it reads no more than it needs.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    private const int MostEchoBytes = 4_096;
    private const int MostDrainedBytes = 16_384;

    private readonly HttpClient http;
    private readonly WebhookOptions options;

    public WebhookSender(WebhookOptions options)
    {
        this.options = options;
        http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                ActivityHeadersPropagator = null,
                ConnectCallback = (context, token) =>
                    PublicAddress.Connect(context, options.IsPrivateAllowed, token),
                MaxResponseDrainSize = MostDrainedBytes,
                MaxResponseHeadersLength = 16,
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("fanz-ledger", "1"));
    }

    /// <summary>Sends it once. It throws only when it is cancelled; then nobody knows whether it arrived.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="wantsEcho">Whether the beginning of the answer is read.</param>
    /// <param name="token">Gives up.</param>
    public async Task<Sent> Send(WebhookRequest request, bool wantsEcho, CancellationToken token)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(token);
        timeout.CancelAfter(options.Timeout);
        try
        {
            using var message = Message(request);
            using var response = await http.SendAsync(
                message, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            if (!response.IsSuccessStatusCode) return new Sent(Judge(response.StatusCode));
            return new Sent(null, wantsEcho ? await Beginning(response, timeout.Token) : "");
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return new Sent($"did not answer within {options.Timeout.TotalSeconds:0.#} seconds");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new Sent(Why(exception));
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>HMAC-SHA256 over the time, a dot and the body, in hex.</summary>
    internal static string Sign(byte[] secret, string time, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData(Encoding.ASCII.GetBytes(time));
        hash.AppendData("."u8);
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private HttpRequestMessage Message(WebhookRequest request)
    {
        var time = options.Clock.GetCurrentInstant().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var message = new HttpRequestMessage(HttpMethod.Post, request.Url)
        {
            Content = new ReadOnlyMemoryContent(request.Body)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") },
            },
        };
        message.Headers.Add("Ledger-Webhook", request.Webhook);
        message.Headers.Add("Ledger-Event", request.Event);
        message.Headers.Add("Ledger-Attempt", request.Attempt.ToString(CultureInfo.InvariantCulture));
        message.Headers.Add(
            "Ledger-Signature", $"t={time},v1={Sign(request.Secret, time, request.Body.Span)}");
        return message;
    }

    private static async Task<string> Beginning(HttpResponseMessage response, CancellationToken token)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostEchoBytes);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(token);
            var length = await body.ReadAtLeastAsync(
                buffer.AsMemory(0, MostEchoBytes), MostEchoBytes, throwOnEndOfStream: false, token);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Judge(HttpStatusCode status) => (int)status is >= 300 and < 400
        ? $"answered {(int)status}; redirects are not followed"
        : $"answered {(int)status}";

    private static string Why(Exception exception) => exception switch
    {
        { InnerException: SocketException socket } => $"could not be reached: {socket.SocketErrorCode}",
        { InnerException: System.Security.Authentication.AuthenticationException } => "has no certificate to trust",
        HttpRequestException { InnerException: null } => exception.Message,
        { InnerException: HttpRequestException { InnerException: null } inner } => inner.Message,
        HttpRequestException http => $"broke off: {http.HttpRequestError}",
        _ => "broke off",
    };
}
