using System.Reflection;
using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Fanz.Ledger.Host.Telemetry;

/// <summary>
/// Sends metrics and traces to the collector that LEDGER_OTLP names, by OTLP over HTTP. Without it nobody listens, and
/// nothing is measured. A collector that is away costs what it would have been told, and nothing else.
/// </summary>
internal sealed class Export : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly MeterProvider metrics;
    private readonly TracerProvider traces;

    private Export(MeterProvider metrics, TracerProvider traces) => (this.metrics, this.traces) = (metrics, traces);

    public static Export? Begin()
    {
        if (HostSettings.Text("LEDGER_OTLP") is not { } address) return null;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var collector) || collector.Scheme is not ("http" or "https")
            || collector.Query.Length > 0)
        {
            throw new Mistake(
                $"LEDGER_OTLP is the address of a collector such as http://127.0.0.1:4318, not `{address}`.");
        }

        var seconds = HostSettings.Whole("LEDGER_OTLP_SECONDS", 15, 1, 3_600);
        var share = HostSettings.Whole("LEDGER_OTLP_TRACED", 10, 0, 1_000) / 1_000.0;
        var resource = ResourceBuilder.CreateEmpty().AddService(
            "ledger", serviceVersion: Version(), serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}");
        var metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(OnlyOwnSettings)
            .SetResourceBuilder(resource)
            .AddMeter("Fanz.Ledger.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddMeter("Npgsql", "System.Runtime")
            .AddOtlpExporter((exporter, reader) =>
            {
                Send(exporter, collector, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = seconds * 1_000;
            })
            .Build();
        var traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(OnlyOwnSettings)
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(share)))
            .AddSource("Fanz.Ledger.*")
            .AddOtlpExporter(exporter => Send(exporter, collector, "v1/traces"))
            .Build();
        return new Export(metrics, traces);
    }

    /// <summary>Sends what has gathered so far, as far as the collector takes it soon.</summary>
    public void Flush()
    {
        metrics.ForceFlush((int)Patience.TotalMilliseconds);
        traces.ForceFlush((int)Patience.TotalMilliseconds);
    }

    public void Dispose()
    {
        metrics.Dispose();
        traces.Dispose();
    }

    private static void Send(OtlpExporterOptions exporter, Uri collector, string path)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri($"{collector.AbsoluteUri.TrimEnd('/')}/{path}");
        exporter.TimeoutMilliseconds = (int)Patience.TotalMilliseconds;
        if (Headers() is { } headers) exporter.Headers = headers;
    }

    /// <summary>What the collector wants to hear with everything that it is sent; it may be a secret.</summary>
    private static string? Headers()
    {
        if (HostSettings.Text("LEDGER_OTLP_HEADERS") is not { } text) return null;
        return text.Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) > 0)
            ? text
            : throw new Mistake("LEDGER_OTLP_HEADERS is `name=value`, several with `,`.");
    }

    /// <summary>The framework would look for variables of its own; here only the ledger's have a word.</summary>
    private static void OnlyOwnSettings(IServiceCollection services) =>
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());

    private static string? Version() =>
        typeof(Export).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
