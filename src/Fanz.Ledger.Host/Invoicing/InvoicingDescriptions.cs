using System.Text.Json.Nodes;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Invoicing;

/// <summary>What the document of the API says of receipts and invoices.</summary>
internal static class InvoicingDescriptions
{
    private const string Group = "Statements";

    private static readonly string[] Codes =
        [
            "book_unknown", "ill_formed", "parameter_unknown", "parameter_repeated", "not_there_yet",
            "too_many_waiting", "owner_only", "transaction_unknown", "archived", "no_receipt",
        ];

    private static readonly Parameter[] Usual =
        [
            Parameter.Path("number", "The number of the transaction in its book."),
            Parameter.Query("format", Shapes.Words(null, "json", "html"), "JSON, or a page to print on A4."),
            Parameter.Query(
                "at_least", Shapes.Whole(), "The number that the answer must know of, as that of a receipt."),
        ];

    public static Described Receipt => new("read_receipt", Group, "What a fan is shown of a payment")
    {
        Text = "Of a sale, a top-up or a purchase of tokens: its lines, taxes and total, how it was paid, and what "
            + "came back of it so far. Of a record that gave something back it is a credit note that names the "
            + "payment. A fan's own key sees the fan's own.",
        Scope = Scopes.ReadLedger,
        Parameters = Usual,
        Answers =
            [
                Told("The receipt or credit note.", Shapes.Object(
                    null,
                    [
                        .. Head("receipt"),
                        ("seller", Shapes.Text("TENANT/PLATFORM.")),
                        ("fan", Shapes.Text()),
                        ("creator?", Shapes.Text("Who sold it.")),
                        ("currency", Shapes.Text("ISO 4217.")),
                        ("funding", Shapes.Words(
                            "How it was paid.", "wallet", "card", "tokens", "promo", "authorisation")),
                        ("tokens?", Shapes.Whole("How many tokens were redeemed, or came back.")),
                        ("lines", Shapes.List(Line, "Together they are the total.")),
                        ("total", Amount("What was paid, or came back.")),
                        ("repaid?", Amount("What of a top-up went to what the fan owed.")),
                        References,
                        GivenBack,
                        ("kept", Amount("What of the total has not come back.")),
                    ])),
            ],
        Codes = Codes,
    };

    public static Described Invoice => new("read_invoice", Group, "What a platform tells creators of a sale")
    {
        Text = "The invoice that the platform makes in the creators' place: the gross, the fee, and each creator's "
            + "part as it was frozen then. The fan is not on it. Of a record that gave something back it is a credit "
            + "note, with what went back of each. A creator's own key sees the own part, and the others' as one sum.",
        Scope = Scopes.ReadLedger,
        Parameters = [.. Usual, Parameter.Query("creator", Shapes.Text(), "As this creator sees it.")],
        Answers =
            [
                Told("The invoice or credit note.", Shapes.Object(
                    null,
                    [
                        .. Head("invoice"),
                        ("issuer", Shapes.Text("TENANT/PLATFORM.")),
                        ("creator", Shapes.Text("Who sold it.")),
                        ("currency", Shapes.Text("ISO 4217.")),
                        ("gross", Amount("The price, without taxes.")),
                        ("shipping", Amount("What was paid on top for shipping.")),
                        ("discount?", Shapes.Object(
                            "What the creators gave away themselves.",
                            ("promotion", Shapes.Text()), ("amount", Amount("How much.")))),
                        ("fee", Amount("The platform's.")),
                        ("rule_version?", Shapes.Whole("The version of the rule that it was shared by.")),
                        ("affiliate", Amount("An affiliate's part, where the creators bear it.")),
                        ("escrow", Amount("On a credit note: what was in escrow, and no share yet.")),
                        ("borne_by_platform", Amount("On a credit note: what the platform bears in their place.")),
                        ("shares", Shapes.List(Shapes.Object(
                            null,
                            ("creator", Shapes.Text()),
                            ("pending", Amount("Held, and then available.")),
                            ("reserve", Amount("Held for longer.")),
                            ("unearned", Amount("Owed, and earned month by month.")),
                            ("total", Amount("Together."))))),
                        ("shared_by_others", Amount("The others' parts, where one creator's is told.")),
                        ("pending_until?", Shapes.Day()),
                        ("reserve_until?", Shapes.Day()),
                        ("taxes", Shapes.List(Line, "What the platform collected and owes; nobody's share.")),
                        References,
                        GivenBack,
                    ])),
            ],
        Codes = Codes,
    };

    private static JsonObject Line => Shapes.Object(
        null,
        ("kind", Shapes.Words(null, "item", "shipping", "discount", "tax", "given_back")),
        ("what", Shapes.Text("In words.")),
        ("item?", Shapes.Text("What the platform calls it.")),
        ("quantity?", Shapes.Whole()),
        ("from?", Shapes.Day("The first day that is paid for.")),
        ("to?", Shapes.Day("The last day that is paid for.")),
        ("tax?", Shapes.Words(null, "vat", "sales_tax")),
        ("jurisdiction?", Shapes.Text()),
        ("rate_basis_points?", Shapes.Whole()),
        ("amount", Amount("Below zero where it is given away.")));

    private static (string, JsonObject) References => (
        "references", Shapes.List(Shapes.Object(null, ("kind", Shapes.Text()), ("text", Shapes.Text()))));

    private static (string, JsonObject) GivenBack => (
        "given_back",
        Shapes.List(
            Shapes.Object(
                null,
                ("number", Shapes.Whole("The record by which it came back.")),
                ("effective_on", Shapes.Day()),
                ("kind", ReturnKinds),
                ("amount", Amount("How much of what was paid.")),
                ("tokens?", Shapes.Whole())),
            "What came back so far."));

    private static JsonObject ReturnKinds =>
        Shapes.Words(null, "refund", "chargeback", "claw_back", "reversal");

    private static (string, JsonObject)[] Head(string document) =>
        [
            ("document", Shapes.Words(null, document, "credit_note")),
            ("number", Shapes.Whole("The number of the record.")),
            ("type", Shapes.Text("What happened: `tip_sent`.")),
            ("effective_on", Shapes.Day("Its date in the accounts.")),
            ("credit_of?", Shapes.Object(
                "On a credit note: what it gives back.", ("number", Shapes.Whole()), ("kind", ReturnKinds))),
        ];

    private static Fanz.Ledger.Host.OpenApi.Answer Told(string text, JsonObject schema) =>
        new(StatusCodes.Status200OK, text, schema) { Headers = [Header.Number] };

    private static JsonObject Amount(string about) => Shapes.Amount($"{about} In minor units.");
}
