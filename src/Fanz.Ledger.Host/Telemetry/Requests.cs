using System.Diagnostics;
using System.Diagnostics.Metrics;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;

namespace Fanz.Ledger.Host.Telemetry;

/// <summary>
/// The outermost part of every request: gives it an id, draws it where somebody traces, and logs it.
/// What went well is logged at `debug`: the journal has it already. A "no" is `information`, a fault is `warning`.
/// </summary>
internal static class Requests
{
    public const string TelemetryName = "Fanz.Ledger.Http";
    public const string IdHeader = "X-Request-Id";

    /// <summary>No status of HTTP says it: the client was gone before the answer.</summary>
    private const int ClientGone = 499;

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
            var code = context.Features.Get<Problem>()?.Code;
            if (code is not null) Problems.Add(1, new KeyValuePair<string, object?>("code", code));
            var level = Level(status);
            if (log.IsEnabled(level) || drawn is { IsAllDataRequested: true })
            {
                var line = new RequestLine(
                    RequestLine.MethodOf(context.Request), RequestLine.RouteOf(context), status, code,
                    Stopwatch.GetElapsedTime(begun).TotalMilliseconds, context.TraceIdentifier,
                    context.Features.Get<Caller>()?.Actor.Service);
                log.Log(level, RequestLine.Event, line, null, static (line, _) => line.ToString());
                if (drawn is not null) Finish(drawn, line);
            }
        }
    }

    private static LogLevel Level(int status) => status switch
    {
        >= 500 => LogLevel.Warning,
        >= 400 => LogLevel.Information,
        _ => LogLevel.Debug,
    };

    private static Activity? Draw(HttpRequest request)
    {
        string? parent = request.Headers.TraceParent;
        ActivityContext.TryParse(parent, request.Headers.TraceState, isRemote: true, out var caller);
        return Source.StartActivity("request", ActivityKind.Server, caller);
    }

    private static void Finish(Activity drawn, RequestLine line)
    {
        drawn.DisplayName = $"{line.Method} {line.Route}";
        drawn.SetTag("http.request.method", line.Method);
        drawn.SetTag("http.route", line.Route);
        drawn.SetTag("http.response.status_code", line.Status);
        drawn.SetTag("ledger.request_id", line.RequestId);
        if (line.Code is { } code) drawn.SetTag("ledger.code", code);
        if (line.Status >= 500) drawn.SetStatus(ActivityStatusCode.Error);
    }
}
