using System.Text;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Printing;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Statements;
using NodaTime;

namespace Fanz.Ledger.Host.Statements;

/// <summary>A statement to print, written as its entries come.</summary>
internal static class StatementPage
{
    private const int RowsAPiece = 200;

    public static async Task Write(Stream stream, BookName book, Statement statement, CancellationToken token)
    {
        var (request, currency) = (statement.Request, statement.Request.Currency);
        var html = PrintedPage.Begin("Statement");
        html.Facts(
            ("Of", request.Of.ToString()), ("Platform", book.ToString()), ("Currency", currency.Code),
            ("Period", $"{Edge(request.From, "the beginning")} to {Edge(request.To, "the end of what is known")}"),
            ("As known at the end of", request.KnownOn is { } day ? PrintedPage.Day(day) : null),
            ("Up to record", PrintedPage.Number(statement.Number)));
        WriteCodes(html, statement);
        html.Leaf("h2", "Entries")
            .BeginTable("Date", "Record", "What", "Account", "Held until", "#Amount", "#Balance")
            .Row(2, isSum: false, "", "", "Opening", "", "", "", Amount(statement.Opening));
        var rows = 0;
        await foreach (var entry in statement.Entries(token))
        {
            html.Row(
                2, isSum: false, PrintedPage.Day(entry.EffectiveOn), PrintedPage.Number(entry.Number),
                PrintedPage.Words(entry.Type), entry.Code.Name,
                entry.Cohort is { } cohort ? PrintedPage.Day(cohort) : "", Amount(entry.Amount),
                Amount(entry.Balance));
            if (++rows % RowsAPiece == 0) html = await Flush();
        }

        html.Row(2, isSum: true, "", "", "Closing", "", "", "", Amount(statement.Closing)).EndTable();
        WriteCheck(html, statement, await statement.End(token));
        html.End();
        await Flush();

        string Amount(long minor) => PrintedPage.Amount(minor, currency);

        async Task<Html> Flush()
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(html.ToString()), token);
            return new Html();
        }
    }

    private static void WriteCodes(Html html, Statement statement)
    {
        html.Leaf("h2", "Accounts").BeginTable("Account", "#Opening", "#Moved", "#Closing");
        foreach (var code in statement.Codes)
            html.Row(3, isSum: false, code.Code.Name, Amount(code.Opening), Amount(code.Moved), Amount(code.Closing));
        html.Row(
                3, isSum: true, "Together", Amount(statement.Opening),
                Amount(statement.Closing - statement.Opening), Amount(statement.Closing))
            .EndTable();

        string Amount(long minor) => PrintedPage.Amount(minor, statement.Request.Currency);
    }

    private static void WriteCheck(Html html, Statement statement, StatementEnd end)
    {
        var currency = statement.Request.Currency;
        html.Leaf(
            "p",
            end.AddsUp
                ? $"The opening and the {PrintedPage.Number(end.Entries)} entries are the closing."
                : $"NOT EQUAL: the opening and the {PrintedPage.Number(end.Entries)} entries are "
                    + $"{new Money.Money(end.Balance, currency)}, the closing is "
                    + $"{new Money.Money(statement.Closing, currency)}.",
            Class(end.AddsUp));
        var behind = statement.LaterEntries == 0
            ? ""
            : $", with {PrintedPage.Number(statement.LaterEntries)} entries behind the period "
                + $"({new Money.Money(statement.Later, currency)}),";
        html.Leaf(
            "p",
            end.Ties
                ? $"The closing{behind} is what the ledger says: {new Money.Money(end.InLedger, currency)}."
                : $"NOT EQUAL: the closing{behind} is not what the ledger says: "
                    + $"{new Money.Money(end.InLedger, currency)}.",
            Class(end.Ties));

        static string Class(bool isRight) => isRight ? "class=\"quiet\"" : "class=\"wrong\"";
    }

    private static string Edge(LocalDate? day, string open) => day is { } told ? PrintedPage.Day(told) : open;
}
