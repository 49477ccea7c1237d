using System.Text.Json.Nodes;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Standing;

/// <summary>What the document of the API says of where creators are paid.</summary>
internal static class PayoutMethodDescriptions
{
    private const string Group = "Payees";

    private static readonly Parameter Creator =
        Parameter.Path("creator", "The creator, by the platform's own id; a slash in it is written %2F.");

    private static readonly string[] Usual = ["book_unknown", "ill_formed", "parameter_unknown"];

    private static readonly string[] OfBody =
        ["not_json", "too_large", "secrets_unconfigured", "secrets_unreadable"];

    public static Described Add => new("add_payout_method_in_clear", Group, "Say where a creator is paid")
    {
        Text = "The account is checked, sealed for this creator, and posted as `add_payout_method` under the caller's "
            + "Idempotency-Key: what reaches the journal is sealed, and a retry is the same request. A method that is "
            + "there already gets a new version, to be verified again and to cool down anew. The account is a `us_bank` "
            + "(`name`, `routing`, `account`, `savings`, `company`), an `iban` (`name`, `iban`, `bic`, `address`) or "
            + "`other` (`name`, `fields`); nothing of it is repeated in any answer. Where `proposal` names a proposal "
            + "in place of `approved_by`, it is only proposed, and takes `post:proposals` too: whoever approves it "
            + "posts `approve_proposal`.",
        Scope = Scopes.Standing,
        Parameters = [Creator, Posting.IdempotencyKey],
        Body = Shapes.Object(
            null,
            ("method", Shapes.Text("What the platform calls it, the same through all its versions.")),
            ("rail", Shapes.Text("By what it is paid: `nacha`, `sepa`, `csv`, `provider`.")),
            ("currency", Shapes.Text("ISO 4217, three capital letters.")),
            ("account", Account),
            ("proposed_by", Shapes.Text("The person who proposes it.")),
            ("approved_by?", Shapes.OrNull(Shapes.Text(
                "The person who approves it; never the one who proposes it. Not there where it is proposed."))),
            ("proposal?", Shapes.OrNull(Shapes.Text("The name of the proposal, where nobody has approved it yet."))),
            ("reason?", Shapes.OrNull(Shapes.Text("Why it is proposed; needed where it is."))),
            ("country?", Shapes.OrNull(Shapes.Text("Where the account is kept, where the account does not say so.")))),
        BodyExample = """
            {"method": "bank", "rail": "nacha", "currency": "USD", "account": {"kind": "us_bank", "name": "Mia Moon",
            "routing": "021000021", "account": "000123456789"}, "proposed_by": "mia", "approved_by": "olga"}
            """,
        Answers =
            [
                new(StatusCodes.Status201Created, "It is posted.", Shapes.Ref("Receipt")),
            ],
        Codes =
            [
                .. Usual, .. OfBody, "key_missing", "key_repeated", "key_reused", "busy", "outcome_unknown",
                "missing_field", "not_in_latin_letters", "unknown_country", "unknown_currency", "wrong_currency",
                "same_person", "propose_first", "not_that_person", "person_forgotten",
            ],
    };

    public static Described List => new("read_payout_methods", Group, "Where a creator is paid, masked")
    {
        Text = "A creator's own key sees the creator's own.",
        Scope = Scopes.ReadLedger,
        Parameters =
            [
                Creator,
                Parameter.Query(
                    "at_least", Shapes.Whole(), "The number that the answer must know of, as that of a receipt."),
            ],
        Answers =
            [
                new(StatusCodes.Status200OK, "The methods, in the order in which they were added.", Shapes.Object(
                    null, ("creator", Shapes.Text()), ("methods", Shapes.List(Method)))) { Headers = [Header.Number] },
            ],
        Codes = [.. Usual, "parameter_repeated", "not_there_yet", "too_many_waiting", "owner_only"],
    };

    public static Described Reveal => new("reveal_payout_method", Group, "Show an account in clear")
    {
        Text = "Who reads it and why is written to the journal first, as `secret_read`, every time; there is no "
            + "Idempotency-Key. The answer is not to be kept.",
        Scope = Scopes.ReadSecrets,
        Parameters = [Creator, Parameter.Path("method", "The name of the method.")],
        Body = Shapes.Object(null, ("reason", Shapes.Text("Why it is read."))),
        BodyExample = """{"reason": "the bank asks for the number"}""",
        Answers =
            [
                new(StatusCodes.Status200OK, "The account of the newest version.", Shapes.Object(
                    null,
                    ("creator", Shapes.Text()), ("method", Shapes.Text()), ("version", Shapes.Whole()),
                    ("account", Account))),
            ],
        Codes = [.. Usual, .. OfBody, "method_unknown", "secret_unreadable", "busy", "outcome_unknown"],
    };

    private static JsonObject Account => Shapes.Anything("The account, by its kind: `us_bank`, `iban` or `other`.");

    private static JsonObject Method => Shapes.Object(
        null,
        ("method", Shapes.Text()),
        ("version", Shapes.Whole("One more with each change.")),
        ("rail", Shapes.Text()),
        ("currency", Shapes.Text()),
        ("country", Shapes.Text()),
        ("masked", Shapes.Text("As much of the account as anyone may see.")),
        ("state", Shapes.Words(null, "unverified", "verified", "disabled")),
        ("failed_attempts", Shapes.Whole("How often the amounts of micro-deposits were told wrongly.")),
        ("disabled_for?", Shapes.Text("Why it is not used.")),
        ("added_on", Shapes.Day()),
        ("changed_at", Shapes.Time()),
        ("changed_on", Shapes.Day("From which the days of the cool-down count.")));
}
