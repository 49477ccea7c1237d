using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Host.Databases;

/// <summary>
/// The database of the ledger as the owner of its tables sees it, for the few verbs that define something: the one
/// that LEDGER_OWNER_DATABASE names, or the private server of LEDGER_HOME.
/// </summary>
internal sealed class OwnerDatabase : IAsyncDisposable
{
    private readonly EmbeddedServer? server;

    private OwnerDatabase(string connectionString, EmbeddedServer? server) =>
        (ConnectionString, this.server) = (connectionString, server);

    public string ConnectionString { get; }

    /// <param name="what">What takes the owner's connection, for the one who has only the host's.</param>
    /// <param name="token">Gives up.</param>
    public static async Task<OwnerDatabase> Open(string what, CancellationToken token)
    {
        if (HostSettings.ConnectionString(HostSettings.OwnerDatabase) is { } owner)
            return new OwnerDatabase(owner, server: null);
        if (HostSettings.ConnectionString(HostSettings.HostDatabase) is not null)
        {
            throw new Mistake(
                $"{what} takes the owner's connection: " +
                $"set {HostSettings.OwnerDatabase} beside {HostSettings.HostDatabase}.");
        }

        var server = await Database.StartServer(isFresh: false, token);
        return new OwnerDatabase(server.OwnerConnectionString(), server);
    }

    /// <summary>A private server is brought to the schema of this program; any other has it, or is refused.</summary>
    public Task Prepare(CancellationToken token) => server is null
        ? Schema.Check(ConnectionString, token)
        : Schema.Migrate(ConnectionString, progress: null, token);

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}
