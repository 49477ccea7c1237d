using System.Text.Json.Nodes;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>What the endpoints of webhooks are for, as the document of the API has it.</summary>
internal static class WebhookDescriptions
{
    private const string Group = "Webhooks";

    private static readonly Parameter Id = Parameter.Path("webhook", "The id of the webhook.");

    private static readonly string[] OfTenant = ["tenant_unknown", "webhooks_unconfigured"];

    private static readonly string[] OfOne = [.. OfTenant, "webhook_unknown"];

    private static readonly string[] OfBody = ["not_json", "too_large", "ill_formed"];

    public static Described Create => new("create_webhook", Group, "Be told what happens")
    {
        Text = "Each record is posted to the address, signed, at least once and in the order of its book. The secret is "
            + "in this answer and nowhere else. The receiver is sent a challenge at once, and nothing else before it has "
            + "echoed it. There is no Idempotency-Key, for a secret cannot be told twice: the same wish again is "
            + "refused, and one whose answer was lost is removed and made again.",
        Scope = Scopes.Admin,
        BodyShape = WishShape.Default.WebhookWish,
        BodyExample = """
            {"url": "https://example.com/ledger", "platform": "bestfans", "types": ["tip_sent", "sale_refunded"]}
            """,
        Answers =
            [
                new(StatusCodes.Status201Created, "The webhook with its secret.", Shapes.Object(
                    null,
                    [
                        .. OfWebhook,
                        ("secret", Shapes.Text("The key of every signature, prefix and all.")),
                        ("verification?", Shapes.Text("Why the challenge did not come back, if it did not.")),
                    ])),
            ],
        Codes =
            [
                .. OfTenant, .. OfBody, "parameter_unknown", "not_https", "private_target", "unknown_event",
                "beyond_reach", "book_unknown", "webhook_exists",
            ],
    };

    public static Described List => new("list_webhooks", Group, "List webhooks")
    {
        Scope = Scopes.Admin,
        Answers =
            [
                new(StatusCodes.Status200OK, "Those that the caller reaches, the oldest first.", Shapes.Object(
                    null, ("webhooks", Shapes.List(Shapes.Object(null, OfWebhook))))),
            ],
        Codes = [.. OfTenant, "parameter_unknown"],
    };

    public static Described Get => new("read_webhook", Group, "A webhook, and how far it is")
    {
        Scope = Scopes.Admin,
        Parameters = [Id],
        Answers =
            [
                new(StatusCodes.Status200OK, "The webhook.", Shapes.Object(
                    null, [.. OfWebhook, ("books", Shapes.List(Shapes.Object(null, OfProgress)))])),
            ],
        Codes = OfOne,
    };

    public static Described Remove => new("remove_webhook", Group, "Remove a webhook")
    {
        Text = "For good. Its secret is forgotten.",
        Scope = Scopes.Admin,
        Parameters = [Id],
        Answers = [One],
        Codes = OfOne,
    };

    public static Described Verify => new("verify_webhook", Group, "Send the challenge again")
    {
        Scope = Scopes.Admin,
        Parameters = [Id],
        Answers = [One],
        Codes = [.. OfOne, "webhook_not_verified"],
    };

    public static Described Pause => new("pause_webhook", Group, "Pause a webhook")
    {
        Text = "Nothing is sent, and nothing is lost.",
        Scope = Scopes.Admin,
        Parameters = [Id],
        Answers = [One],
        Codes = [.. OfOne, "webhook_not_verified"],
    };

    public static Described Resume => new("resume_webhook", Group, "Go on with a webhook")
    {
        Text = "It goes on from where it was, and does not wait for the next attempt to be due.",
        Scope = Scopes.Admin,
        Parameters = [Id],
        Answers = [One],
        Codes = [.. OfOne, "webhook_not_verified"],
    };

