using System.CommandLine;
using Fanz.Ledger.Host.Serving;
using Fanz.Ledger.Host.Terminal;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>`ledger openapi`: the document, of a server that is put together and never started.</summary>
internal static class OpenApiVerb
{
    public static Command Words()
    {
        var verb = new Command("openapi", "Print the OpenAPI document of the HTTP service.");
        verb.SetAction(async (_, token) =>
        {
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(await Document(), token);
            return CommandLine.Done;
        });
        return verb;
    }

    public static async Task<byte[]> Document()
    {
        await using var http = HttpServer.Build("http://127.0.0.1:0", new Readiness(), new ServedLater());
        return ApiDocument.Write(ApiDocument.Of(ApiEndpoints.Endpoints(http)));
    }
}
