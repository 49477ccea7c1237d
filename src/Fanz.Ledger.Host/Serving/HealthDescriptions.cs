using System.Text.Json.Nodes;
using Fanz.Ledger.Host.OpenApi;

namespace Fanz.Ledger.Host.Serving;

/// <summary>What the two questions about health are for, as the document of the API has it.</summary>
internal static class HealthDescriptions
{
    private const string Group = "About the service";

    public static Described Live => new("read_liveness", Group, "Whether the host runs")
    {
        Text = "It answers as soon as its addresses are bound. A host that does not answer is to be started again.",
        IsOpen = true,
        Answers =
            [
                new(
                    StatusCodes.Status200OK, "It runs.",
                    Shapes.Object(null, ("live", Shapes.Flag("Always true."))), """{"live": true}"""),
            ],
    };

    public static Described Ready => new("read_readiness", Group, "Whether commands can be posted here and now")
    {
        Text = "Looks at the database and the writer. A host that is not ready is to be given no requests.",
        IsOpen = true,
        Answers =
            [
                new(StatusCodes.Status200OK, "They can.", Readiness, 
                    """
                    {"ready": true, "why": null,
                     "followers": [{"name": "references", "lag_seconds": 0.012, "behind": 3, "stopped_books": 0}]}
                    """),
                new(
                    StatusCodes.Status503ServiceUnavailable, "They cannot, and why.", Readiness,
                    """{"ready": false, "why": "The host is starting.", "followers": []}"""),
            ],
    };

    private static JsonObject Readiness => Shapes.Object(
        null,
        ("ready", Shapes.Flag()),
        ("why", Shapes.OrNull(Shapes.Text("Why not."))),
        ("followers", Shapes.List(Follower, "What is made of the journal. A host is ready with and without it.")));

    private static JsonObject Follower => Shapes.Object(
        null,
        ("name", Shapes.Text()),
        ("lag_seconds", Shapes.Number("For how long the next record of any book has been waiting for it.")),
        ("behind", Shapes.Whole("Records that it has not seen yet, over all books.")),
        ("stopped_books", Shapes.Whole("Books in which it goes no further; the log says why.")));
}
