using Fanz.Ledger.Postgres.Server;

namespace Fanz.Ledger.Postgres.Tests.Server;

/// <summary>
/// The data of a server with a migrated ledger, made once a process. Servers of tests begin with a copy of it, which
/// is much less work than making and migrating each of them.
/// </summary>
internal static class MigratedData
{
    private static readonly Lazy<Task<string>> Made = new(Make);

    public static Task<string> Folder => Made.Value;

    private static async Task<string> Make()
    {
        var server = await EmbeddedServer.Start(
            new EmbeddedServerOptions
            {
                ThrowAway = true,
                // What is written ahead for later is not worth copying.
                Settings = new Dictionary<string, string> { ["fsync"] = "off", ["min_wal_size"] = "32MB" },
            },
            CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait();
        await Schema.Migrate(server.OwnerConnectionString(), null, CancellationToken.None);
        await server.Stop();
        // It runs on for its guard: however this process ends, that one deletes the server's directory with the copy.
        var folder = Path.Combine(Path.GetDirectoryName(server.DataDirectory)!, "migrated");
        await server.CopyDataTo(folder, CancellationToken.None);
        await server.Restart(CancellationToken.None);
        return folder;
    }
}
