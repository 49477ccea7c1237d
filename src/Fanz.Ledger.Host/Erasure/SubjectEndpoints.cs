using System.Text.Json;
using System.Text.Json.Serialization;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Secrets;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Erasure;
using Fanz.Ledger.Postgres.Secrets;

namespace Fanz.Ledger.Host.Erasure;

/// <summary>
/// What is on record of a person over all books of a tenant, and all of it in clear for one who asks. People are the
/// tenant's, so a caller who reaches some platforms alone is answered as if there were no such tenant.
/// </summary>
internal static class SubjectEndpoints
{
    private const string Route = "/v1/{tenant}/people/{person}";
    private const int MaxBody = 16 << 10;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, (RequestDelegate)Look).WithMetadata(SubjectDescriptions.Read, Restricted.Is);
        routes.MapPost(Route + "/export", (RequestDelegate)Export)
            .WithMetadata(SubjectDescriptions.Export, Restricted.Is);
    }

    private static async Task Look(HttpContext context)
    {
        var (books, person) = await Find(context, Scopes.ErasePeople);
        var (served, aborted) = (Served.Of(context), context.RequestAborted);
        var look = await PersonLook.At(served.Source, books, person, served.Entrance.Now, aborted);
        await Json.Answer(context, StatusCodes.Status200OK, json => SubjectJson.Write(json, look));
    }

    private static async Task Export(HttpContext context)
    {
        var (books, person) = await Find(context, Scopes.ReadPeople);
        var (caller, served, wish) = (Caller.Of(context), Served.Of(context), await Read(context));
        var keys = Sealing.Keys(context);
        await RequireReadable(keys, context);
        var by = new TrailNote(TrailKind.Read, "export_person", caller.Actor.ToString())
        {
            KeyId = caller.KeyId, Request = context.TraceIdentifier,
        };
        if (await SubjectReading.WriteDown(
            served.Source, served.Writer, books, person, by, caller.Actor, wish.Reason, context.RequestAborted)
            is { } reply) throw new ProblemFound(Replies.ProblemOf(reply)!);
        context.Response.Headers.CacheControl = "no-store";
        await using var answer = LongAnswer.Begin(context);
        await new SubjectExport(served.Source, keys).Write(
            books[0].Name.Tenant, books, person, answer.Json, answer.Breathe, context.RequestAborted);
        await answer.Flush();
    }

    private static async Task<(IReadOnlyList<OpenedBook> Books, Person Person)> Find(HttpContext context, string scope)
    {
        var (caller, tenant) = (Caller.Of(context), (string)context.GetRouteValue("tenant")!);
        if (!caller.MaySee(tenant) || BookName.Problem(tenant) is not null || caller.Platforms is not null)
            throw Unknown();
        caller.Require(scope);
        Parameters.Of(context, []);
        var text = ((string)context.GetRouteValue("person")!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var person = Person.Read(text)
            ?? throw Parameters.Wrong("person", "ill_formed", "person is fan:ID, creator:ID or affiliate:ID.");
        var books = await Served.Of(context).Registry.List(tenant, context.RequestAborted);
        return books.Count == 0 ? throw Unknown() : (books, person);
    }

    /// <summary>A wrong master key is told before anything is written.</summary>
    private static async Task RequireReadable(PersonKeys keys, HttpContext context)
    {
        try
        {
            _ = await keys.Fingerprints(context.RequestAborted);
        }
        catch (WrongMasterKey)
        {
            throw Sealing.Unreadable();
        }
    }

    private static ProblemFound Unknown() =>
        new(new Problem(StatusCodes.Status404NotFound, "tenant_unknown", "There is no such tenant here."));

    private static async Task<SubjectWish> Read(HttpContext context)
    {
        using var body = await Body.Read(context, MaxBody);
        try
        {
            return JsonSerializer.Deserialize(body.Bytes, SubjectShape.Default.SubjectWish)
                ?? throw new ProblemFound(Problem.OfParameter("body", "ill_formed", "The body is an object."));
        }
        catch (JsonException)
        {
            throw new ProblemFound(Problem.OfParameter("body", "ill_formed", "The body has a reason, and no more."));
        }
    }
}

/// <summary>Why somebody is to be given all that is known of a person.</summary>
internal sealed record SubjectWish(string Reason);

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SubjectWish))]
internal sealed partial class SubjectShape : JsonSerializerContext;
