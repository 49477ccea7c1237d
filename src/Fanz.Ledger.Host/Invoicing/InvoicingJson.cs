using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Invoicing;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Invoicing;

/// <summary>Receipts and invoices as objects. Amounts are minor units; what there is nothing of is left out.</summary>
internal static class InvoicingJson
{
    public static void Write(Utf8JsonWriter json, BookName book, PaymentReceipt receipt)
    {
        json.WriteStartObject();
        Head(json, receipt.CreditOf is null ? "receipt" : "credit_note", receipt.Number, receipt.Type, receipt.On);
        CreditOf(json, receipt.CreditOf);
        json.WriteString("seller", book.ToString());
        json.WriteString("fan", receipt.Fan);
        if (receipt.Creator is { } creator) json.WriteString("creator", creator);
        json.WriteString("currency", receipt.Currency.Code);
        json.WriteString("funding", InvoicingWords.Of(receipt.Funding));
        if (receipt.Tokens is { } tokens) json.WriteNumber("tokens", tokens);
        Lines(json, "lines", receipt.Lines);
        json.WriteNumber("total", receipt.Total);
        if (receipt.Repaid is { } repaid) json.WriteNumber("repaid", repaid);
        References(json, receipt.References);
        GivenBack(json, receipt.GivenBack);
        json.WriteNumber("kept", receipt.Kept);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, BookName book, CreatorInvoice invoice)
    {
        json.WriteStartObject();
        Head(json, invoice.CreditOf is null ? "invoice" : "credit_note", invoice.Number, invoice.Type, invoice.On);
        CreditOf(json, invoice.CreditOf);
        json.WriteString("issuer", book.ToString());
        json.WriteString("creator", invoice.Creator);
        json.WriteString("currency", invoice.Currency.Code);
        json.WriteNumber("gross", invoice.Gross);
        json.WriteNumber("shipping", invoice.Shipping);
        if (invoice.Discount is { } discount)
        {
            json.WriteStartObject("discount");
            json.WriteString("promotion", discount.Promotion);
            json.WriteNumber("amount", discount.Amount);
            json.WriteEndObject();
        }

        json.WriteNumber("fee", invoice.Fee);
        if (invoice.RuleVersion is { } version) json.WriteNumber("rule_version", version);
        json.WriteNumber("affiliate", invoice.Affiliate);
        json.WriteNumber("escrow", invoice.Escrow);
        json.WriteNumber("borne_by_platform", invoice.BorneByPlatform);
        json.WriteStartArray("shares");
        foreach (var share in invoice.Shares)
        {
            json.WriteStartObject();
            json.WriteString("creator", share.Creator);
            json.WriteNumber("pending", share.Pending);
            json.WriteNumber("reserve", share.Reserve);
            json.WriteNumber("unearned", share.Unearned);
            json.WriteNumber("total", share.Total);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("shared_by_others", invoice.OfOthers);
        Day(json, "pending_until", invoice.PendingUntil);
        Day(json, "reserve_until", invoice.ReserveUntil);
        Lines(json, "taxes", invoice.Taxes);
        References(json, invoice.References);
        GivenBack(json, invoice.GivenBack);
        json.WriteEndObject();
    }

    private static void Head(Utf8JsonWriter json, string document, long number, string type, LocalDate on)
    {
        json.WriteString("document", document);
        json.WriteNumber("number", number);
        json.WriteString("type", type);
        Day(json, "effective_on", on);
    }

    private static void CreditOf(Utf8JsonWriter json, (long Number, ReturnKind Kind)? of)
    {
        if (of is not var (number, kind)) return;
        json.WriteStartObject("credit_of");
        json.WriteNumber("number", number);
        json.WriteString("kind", InvoicingWords.Of(kind));
        json.WriteEndObject();
    }

    private static void Lines(Utf8JsonWriter json, string name, IReadOnlyList<ReceiptLine> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteString("kind", InvoicingWords.Of(line.Kind));
            json.WriteString("what", line.What);
            if (line.Item is { } item) json.WriteString("item", item);
            if (line.Quantity is { } quantity) json.WriteNumber("quantity", quantity);
            Day(json, "from", line.Days?.From);
            Day(json, "to", line.Days?.To);
            if (line.Tax is { } tax) json.WriteString("tax", InvoicingWords.Of(tax));
            if (line.Jurisdiction is { } place) json.WriteString("jurisdiction", place);
            if (line.RateBasisPoints is { } rate) json.WriteNumber("rate_basis_points", rate);
            json.WriteNumber("amount", line.Amount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void References(Utf8JsonWriter json, IReadOnlyList<Named> names)
    {
        json.WriteStartArray("references");
        foreach (var (kind, text) in names)
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void GivenBack(Utf8JsonWriter json, IReadOnlyList<GivenBack> all)
    {
        json.WriteStartArray("given_back");
        foreach (var back in all)
        {
            json.WriteStartObject();
            json.WriteNumber("number", back.Number);
            Day(json, "effective_on", back.On);
            json.WriteString("kind", InvoicingWords.Of(back.Kind));
            json.WriteNumber("amount", back.Amount);
            if (back.Tokens is { } tokens) json.WriteNumber("tokens", tokens);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Day(Utf8JsonWriter json, string name, LocalDate? day)
    {
        if (day is { } told) json.WriteString(name, LocalDatePattern.Iso.Format(told));
    }
}
