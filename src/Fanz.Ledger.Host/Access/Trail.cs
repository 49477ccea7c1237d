using Fanz.Ledger.Audit;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Postgres.Access;

namespace Fanz.Ledger.Host.Access;

/// <summary>How addresses write into the trail what they show and do.</summary>
internal static class Trail
{
    public static IApplicationBuilder UseIn(IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (Entrance.IsGuarded(context) && context.Features.Get<Served>() is { } served)
                served.Entrance.Refused.Look(context);
        }
    });

    /// <summary>Before it is shown: what is not written down is not shown.</summary>
    public static Task Reads(
        HttpContext context, string tenant, string? platform, string action, string subject, string? item,
        long? number) =>
        Write(context, tenant, TrailKind.Read, action, note => note with
        {
            Platform = platform, Subject = subject, Item = item, Number = number,
        });

    public static Task Did(HttpContext context, string tenant, string action, string subject) =>
        Write(context, tenant, TrailKind.Done, action, note => note with { Subject = subject });

    private static Task Write(
        HttpContext context, string tenant, TrailKind kind, string action, Func<TrailNote, TrailNote> about)
    {
        var caller = Caller.Of(context);
        var note = about(new TrailNote(kind, action, caller.Actor.ToString())
        {
            KeyId = caller.KeyId, Request = context.TraceIdentifier,
        });
        return new AccessTrail(Served.Of(context).Source).Write(tenant, note, context.RequestAborted);
    }
}
