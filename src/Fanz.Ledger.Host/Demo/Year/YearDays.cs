using NodaTime;

namespace Fanz.Ledger.Host.Demo.Year;

/// <summary>The clock of the year. A day begins at 13:00 universal time, morning at the platform's own clock.</summary>
internal sealed class YearDays : IClock
{
    private Instant now = YearScript.Eve.At(new LocalTime(12, 0)).InUtc().ToInstant();

    public void Begin(LocalDate day) => now = day.At(new LocalTime(13, 0)).InUtc().ToInstant();

    public void GoOn(Duration time) => now += time;

    public Instant GetCurrentInstant() => now;
}
