using Fanz.Ledger.Postgres.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Server;

/// <summary>
/// The data of a server with a migrated ledger, made once a process. Servers of tests begin with a copy of it, which
/// takes a tenth of the time of making and migrating each of them.
/// </summary>
internal static class MigratedData
{
    /// <summary>A migrated database beside the ledger's own, from which others are cloned.</summary>
    public const string Template = "ledger_template";

    private static readonly Lazy<Task<string>> Made = new(Make);

    public static Task<string> Folder => Made.Value;

    private static async Task<string> Make()
    {
        // It stays stopped and owned: what it has is deleted with this process, or, if that is killed, by the next one.
        var server = await EmbeddedServer.Start(
            new EmbeddedServerOptions
            {
                ThrowAway = true,
                Settings = new Dictionary<string, string> { ["fsync"] = "off" },
            },
            CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait();
        await Schema.Migrate(server.OwnerConnectionString(), null, CancellationToken.None);
        await using (var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(
            server.SuperuserConnectionString("postgres")) { Pooling = false }.ConnectionString))
        {
            // A template with a session in it cannot be cloned.
            await using var clone = source.CreateCommand(
                $"""
                create database {Template} owner {LedgerRoles.Owner} template {LedgerRoles.Database}
                    allow_connections false
                """);
            await clone.ExecuteNonQueryAsync();
        }

        await server.Stop();
        return server.DataDirectory;
    }
}
