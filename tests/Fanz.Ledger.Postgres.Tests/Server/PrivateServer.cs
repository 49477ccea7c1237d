using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Postgres.Tests.Server;

/// <summary>A migrated ledger on a cluster of its own, for tests that stop, kill or replace their server.</summary>
public sealed class PrivateServer : IAsyncLifetime
{
    private EmbeddedServer? server;

    public EmbeddedServer Server => server ?? throw new InvalidOperationException("The server is not started yet.");

    public static async Task<PrivateServer> Start()
    {
        var started = new PrivateServer();
        await started.InitializeAsync();
        return started;
    }

    public async Task InitializeAsync()
    {
        var options = new EmbeddedServerOptions { ThrowAway = true, CopyOf = await MigratedData.Folder };
        server = await EmbeddedServer.Start(options, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }
}
