using Fanz.Ledger.Host.Lists;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Postgres.Reports;

namespace Fanz.Ledger.Host.Reports;

/// <summary>Reads what people and programs write to ask for revenue, alike over HTTP and on the command line.</summary>
internal static class RevenueWords
{
    public const string By = "by", From = "from", To = "to", Currency = "currency";

    public static string Groups { get; } = string.Join(", ", RevenueReport.Groups);

    /// <summary>The question; what cannot be understood is a <see cref="ListMistake"/>.</summary>
    public static RevenueQuestion Read(Func<string, string?> given)
    {
        var (from, to) = (Day(From, given(From)), Day(To, given(To)));
        if (from > to) throw new ListMistake(To, "ill_formed", "to is not before from.");
        if (given(Currency) is { } text && !Money.Currency.TryOf(text, out _))
            throw new ListMistake(Currency, "unknown_currency", "currency is one of ISO 4217, such as USD.");
        return new RevenueQuestion(GroupsOf(given(By)), from, to, given(Currency));
    }

    private static string[] GroupsOf(string? text)
    {
        var by = text is null or "" ? [] : text.Split(',');
        // Amounts of two currencies are never summed, so nothing changes by asking for it.
        if (by.Any(one => one != "currency" && !RevenueReport.Groups.Contains(one)))
            throw new ListMistake(By, "ill_formed", $"by is some of {Groups} and currency, separated by commas.");
        if (by.Distinct(StringComparer.Ordinal).Count() != by.Length)
            throw new ListMistake(By, "ill_formed", "by names something twice.");
        return [.. by.Where(one => one != "currency")];
    }

    private static DateOnly? Day(string name, string? text) => text is null
        ? null
        : (DateOnly?)(ListValues.Read(ValueKind.Date, text)
            ?? throw new ListMistake(name, "ill_formed", $"{name} is a date such as 2026-01-31."));
}
