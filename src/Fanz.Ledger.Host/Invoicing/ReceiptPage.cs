using System.Globalization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Printing;
using Fanz.Ledger.Invoicing;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Host.Invoicing;

/// <summary>A receipt, or the credit note of one, as a page to print.</summary>
internal static class ReceiptPage
{
    public static string Of(BookName book, PaymentReceipt receipt)
    {
        var currency = receipt.Currency;
        var html = PrintedPage.Begin($"{(receipt.CreditOf is null ? "Receipt" : "Credit note")} {receipt.Number}");
        html.Facts(
            ("Seller", book.ToString()), ("Date", PrintedPage.Day(receipt.On)), ("Fan", receipt.Fan),
            ("Creator", receipt.Creator), Credit(receipt.CreditOf),
            (receipt.CreditOf is null ? "Paid by" : "Was paid by", InvoicingWords.Of(receipt.Funding)),
            ("Tokens", receipt.Tokens is { } tokens ? PrintedPage.Number(tokens) : null), ("Currency", currency.Code));
        html.Lines(receipt.Lines, currency)
            .Row(
                1, isSum: true, receipt.CreditOf is null ? "Total paid" : "Total given back", "", "", "",
                new Money.Money(receipt.Total, currency).ToString())
            .EndTable();
        if (receipt.Repaid is { } repaid)
            html.Leaf("p", $"Of this {new Money.Money(repaid, currency)} went to what was owed.");
        return html.GivenBack(receipt.GivenBack, currency, receipt.Kept).References(receipt.References).End()
            .ToString();
    }

    /// <summary>Begins a table of lines, and leaves it open for its sums.</summary>
    public static Html Lines(this Html html, IReadOnlyList<ReceiptLine> lines, Currency currency)
    {
        html.BeginTable("What", "Of", "Quantity", "Rate", "#Amount");
        foreach (var line in lines)
        {
            var item = line.Jurisdiction ?? line.Item;
            var days = line.Days is var (from, to) ? $"{PrintedPage.Day(from)} to {PrintedPage.Day(to)}" : null;
            html.Row(
                1, isSum: false, line.What, days is null ? item : $"{item}, {days}",
                line.Quantity is { } quantity ? PrintedPage.Number(quantity) : "",
                line.RateBasisPoints is { } rate ? Percent(rate) : "", PrintedPage.Amount(line.Amount, currency));
        }

        return html;
    }

    public static Html GivenBack(
        this Html html, IReadOnlyList<GivenBack> all, Currency currency, long? kept)
    {
        if (all.Count == 0) return html;
        html.Leaf("h2", "Given back so far").BeginTable("Date", "Record", "How", "#Amount");
        foreach (var back in all)
        {
            html.Row(
                1, isSum: false, PrintedPage.Day(back.On), PrintedPage.Number(back.Number),
                PrintedPage.Words(InvoicingWords.Of(back.Kind)), PrintedPage.Amount(back.Amount, currency));
        }

        if (kept is { } left) html.Row(1, isSum: true, "", "", "Remains paid", PrintedPage.Amount(left, currency));
        return html.EndTable();
    }

    public static Html References(this Html html, IReadOnlyList<Named> names)
    {
        if (names.Count == 0) return html;
        html.Leaf("h2", "References").Open("dl");
        foreach (var (kind, text) in names) html.Leaf("dt", kind).Leaf("dd", text);
        return html.Close("dl");
    }

    public static (string Name, string? Text) Credit((long Number, ReturnKind Kind)? of) => of is var (number, kind)
        ? ("Of", $"{PrintedPage.Number(number)}, by {PrintedPage.Words(InvoicingWords.Of(kind))}")
        : ("Of", null);

    private static string Percent(int basisPoints) =>
        string.Create(CultureInfo.InvariantCulture, $"{basisPoints / 100m:0.##} %");
}
