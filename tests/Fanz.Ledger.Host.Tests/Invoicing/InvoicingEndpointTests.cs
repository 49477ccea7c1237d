using System.Net;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Host.Tests.OpenApi;
using Fanz.Ledger.Host.Tests.Statements;

namespace Fanz.Ledger.Host.Tests.Invoicing;

[Collection(StatementCollection.Name)]
public sealed class InvoicingEndpointTests(StatementLedger ledger)
{
    private static readonly string[] Payments =
        [
            "wallet_topped_up", "tokens_purchased", "tip_sent", "content_unlocked", "message_unlocked",
            "stream_entered", "gift_sent", "subscription_started", "subscription_renewed", "subscription_recovered",
            "subscription_upgraded", "order_placed", "sale_refunded", "sale_clawed_back", "dispute_lost", "reversed",
        ];

    [Fact]
    public async Task Whatever_a_fan_paid_or_got_back_has_a_receipt_and_nothing_else_does()
    {
        var receipts = new HashSet<string>();
        for (var number = 1L; number <= ledger.Head; number++)
        {
            var record = (await ledger.Get($"/transactions/{number}")).IsGood()["transaction"];
            var type = record.GetProperty("type").GetString()!;
            var receipt = await ledger.Get($"/transactions/{number}/receipt");
            var page = await ledger.Get($"/transactions/{number}/receipt?format=html");
            if (receipt.Status != HttpStatusCode.OK)
            {
                receipt.Is(HttpStatusCode.UnprocessableEntity, "no_receipt");
                page.Is(HttpStatusCode.UnprocessableEntity, "no_receipt");
                continue;
            }

            receipts.Add(type);
            Assert.Equal((number, type), (receipt.Number("number"), receipt["type"].GetString()));
            Assert.Equal(receipt.Number("total"), receipt.Rows("lines").Sum(Amount));
            Assert.DoesNotContain("<script", page.IsGood().Text, StringComparison.Ordinal);
            Assert.Contains("default-src 'none'", page.Policy, StringComparison.Ordinal);
        }

        Assert.Equal(Payments.Order(), receipts.Order());
    }

    [Fact]
    public async Task An_order_shows_its_goods_shipping_taxes_and_what_came_back()
    {
        var order = ledger.NumberOf("place_order");
        var receipt = (await ledger.Get($"/transactions/{order}/receipt")).IsGood();
        Assert.Equal((4_860, "card"), (receipt.Number("total"), receipt["funding"].GetString()));
        Assert.Contains(receipt.Rows("lines"), line => Kind(line) == "shipping" && Amount(line) == 500);
        var tax = Assert.Single(receipt.Rows("lines"), line => Kind(line) == "tax");
        Assert.Equal(
            ("US-CA", 800, 360),
            (tax.GetProperty("jurisdiction").GetString(), tax.GetProperty("rate_basis_points").GetInt32(),
            Amount(tax)));
        Assert.Contains(
            receipt.Rows("references"), name => name.GetProperty("text").GetString() == "order-1");

        var refund = ledger.NumberOf("refund_sale");
        var note = (await ledger.Get($"/transactions/{refund}/receipt")).IsGood();
        Assert.Equal("credit_note", note["document"].GetString());
        var sale = note["credit_of"].GetProperty("number").GetInt64();
        var paid = (await ledger.Get($"/transactions/{sale}/receipt")).IsGood();
        var back = Assert.Single(paid.Rows("given_back"));
        Assert.Equal((refund, 600), (back.GetProperty("number").GetInt64(), Amount(back)));
        Assert.Equal(paid.Number("total") - 600, paid.Number("kept"));
        var invoice = (await ledger.Get($"/transactions/{refund}/invoice")).IsGood();
        Assert.Equal(600, invoice.Number("gross"));
        Assert.Equal(sale, invoice["credit_of"].GetProperty("number").GetInt64());
    }

