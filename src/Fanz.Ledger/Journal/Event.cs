namespace Fanz.Ledger.Journal;

/// <summary>
/// What happened. The hierarchy is closed; each event stands in its concept's file. Names and JSON are a storage
/// format: see <see cref="EventFormat"/>.
/// </summary>
public abstract partial record Event
{
    private Event()
    {
    }

    /// <summary>The first record of every book.</summary>
    public sealed record BookOpened(
        string Tenant, string Platform, string TimeZone, string Calendar, string ReportingCurrency) : Event;
}
