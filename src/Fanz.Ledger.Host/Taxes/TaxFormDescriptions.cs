using System.Text.Json.Nodes;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>What the document of the API says of tax forms.</summary>
internal static class TaxFormDescriptions
{
    private const string Group = "Payees";

    private static readonly Parameter Creator =
        Parameter.Path("creator", "The creator, by the platform's own id; a slash in it is written %2F.");

    private static readonly string[] Usual =
        [
            "book_unknown", "ill_formed", "parameter_unknown", "not_json", "too_large", "secrets_unconfigured",
            "secrets_unreadable", "busy", "outcome_unknown",
        ];

    public static Described File => new("file_tax_form_in_clear", Group, "Keep a creator's tax form")
    {
        Text = "Name, address and number are checked, sealed for this creator, and posted as `file_tax_form` under the "
            + "caller's Idempotency-Key: what reaches the journal is sealed, and a retry is the same request. It takes "
            + "the place of the form before. Nothing of it is repeated in any answer.",
        Scope = Scopes.Tax,
        Parameters = [Creator, Posting.IdempotencyKey],
        Body = Shapes.Object(
            null,
            ("form", Shapes.Text("An id of the form, never used before for this creator.")),
            ("kind", Shapes.Words(null, "w9", "w8ben", "w8ben_e", "w8eci")),
            ("version", Shapes.Text("The edition of the form, as `2024-03`.")),
            ("signed_on", Shapes.Day("The day on which it was signed.")),
            ("country", Shapes.Text("Where the creator is resident, ISO 3166.")),
            ("identity", Identity),
            ("expires_on?", Shapes.Day("Its last day, where that is not what follows from the day it was signed.")),
            ("claims?", Shapes.List(Shapes.Object(
                null,
                ("income", Shapes.Words(null, "royalties", "services", "business_profits", "other")),
                ("article?", Shapes.Text("Of the treaty.")))))),
        BodyExample = """
            {"form": "mia-1", "kind": "w9", "version": "2024-03", "signed_on": "2026-01-31", "country": "US", "identity":
            {"name": "Mia Moon", "number": "123-45-6789", "number_kind": "ssn", "street": "1 Main St", "city": "Reno",
            "region": "NV", "postal_code": "89501"}}
            """,
        Answers =
            [
                new(StatusCodes.Status201Created, "It is posted.", Shapes.Ref("Receipt")) { Headers = [Header.Replayed] },
            ],
        Codes =
            [
                .. Usual, "key_missing", "key_repeated", "key_reused", "missing_field", "not_a_date",
                "date_out_of_range", "not_of_this_form", "repeated", "person_forgotten",
            ],
    };

    public static Described Reveal => new("reveal_tax_form", Group, "Show a tax form in clear")
    {
        Text = "Who reads it and why is written to the journal first, as `secret_read`, every time; there is no "
            + "Idempotency-Key. The answer is not to be kept.",
        Scope = Scopes.ReadTaxNumbers,
        Parameters = [Creator, Parameter.Path("form", "The id of the form.")],
        Body = Shapes.Object(null, ("reason", Shapes.Text("Why it is read."))),
        BodyExample = """{"reason": "the authority asks"}""",
        Answers =
            [
                new(StatusCodes.Status200OK, "What was sealed with the form.", Shapes.Object(
                    null,
                    ("creator", Shapes.Text()), ("form", Shapes.Text()), ("kind", Shapes.Text()),
                    ("identity", Identity))),
            ],
        Codes = [.. Usual, "tax_form_unknown", "secret_unreadable"],
    };

    private static JsonObject Identity => Shapes.Object(
        null,
        ("name", Shapes.Text()),
        ("number?", Shapes.Text("With or without what people put between its digits.")),
        ("number_kind?", Shapes.Words(null, "ssn", "ein", "itin", "foreign")),
        ("street?", Shapes.Text()),
        ("city?", Shapes.Text()),
        ("region?", Shapes.Text("The state or province.")),
        ("postal_code?", Shapes.Text()),
        ("country?", Shapes.Text("Of the address, where it is not that of the residence.")));
}
