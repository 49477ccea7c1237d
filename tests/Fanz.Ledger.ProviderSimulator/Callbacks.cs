using System.Net.Http.Headers;

namespace Fanz.Ledger.ProviderSimulator;

/// <summary>How many callbacks were sent, and how they were answered.</summary>
public sealed record CallbacksSent(int Sent, int Taken, int Refused, int WronglyTaken);

/// <summary>
/// Tells of every change there ever was: out of order, some of them twice, and among them forgeries, with another
/// secret, an old time, another address or another body, none of which may be taken.
/// </summary>
internal sealed class Callbacks(string secret, Chance chance) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private int rounds;

    public async Task<CallbacksSent> Send(
        Uri url, IReadOnlyList<Payment> changes, DateTimeOffset now, CancellationToken token)
    {
        var round = Interlocked.Increment(ref rounds);
        var all = changes.Index()
            .SelectMany(change => Enumerable.Range(0, 1 + chance.Of(2, "twice", round, change.Index))
                .Select(copy => (change.Item, Place: chance.Of(1_000_000, "place", round, change.Index, copy))))
            .OrderBy(one => one.Place).ToList();
        var (sent, taken, refused, wrong) = (0, 0, 0, 0);
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = token },
            async (one, stop) =>
            {
                var forgery = chance.Of(8, "forgery", round, one.Place);
                var isTaken = await Send(url, one.Item.AsAnswer(), now, forgery, stop);
                Interlocked.Increment(ref sent);
                if (!isTaken) Interlocked.Increment(ref refused);
                else if (forgery is > 0 and < 4) Interlocked.Increment(ref wrong);
                else Interlocked.Increment(ref taken);
            });
        return new CallbacksSent(sent, taken, refused, wrong);
    }

    public void Dispose() => http.Dispose();

    private async Task<bool> Send(Uri url, byte[] body, DateTimeOffset now, int forgery, CancellationToken token)
    {
        var signature = forgery switch
        {
            1 => Signature.Of(secret + "x", now, "POST", url.PathAndQuery, body),
            2 => Signature.Of(secret, now.AddMinutes(-6), "POST", url.PathAndQuery, body),
            3 => Signature.Of(secret, now, "POST", url.PathAndQuery, [.. body, (byte)' ']),
            _ => Signature.Of(secret, now, "POST", url.PathAndQuery, body),
        };
        using var message = new HttpRequestMessage(HttpMethod.Post, url);
        message.Headers.Add("Ledger-Signature", signature);
        message.Content = new ByteArrayContent(body);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await http.SendAsync(message, token);
        return response.IsSuccessStatusCode;
    }
}
