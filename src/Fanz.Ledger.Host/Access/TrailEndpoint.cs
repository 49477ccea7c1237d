using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Access;

/// <summary>The trail of a tenant, for its auditors: who saw what is restricted, and who was refused.</summary>
internal static class TrailEndpoint
{
    private const string Route = "/v1/{tenant}/trail";
    private const int UsualLines = 100;

    private static Described Described => new("read_trail", "Audit", "Who saw what is restricted, and who was refused")
    {
        Text = "Every reading of what is restricted, every privileged action and every refused attempt at one, the "
            + "newest first. Nothing personal stands there: ids of people, keys and records. Each line is chained to "
            + "the one before of the tenant, and `ledger verify` makes the chain again.",
        Scope = Scopes.Audit,
        Parameters =
            [
                Parameter.Query(TrailWords.Kind, Shapes.Words(null, TrailWords.Kinds), "Lines of one kind alone."),
                Parameter.Query(TrailWords.Action, Shapes.Text(), "Of one action, by the name of its operation."),
                Parameter.Query(TrailWords.Actor, Shapes.Text(), "Of one service, or of one person at a service."),
                Parameter.Query(
                    TrailWords.Subject, Shapes.Text(), "About one person or thing, such as `creator:mia`."),
                Parameter.Query(TrailWords.From, Shapes.Text(), "From this time or day on."),
                Parameter.Query(TrailWords.Until, Shapes.Text(), "Before this time or day."),
                Parameter.Query(TrailWords.Before, Shapes.Whole(), "The `next` of the page before."),
                Parameter.Query(
                    TrailWords.Limit, Shapes.Whole(), $"How many at most: 1 to {TrailWords.MostLines}, otherwise 100."),
            ],
        Answers =
            [
                new(StatusCodes.Status200OK, "A page of lines.", Shapes.Object(
                    null,
                    ("lines", Shapes.List(Shapes.Object(
                        null,
                        ("sequence", Shapes.Whole("Counts the lines of the tenant, without gaps.")),
                        ("at", Shapes.Time("When it was written down.")),
                        ("kind", Shapes.Words(null, TrailWords.Kinds)),
                        ("action", Shapes.Text("What was done or tried.")),
                        ("actor", Shapes.Text("The service, and the person; empty where nobody was known.")),
                        ("key?", Shapes.Text("The id of the key that was used.")),
                        ("platform?", Shapes.Text("The platform whose book it was.")),
                        ("subject?", Shapes.Text("Of whom or what.")),
                        ("item?", Shapes.Text("What of it; of a refused attempt the code of its problem.")),
                        ("number?", Shapes.Whole("The record of that book that says more.")),
                        ("times", Shapes.Whole("How often, where many that are alike are counted.")),
                        ("request_id?", Shapes.Text("The id of the request.")),
                        ("hash", Shapes.Text("What the next line is chained to."))))),
                    ("next?", Shapes.Whole("Where there may be more.")))),
            ],
        Codes = ["tenant_unknown", "parameter_unknown", "parameter_repeated", "ill_formed"],
    };

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Route, (RequestDelegate)List).WithMetadata(Described, Restricted.Is);

    private static async Task List(HttpContext context)
    {
        var (caller, tenant) = (Caller.Of(context), (string)context.GetRouteValue("tenant")!);
        // A caller who reaches some platforms alone would see what is of others.
        if (!caller.MaySee(tenant) || BookName.Problem(tenant) is not null || caller.Platforms is not null)
        {
            throw new ProblemFound(
                new Problem(StatusCodes.Status404NotFound, "tenant_unknown", "There is no such tenant here."));
        }

        caller.Require(Scopes.Audit);
        var parameters = Parameters.Of(context, TrailWords.All);
        var before = parameters.Whole(TrailWords.Before, 1, long.MaxValue);
        var most = (int)(parameters.Whole(TrailWords.Limit, 1, TrailWords.MostLines) ?? UsualLines);
        var lines = await new TrailReader(Served.Of(context).Source)
            .Read(tenant, Filter(parameters), before, most, context.RequestAborted);
        await Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("lines");
            foreach (var line in lines) TrailWords.Write(json, line);
            json.WriteEndArray();
            if (lines.Count == most) json.WriteNumber("next", lines[^1].Sequence);
            json.WriteEndObject();
        });
    }

    private static TrailFilter Filter(Parameters parameters)
    {
        try
        {
            return TrailWords.Read(parameters.Text);
        }
        catch (TrailMistake mistake)
        {
            throw Parameters.Wrong(mistake.Parameter, "ill_formed", mistake.Message);
        }
    }
}
