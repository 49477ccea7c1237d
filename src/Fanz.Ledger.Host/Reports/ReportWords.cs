using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Reports;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Reports;

/// <summary>Something that was asked of a report cannot be.</summary>
/// <param name="parameter">The parameter.</param>
/// <param name="code">The stable word for it.</param>
/// <param name="message">What a person is told.</param>
internal sealed class ReportMistake(string parameter, string code, string message) : Exception(message)
{
    public string Parameter => parameter;

    public string Code => code;
}

/// <summary>Reads what people and programs ask of a report, alike over HTTP and on the command line.</summary>
internal static class ReportWords
{
    public const string AsOf = "as_of", From = "from", To = "to", KnownOn = "known_on", Consolidated = "consolidated";
    public const string In = "in", Rates = "rates", RatesOn = "rates_on";

    private const int LongestTable = 100;
    private static readonly LocalDate First = new(1900, 1, 1), Last = new(2999, 12, 31);

    /// <summary>The parameters of a report, as they are written in addresses.</summary>
    public static IReadOnlyList<string> Of(ReportKind kind) =>
        [.. kind.IsOfPeriod ? (string[])[From, To] : [AsOf], KnownOn, In, Rates, RatesOn];

    public static ReportDays Days(ReportKind kind, Func<string, string?> given) =>
        kind.IsOfPeriod ? Period(given) : new ReportDays(To: Day(AsOf, given), KnownOn: Day(KnownOn, given));

    public static ReportDays Period(Func<string, string?> given)
    {
        var days = new ReportDays(Day(From, given), Day(To, given), Day(KnownOn, given));
        return days.From > days.To
            ? throw new ReportMistake(From, "ill_formed", "from is not later than to.")
            : days;
    }

    /// <summary>In which currency all is to be said as well; all three are given, or none.</summary>
    public static async Task<RatesAsked?> ReadRates(
        BookRegistry registry, string tenant, Func<string, string?> given, CancellationToken token)
    {
        string[] names = [In, Rates, RatesOn];
        if (names.All(name => given(name) is null)) return null;
        foreach (var name in names)
        {
            if (given(name) is null)
                throw new ReportMistake(
                    name, "parameter_missing",
                    "in names a currency, rates the table and rates_on its day: all or none.");
        }

        if (!Currency.TryOf(given(In), out var currency) || currency.IsToken)
            throw new ReportMistake(In, "ill_formed", $"{Identifier.Quote(given(In))} is not a currency.");
        if (Identifier.Problem(given(Rates), LongestTable) is { } problem)
            throw new ReportMistake(Rates, "ill_formed", $"rates {problem}.");
        // Whoever may see a book of the tenant may see by which rates the tenant reports.
        var treasury = await registry.Find(new BookName(tenant, "_"), token);
        return new RatesAsked(currency, treasury, given(Rates)!, Day(RatesOn, given)!.Value);
    }

    /// <summary>Makes it, and says in these words why it cannot be made.</summary>
    public static async Task<Report> Make(ReportMaker maker, ReportAsked asked, CancellationToken token)
    {
        try
        {
            return await maker.Make(asked, token);
        }
        catch (RatesUnknown unknown)
        {
            throw new ReportMistake(RatesOn, "rates_unknown", unknown.Message);
        }
        catch (RateMissing missing)
        {
            throw new ReportMistake(Rates, "rate_missing", missing.Message);
        }
    }

    private static LocalDate? Day(string name, Func<string, string?> given)
    {
        if (given(name) is not { } text) return null;
        return LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var day) && day >= First && day <= Last
            ? day
            : throw new ReportMistake(name, "ill_formed", $"{name} is a date such as 2026-01-31.");
    }
}
