using System.CommandLine;
using Fanz.Ledger.Host.Checkpoints;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Secrets;
using Fanz.Ledger.Postgres.Server;
using Npgsql;

namespace Fanz.Ledger.Host.Databases;

/// <summary>
/// The database of the ledger: the one that LEDGER_DATABASE names, or else the private server of LEDGER_HOME, which is
/// started unless a program already runs it, and stops with the program that started it.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    private const int MostToRead = 30;
    private const int MostToFollow = 16;

    private readonly string hostConnection;
    private readonly EmbeddedServer? server;

    private Database(string hostConnection, EmbeddedServer? server) =>
        (this.hostConnection, this.server) = (hostConnection, server);

    /// <summary>The private server of this folder, made for development and demonstrations.</summary>
    public bool IsPrivate => server is not null;

    /// <summary>Another program started the private server, and it stops with that one.</summary>
    public bool IsBorrowed => server is { IsAttached: true };

    public static Option<bool> FreshOption() =>
        new("--fresh") { Description = "Delete what the private server of this folder holds, and start over." };

    public static async Task<Database> Open(bool isFresh, CancellationToken token)
    {
        if (HostSettings.ConnectionString(HostSettings.HostDatabase) is { } named)
        {
            return isFresh
                ? throw new Mistake($"--fresh is for a private server; {HostSettings.HostDatabase} names another.")
                : new Database(named, server: null);
        }

        if (HostSettings.ConnectionString(HostSettings.OwnerDatabase) is not null)
        {
            throw new Mistake(
                $"{HostSettings.OwnerDatabase} is set and {HostSettings.HostDatabase} is not: name both or none.");
        }

        var server = await StartServer(isFresh, token);
        // What was signed of the books that were thrown away would speak against the new ones.
        if (isFresh) CheckpointKeys.SetAside(HostSettings.CheckpointFolder);
        return new Database(server.HostConnectionString(), server);
    }

    /// <summary>
    /// A private server is brought to the schema of this program; any other is only looked at, for its schema is its
    /// owner's to change.
    /// </summary>
    public async Task Prepare(CancellationToken token)
    {
        if (server is null) await Schema.Check(hostConnection, token);
        else await Schema.Migrate(server.OwnerConnectionString(), progress: null, token);
    }

    public Task Check(CancellationToken token) => Schema.Check(hostConnection, token);

    public NpgsqlDataSource Connect() => LedgerDatabase.Connect(hostConnection, HostSettings.IsPooledByTransaction);

    /// <summary>What secrets are sealed with; null where nobody has said. A private server makes it up.</summary>
    public async Task<MasterKeys?> MasterKey(CancellationToken token) => HostSettings.MasterKeysOf(
        HostSettings.MasterKey ?? (server is null ? null : await server.MasterKey(token)));

    /// <summary>
    /// Connections for reads alone: to the copy that is named for them, or to this database; then no more than a part of
    /// what a pool would have, so that there are some left for those who write.
    /// </summary>
    public NpgsqlDataSource ConnectToRead()
    {
        if (HostSettings.ReadConnectionString is { } copy)
            return LedgerDatabase.Connect(copy, HostSettings.IsPooledByTransaction);
        var settings = new NpgsqlConnectionStringBuilder(hostConnection);
        settings.MaxPoolSize = Math.Clamp(settings.MaxPoolSize / 3, 1, MostToRead);
        settings.MinPoolSize = 0;
        return LedgerDatabase.Connect(settings.ConnectionString, HostSettings.IsPooledByTransaction);
    }

    /// <summary>Connections for those who follow the journal: few, so that a backlog of theirs is no one else's.</summary>
    public NpgsqlDataSource ConnectToFollow()
    {
        var settings = new NpgsqlConnectionStringBuilder(hostConnection);
        settings.MaxPoolSize = Math.Clamp(settings.MaxPoolSize / 6, 2, MostToFollow);
        settings.MinPoolSize = 0;
        return LedgerDatabase.Connect(settings.ConnectionString, HostSettings.IsPooledByTransaction);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }

    /// <summary>Opens the database for a verb that relies on its schema: it is right, or the verb is refused.</summary>
    public static async Task<Database> OpenPrepared(bool isFresh, CancellationToken token)
    {
        var database = await Open(isFresh, token);
        try
        {
            await database.Prepare(token);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    internal static async Task<EmbeddedServer> StartServer(bool isFresh, CancellationToken token)
    {
        var directory = await EmbeddedServer.DefaultDirectory(HostSettings.Home, token);
        return await EmbeddedServer.Start(new EmbeddedServerOptions { Directory = directory, Fresh = isFresh }, token);
    }
}
