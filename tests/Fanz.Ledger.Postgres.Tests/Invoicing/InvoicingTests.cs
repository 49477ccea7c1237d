using System.Globalization;
using Fanz.Ledger.Invoicing;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Invoicing;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Postgres.Tests.Statements;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Invoicing;

/// <summary>
/// Every record of any history has the documents that it must have, and they add up. LEDGER_SEED plays one again.
/// </summary>
public sealed class InvoicingTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Every_receipt_and_invoice_of_any_history_adds_up()
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("LEDGER_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"LEDGER_SEED={seed}");
        await using var days = await StatementDays.Begin(database, seed, $"t{seed}");
        await days.Post(500);
        var (payments, sales, credits) = (0, 0, 0);
        var reader = new PaymentReader(days.Host.Database);
        var journal = new JournalReader(days.Host.Database);
        await foreach (var record in journal.After(days.Book, 0, int.MaxValue, CancellationToken.None))
        {
            var happened = EventFormat.Read(record.Type, record.Data.Span);
            var found = (await reader.Find(days.Book, record.Number, long.MaxValue - 1, CancellationToken.None))!;
            var isReturn = happened is Event.SaleReturned { Amount: > 0 } or Event.Reversed;
            var isPayment = happened is Event.Sale or Event.WalletToppedUp or Event.TokensPurchased;
            var receipt = isReturn
                ? PaymentReceipt.CreditNote(found.Payment, record.Number)
                : PaymentReceipt.Of(found.Payment);
            var invoice = isReturn
                ? CreatorInvoice.CreditNote(found.Payment, record.Number)
                : CreatorInvoice.Of(found.Payment);
            Assert.Equal(isReturn, found.IsReturn && receipt is not null);
            Assert.Equal(isPayment || isReturn, receipt is not null);
            Assert.Equal(found.Payment.Event is Event.Sale && (isPayment || isReturn), invoice is not null);
            if (receipt is not null) Check(receipt);
            if (invoice is not null) Check(invoice);
            if (isPayment && receipt is not null)
                await IsGivenBackByItsNotes(receipt, found.Payment);
            (payments, sales, credits) = (
                payments + (isPayment ? 1 : 0), sales + (happened is Event.Sale ? 1 : 0), credits + (isReturn ? 1 : 0));
        }

        Assert.True(payments > 80 && sales > 50 && credits > 10, $"{payments}, {sales} and {credits} prove little");
    }

    private static void Check(PaymentReceipt receipt)
    {
        Assert.Equal(receipt.Total, receipt.Lines.Sum(line => line.Amount));
        Assert.True(receipt.Kept >= 0, $"{receipt}");
    }

    /// <summary>What was sold is the fee, what others were promised, and the creators' parts.</summary>
    private static void Check(CreatorInvoice invoice)
    {
        var kept = invoice.Gross + invoice.Shipping - (invoice.Discount?.Amount ?? 0) - invoice.Fee
            - invoice.Affiliate - invoice.Escrow - invoice.BorneByPlatform;
        Assert.True(kept == invoice.Shared, $"{kept} and {invoice.Shared}: {invoice}");
        foreach (var share in invoice.Shares)
        {
            var own = invoice.For(share.Creator);
            Assert.Equal(share, Assert.Single(own.Shares));
            Assert.Equal(invoice.Shared, own.Shared + own.OfOthers);
        }
    }

    private static Task IsGivenBackByItsNotes(PaymentReceipt receipt, PastTransaction payment)
    {
        foreach (var back in receipt.GivenBack)
        {
            var note = PaymentReceipt.CreditNote(payment, back.Number)!;
            Assert.Equal((back.Amount, receipt.Number), (note.Total, note.CreditOf!.Value.Payment));
        }

        return Task.CompletedTask;
    }
}
