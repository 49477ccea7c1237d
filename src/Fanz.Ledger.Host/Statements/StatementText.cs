using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Printing;
using Fanz.Ledger.Postgres.Statements;

namespace Fanz.Ledger.Host.Statements;

/// <summary>A statement as text in columns, written as its entries come: no table has to be held for it.</summary>
internal static class StatementText
{
    public static async Task Write(TextWriter text, BookName book, Statement statement, CancellationToken token)
    {
        var (request, currency) = (statement.Request, statement.Request.Currency);
        var period = $"{(request.From is { } from ? PrintedPage.Day(from) : "the beginning")} to " +
            (request.To is { } to ? PrintedPage.Day(to) : "now");
        var known = request.KnownOn is { } day ? $", as known at the end of {PrintedPage.Day(day)}" : "";
        await text.WriteLineAsync(
            $"{book}, statement of {request.Of}, {currency}, {period}{known}, up to record {statement.Number}");
        await text.WriteLineAsync();
        await Line("account", "", "", "opening", "moved", "closing");
        foreach (var code in statement.Codes)
            await Line(code.Code.Name, "", "", Amount(code.Opening), Amount(code.Moved), Amount(code.Closing));
        await text.WriteLineAsync();
        await Line("date", "record", "what", "account", "amount", "balance");
        await Line("", "", "opening", "", "", Amount(statement.Opening));
        await foreach (var entry in statement.Entries(token))
        {
            var account = entry.Cohort is { } cohort
                ? $"{entry.Code.Name} until {PrintedPage.Day(cohort)}"
                : entry.Code.Name;
            await Line(
                PrintedPage.Day(entry.EffectiveOn), PrintedPage.Number(entry.Number), PrintedPage.Words(entry.Type),
                account, Amount(entry.Amount), Amount(entry.Balance));
        }

        await Line("", "", "closing", "", "", Amount(statement.Closing));
        await text.WriteLineAsync();
        var end = await statement.End(token);
        var (closing, inLedger) = (
            new Money.Money(statement.Closing, currency), new Money.Money(end.InLedger, currency));
        await text.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{Same(end.AddsUp)}: the opening and {end.Entries:N0} entries, and the closing {closing}."));
        var behind = statement.LaterEntries == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $" with {statement.LaterEntries:N0} entries behind it ({new Money.Money(statement.Later, currency)})");
        await text.WriteLineAsync($"{Same(end.Ties)}: the closing{behind}, and {inLedger} in the ledger.");

        string Amount(long minor) => PrintedPage.Amount(minor, currency);

        Task Line(string one, string two, string three, string four, string five, string six) =>
            text.WriteLineAsync($"{one,-20} {two,9}  {three,-24} {four,-34} {five,16} {six,16}".AsMemory(), token);
    }

    private static string Same(bool isSame) => isSame ? "Equal" : "NOT EQUAL";
}
