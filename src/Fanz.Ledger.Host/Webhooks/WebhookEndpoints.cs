using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Webhooks;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>
/// The webhooks of a tenant, for those who administer it. One that is for all platforms is for those alone who
/// administer all of them. Creating takes no Idempotency-Key: a secret cannot be told twice; the same wish again is
/// refused, and one whose answer was lost is removed and made again.
/// </summary>
internal static class WebhookEndpoints
{
    private const string Route = "/v1/{tenant}/webhooks";
    private const string OneRoute = Route + "/{webhook:length(35)}";
    private const int MaxBody = 64 << 10;
    private const int MostLetters = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Route, (RequestDelegate)Create).WithMetadata(WebhookDescriptions.Create, Restricted.Is);
        routes.MapGet(Route, (RequestDelegate)List).WithMetadata(WebhookDescriptions.List);
        routes.MapGet(OneRoute, (RequestDelegate)Get).WithMetadata(WebhookDescriptions.Get);
        routes.MapDelete(OneRoute, (RequestDelegate)Remove).WithMetadata(WebhookDescriptions.Remove, Restricted.Is);
        routes.MapPost(OneRoute + "/verify", (RequestDelegate)Verify).WithMetadata(WebhookDescriptions.Verify);
        routes.MapPost(OneRoute + "/pause", (RequestDelegate)Pause).WithMetadata(WebhookDescriptions.Pause);
        routes.MapPost(OneRoute + "/resume", (RequestDelegate)Resume).WithMetadata(WebhookDescriptions.Resume);
        routes.MapPost(OneRoute + "/rewind", (RequestDelegate)Rewind).WithMetadata(WebhookDescriptions.Rewind);
        routes.MapGet(OneRoute + "/dead_letters", (RequestDelegate)ListDeadLetters)
            .WithMetadata(WebhookDescriptions.DeadLetters);
        routes.MapPost(OneRoute + "/replay", (RequestDelegate)Replay).WithMetadata(WebhookDescriptions.Replay);
    }

    private static async Task Create(HttpContext context)
    {
        var (caller, tenant, receivers) = Admitted(context);
        Parameters.Of(context, []);
        var wish = await Read(context, WishShape.Default.WebhookWish);
        if (wish.Faults(receivers.Options.IsPrivateAllowed).ToArray() is { Length: > 0 } faults)
            throw new ProblemFound(Problem.Of(faults));
        if (!IsInReach(caller, wish.Platform))
        {
            throw new ProblemFound(new Problem(
                StatusCodes.Status403Forbidden, "beyond_reach", "It would tell of platforms beyond the caller's reach.")
            {
                Field = "platform",
            });
        }

        if (wish.Platform is { } platform) await Book(context, tenant, platform);
        if (await receivers.Create(
            tenant, wish.Platform, wish.Url, wish.Types, caller.Actor.ToString(), context.RequestAborted)
            is not var (made, secret))
        {
            throw new ProblemFound(new Problem(
                StatusCodes.Status409Conflict, "webhook_exists", "This address is told of the same already."));
        }

        await Trail.Did(context, tenant, "create_webhook", $"webhook:{made.Id}");
        // What is made is told, also where its receiver is not ready yet.
        var failure = await receivers.Verify(made, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        await Answer(context, StatusCodes.Status201Created, made.Id, json =>
        {
            json.WriteString("secret", secret);
            if (failure is not null) json.WriteString("verification", failure);
        });
    }

    private static async Task List(HttpContext context)
    {
        var (caller, tenant, receivers) = Admitted(context);
        Parameters.Of(context, []);
        var webhooks = await receivers.Store.List(tenant, context.RequestAborted);
        await Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("webhooks");
            foreach (var webhook in webhooks)
            {
                if (!IsInReach(caller, webhook.Platform)) continue;
                WebhookJson.Begin(json, webhook);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static async Task Get(HttpContext context)
    {
        var (webhook, receivers) = await Find(context);
        var progress = await receivers.Store.Progress(webhook.Id, context.RequestAborted);
        await Answer(context, StatusCodes.Status200OK, webhook.Id, json =>
        {
            json.WriteStartArray("books");
            foreach (var book in progress) WebhookJson.Write(json, book);
            json.WriteEndArray();
        });
    }

    private static async Task Remove(HttpContext context)
    {
        var (webhook, receivers) = await Find(context);
        await receivers.Store.Change(
            webhook.Id, WebhookState.Removed,
            [WebhookState.Unverified, WebhookState.Active, WebhookState.Paused], context.RequestAborted);
        await Trail.Did(context, webhook.Tenant, "remove_webhook", $"webhook:{webhook.Id}");
        await Answer(context, StatusCodes.Status200OK, webhook.Id);
    }

    private static async Task Verify(HttpContext context)
    {
        var (webhook, receivers) = await Find(context);
        if (await receivers.Verify(webhook, context.RequestAborted) is { } failure)
        {
            throw new ProblemFound(new Problem(
                StatusCodes.Status409Conflict, "webhook_not_verified", $"The receiver {failure}."));
        }

        await Answer(context, StatusCodes.Status200OK, webhook.Id);
    }

    private static async Task Pause(HttpContext context)
    {
        var (webhook, receivers) = await Find(context);
        if (!await receivers.Store.Change(
            webhook.Id, WebhookState.Paused, [WebhookState.Active, WebhookState.Paused], context.RequestAborted))
            throw NotVerified();
        await Answer(context, StatusCodes.Status200OK, webhook.Id);
    }

    private static async Task Resume(HttpContext context)
    {
        var (webhook, receivers) = await Find(context);
        if (webhook.State == WebhookState.Unverified) throw NotVerified();
        await receivers.Resume(webhook, context.RequestAborted);
        await Answer(context, StatusCodes.Status200OK, webhook.Id);
    }

    private static async Task Rewind(HttpContext context)
    {
        var (webhook, receivers) = await Find(context);
        var wish = await Read(context, WishShape.Default.RewindWish);
        if (webhook.Platform is { } only && only != wish.Platform)
            throw Parameters.Wrong("platform", "ill_formed", $"This webhook tells of {only} alone.");
        var book = await Book(context, webhook.Tenant, wish.Platform);
        if (wish.After < 0 || !await receivers.Rewind(webhook, book, wish.After, context.RequestAborted))
            throw Parameters.Wrong("after", "out_of_range", "The book has no record of this number.");
        await Answer(context, StatusCodes.Status202Accepted, webhook.Id);
    }

    private static async Task ListDeadLetters(HttpContext context)
    {
        var (webhook, receivers) = await Find(context);
        var parameters = Parameters.Of(context, ["after", "limit"]);
        var limit = (int)(parameters.Whole("limit", 1, MostLetters) ?? 100);
        var (book, number) = await After(context, webhook, parameters.Text("after"));
        var letters = await receivers.DeadLetters.List(webhook.Id, book, number, limit, context.RequestAborted);
        await Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("dead_letters");
            foreach (var letter in letters) WebhookJson.Write(json, letter);
            json.WriteEndArray();
            if (letters.Count == limit)
                json.WriteString("next", string.Create(
                    CultureInfo.InvariantCulture, $"{letters[^1].Book.Platform}/{letters[^1].Number}"));
            else json.WriteNull("next");
            json.WriteEndObject();
        });
    }

    private static async Task Replay(HttpContext context)
    {
        var (webhook, receivers) = await Find(context);
        var wish = await Read(context, WishShape.Default.ReplayWish);
        if (wish is { Number: not null, Platform: null })
            throw Parameters.Wrong("platform", "ill_formed", "A number is one of a platform.");
        var book = wish.Platform is { } platform ? await Book(context, webhook.Tenant, platform) : null;
        var asked = await receivers.Replay(webhook, book, wish.Number, context.RequestAborted);
        await Json.Answer(context, StatusCodes.Status202Accepted, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("to_be_replayed", asked);
            json.WriteEndObject();
        });
    }

    private static async Task Answer(
        HttpContext context, int status, string id, Action<Utf8JsonWriter>? more = null)
    {
        var webhook = (await Served.Of(context).Receivers!.Store.Find(id, context.RequestAborted))!;
        await Json.Answer(context, status, json =>
        {
            WebhookJson.Begin(json, webhook);
            more?.Invoke(json);
            json.WriteEndObject();
        });
    }

    private static (Caller Caller, string Tenant, Receivers Receivers) Admitted(HttpContext context)
    {
        var (caller, tenant) = (Caller.Of(context), (string)context.GetRouteValue("tenant")!);
        if (!caller.MaySee(tenant) || BookName.Problem(tenant) is not null)
        {
            throw new ProblemFound(
                new Problem(StatusCodes.Status404NotFound, "tenant_unknown", "There is no such tenant here."));
        }

        caller.Require(Scopes.Admin);
        return (caller, tenant, Served.Of(context).Receivers ?? throw new ProblemFound(
            Problem.Unavailable("webhooks_unconfigured", "This host tells nobody.")));
    }

    private static async Task<(Webhook Webhook, Receivers Receivers)> Find(HttpContext context)
    {
        var (caller, tenant, receivers) = Admitted(context);
        var id = (string)context.GetRouteValue("webhook")!;
        var webhook = Receivers.IsId(id) ? await receivers.Store.Find(id, context.RequestAborted) : null;
        return webhook is not null && webhook.Tenant == tenant && webhook.State != WebhookState.Removed
            && IsInReach(caller, webhook.Platform)
            ? (webhook, receivers)
            : throw new ProblemFound(
                new Problem(StatusCodes.Status404NotFound, "webhook_unknown", "There is no such webhook here."));
    }

    private static bool IsInReach(Caller caller, string? platform) =>
        caller.Platforms is not { } own || (platform is not null && own.Contains(platform));

    private static async Task<OpenedBook> Book(HttpContext context, string tenant, string platform)
    {
        var registry = Served.Of(context).Registry;
        return (BookName.Problem(platform) is null
                ? await registry.Find(new BookName(tenant, platform), context.RequestAborted)
                : null)
            ?? throw new ProblemFound(new Problem(
                StatusCodes.Status404NotFound, "book_unknown", "There is no such book here.") { Field = "platform" });
    }

    private static async Task<(int Book, long Number)> After(HttpContext context, Webhook webhook, string? text)
    {
        if (text is null) return (0, 0);
        var parts = text.Split('/');
        return parts.Length == 2
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? ((await Book(context, webhook.Tenant, parts[0])).Id, number)
            : throw Parameters.Wrong("after", "ill_formed", "after is what the page before gave as next.");
    }

    private static ProblemFound NotVerified() => new(new Problem(
        StatusCodes.Status409Conflict, "webhook_not_verified", "Its receiver has not echoed the challenge yet."));

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
