using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;

namespace Fanz.Ledger.Host.Api;

/// <summary>
/// One command a request: `POST /v1/{tenant}/{platform}/commands/{command}`. The key is in a header, the fields are
/// the body. With `?dry_run=true` nothing is posted, and the answer is what would be.
/// </summary>
internal static class Posting
{
    private const int MaxBody = 256 << 10;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(Books.Route + "/commands/{command}", (RequestDelegate)Post).WithMetadata(Described);

    /// <summary>As the document has it.</summary>
    public static Parameter DryRun =>
        Parameter.Query("dry_run", Shapes.Flag(), "Whether only to tell what would be posted.") with
        {
            IsShared = true,
        };

    public static Parameter IdempotencyKey => Parameter.Header(
        Header.IdempotencyKey,
        "The request's own name, of up to 200 characters. Sent again with the same body, it is answered again as it "
        + "was; it is needed unless nothing is posted.") with { IsShared = true };

    private static Described Described => new("post_command", "Commands", "Post a command")
    {
        IsEachCommand = true,
        Parameters = [IdempotencyKey, DryRun],
        Answers =
            [
                new(StatusCodes.Status200OK, "With `dry_run`: what would be posted.", Shapes.Ref("DryRun")),
                new(StatusCodes.Status201Created, "It is posted.", Shapes.Ref("Receipt"))
                {
                    Headers = [Header.Replayed],
                },
            ],
        Codes =
            [
                "key_missing", "key_repeated", "parameter_unknown", "book_unknown", "not_json",
                "too_large", "key_reused", "busy", "outcome_unknown",
            ],
    };

    /// <summary>Whether a request only asks what would be posted.</summary>
    public static bool IsDryRun(HttpContext context)
    {
        var isDry = false;
        foreach (var (name, value) in context.Request.Query)
        {
            if (name != "dry_run")
                throw new ProblemFound(Problem.OfParameter(name, "parameter_unknown", "It may only be dry_run."));
            isDry = value.ToString() switch
            {
                "true" => true,
                "false" => false,
                _ => throw new ProblemFound(Problem.OfParameter(name, "ill_formed", "dry_run is true or false.")),
            };
        }

        return isDry;
    }

    /// <summary>
    /// Posts a command that another address makes of what it was sent: by the same rights, under the caller's own key,
    /// and with the same answer.
    /// </summary>
    public static async Task Post(HttpContext context, OpenedBook book, Command command)
    {
        var caller = Caller.Of(context);
        if (caller.ObjectionTo(command, book.Name.Tenant) is { } objection) throw new ProblemFound(objection);
        await Answer(context, await Served.Of(context).Writer.Post(book.Name, command, caller.Actor, Key(context)));
    }

    private static async Task Post(HttpContext context)
    {
        var (caller, served) = (Caller.Of(context), Served.Of(context));
        var book = await Books.Find(context);
        var name = (string)context.GetRouteValue("command")!;
        var isDry = IsDryRun(context);
        var command = await Read(context, caller, name);
        if (caller.ObjectionTo(command, book.Name.Tenant) is { } objection) throw new ProblemFound(objection);
        if (isDry)
        {
            await Preview(context, await served.Preview.Of(book.Name, command, caller.Actor, context.RequestAborted));
            return;
        }

        // Whoever goes away meanwhile takes nothing back, so there is nothing to cancel either.
        await Answer(context, await served.Writer.Post(book.Name, command, caller.Actor, Key(context)));
    }

    private static async Task<Command> Read(HttpContext context, Caller caller, string name)
    {
        if (!CommandFormat.IsKnown(name))
        {
            throw new ProblemFound(
                new Problem(StatusCodes.Status404NotFound, "unknown_command", "There is no such command."));
        }

        caller.Require(Scopes.OfCommand(name));
        using var body = await Body.Read(context, MaxBody);
        var (command, fault) = CommandFormat.Read(name, body.Bytes);
        return command ?? throw new ProblemFound(Problem.Of([fault!]));
    }

    private static string Key(HttpContext context) => context.Request.Headers[Header.IdempotencyKey] switch
    {
        [{ } key] => key,
        [] => throw new ProblemFound(new Problem(
            StatusCodes.Status400BadRequest, "key_missing", "Every command needs the header Idempotency-Key.")),
        _ => throw new ProblemFound(new Problem(
            StatusCodes.Status400BadRequest, "key_repeated", "There is more than one Idempotency-Key.")),
    };

    private static Task Answer(HttpContext context, Reply reply)
    {
        if (reply is not Reply.Posted posted) return ProblemWriter.Write(context, Replies.ProblemOf(reply)!);
        AccessLogging.IsInJournal(context);
        if (posted.Replayed) context.Response.Headers[Header.Replayed] = "true";
        return Json.Answer(
            context, StatusCodes.Status201Created, json => ReceiptJson.Write(json, posted.Receipt));
    }

    private static Task Preview(HttpContext context, Previewed previewed)
    {
        if (previewed is not Previewed.Posts posts)
            return ProblemWriter.Write(context, Replies.ProblemOf(previewed)!);
        return Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("dry_run", true);
            json.WriteStartArray("records");
            foreach (var record in posts.Records) ReceiptJson.Write(json, record);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
