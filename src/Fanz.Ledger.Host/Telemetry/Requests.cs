using System.Diagnostics;
using System.Diagnostics.Metrics;
using Fanz.Ledger.Host.Access;

namespace Fanz.Ledger.Host.Telemetry;

/// <summary>What a request was answered with besides its status.</summary>
internal sealed class RequestNotes
{
    /// <summary>The code of the problem, if it was one.</summary>
    public string? Code { get; private set; }

    public void Answered(string code) => Code = code;

    public static RequestNotes? Of(HttpContext context) => context.Features.Get<RequestNotes>();
}

/// <summary>
/// The outermost part of every request: gives it an id, draws it where somebody traces, and logs it. Routes are named
/// by their template, because what stands in their place may be a person's name; queries, headers and bodies are not
/// looked at. Of who asks the service is told, and never the person behind it.
/// What went well is logged at `debug`: the journal has it already. A "no" is `information`, a fault is `warning`.
/// </summary>
internal static partial class Requests
{
    public const string TelemetryName = "Fanz.Ledger.Http";
    public const string IdHeader = "X-Request-Id";

    /// <summary>No status of HTTP says it: the client was gone before the answer.</summary>
    private const int ClientGone = 499;
    private const string NoRoute = "(none)";

    private static readonly Meter Meter = new(TelemetryName);
    private static readonly ActivitySource Source = new(TelemetryName);

    private static readonly Counter<long> Problems = Meter.CreateCounter<long>(
        "ledger.http.problems", "{request}", "Requests answered with a problem, by its code");

    public static IApplicationBuilder UseRequests(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(TelemetryName);
        return app.Use((context, next) => Serve(context, next, log));
    }

    private static async Task Serve(HttpContext context, RequestDelegate next, ILogger log)
    {
        var begun = Stopwatch.GetTimestamp();
        var notes = new RequestNotes();
        context.Features.Set(notes);
        context.TraceIdentifier = RequestId.Of(context.Request.Headers[IdHeader]);
        context.Response.Headers[IdHeader] = context.TraceIdentifier;
        using var drawn = Source.HasListeners() ? Draw(context.Request) : null;
        try
        {
            await next(context);
        }
        finally
        {
            var status = context.RequestAborted.IsCancellationRequested ? ClientGone : context.Response.StatusCode;
            if (notes.Code is { } code) Problems.Add(1, new KeyValuePair<string, object?>("code", code));
            if (drawn is { IsAllDataRequested: true }) Finish(drawn, context, status, notes);
            var level = Level(status, notes);
            if (log.IsEnabled(level))
            {
                Served(
                    log, level, context.Request.Method, Route(context), status, notes.Code,
                    Stopwatch.GetElapsedTime(begun).TotalMilliseconds, context.TraceIdentifier,
                    context.Features.Get<Caller>()?.Actor.Service);
            }
        }
    }

    [LoggerMessage(
        EventName = "request",
        Message = "{Method} {Route} {Status} {Code} in {DurationMs} ms, request {RequestId} of {Service}")]
    private static partial void Served(
        ILogger log, LogLevel level, string method, string route, int status, string? code, double durationMs,
        string requestId, string? service);

    private static LogLevel Level(int status, RequestNotes notes) => status switch
    {
        >= 500 => LogLevel.Warning,
        // A host that is starting, or has had enough for now, says so; that is no fault of its own.
        >= 400 => LogLevel.Information,
        _ => notes.Code is null ? LogLevel.Debug : LogLevel.Information,
    };

    private static Activity? Draw(HttpRequest request)
    {
        string? parent = request.Headers.TraceParent;
        ActivityContext.TryParse(parent, request.Headers.TraceState, isRemote: true, out var caller);
        return Source.StartActivity("request", ActivityKind.Server, caller);
    }

    private static void Finish(Activity drawn, HttpContext context, int status, RequestNotes notes)
    {
        var route = Route(context);
        drawn.DisplayName = $"{context.Request.Method} {route}";
        drawn.SetTag("http.request.method", context.Request.Method);
        drawn.SetTag("http.route", route);
        drawn.SetTag("http.response.status_code", status);
        drawn.SetTag("ledger.request_id", context.TraceIdentifier);
        if (notes.Code is { } code) drawn.SetTag("ledger.code", code);
        if (status >= 500) drawn.SetStatus(ActivityStatusCode.Error);
    }

    private static string Route(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? NoRoute;
}
