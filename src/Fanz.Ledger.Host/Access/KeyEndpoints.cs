using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Postgres.Access;
using NodaTime;

namespace Fanz.Ledger.Host.Access;

/// <summary>
/// The keys of a tenant, for those who administer it: list, create, rotate, revoke. Nobody grants what is beyond their
/// own tenant and platforms; and whoever makes a key that is a person's, or that vouches for people, must be one who
/// is believed about people. Creating takes no Idempotency-Key: a secret cannot be told twice, and a key whose answer
/// was lost is revoked.
/// </summary>
internal static class KeyEndpoints
{
    private const string Route = "/v1/{tenant}/keys";
    private const int MaxBody = 16 << 10;
    private const int MostListed = 500;
    private const int UsualOverlap = 24 * 60 * 60;
    private const int LongestOverlap = 30 * UsualOverlap;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, (RequestDelegate)List).WithMetadata(KeyDescriptions.List, Restricted.Is);
        routes.MapPost(Route, (RequestDelegate)Create).WithMetadata(KeyDescriptions.Create, Restricted.Is);
        routes.MapPost(Route + "/{key}/rotate", (RequestDelegate)Rotate).WithMetadata(KeyDescriptions.Rotate, Restricted.Is);
        routes.MapPost(Route + "/{key}/revoke", (RequestDelegate)Revoke).WithMetadata(KeyDescriptions.Revoke, Restricted.Is);
    }

    private static async Task List(HttpContext context)
    {
        var (caller, tenant, entrance) = Admitted(context);
        var (after, most) = Page(context);
        var keys = await entrance.Keys.Store.List(tenant, after, most, context.RequestAborted);
        await Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            foreach (var key in keys)
                if (IsInReach(caller, key.Platforms)) KeyJson.Write(json, key, entrance.Now);
            json.WriteEndArray();
            if (keys.Count == most) json.WriteString("next", keys[^1].Id);
            json.WriteEndObject();
        });
    }

    private static async Task Create(HttpContext context)
    {
        var (caller, tenant, entrance) = Admitted(context);
        var grant = (await Read(context, KeyShape.Default.KeyRequest)).For(tenant);
        if (grant.Faults(entrance.Now).ToArray() is { Length: > 0 } faults) throw new ProblemFound(Problem.Of(faults));
        if (grant.TakesVouching) RequireVouching(caller);
        if (!IsInReach(caller, grant.Platforms))
        {
            throw new ProblemFound(new Problem(
                StatusCodes.Status403Forbidden, "beyond_reach", "The key would reach platforms that the caller does not.")
            {
                Field = "platforms",
            });
        }

        var made = await entrance.Keys.Store.Create(grant, caller.Actor.ToString(), context.RequestAborted);
        await Answer(context, StatusCodes.Status201Created, made.Key, entrance.Now, made.Text);
    }

    private static async Task Rotate(HttpContext context)
    {
        var (caller, tenant, entrance) = Admitted(context);
        var old = await Find(context, caller, tenant, entrance);
        var overlap = (await Read(context, KeyShape.Default.RotationRequest)).OverlapSeconds ?? UsualOverlap;
        if (overlap is < 0 or > LongestOverlap)
        {
            throw new ProblemFound(Problem.OfParameter(
                "overlap_seconds", "out_of_range", $"An overlap is from 0 to {LongestOverlap} seconds."));
        }

        // Whoever rotates it is told its new secret.
        if (old.Person is not null || old.Scopes.Contains(Scopes.VouchForPeople)) RequireVouching(caller);
        var (made, fault) = await entrance.Keys.Store.Rotate(
            old.Id, Duration.FromSeconds(overlap), caller.Actor.ToString(), context.RequestAborted);
        if (made is null)
            throw new ProblemFound(new Problem(StatusCodes.Status409Conflict, fault!.Code, fault.Problem));
        await entrance.Keys.Reread(old.Id);
        await Answer(context, StatusCodes.Status201Created, made.Key, entrance.Now, made.Text);
    }

    private static async Task Revoke(HttpContext context)
    {
        var (caller, tenant, entrance) = Admitted(context);
        var key = await Find(context, caller, tenant, entrance);
        var revoked = await entrance.Keys.Store.Revoke(key.Id, caller.Actor.ToString(), context.RequestAborted);
        // From the answer on the key is no good here; other hosts read it again within seconds.
        await entrance.Keys.Reread(key.Id);
        await Answer(context, StatusCodes.Status200OK, revoked!, entrance.Now);
    }

    private static Task Answer(HttpContext context, int status, ApiKey key, Instant now, string? text = null)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Json.Answer(context, status, json => KeyJson.Write(json, key, now, text));
    }

    private static (Caller Caller, string Tenant, Entrance Entrance) Admitted(HttpContext context)
    {
        var (caller, tenant) = (Caller.Of(context), (string)context.GetRouteValue("tenant")!);
        if (!caller.MaySee(tenant) || BookName.Problem(tenant) is not null)
        {
            throw new ProblemFound(
                new Problem(StatusCodes.Status404NotFound, "tenant_unknown", "There is no such tenant here."));
        }

        caller.Require(Scopes.Admin);
        return (caller, tenant, Served.Of(context).Entrance);
    }

    private static async Task<ApiKey> Find(HttpContext context, Caller caller, string tenant, Entrance entrance)
    {
        var id = (string)context.GetRouteValue("key")!;
        var key = KeyText.IsId(id) ? await entrance.Keys.Store.Find(id, context.RequestAborted) : null;
        return key is not null && key.Tenant == tenant && IsInReach(caller, key.Platforms)
            ? key
            : throw new ProblemFound(
                new Problem(StatusCodes.Status404NotFound, "key_unknown", "There is no such key here."));
    }

    private static bool IsInReach(Caller caller, IEnumerable<string>? platforms) =>
        caller.Platforms is not { } own || platforms?.All(own.Contains) == true;

    private static void RequireVouching(Caller caller)
    {
        if (!caller.MayVouch) throw new ProblemFound(Caller.Lacks(Scopes.VouchForPeople));
    }

    private static (string After, int Most) Page(HttpContext context)
    {
        var (after, most) = ("", 100);
        foreach (var (name, value) in context.Request.Query)
        {
            var isGood = name switch
            {
                "after" => KeyText.IsId(after = value.ToString()),
                "limit" => int.TryParse(value, out most) && most is >= 1 and <= MostListed,
                _ => throw new ProblemFound(
                    Problem.OfParameter(name, "parameter_unknown", "It may only be after or limit.")),
            };
            if (!isGood)
            {
                throw new ProblemFound(Problem.OfParameter(
                    name, "ill_formed", $"after is the id of a key, and limit is from 1 to {MostListed}."));
            }
        }

        return (after, most);
    }

    private static async Task<T> Read<T>(HttpContext context, JsonTypeInfo<T> shape)
    {
        using var body = await Body.Read(context, MaxBody);
        try
        {
            return JsonSerializer.Deserialize(body.Bytes, shape)
                ?? throw new ProblemFound(Problem.OfParameter("body", "ill_formed", "The body is an object."));
        }
        catch (JsonException exception)
        {
            var at = exception.Path is { Length: > 2 } path ? path[2..] : "body";
            throw new ProblemFound(Problem.OfParameter(at, "ill_formed", $"{at} is not as it must be."));
        }
    }
}
