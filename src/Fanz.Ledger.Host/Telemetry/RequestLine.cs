using System.Collections;
using System.Globalization;
using Microsoft.AspNetCore.Routing;

namespace Fanz.Ledger.Host.Telemetry;

/// <summary>
/// One request as it is logged. Routes are named by their template, because what stands in their place may be a
/// person's name; queries, headers and bodies have no place in it, and a method that is none of HTTP's is not repeated.
/// Of who asks the service is told, and never the person behind it.
/// </summary>
internal sealed record RequestLine(
    string Method, string Route, int Status, string? Code, double Milliseconds, string RequestId, string? Service)
    : IReadOnlyList<KeyValuePair<string, object?>>
{
    public static readonly EventId Event = new(1, "request");

    private const string NoRoute = "(none)";
    private const string OtherMethod = "_OTHER";

    public int Count => 7;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("method", Method),
        1 => new("route", Route),
        2 => new("status", Status),
        3 => new("code", Code),
        4 => new("duration_ms", Milliseconds),
        5 => new("request_id", RequestId),
        6 => new("service", Service),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? NoRoute;

    public static string MethodOf(HttpRequest request) =>
        request.Method is "GET" or "POST" or "PUT" or "DELETE" or "PATCH" or "HEAD" or "OPTIONS"
            ? request.Method
            : OtherMethod;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Method} {Route} {Status} {Code ?? "-"} in {Milliseconds:F1} ms, request {RequestId}, for {Service ?? "-"}");

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
