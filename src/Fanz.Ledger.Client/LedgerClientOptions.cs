namespace Fanz.Ledger.Client;

/// <summary>
/// How patient a client is. The defaults suit a service that has half a minute; a page that a person waits for has
/// less, a worker has more.
/// </summary>
public sealed record LedgerClientOptions
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long one call goes on trying: no attempt begins, and none is waited for, after it. A batch has it for each
    /// thousand of its commands.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long an answer may take before its attempt is given up as lost. The host itself waits up to five seconds
    /// for a database that is away, and then says so.
    /// </summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause before the second attempt. Each is twice the last, less up to a half by chance.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause, unless the ledger asks for a longer one.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the ledger holds the line while there is nothing new to follow: at most 30 seconds.</summary>
    public TimeSpan LongPoll { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Told before every further attempt why there is one, for a log. It must not throw.</summary>
    public Action<string>? Retrying { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Patience, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AttemptTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(FirstPause, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestPause, FirstPause);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongPoll, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LongPoll, LongestPoll);
    }
}
