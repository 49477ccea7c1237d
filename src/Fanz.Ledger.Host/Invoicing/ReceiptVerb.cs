using System.CommandLine;
using System.Text;
using System.Text.Json;
using Command = System.CommandLine.Command;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Books;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Printing;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Invoicing;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Invoicing;
using Fanz.Ledger.Postgres.Journal;

namespace Fanz.Ledger.Host.Invoicing;

/// <summary>`ledger receipt`: the receipt of a transaction, or with --invoice what its creators are told.</summary>
internal static class ReceiptVerb
{
    public static Command Words()
    {
        var number = new Argument<long>("NUMBER") { Description = "The number of the transaction in its book." };
        var book = BookWords.Option("Which book.", isRequired: true);
        var invoice = new Option<bool>("--invoice") { Description = "The creators' invoice instead of the receipt." };
        var html = new Option<bool>("--html") { Description = "As a page to print." };
        var json = Answer.JsonOption();
        var verb = new Command("receipt", "The receipt, invoice or credit note of a transaction.")
        {
            number, book, invoice, html, json,
        };
        verb.Validators.Add(words =>
        {
            if (words.GetValue(html) && words.GetValue(json))
                words.AddError("--html and --json are not given together.");
        });
        verb.SetAction((words, token) => Run(
            words.GetValue(number), words.GetValue(book)!.Value, words.GetValue(invoice),
            words.GetValue(html) ? "html" : words.GetValue(json) ? "json" : "text", token));
        return verb;
    }

    private static async Task<int> Run(
        long number, BookName name, bool isInvoice, string format, CancellationToken token)
    {
        await using var database = await Database.OpenPrepared(isFresh: false, token);
        await using var source = database.Connect();
        var book = await new BookRegistry(source).MustFind(name, token);
        var head = (await new JournalReader(source).PlaceAsOf(book, AsOf.Head, token)).Number;
        var found = number < 1 ? null : await new PaymentReader(source).Find(book, number, head, token);
        if (found is null) throw new Mistake($"{name} has no transaction {number}.");
        var receipt = isInvoice ? null : Documents.ReceiptOf(found);
        var invoice = isInvoice ? Documents.InvoiceOf(found) : null;
        if (receipt is null && invoice is null)
        {
            throw new Mistake(isInvoice
                ? $"Transaction {number} is no sale, and gave back none."
                : $"Transaction {number} is nothing that a fan paid or got back.");
        }

        switch (format)
        {
            case "html":
                Answer.Line(receipt is not null ? ReceiptPage.Of(name, receipt) : InvoicePage.Of(name, invoice!));
                break;
            case "json":
                Answer.Line(InJson(json =>
                {
                    if (receipt is not null) InvoicingJson.Write(json, name, receipt);
                    else InvoicingJson.Write(json, name, invoice!);
                }));
                break;
            default:
                if (receipt is not null) Tell(name, receipt);
                else Tell(name, invoice!);
                break;
        }

        return CommandLine.Done;
    }

    private static string InJson(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Api.Json.AsGiven)) write(json);
        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void Tell(BookName book, PaymentReceipt receipt)
    {
        var of = receipt.CreditOf is var (payment, kind) ? $" of {payment}, {InvoicingWords.Of(kind)}" : "";
        var title = receipt.CreditOf is null ? "receipt" : "credit note";
        Answer.Table(
            $"{book}, {title} {receipt.Number}{of}, {PrintedPage.Day(receipt.On)}, fan {receipt.Fan}",
            ["what", "of", new("amount", IsNumber: true)],
            receipt.Lines
                .Select(line => (IReadOnlyList<string>)
                    [
                        line.What, line.Jurisdiction ?? line.Item ?? "",
                        new Money.Money(line.Amount, receipt.Currency).ToString(),
                    ])
                .Append(["total", "", new Money.Money(receipt.Total, receipt.Currency).ToString()]));
        foreach (var back in receipt.GivenBack)
        {
            Answer.Line(
                $"{PrintedPage.Day(back.On)} {InvoicingWords.Of(back.Kind)} {back.Number}: "
                + new Money.Money(back.Amount, receipt.Currency));
        }
    }

    private static void Tell(BookName book, CreatorInvoice invoice)
    {
        var title = invoice.CreditOf is null ? "invoice" : "credit note";
        Answer.Table(
            $"{book}, {title} {invoice.Number}, {PrintedPage.Day(invoice.On)}, sold by {invoice.Creator}",
            ["what", new("amount", IsNumber: true)],
            new (string What, long Amount)[]
                {
                    ("gross", invoice.Gross), ("shipping", invoice.Shipping),
                    ("discount", -(invoice.Discount?.Amount ?? 0)), ("fee", -invoice.Fee),
                    ("affiliate", -invoice.Affiliate),
                }
                .Where(line => line.Amount != 0)
                .Concat(invoice.Shares.Select(share => ($"of {share.Creator}", share.Total)))
                .Select(line => (IReadOnlyList<string>)
                    [line.Item1, new Money.Money(line.Item2, invoice.Currency).ToString()]));
    }
}
