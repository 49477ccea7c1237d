using System.Text.Json;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Host.Banking;
using Fanz.Ledger.Host.Checkpoints;
using Fanz.Ledger.Host.Erasure;
using Fanz.Ledger.Host.Invoicing;
using Fanz.Ledger.Host.Lists;
using Fanz.Ledger.Host.OpenApi;
using Fanz.Ledger.Host.Payouts.Provider;
using Fanz.Ledger.Host.Reports;
using Fanz.Ledger.Host.Standing;
using Fanz.Ledger.Host.Statements;
using Fanz.Ledger.Host.Taxes;
using Fanz.Ledger.Host.Telemetry;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Host.Webhooks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fanz.Ledger.Host.Serving;

/// <summary>
/// The addresses of the host. They are bound before anything else is started, so that a second host on the same ones
/// ends at once and disturbs nobody.
/// </summary>
internal static class HttpServer
{
    private static readonly JsonSerializerOptions Shape =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Everything is said here: no settings file and no other variable has a word in it.</summary>
    public static WebApplication Build(string urls, Readiness readiness, ServedLater served)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "ledger" });
        var certificate = Certificate.FromSettings();
        var addresses = Addresses.Of(urls, hasCertificate: certificate is not null);
        builder.WebHost.UseKestrelCore();
        if (certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<ILoggerFactory>((kestrel, logs) =>
        {
            kestrel.AddServerHeader = false;
            RequestLimits.Set(kestrel);
            if (certificate is null) return;
            kestrel.ConfigureHttpsDefaults(https => certificate.Use(https, logs.CreateLogger("Fanz.Ledger.Tls")));
        });
        // The verb has its own bound, for all of the end.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddRoutingCore();
        // Signals are the verb's: it stops the parts of the host in their order.
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Logging.AddLogLines();
        var app = builder.Build();
        foreach (var url in addresses) app.Urls.Add(url);

        app.UseRequests();
        AccessLogging.UseIn(app);
        Trail.UseIn(app);
        app.UseProblems();
        served.UseIn(app);
        app.UseRouting();
        Entrance.UseIn(app);
        app.MapGet("/health/live", () => Results.Json(new { Live = true }, Shape))
            .WithMetadata(HealthDescriptions.Live);
        app.MapGet("/health/ready", async () =>
        {
            var ready = await readiness.Ask();
            return Results.Json(
                new { Ready = ready.IsReady, ready.Why, readiness.Followers }, Shape,
                statusCode: ready.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).WithMetadata(HealthDescriptions.Ready);
        BookEndpoints.Map(app);
        Posting.Map(app);
        PostingMany.Map(app);
        Reads.Map(app);
        ListEndpoints.Map(app);
        ReportEndpoints.Map(app);
        RevenueEndpoints.Map(app);
        StatementEndpoint.Map(app);
        InvoicingEndpoints.Map(app);
        ProofEndpoint.Map(app);
        BankFileEndpoint.Map(app);
        PayoutMethodEndpoints.Map(app);
        TaxFormEndpoints.Map(app);
        KeyEndpoints.Map(app);
        TrailEndpoint.Map(app);
        SubjectEndpoints.Map(app);
        WebhookEndpoints.Map(app);
        CallbackEndpoint.Map(app);
        ApiEndpoints.Map(app);
        return app;
    }

    public static async Task Bind(this WebApplication app, CancellationToken token)
    {
        var urls = string.Join(", ", app.Urls);
        try
        {
            await app.StartAsync(token);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new Mistake(
                $"{urls} is in use, perhaps by a ledger that is serving already: choose another address with --urls.");
        }
        catch (System.Net.Sockets.SocketException exception)
        {
            throw new Mistake($"{urls} cannot be served: {exception.Message}.");
        }
    }

    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
