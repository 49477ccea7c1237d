using NodaTime;

namespace Fanz.Ledger.Postgres.Reports;

/// <summary>
/// Which movements a report counts, on both axes of time. What is not said bounds nothing: without any of them it is
/// all that is recorded, also what is dated ahead.
/// </summary>
/// <param name="From">Dated on that day or later.</param>
/// <param name="To">Dated on that day or before.</param>
/// <param name="KnownOn">Recorded by the end of that day, in each book's own time zone.</param>
public sealed record ReportDays(LocalDate? From = null, LocalDate? To = null, LocalDate? KnownOn = null)
{
    internal DateOnly First => From?.ToDateOnly() ?? DateOnly.MinValue;

    internal DateOnly Last => To?.ToDateOnly() ?? DateOnly.MaxValue;

    internal DateOnly Known => KnownOn?.ToDateOnly() ?? DateOnly.MaxValue;
}
