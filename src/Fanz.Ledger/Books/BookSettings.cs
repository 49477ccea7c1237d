using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Books;

/// <summary>
/// What a book is opened with, on purpose and for good. The calendar names the set of bank holidays that its
/// schedules keep.
/// </summary>
public sealed record BookSettings(BookName Name, DateTimeZone TimeZone, string Calendar, Currency ReportingCurrency)
{
    public const string NoHolidays = "none";

    /// <summary>Reads the words of a person or a file; every fault at once.</summary>
    public static (BookSettings? Settings, IReadOnlyList<Fault> Faults) Read(
        string? tenant, string? platform, string? timeZone, string? calendar, string? reportingCurrency)
    {
        var faults = new List<Fault>();
        if (BookName.Problem(tenant) is { } tenantProblem)
            faults.Add(new Fault("tenant", "ill_formed", $"tenant {tenantProblem}"));
        if (BookName.Problem(platform) is { } platformProblem)
            faults.Add(new Fault("platform", "ill_formed", $"platform {platformProblem}"));
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone ?? "");
        if (zone is null)
            faults.Add(new Fault(
                "time_zone", "unknown_time_zone", $"{Identifier.Quote(timeZone)} is not an IANA time zone."));
        if (BookName.Problem(calendar) is { } calendarProblem)
            faults.Add(new Fault("calendar", "ill_formed", $"calendar {calendarProblem}"));
        if (!Currency.TryOf(reportingCurrency, out var currency) || currency.IsToken)
            faults.Add(new Fault(
                "reporting_currency", "unknown_currency", $"{Identifier.Quote(reportingCurrency)} is not a currency."));
        return faults.Count > 0
            ? (null, faults)
            : (new BookSettings(new BookName(tenant!, platform!), zone!, calendar!, currency!), faults);
    }

    /// <summary>
    /// The first record of the book: what it was opened with, under the same seal as everything else.
    /// </summary>
    public Draft Opening() => new(new Event.BookOpened(
        Name.Tenant, Name.Platform, TimeZone.Id, Calendar, ReportingCurrency.Code));
}
