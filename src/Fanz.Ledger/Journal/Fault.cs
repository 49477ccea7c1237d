using NodaTime;

namespace Fanz.Ledger.Journal;

/// <summary>What is wrong with the form of a request. Faults are told, all at once, and never stored.</summary>
public sealed record Fault(string Field, string Code, string Problem)
{
    public override string ToString() => $"{Field}: {Problem}";

    /// <summary>
    /// A date outside these years is a slip, and a store could not keep all that a calendar can name.
    /// </summary>
    internal static Fault? OfDate(string field, LocalDate? date) =>
        date is not { } day || (day is { Year: >= 1900 and < 3000 } && day.Calendar == CalendarSystem.Iso)
            ? null
            : new Fault(field, "date_out_of_range", "A date is from 1900-01-01 to 2999-12-31.");
}
