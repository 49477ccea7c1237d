using Fanz.Ledger.Host.Tests.Terminal;
using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Databases;

/// <summary>
/// A folder with a private server that this process owns, so that tests can do to its rows what no host may. Verbs
/// that are run with it attach to that server, whose ledger is migrated and empty.
/// </summary>
public sealed class Home : IAsyncLifetime, IDisposable
{
    private readonly HomeFolder folder = new();
    private EmbeddedServer? server;

    public EmbeddedServer Server => server ?? throw new InvalidOperationException("The server is not started yet.");

    internal IReadOnlyDictionary<string, string> Settings => folder.Settings;

    internal string Folder => folder.Path;

    public async Task InitializeAsync() => server = await EmbeddedServer.Start(
        new EmbeddedServerOptions
        {
            Directory = await EmbeddedServer.DefaultDirectory(folder.Path, CancellationToken.None),
            ThrowAway = true,
            CopyOf = await MigratedData.Folder,
            // No power fails here: what a killed process has written, the next one reads from the system's memory.
            Settings = new Dictionary<string, string> { ["fsync"] = "off" },
        },
        CancellationToken.None);

    internal Task<Ended> Run(params string[] words) => LedgerProgram.Run(Settings, words);

    /// <summary>Does what only a superuser can: triggers do not hear of it.</summary>
    public async Task Tamper(string sql, string database = "ledger")
    {
        var settings = new NpgsqlDataSourceBuilder(Server.SuperuserConnectionString(database));
        settings.ConnectionStringBuilder.Pooling = false;
        settings.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        await using var source = settings.Build();
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A new database of the owner's, with nothing in it, and the settings that name it.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> CreateDatabase(string name)
    {
        await Tamper($"create database {name} owner ledger_owner", database: "postgres");
        return Named(name);
    }

    /// <summary>Settings that name a database of this server, for hosts to which it is not private.</summary>
    internal IReadOnlyDictionary<string, string> Named(string database = "ledger") => new Dictionary<string, string>
    {
        ["LEDGER_DATABASE"] = Server.HostConnectionString(database),
        ["LEDGER_OWNER_DATABASE"] = Server.OwnerConnectionString(database),
    };

    public async Task DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }

    /// <summary>The last to be called.</summary>
    public void Dispose() => folder.Dispose();
}
