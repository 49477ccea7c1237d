using System.Collections.Concurrent;

namespace Fanz.Ledger.Host.Access;

/// <summary>
/// How much each caller may ask of this host: so many commands or requests a second, with one second's worth in
/// reserve. Whoever has something left may ask for more than that at once, such as a batch, and then waits until the
/// debt is paid. Nothing is counted over several hosts.
/// </summary>
internal sealed class RateLimits(int usual, TimeProvider clock)
{
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Bucket> buckets = new(StringComparer.Ordinal);
    private long lookedAt = clock.GetTimestamp();

    public int Remembered => buckets.Count;

    /// <summary>Takes the cost, or says how long to wait before asking again, and takes nothing.</summary>
    public TimeSpan? Take(string caller, int? limit, int cost)
    {
        var rate = limit ?? usual;
        if (!buckets.TryGetValue(caller, out var bucket))
        {
            if (buckets.Count >= MostRemembered) LetGo();
            bucket = buckets.GetOrAdd(caller, _ => new Bucket(clock.GetTimestamp()));
        }

        return bucket.Take(clock, rate, cost);
    }

    /// <summary>A bucket that is full again says what a new one would say.</summary>
    private void LetGo()
    {
        var last = Interlocked.Read(ref lookedAt);
        if (clock.GetElapsedTime(last) < BetweenLooks) return;
        if (Interlocked.CompareExchange(ref lookedAt, clock.GetTimestamp(), last) != last) return;
        foreach (var (caller, bucket) in buckets)
            if (bucket.IsFullAgain(clock)) buckets.TryRemove(caller, out _);
    }

    private sealed class Bucket(long now)
    {
        private readonly Lock gate = new();
        private double missing;
        private long asOf = now;
        private int lastRate = 1;

        public TimeSpan? Take(TimeProvider clock, int rate, int cost)
        {
            lock (gate)
            {
                var time = clock.GetTimestamp();
                missing = Math.Max(0, missing - clock.GetElapsedTime(asOf, time).TotalSeconds * rate);
                (asOf, lastRate) = (time, rate);
                if (missing > rate - 1) return TimeSpan.FromSeconds((missing - (rate - 1)) / rate);
                missing += cost;
                return null;
            }
        }

        public bool IsFullAgain(TimeProvider clock)
        {
            lock (gate) return clock.GetElapsedTime(asOf).TotalSeconds * lastRate >= missing;
        }
    }
}
