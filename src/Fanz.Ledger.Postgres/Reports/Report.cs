using Fanz.Ledger.Books;
using Fanz.Ledger.Exchange;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Rates;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Reports;

/// <summary>By which rates all of a report is to be said in one currency.</summary>
/// <param name="Treasury">Whose tables they are; null where the tenant has none.</param>
public sealed record RatesAsked(Currency Currency, OpenedBook? Treasury, string Table, LocalDate On);

/// <summary>Of which books, over which days, and how.</summary>
/// <param name="Consolidates">What these books owe one another is left out, as far as both sides say so.</param>
/// <param name="In">The one currency in which all of it is said as well; null for none.</param>
public sealed record ReportAsked(
    IReadOnlyList<OpenedBook> Books, ReportDays Days, bool Consolidates = false, RatesAsked? In = null);

/// <summary>All of a report in one currency, and the record that says by which rates.</summary>
public sealed record ReportTotal(ReportSection Section, RatesAsked Rates, long RatesNumber);

/// <summary>
/// A trial balance, a balance sheet or an income statement: they are views of the same lines, so what one says the
/// others say as well.
/// </summary>
/// <param name="Books">The books, and the number that what is said of each is current to.</param>
/// <param name="Between">Where it is consolidated: what the books say of one another.</param>
public sealed record Report(
    ReportAsked Asked, IReadOnlyList<(BookName Book, long Number)> Books, IReadOnlyList<ReportSection> Sections,
    ReportTotal? Total, IReadOnlyList<BetweenTwo> Between);

/// <summary>A table says nothing of a day.</summary>
/// <param name="asked">What was asked for.</param>
/// <param name="before">The nearest day before of which it does.</param>
public sealed class RatesUnknown(RatesAsked asked, LocalDate? before) : Exception(
    $"The tenant's table {asked.Table} has no rates of {asked.On:uuuu'-'MM'-'dd}; "
    + (before is { } day ? $"the last day before of which it has is {day:uuuu'-'MM'-'dd}." : "nor of a day before."));

/// <summary>Makes reports.</summary>
public sealed class ReportMaker(NpgsqlDataSource source)
{
    private readonly ReportReader lines = new(source);
    private readonly RateReader rates = new(source);

    /// <exception cref="RatesUnknown">There are no rates of that table and day.</exception>
    /// <exception cref="RateMissing">They lack a currency that is needed.</exception>
    public async Task<Report> Make(ReportAsked asked, CancellationToken token)
    {
        // Rates come first: a report that cannot be made is not read.
        var found = asked.In is { } wanted ? await Find(wanted, asked.Days.KnownOn, token) : null;
        var books = await lines.Read(asked.Books, asked.Days, token);
        var (all, between) = asked.Consolidates
            ? Consolidated.Of(books)
            : new Consolidated([.. books.SelectMany(book => book.Lines)], []);
        return new Report(
            asked, [.. books.Select(book => (book.Book.Name, book.Number))], ReportSection.ByCurrency(all),
            found is null
                ? null
                : new ReportTotal(
                    ReportSection.InOne(all, asked.In!.Currency, found.Rates), asked.In, found.Number),
            between);
    }

    private async Task<FoundRates> Find(RatesAsked asked, LocalDate? knownOn, CancellationToken token)
    {
        if (asked.Treasury is not { } treasury) throw new RatesUnknown(asked, before: null);
        return await rates.Find(treasury, asked.Table, asked.On, knownOn, token) ?? throw new RatesUnknown(
            asked, await rates.LastBefore(treasury, asked.Table, asked.On, knownOn, token));
    }
}
