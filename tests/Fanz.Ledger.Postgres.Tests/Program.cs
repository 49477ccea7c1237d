using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Postgres.Tests;

/// <summary>
/// A process that owns a server, for tests that kill their server's owner. It says when the server answers and then
/// waits for the end of its input.
/// </summary>
internal static class Program
{
    private static async Task Main(string[] arguments)
    {
        var options = new EmbeddedServerOptions
        {
            Directory = arguments[0],
            ThrowAway = arguments is [_, "throw-away"],
        };
        await using var server = await EmbeddedServer.Start(options, CancellationToken.None);
        Console.WriteLine(server.IsAttached ? "attached" : "owned");
        await Console.In.ReadToEndAsync();
    }
}
