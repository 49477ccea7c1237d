using NodaTime;

namespace Fanz.Ledger.Host.Tests.Webhooks;

/// <summary>A clock that a test moves on.</summary>
internal sealed class TestClock : IClock
{
    private long ticks = Instant.FromUtc(2026, 1, 1, 0, 0).ToUnixTimeTicks();

    public Instant GetCurrentInstant() => Instant.FromUnixTimeTicks(Interlocked.Read(ref ticks));

    public void Advance(Duration by) => Interlocked.Add(ref ticks, (long)by.TotalTicks);
}
