using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Access;

/// <summary>
/// Notes every request that is not in the journal: reads, previews, refusals, denials, failures. What was posted is in
/// the journal with its actor, and costs nothing here.
/// </summary>
internal static class AccessLogging
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

    public static IApplicationBuilder UseIn(IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (Entrance.IsGuarded(context) && context.Features.Get<InJournal>() is null
                && context.Features.Get<Served>() is { } served)
                await served.Entrance.Log.Add(Row(context, served.Entrance));
        }
    });

    /// <summary>Everything that the request asked for was posted, so the journal has it.</summary>
    public static void IsInJournal(HttpContext context) => context.Features.Set(InJournal.Itself);

    /// <summary>The head that an answer is current to, or the record that it is about.</summary>
    public static void IsAbout(HttpContext context, long number) => context.Features.Set(new About(number));

    private static AccessRow Row(HttpContext context, Entrance entrance)
    {
        var caller = context.Features.Get<Caller>();
        var request = context.Request;
        return new AccessRow(
            entrance.Now, context.TraceIdentifier,
            Methods.Contains(request.Method) ? request.Method : "other",
            (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText,
            context.Response.StatusCode, context.Features.Get<Problem>()?.Code)
        {
            KeyId = caller?.KeyId,
            Actor = caller?.Actor.ToString(),
            // An address can say anything. What is no name, or was said by nobody who is known, is not kept.
            Tenant = caller is null ? null : Name(context, "tenant"),
            Platform = caller is null ? null : Name(context, "platform"),
            Number = context.Features.Get<About>()?.Number,
        };
    }

    private static string? Name(HttpContext context, string part) =>
        context.GetRouteValue(part) is string name && BookName.Problem(name) is null ? name : null;

    private sealed class InJournal
    {
        public static readonly InJournal Itself = new();
    }

    private sealed record About(long Number);
}
