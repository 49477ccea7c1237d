using System.Globalization;
using System.Text;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Printing;
using Fanz.Ledger.Invoicing;
using Fanz.Ledger.Postgres.Invoicing;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Host.Invoicing;

/// <summary>
/// The receipt and the invoice of a transaction. A fan's own key sees the fan's receipts, a creator's the creator's
/// invoices with nobody else's part; everything else is as if it were not there.
/// </summary>
internal static class InvoicingEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Api.Books.Route + "/transactions/{number}/receipt", (RequestDelegate)Receipt)
            .WithMetadata(InvoicingDescriptions.Receipt);
        routes.MapGet(Api.Books.Route + "/transactions/{number}/invoice", (RequestDelegate)Invoice)
            .WithMetadata(InvoicingDescriptions.Invoice);
    }

    private static async Task Receipt(HttpContext context)
    {
        var read = await ReadRequest.OfOwner(context, "format");
        var own = Own(read, Role.Fan);
        var isPage = IsPage(read);
        var (number, found) = await Find(context, read);
        var receipt = Documents.ReceiptOf(found);
        if (own is not null && receipt?.Fan != own) throw Unknown(number);
        if (receipt is null) throw None(number, "is nothing that a fan paid or got back");
        await (isPage
            ? Page(context, ReceiptPage.Of(read.Book.Name, receipt))
            : Json.Answer(context, 200, json => InvoicingJson.Write(json, read.Book.Name, receipt)));
    }

    private static async Task Invoice(HttpContext context)
    {
        var read = await ReadRequest.OfOwner(context, "creator", "format");
        var own = Own(read, Role.Creator);
        var asked = read.Parameters.Text("creator");
        if (own is not null && asked is not null && asked != own) throw ReadRequest.OwnersAlone();
        var isPage = IsPage(read);
        var (number, found) = await Find(context, read);
        var invoice = Documents.InvoiceOf(found);
        if ((own ?? asked) is { } creator)
        {
            var concerns = Documents.SaleOf(found)?.Concerns(creator) == true;
            if (own is not null && !concerns) throw Unknown(number);
            if (invoice is not null && !concerns) throw None(number, "is no sale of that creator");
            invoice = invoice?.For(creator);
        }

        if (invoice is null) throw None(number, "is no sale, and gave back none");
        await (isPage
            ? Page(context, InvoicePage.Of(read.Book.Name, invoice))
            : Json.Answer(context, 200, json => InvoicingJson.Write(json, read.Book.Name, invoice)));
    }

    private static string? Own(ReadRequest read, Role role) => read.Caller.Owner is not { } owner
        ? null
        : owner.Role == role ? owner.Id : throw ReadRequest.OwnersAlone();

    private static bool IsPage(ReadRequest read) => read.Parameters.Text("format") switch
    {
        null or "json" => false,
        "html" => true,
        _ => throw Parameters.Wrong("format", "ill_formed", "format is json or html."),
    };

    private static async Task<(long Number, PaymentFound Found)> Find(HttpContext context, ReadRequest read)
    {
        var text = (string)context.GetRouteValue("number")!;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            throw Parameters.Wrong("number", "ill_formed", "A transaction is named by its number.");
        var look = await read.Look();
        if (number > look.Number && look.MayLag) throw ReadRequest.NotThereYet(look, number);
        return await read.Readers.Payments.Find(read.Book, number, look.Number, read.Aborted) is { } found
            ? (number, found)
            : throw Unknown(number);
    }

    private static Task Page(HttpContext context, string html)
    {
        PrintedPage.Say(context.Response);
        return context.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(html), context.RequestAborted).AsTask();
    }

    private static ProblemFound Unknown(long number) => new(new Problem(
        StatusCodes.Status404NotFound, "transaction_unknown", $"There is no transaction {number}."));

    private static ProblemFound None(long number, string what) => new(new Problem(
        StatusCodes.Status422UnprocessableEntity, "no_receipt", $"Transaction {number} {what}."));
}
