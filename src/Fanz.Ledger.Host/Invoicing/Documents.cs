using Fanz.Ledger.Invoicing;
using Fanz.Ledger.Postgres.Invoicing;

namespace Fanz.Ledger.Host.Invoicing;

/// <summary>The documents of what was found: of a payment, or of what came back of one.</summary>
internal static class Documents
{
    public static PaymentReceipt? ReceiptOf(PaymentFound found) => found.IsReturn
        ? PaymentReceipt.CreditNote(found.Payment, found.Number)
        : PaymentReceipt.Of(found.Payment);

    public static CreatorInvoice? InvoiceOf(PaymentFound found) => found.IsReturn
        ? CreatorInvoice.CreditNote(found.Payment, found.Number)
        : CreatorInvoice.Of(found.Payment);

    /// <summary>The invoice of the sale itself, which says whom it concerns.</summary>
    public static CreatorInvoice? SaleOf(PaymentFound found) => CreatorInvoice.Of(found.Payment);
}
