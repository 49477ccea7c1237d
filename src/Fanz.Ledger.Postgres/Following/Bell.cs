namespace Fanz.Ledger.Postgres.Following;

/// <summary>
/// Wakes those who wait for news within this process. Whoever rings it is never held up. It only saves waiting: who
/// follows the journal also looks by himself, because other hosts write as well.
/// </summary>
public sealed class Bell
{
    private TaskCompletionSource next = NewRing();

    /// <summary>
    /// The next time that it rings. It is taken before looking for news, so that none falls in between.
    /// </summary>
    public Task NextRing => Volatile.Read(ref next).Task;

    public void Ring() => Interlocked.Exchange(ref next, NewRing()).TrySetResult();

    /// <summary>Waits for a ring, but not for ever; says nothing about which it was.</summary>
    public static async Task Wait(Task ring, TimeSpan atMost, CancellationToken token)
    {
        try
        {
            await ring.WaitAsync(atMost, token);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // The caller looks again, or sees that it is to stop.
        }
    }

    /// <summary>Waits, unless it is to stop.</summary>
    public static async Task Rest(TimeSpan pause, CancellationToken token)
    {
        try
        {
            await Task.Delay(pause, token);
        }
        catch (OperationCanceledException)
        {
            // The caller sees it.
        }
    }

    private static TaskCompletionSource NewRing() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
