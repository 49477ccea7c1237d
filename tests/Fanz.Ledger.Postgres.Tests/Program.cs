using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Tests.Writing;

namespace Fanz.Ledger.Postgres.Tests;

/// <summary>
/// Processes for tests that kill them: one that owns a server, says when it answers and then waits for the end of its
/// input; and one that posts what it reads (<see cref="HostProgram"/>).
/// </summary>
internal static class Program
{
    private static Task Main(string[] arguments) => arguments is ["host", var connectionString, var options]
        ? HostProgram.Run(connectionString, options)
        : OwnServer(arguments);

    private static async Task OwnServer(string[] arguments)
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
