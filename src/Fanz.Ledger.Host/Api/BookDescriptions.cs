using System.Text.Json.Nodes;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Api;

/// <summary>What the endpoints of books are for, as the document of the API has it.</summary>
internal static class BookDescriptions
{
    private const string Group = "Books";

    private const string Example = """
        {"tenant": "fanz", "platform": "bestfans", "time_zone": "America/New_York", "calendar": "none",
         "reporting_currency": "USD", "number": 1}
        """;

    public static Described Open => new("open_book", Group, "Open a book")
    {
        Text = "A book is opened on purpose and for good: what it is opened with never changes, and everything else is "
            + "set by commands. Opening it again with the same settings changes nothing, so there is no "
            + "Idempotency-Key.",
        Scope = Scopes.Admin,
        BodyShape = BookShape.Default.BookRequest,
        BodyExample = """{"time_zone": "America/New_York", "reporting_currency": "USD"}""",
        Answers =
            [
                new(StatusCodes.Status200OK, "It was open already.", One),
                new(StatusCodes.Status201Created, "It is open.", One, Example),
            ],
        Codes =
            [
                "book_unknown", "not_json", "too_large", "ill_formed", "reserved", "unknown_currency",
                "unknown_time_zone", "wrong_currency", "book_settings_differ",
            ],
    };

    public static Described Tell => new("read_book", Group, "What a book was opened with, and how far it is")
    {
        Text = $"With `{Scopes.Admin}` or `{Scopes.ReadLedger}`.",
        Answers = [new(StatusCodes.Status200OK, "The book.", One, Example)],
        Codes = ["book_unknown"],
    };

    public static Described List => new("list_books", Group, "The books of a tenant")
    {
        Text = $"Those that the caller reaches, with `{Scopes.Admin}` or `{Scopes.ReadLedger}`.",
        Answers =
            [
                new(StatusCodes.Status200OK, "The books.", Shapes.Object(null, ("books", Shapes.List(One)))),
            ],
        Codes = ["tenant_unknown"],
    };

    private static JsonObject One => Shapes.Object(
        null,
        ("tenant", Shapes.Text()),
        ("platform", Shapes.Text()),
        ("time_zone", Shapes.Text("Whose days are the book's days.")),
        ("calendar", Shapes.Text("The bank holidays that its schedules keep.")),
        ("reporting_currency", Shapes.Text("ISO 4217.")),
        ("number?", Shapes.Whole("The number of its last record; not in a list.")));
}
