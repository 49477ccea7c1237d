using Fanz.Ledger.Earnings;
using Fanz.Ledger.Invoicing;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Invoicing;

/// <summary>The words of receipts and invoices, as programs read them.</summary>
internal static class InvoicingWords
{
    public static string Of(Funding funding) => funding switch
    {
        Funding.Wallet => "wallet",
        Funding.Card => "card",
        Funding.Tokens => "tokens",
        Funding.Promo => "promo",
        Funding.Authorisation => "authorisation",
        _ => throw new InvariantBroken($"{funding} is no funding."),
    };

    public static string Of(ReturnKind kind) => kind switch
    {
        ReturnKind.Refund => "refund",
        ReturnKind.Chargeback => "chargeback",
        ReturnKind.ClawBack => "claw_back",
        ReturnKind.Reversal => "reversal",
        _ => throw new InvariantBroken($"{kind} gives back in no way that is known."),
    };

    public static string Of(LineKind kind) => kind switch
    {
        LineKind.Item => "item",
        LineKind.Shipping => "shipping",
        LineKind.Discount => "discount",
        LineKind.Tax => "tax",
        LineKind.GivenBack => "given_back",
        _ => throw new InvariantBroken($"{kind} is no kind of line."),
    };

    public static string Of(TaxKind kind) => kind switch
    {
        TaxKind.Vat => "vat",
        TaxKind.SalesTax => "sales_tax",
        _ => throw new InvariantBroken($"{kind} is no tax."),
    };
}
