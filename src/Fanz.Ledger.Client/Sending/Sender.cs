using System.Diagnostics;
using System.Net.Sockets;

namespace Fanz.Ledger.Client;

/// <summary>What is known of the attempts of one call.</summary>
internal sealed class Attempts
{
    /// <summary>At least one of them may have been taken by a ledger whose answer did not arrive.</summary>
    public bool MayHaveBeenTaken { get; set; }
}

/// <summary>
/// Sends a request until an answer settles it, or patience ends. Safe for whatever may be sent twice: questions, and
/// commands under a key.
/// </summary>
internal sealed class Sender(HttpClient http, LedgerClientOptions options)
{
    /// <summary>A ledger that answers 500 so often does not get over it by being asked once more.</summary>
    private const int MostFaults = 3;

    /// <param name="make">Makes the request anew for each attempt.</param>
    /// <param name="judge">What an answer means.</param>
    /// <param name="attempts">Where it is noted what is known of them.</param>
    /// <param name="token">The caller's. When it is cancelled, what was sent stays sent.</param>
    public async Task<T> Send<T>(
        Func<HttpRequestMessage> make, Func<Answer, Verdict<T>> judge, Attempts attempts, CancellationToken token)
        where T : class
    {
        var (started, pauses, faults) = (Stopwatch.GetTimestamp(), new Pauses(options), 0);
        // An attempt that must be cut off at once would only make unknown what was known: that nothing was taken.
        var least = Shorter(options.Patience, options.AttemptTimeout) / 10;
        while (true)
        {
            var timeout = Shorter(Left(started), options.AttemptTimeout);
            var verdict = await Try(make, judge, timeout, attempts, token);
            if (verdict.Settled is { } settled) return settled;
            if (!verdict.WasNotTaken) attempts.MayHaveBeenTaken = true;
            if (verdict.IsFault && ++faults == MostFaults)
                throw new LedgerUnavailable($"The ledger met a fault {faults} times. {verdict.Why}", null);
            var pause = pauses.Next(verdict.RetryAfter);
            if (Left(started) - pause < least) throw Ended(verdict.Why);
            options.Retrying?.Invoke(verdict.Why);
            await Task.Delay(pause, token);
            // The pause may have taken longer than it should.
            if (Left(started) < least) throw Ended(verdict.Why);
        }
    }

    /// <summary>One attempt. Whatever may go wrong with a network is a verdict.</summary>
    public async Task<Verdict<T>> Try<T>(
        Func<HttpRequestMessage> make, Func<Answer, Verdict<T>> judge, TimeSpan timeout, Attempts attempts,
        CancellationToken token)
        where T : class
    {
        token.ThrowIfCancellationRequested();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(token);
        ending.CancelAfter(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero);
        try
        {
            using var request = make();
            using var response = await http.SendAsync(request, ending.Token);
            return judge(await Answer.Of(response, ending.Token));
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            attempts.MayHaveBeenTaken = true;
            throw;
        }
        catch (OperationCanceledException)
        {
            return Verdict<T>.Lost("The answer took too long.");
        }
        catch (HttpRequestException exception)
        {
            return Verdict<T>.Lost(exception.Message, WasNotSent(exception));
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // A connection that breaks while it is being made comes out of the framework's handler as it is.
            return Verdict<T>.Lost(exception.Message);
        }
        catch (Exception exception) when (exception is not LedgerException)
        {
            // A handler of the service's own has given up, or something is broken: nobody knows when.
            attempts.MayHaveBeenTaken = true;
            throw;
        }
    }

    private TimeSpan Left(long started) => options.Patience - Stopwatch.GetElapsedTime(started);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private LedgerUnavailable Ended(string why) => new($"Patience ended after {options.Patience}. {why}", null);

    private static bool WasNotSent(HttpRequestException exception) => exception.HttpRequestError is
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
}