    public static Described Rewind => new("rewind_webhook", Group, "Be told again")
    {
        Text = "All of a platform's records behind a number are delivered again, also where the webhook had stopped.",
        Scope = Scopes.Admin,
        Parameters = [Id],
        BodyShape = WishShape.Default.RewindWish,
        BodyExample = """{"platform": "bestfans", "after": 17}""",
        Answers = [One with { Status = StatusCodes.Status202Accepted }],
        Codes = [.. OfOne, .. OfBody, "book_unknown", "out_of_range", "archived"],
    };

    public static Described DeadLetters => new("list_dead_letters", Group, "What could not be delivered")
    {
        Text = "Records that were not accepted within three days, by platform and number. One goes when it was "
            + "delivered after all.",
        Scope = Scopes.Admin,
        Parameters =
            [
                Id,
                Parameter.Query("after", Shapes.Text(), "The `next` of the page before."),
                Parameter.Query("limit", Shapes.Whole(), "How many at most: 1 to 1,000, otherwise 100."),
            ],
        Answers =
            [
                new(StatusCodes.Status200OK, "A page of them.", Shapes.Object(
                    null,
                    ("dead_letters", Shapes.List(Shapes.Object(null, OfLetter))),
                    ("next", Shapes.OrNull(Shapes.Text("Where there may be more."))))),
            ],
        Codes = [.. OfOne, "parameter_unknown", "parameter_repeated", "ill_formed", "book_unknown"],
    };

    public static Described Replay => new("replay_dead_letters", Group, "Try dead letters again")
    {
        Text = "All of them, those of a platform, or one. They come out of order.",
        Scope = Scopes.Admin,
        Parameters = [Id],
        BodyShape = WishShape.Default.ReplayWish,
        BodyExample = """{"platform": "bestfans", "number": 17}""",
        Answers =
            [
                new(StatusCodes.Status202Accepted, "How many are tried again.", Shapes.Object(
                    null, ("to_be_replayed", Shapes.Whole()))),
            ],
        Codes = [.. OfOne, .. OfBody, "book_unknown"],
    };

    private static Answer One => new(StatusCodes.Status200OK, "The webhook as it is now.", Shapes.Object(null, OfWebhook));

    private static (string, JsonObject)[] OfWebhook =>
        [
            ("id", Shapes.Text()),
            ("tenant", Shapes.Text()),
            ("platform", Shapes.OrNull(Shapes.Text("The one platform that it tells of; all of them if there is none."))),
            ("url", Shapes.Text()),
            ("types", Shapes.OrNull(Shapes.List(Shapes.Text(), "The events that it tells of; all if there are none."))),
            ("state", Shapes.Words(null, "unverified", "active", "paused", "removed")),
            ("created_at", Shapes.Time()),
            ("created_by", Shapes.Text()),
            ("verified_at", Shapes.OrNull(Shapes.Time("When it first echoed the challenge."))),
        ];

    private static (string, JsonObject)[] OfProgress =>
        [
            ("platform", Shapes.Text()),
            ("number", Shapes.Whole("Everything up to it is delivered, was not wanted, or is a dead letter.")),
            ("head", Shapes.Whole("The last number of the book.")),
            ("trying?", Shapes.Whole("The number of the record under way.")),
            ("attempt?", Shapes.Whole("How often it was tried.")),
            ("next_attempt_at?", Shapes.Time()),
            ("failure?", Shapes.Text("Why the last attempt failed.")),
            ("stopped?", Shapes.Text("Why nothing is sent until it is rewound.")),
        ];

    private static (string, JsonObject)[] OfLetter =>
        [
            ("id", Shapes.Text("TENANT/PLATFORM/NUMBER, as `Ledger-Event` said.")),
            ("platform", Shapes.Text()),
            ("number", Shapes.Whole()),
            ("attempts", Shapes.Whole()),
            ("first_tried_at", Shapes.Time()),
            ("failed_at", Shapes.Time()),
            ("failure", Shapes.Text("Why the last attempt failed.")),
            ("to_be_replayed", Shapes.Flag("Whether another attempt was asked for.")),
        ];
}