    [Fact]
    public async Task A_fan_sees_own_receipts_and_a_creator_own_invoices_with_nobody_elses_part()
    {
        var shared = ledger.NumberOf("unlock_content");
        (await ledger.Get($"/transactions/{shared}/receipt", "fan/gast")).IsGood();
        foreach (var other in new[] { "fan/anna", "fan/nobody", "fan/mia" })
        {
            (await ledger.Get($"/transactions/{shared}/receipt", other))
                .Is(HttpStatusCode.NotFound, "transaction_unknown");
        }

        foreach (var role in new[] { "creator/mia", "affiliate/ben" })
            (await ledger.Get($"/transactions/{shared}/receipt", role)).Is(HttpStatusCode.Forbidden, "owner_only");
        (await ledger.Get($"/transactions/{shared}/invoice", "fan/gast")).Is(HttpStatusCode.Forbidden, "owner_only");
        (await ledger.Get($"/transactions/{shared}/receipt", tenant: "other"))
            .Is(HttpStatusCode.NotFound, "book_unknown");

        var whole = (await ledger.Get($"/transactions/{shared}/invoice")).IsGood();
        Assert.Equal(2, whole.Rows("shares").Count);
        var all = whole.Rows("shares").Sum(share => share.GetProperty("total").GetInt64());
        Assert.Equal(whole.Number("gross") - whole.Number("fee") - whole.Number("affiliate"), all);
        foreach (var share in whole.Rows("shares"))
        {
            var creator = share.GetProperty("creator").GetString()!;
            var own = (await ledger.Get($"/transactions/{shared}/invoice", $"creator/{creator}")).IsGood();
            Assert.Equal(share.GetRawText(), Assert.Single(own.Rows("shares")).GetRawText());
            Assert.Equal(all - share.GetProperty("total").GetInt64(), own.Number("shared_by_others"));
            Assert.DoesNotContain("gast", own.Text, StringComparison.Ordinal);
            Assert.Equal(own.Text, (await ledger.Get($"/transactions/{shared}/invoice?creator={creator}")).Text);
        }

        (await ledger.Get($"/transactions/{shared}/invoice", "creator/uma"))
            .Is(HttpStatusCode.NotFound, "transaction_unknown");
        (await ledger.Get($"/transactions/{shared}/invoice?creator=uma", "creator/mia"))
            .Is(HttpStatusCode.Forbidden, "owner_only");
        (await ledger.Get($"/transactions/{shared}/invoice?creator=uma"))
            .Is(HttpStatusCode.UnprocessableEntity, "no_receipt");
        // That it is none is told to nobody whose it is not.
        (await ledger.Get("/transactions/1/receipt", "fan/anna")).Is(HttpStatusCode.NotFound, "transaction_unknown");
        (await ledger.Get("/transactions/1/invoice", "creator/mia"))
            .Is(HttpStatusCode.NotFound, "transaction_unknown");
    }

    [Fact]
    public async Task What_is_no_transaction_is_refused_clearly()
    {
        (await ledger.Get("/transactions/99999/receipt")).Is(HttpStatusCode.NotFound, "transaction_unknown");
        (await ledger.Get("/transactions/0/receipt")).Is(HttpStatusCode.BadRequest, "ill_formed", "number");
        (await ledger.Get("/transactions/x/invoice")).Is(HttpStatusCode.BadRequest, "ill_formed", "number");
        (await ledger.Get("/transactions/1/receipt?format=pdf")).Is(HttpStatusCode.BadRequest, "ill_formed", "format");
        (await ledger.Get("/transactions/1/receipt?creator=mia"))
            .Is(HttpStatusCode.BadRequest, "parameter_unknown", "creator");
    }

    [Fact]
    public async Task Hostile_names_are_only_text()
    {
        foreach (var document in new[] { "receipt", "invoice" })
        {
            var page = (await ledger.Get($"/transactions/{ledger.HostileTip}/{document}?format=html")).IsGood().Text;
            Assert.Contains(WebUtility.HtmlEncode(StatementLedger.HostileCreator), page, StringComparison.Ordinal);
            Assert.Contains(WebUtility.HtmlEncode(StatementLedger.HostileText), page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
            Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Printed_documents_stay_as_they_are()
    {
        foreach (var (name, number, document) in new[]
        {
            ("receipt", ledger.NumberOf("place_order"), "receipt"),
            ("invoice", ledger.NumberOf("unlock_content"), "invoice"),
            ("credit-note", ledger.NumberOf("refund_sale"), "receipt"),
        })
        {
            await Source.CompareOrWrite(
                $"tests/Fanz.Ledger.Host.Tests/Invoicing/{name}.html",
                Encoding.UTF8.GetBytes(
                    (await ledger.Get($"/transactions/{number}/{document}?format=html")).IsGood().Text));
        }
    }

    private static string? Kind(JsonElement line) => line.GetProperty("kind").GetString();

    private static long Amount(JsonElement line) => line.GetProperty("amount").GetInt64();
}
