using System.Net;
using System.Text.Json;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Host.Terminal;
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
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddRoutingCore();
        // Signals are the verb's: it stops the parts of the host in their order.
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter((_, level) => level >= LogLevel.Warning)
            // What keeps the host from starting is thrown to the verb, which says it in one line.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        var app = builder.Build();
        foreach (var url in Addresses(urls)) app.Urls.Add(url);

        AccessLogging.UseIn(app);
        app.UseProblems();
        served.UseIn(app);
        app.UseRouting();
        Entrance.UseIn(app);
        app.MapGet("/health/live", () => Results.Json(new { Live = true }, Shape));
        app.MapGet("/health/ready", async () =>
        {
            var ready = await readiness.Ask();
            return Results.Json(
                new { Ready = ready.IsReady, ready.Why }, Shape,
                statusCode: ready.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
        Posting.Map(app);
        PostingMany.Map(app);
        KeyEndpoints.Map(app);
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

    private static IEnumerable<string> Addresses(string urls)
    {
        var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (addresses.Length == 0) throw new Mistake("There is no address to serve.");
        foreach (var address in addresses)
        {
            if (!address.StartsWith("http://", StringComparison.Ordinal) || !IsAddress(address))
            {
                throw new Mistake(
                    $"`{address}` is not an address such as http://127.0.0.1:5480 (a proxy in front speaks TLS).");
            }
        }

        return addresses;
    }

    private static bool IsAddress(string address)
    {
        try
        {
            return BindingAddress.Parse(address) is { PathBase.Length: 0, Port: <= IPEndPoint.MaxPort };
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
