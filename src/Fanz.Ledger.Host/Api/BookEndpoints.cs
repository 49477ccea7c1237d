using System.Text.Json;
using System.Text.Json.Serialization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;

namespace Fanz.Ledger.Host.Api;

/// <summary>
/// Opens books, and tells what they were opened with. A book is opened on purpose and for good: what it is opened with
/// never changes, and everything else about it is set by commands. Opening is the same however often it is asked for,
/// so it takes no Idempotency-Key.
/// </summary>
internal static class BookEndpoints
{
    private const string OfTenant = "/v1/{tenant}/books";
    private const int MaxBody = 4 << 10;

    /// <summary>What stands in the place of a platform in other addresses of a tenant.</summary>
    private static readonly string[] Reserved = ["books", "keys", "people", "reports", "trail", "webhooks"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(Books.Route, (RequestDelegate)Open).WithMetadata(BookDescriptions.Open, Restricted.Is);
        routes.MapGet(Books.Route, (RequestDelegate)Tell).WithMetadata(BookDescriptions.Tell);
        routes.MapGet(OfTenant, (RequestDelegate)List).WithMetadata(BookDescriptions.List);
    }

    private static async Task Open(HttpContext context)
    {
        var (caller, served) = (Caller.Of(context), Served.Of(context));
        var (tenant, platform) = ((string)context.GetRouteValue("tenant")!, (string)context.GetRouteValue("platform")!);
        // A caller of another tenant hears what they would hear of any book of it.
        if (!caller.MaySee(tenant, platform)) throw Unknown();
        caller.Require(Scopes.Admin);
        var settings = Judge(tenant, platform, await Read(context));
        var isNew = await served.Registry.Find(settings.Name, context.RequestAborted) is null;
        try
        {
            var book = await served.Registry.Open(settings, caller.Actor.ToString(), context.RequestAborted);
            var status = isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK;
            await Answer(context, status, book, await Number(context, served, book));
        }
        catch (BookSettingsDiffer differ)
        {
            throw new ProblemFound(
                new Problem(StatusCodes.Status409Conflict, "book_settings_differ", differ.Message));
        }
    }

    private static async Task Tell(HttpContext context)
    {
        var (caller, served) = (Caller.Of(context), Served.Of(context));
        var book = await Books.Find(context);
        RequireToLook(caller);
        await Answer(context, StatusCodes.Status200OK, book, await Number(context, served, book));
    }

    private static async Task List(HttpContext context)
    {
        var (caller, tenant) = (Caller.Of(context), (string)context.GetRouteValue("tenant")!);
        if (!caller.MaySee(tenant) || BookName.Problem(tenant) is not null)
        {
            throw new ProblemFound(
                new Problem(StatusCodes.Status404NotFound, "tenant_unknown", "There is no such tenant here."));
        }

        RequireToLook(caller);
        var books = await Served.Of(context).Registry.List(tenant, context.RequestAborted);
        await Json.Answer(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("books");
            foreach (var book in books.Where(book => caller.MaySee(tenant, book.Name.Platform)))
                Write(json, book, number: null);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Who opens books may look at them, and so may who reads what is in them.</summary>
    private static void RequireToLook(Caller caller)
    {
        if (!caller.Has(Scopes.Admin)) caller.Require(Scopes.ReadLedger);
    }

    private static async Task<BookRequest> Read(HttpContext context)
    {
        using var body = await Body.Read(context, MaxBody);
        try
        {
            return JsonSerializer.Deserialize(body.Bytes, BookShape.Default.BookRequest)
                ?? throw new ProblemFound(Problem.OfParameter("body", "ill_formed", "The body is an object."));
        }
        catch (JsonException exception)
        {
            var field = exception.Path is { Length: > 2 } path ? path[2..] : "body";
            throw new ProblemFound(Problem.OfParameter(
                field, "ill_formed", "The body has time_zone, reporting_currency and calendar, as text, and no more."));
        }
    }

    private static BookSettings Judge(string tenant, string platform, BookRequest request)
    {
        var (settings, faults) = BookSettings.Read(
            tenant, platform, request.TimeZone, request.Calendar ?? BookSettings.NoHolidays,
            request.ReportingCurrency);
        if (Reserved.Contains(platform))
            faults = [.. faults, new Fault("platform", "reserved", $"No platform is called {platform}.")];
        return settings is not null && faults.Count == 0 ? settings : throw new ProblemFound(Problem.Of(faults));
    }

    private static async Task<long> Number(HttpContext context, Served served, OpenedBook book) =>
        (await new JournalReader(served.Source).PlaceAsOf(book, AsOf.Head, context.RequestAborted)).Number;

    private static Task Answer(HttpContext context, int status, OpenedBook book, long number) =>
        Json.Answer(context, status, json => Write(json, book, number));

    private static void Write(Utf8JsonWriter json, OpenedBook book, long? number)
    {
        json.WriteStartObject();
        json.WriteString("tenant", book.Name.Tenant);
        json.WriteString("platform", book.Name.Platform);
        json.WriteString("time_zone", book.Settings.TimeZone.Id);
        json.WriteString("calendar", book.Settings.Calendar);
        json.WriteString("reporting_currency", book.Settings.ReportingCurrency.Code);
        if (number is { } head) json.WriteNumber("number", head);
        json.WriteEndObject();
    }

    private static ProblemFound Unknown() =>
        new(new Problem(StatusCodes.Status404NotFound, "book_unknown", "There is no such book here."));
}

/// <summary>What a book is to be opened with.</summary>
internal sealed record BookRequest(string TimeZone, string ReportingCurrency, string? Calendar = null);

[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BookRequest))]
internal sealed partial class BookShape : JsonSerializerContext;
