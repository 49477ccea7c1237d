using System.Text.Json.Nodes;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Access;

/// <summary>What the endpoints of keys are for, as the document of the API has it.</summary>
internal static class KeyDescriptions
{
    private const string Group = "Keys";

    private static readonly Parameter Key = Parameter.Path("key", "The id of the key, which is no secret.");

    public static Described List => new("list_keys", Group, "List keys")
    {
        Text = "The keys of the tenant that the caller reaches, whatever has become of them, by id. Their secrets are "
            + "kept nowhere.",
        Scope = Scopes.Admin,
        Parameters =
            [
                Parameter.Query("after", Shapes.Text(), "The `next` of the page before."),
                Parameter.Query("limit", Shapes.Whole(), "How many at most: 1 to 500, otherwise 100."),
            ],
        Answers =
            [
                new(StatusCodes.Status200OK, "A page of keys.", Shapes.Object(
                    null, ("keys", Shapes.List(One)), ("next?", Shapes.Text("Where there may be more.")))),
            ],
        Codes = ["tenant_unknown", "parameter_unknown", "ill_formed"],
    };

    public static Described Create => new("create_key", Group, "Create a key")
    {
        Text = "The key itself is in this answer and nowhere else. There is no Idempotency-Key, for a secret cannot be "
            + "told twice: a key whose answer was lost is revoked. A key that is a person's, or that may vouch for "
            + $"people, is made only by one with `{Scopes.VouchForPeople}`.",
        Scope = Scopes.Admin,
        BodyShape = KeyShape.Default.KeyRequest,
        BodyExample = """
            {"service": "checkout", "platforms": ["bestfans"], "scopes": ["post:tips", "post:wallets"],
             "expires_at": "2030-01-01T00:00:00Z"}
            """,
        Answers = [Made],
        Codes =
            [
                "tenant_unknown", "not_json", "too_large", "ill_formed", "reserved", "out_of_range", "unknown_scope",
                "scope_not_for_owners", "scope_not_for_house", "scope_not_for_people", "scope_missing", "beyond_reach",
            ],
    };

    public static Described Rotate => new("rotate_key", Group, "Replace a key")
    {
        Text = "Makes a key of the same rights and length of life. For the overlap both are good.",
        Scope = Scopes.Admin,
        Parameters = [Key],
        BodyShape = KeyShape.Default.RotationRequest,
        BodyExample = """{"overlap_seconds": 3600}""",
        Answers = [Made],
        Codes =
            [
                "tenant_unknown", "key_unknown", "not_json", "too_large", "ill_formed", "out_of_range", "scope_missing",
                "key_ended", "key_replaced",
            ],
    };

    public static Described Revoke => new("revoke_key", Group, "Revoke a key")
    {
        Text = "From this answer on it is no good at this host, and within seconds at no other.",
        Scope = Scopes.Admin,
        Parameters = [Key],
        Answers = [new(StatusCodes.Status200OK, "The key as it is now.", One)],
        Codes = ["tenant_unknown", "key_unknown"],
    };

    private static Answer Made => new(StatusCodes.Status201Created, "The key with its secret.", One);

    private static JsonObject One => Shapes.Object(
        null,
        ("id", Shapes.Text()),
        ("key?", Shapes.Text("The secret, in the answer that makes it.")),
        ("state", Shapes.Words(null, "good", "replaced", "expired", "revoked")),
        ("tenant", Shapes.Text()),
        ("platforms?", Shapes.List(Shapes.Text(), "All of the tenant's if it is not said.")),
        ("service", Shapes.Text("Who bears it; idempotency keys are this service's own.")),
        ("person?", Shapes.Text("Whose it is, where it is a person's.")),
        ("owner?", Shapes.Text("Whose accounts it sees, where it is one owner's: `creator/mia`.")),
        ("scopes", Shapes.List(Shapes.Words(null, [.. Scopes.All.Order(StringComparer.Ordinal)]))),
        ("rate_limit?", Shapes.Whole("Commands and requests a second.")),
        ("made_by", Shapes.Text()),
        ("made_at", Shapes.Time()),
        ("expires_at?", Shapes.Time()),
        ("revoked_at?", Shapes.Time()),
        ("revoked_by?", Shapes.Text()),
        ("replaced_by?", Shapes.Text("The id of the key that was made in its place.")));
}
