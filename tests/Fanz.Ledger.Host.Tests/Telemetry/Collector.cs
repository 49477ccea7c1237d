using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fanz.Ledger.Host.Tests.Telemetry;

/// <summary>One span, as a collector hears of it.</summary>
internal sealed record Span(
    string Name, string Trace, string Id, string Parent, IReadOnlyList<string> Links,
    IReadOnlyDictionary<string, string> Tags);

/// <summary>A collector of OTLP over HTTP, on a free port, that remembers what it was told last.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, double> points = new();
    private readonly ConcurrentQueue<Span> spans = new();
    private readonly ConcurrentQueue<string> raw = new();

    private Collector(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    public IEnumerable<Span> Spans => spans;

    /// <summary>All that it was ever told, with whatever stands in it as text.</summary>
    public string Everything => string.Concat(raw);

    /// <summary>The values of all points, by name and tags: of a histogram how many values it has.</summary>
    public IReadOnlyDictionary<string, double> Points => points;

    public string? Authorization { get; private set; }

    public static async Task<Collector> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var collector = new Collector(app);
        app.MapPost("/v1/metrics", context => collector.Hear(context, collector.HearMetrics));
        app.MapPost("/v1/traces", context => collector.Hear(context, collector.HearSpans));
        await app.StartAsync();
        return collector;
    }

    public async Task Until(Func<Collector, bool> condition, string expectation)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            while (!condition(this)) await Task.Delay(50, deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{expectation} It heard: {string.Join(", ", points)}; {string.Join(", ", spans)}");
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task Hear(HttpContext context, Action<Wire> hear)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Authorization = context.Request.Headers.Authorization;
        raw.Enqueue(Encoding.UTF8.GetString(body.ToArray()));
        // Both exports begin with resources, of which each has its scopes.
        foreach (var resource in new Wire(body.ToArray()).All(1))
            foreach (var scope in resource.All(2))
                foreach (var told in scope.All(2)) hear(told);
    }

    private void HearMetrics(Wire metric)
    {
        const int gauge = 5, sum = 7, histogram = 9;
        foreach (var kind in (int[])[gauge, sum, histogram])
            foreach (var data in metric.All(kind))
                foreach (var point in data.All(1))
                {
                    var tags = Tags(point, kind == histogram ? 9 : 7);
                    var name = string.Join(' ', tags.OrderBy(tag => tag.Key, StringComparer.Ordinal)
                        .Select(tag => $"{tag.Key}={tag.Value}").Prepend(metric.Text(1)));
                    points[name] = kind == histogram || point.Has(6)
                        ? kind == histogram ? point.Number(4) : point.Number(6)
                        : point.Double(4);
                }
    }

    private void HearSpans(Wire span) => spans.Enqueue(new Span(
        span.Text(5), Convert.ToHexStringLower(span.Bytes(1)), Convert.ToHexStringLower(span.Bytes(2)),
        Convert.ToHexStringLower(span.Bytes(4)),
        [.. span.All(13).Select(link => Convert.ToHexStringLower(link.Bytes(2)))], Tags(span, 9)));

    private static Dictionary<string, string> Tags(Wire owner, int field) => owner.All(field).ToDictionary(
        tag => tag.Text(1),
        tag => tag.All(2).Single() is var value && value.Has(1)
            ? value.Text(1)
            : value.Number(3).ToString(CultureInfo.InvariantCulture));
}
