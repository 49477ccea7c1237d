using System.Diagnostics;
using NodaTime;

namespace Fanz.Ledger.Host.Bench;

/// <summary>A clock that runs as every other, and is put forward to another day. It begins at noon.</summary>
internal sealed class LaterClock(LocalDate first) : IClock
{
    private static readonly LocalTime Noon = new(12, 0);
    private readonly Stopwatch since = Stopwatch.StartNew();
    private readonly Instant start = first.At(Noon).InUtc().ToInstant();
    private Duration ahead = Duration.Zero;

    public LocalDate Today => GetCurrentInstant().InUtc().Date;

    public Instant GetCurrentInstant() => start + ahead + Duration.FromTimeSpan(since.Elapsed);

    public void PutForward(int days) => ahead += Duration.FromDays(days);
}
