using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres.Server;
using Npgsql;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// A database of the benchmark's own, dropped at the end: on the server that LEDGER_OWNER_DATABASE names, or on a
/// private server that is thrown away. Nobody's books are touched.
/// </summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly EmbeddedServer? server;
    private readonly string? dropFrom;
    private readonly string name;

    private BenchDatabase(EmbeddedServer? server, string? dropFrom, string name, string owner, string host)
    {
        this.server = server;
        this.dropFrom = dropFrom;
        this.name = name;
        OwnerConnectionString = owner;
        Source = LedgerDatabase.Connect(host);
        Owner = LedgerDatabase.Connect(owner);
    }

    public string OwnerConnectionString { get; }

    /// <summary>The host's own connections: no more rights than in service.</summary>
    public NpgsqlDataSource Source { get; }

    public NpgsqlDataSource Owner { get; }

    public static async Task<BenchDatabase> Create(CancellationToken cancellation)
    {
        var database = Environment.GetEnvironmentVariable("LEDGER_DATABASE") is { Length: > 0 } host
            ? await OnConfiguredServer(host, cancellation)
            : await OnPrivateServer(cancellation);
        await Postgres.Schema.Migrate(database.OwnerConnectionString, null, cancellation);
        // Here the owner copies rows in, which row-level security would refuse. The host is subject to it as ever.
        await using var exempt = database.Owner.CreateCommand(
            """
            alter table ledger.accounts no force row level security;
            alter table ledger.journal no force row level security;
            alter table ledger.entries no force row level security;
            alter table ledger.seals no force row level security
            """);
        await exempt.ExecuteNonQueryAsync(cancellation);
        return database;
    }

    /// <summary>
    /// Makes the next change to every page costlier. False where the owner has no right to ask for it.
    /// </summary>
    public async Task<bool> TryCheckpoint()
    {
        await using var source = NpgsqlDataSource.Create(
            server is null ? OwnerConnectionString : server.SuperuserConnectionString());
        await using var checkpoint = source.CreateCommand("checkpoint");
        checkpoint.CommandTimeout = 0;
        try
        {
            await checkpoint.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Owner.DisposeAsync();
        if (dropFrom is not null)
        {
            await using var source = NpgsqlDataSource.Create(dropFrom);
            await using var drop = source.CreateCommand($"drop database if exists {name} with (force)");
            await drop.ExecuteNonQueryAsync();
        }

        if (server is not null) await server.DisposeAsync();
    }

    private static async Task<BenchDatabase> OnPrivateServer(CancellationToken cancellation)
    {
        // A throw-away server is made small; this one gets the room that a serving one has.
        var options = new EmbeddedServerOptions
        {
            ThrowAway = true,
            Settings = new Dictionary<string, string>
            {
                ["shared_buffers"] = "2GB",
                ["max_wal_size"] = "8GB",
                ["min_wal_size"] = "1GB",
                ["wal_buffers"] = "64MB",
            },
        };
        var server = await EmbeddedServer.Start(options, cancellation);
        return new BenchDatabase(server, null, "", server.OwnerConnectionString(), server.HostConnectionString());
    }

    private static async Task<BenchDatabase> OnConfiguredServer(string host, CancellationToken cancellation)
    {
        var owner = Environment.GetEnvironmentVariable("LEDGER_OWNER_DATABASE") is { Length: > 0 } configured
            ? configured
            : throw new Mistake(
                "The benchmark makes a database of its own: set LEDGER_OWNER_DATABASE to an owner who may create one.");
        var name = $"ledger_bench_{Environment.ProcessId}";
        await using var source = NpgsqlDataSource.Create(owner);
        await using var create = source.CreateCommand($"create database {name} template template0 encoding 'UTF8'");
        await create.ExecuteNonQueryAsync(cancellation);
        return new BenchDatabase(null, owner, name, In(owner), In(host));

        string In(string connectionString) =>
            new NpgsqlConnectionStringBuilder(connectionString) { Database = name }.ConnectionString;
    }
}
