using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Server;
using Npgsql;

namespace Fanz.Ledger.Host.Databases;

/// <summary>
/// The database as its owner sees it, for verbs that change what no host may: the one that LEDGER_OWNER_DATABASE names,
/// or else the private server of LEDGER_HOME.
/// </summary>
internal sealed class OwnerDatabase : IAsyncDisposable
{
    private readonly EmbeddedServer? server;

    private OwnerDatabase(string connectionString, EmbeddedServer? server) =>
        (ConnectionString, this.server) = (connectionString, server);

    public string ConnectionString { get; }

    /// <param name="doing">What takes the owner, as the first word of a sentence.</param>
    /// <param name="token">Stops the start of the private server.</param>
    public static async Task<OwnerDatabase> Open(string doing, CancellationToken token)
    {
        if (HostSettings.ConnectionString(HostSettings.OwnerDatabase) is { } owner)
            return new OwnerDatabase(owner, server: null);
        if (HostSettings.ConnectionString(HostSettings.HostDatabase) is not null)
        {
            throw new Mistake(
                $"{doing} takes the owner's connection: " +
                $"set {HostSettings.OwnerDatabase} beside {HostSettings.HostDatabase}.");
        }

        var server = await Database.StartServer(isFresh: false, token);
        return new OwnerDatabase(server.OwnerConnectionString(), server);
    }

    /// <summary>A private server is brought to the schema of this program; any other must be there.</summary>
    public Task Prepare(CancellationToken token) => server is null
        ? Schema.Check(ConnectionString, token)
        : Schema.Migrate(ConnectionString, progress: null, token);

    /// <summary>What secrets are sealed with; null where nobody has said.</summary>
    public async Task<MasterKeys?> MasterKey(CancellationToken token) => HostSettings.MasterKeysOf(
        HostSettings.MasterKey ?? (server is null ? null : await server.MasterKey(token)));

    public NpgsqlDataSource Connect() => LedgerDatabase.Connect(ConnectionString);

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}
