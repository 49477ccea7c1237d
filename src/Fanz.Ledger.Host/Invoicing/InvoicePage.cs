using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Printing;
using Fanz.Ledger.Invoicing;

namespace Fanz.Ledger.Host.Invoicing;

/// <summary>An invoice that a platform makes in the creators' place, or its credit note, as a page to print.</summary>
internal static class InvoicePage
{
    public static string Of(BookName book, CreatorInvoice invoice)
    {
        var currency = invoice.Currency;
        var isCredit = invoice.CreditOf is not null;
        var html = PrintedPage.Begin($"{(isCredit ? "Credit note" : "Invoice")} {invoice.Number}");
        html.Facts(
            ("Issued by", $"{book}, in the creator's place"), ("Creator", invoice.Creator),
            ("Date", PrintedPage.Day(invoice.On)), ReceiptPage.Credit(invoice.CreditOf),
            ("What", PrintedPage.Words(invoice.Type)), ("Currency", currency.Code),
            ("Revenue rule", invoice.RuleVersion is { } version ? $"version {version}" : null));
        html.BeginTable(isCredit ? "What was given back" : "What was sold", "#Amount");
        Sum("Gross, without taxes", invoice.Gross);
        if (invoice.Shipping != 0) Sum("Shipping", invoice.Shipping);
        if (invoice.Discount is { } discount) Sum($"Discount {discount.Promotion}", -discount.Amount);
        Sum("Platform's fee", -invoice.Fee);
        if (invoice.Affiliate != 0) Sum("Affiliate's part", -invoice.Affiliate);
        if (invoice.Escrow != 0) Sum("Of what was in escrow", -invoice.Escrow);
        if (invoice.BorneByPlatform != 0) Sum("Borne by the platform", -invoice.BorneByPlatform);
        if (invoice.OfOthers != 0) Sum("Shared by others", -invoice.OfOthers);
        html.Row(1, isSum: true, "Of the creators below", new Money.Money(invoice.Shared, currency).ToString())
            .EndTable();

        html.Leaf("h2", "Shares").BeginTable("Creator", "#Pending", "#Reserve", "#Earned later", "#Together");
        foreach (var share in invoice.Shares)
        {
            html.Row(
                4, isSum: false, share.Creator, Amount(share.Pending), Amount(share.Reserve), Amount(share.Unearned),
                Amount(share.Total));
        }

        html.EndTable();
        if (invoice.PendingUntil is { } pending && invoice.ReserveUntil is { } reserve)
        {
            html.Leaf(
                "p", $"Pending until {PrintedPage.Day(pending)}, the reserve until {PrintedPage.Day(reserve)}.",
                "class=\"quiet\"");
        }

        if (invoice.Taxes.Count > 0)
        {
            html.Leaf("h2", "Taxes that the platform collected and owes").Lines(invoice.Taxes, currency).EndTable();
        }

        return html.GivenBack(invoice.GivenBack, currency, kept: null).References(invoice.References).End().ToString();

        void Sum(string what, long amount) => html.Row(1, isSum: false, what, Amount(amount));

        string Amount(long minor) => PrintedPage.Amount(minor, currency);
    }
}
