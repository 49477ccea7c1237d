using Fanz.Ledger.Postgres.Server;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Host.Tests.Api.Reading;

/// <summary>
/// A database and a real copy of it that follows it, which can be told to stop following for a while. The copy has the
/// passwords of the original, so neither asks for any.
/// </summary>
internal sealed class Replica : IAsyncDisposable
{
    private const string NoPasswords =
        """
        local all all trust
        host all all 127.0.0.1/32 trust
        host replication all 127.0.0.1/32 trust

        """;

    private readonly TemporaryFolder folder = new();
    private readonly EmbeddedServer written;
    private EmbeddedServer? copy;

    private Replica(EmbeddedServer written) => this.written = written;

    public string Written => written.HostConnectionString();

    public string Copy => copy!.HostConnectionString();

    public static async Task<Replica> Start()
    {
        var written = await EmbeddedServer.Start(
            new EmbeddedServerOptions { ThrowAway = true, CopyOf = await MigratedData.Folder }, CancellationToken.None);
        var both = new Replica(written);
        try
        {
            await both.Follow();
            return both;
        }
        catch
        {
            await both.DisposeAsync();
            throw;
        }
    }

    /// <summary>What is written from here on does not come to the copy.</summary>
    public Task Pause() => Execute(copy!, "select pg_wal_replay_pause()");

    public Task Resume() => Execute(copy!, "select pg_wal_replay_resume()");

    public Task Tamper(string sql) => Execute(written, sql);

    public async ValueTask DisposeAsync()
    {
        if (copy is not null) await copy.DisposeAsync();
        await written.DisposeAsync();
        folder.Dispose();
    }

    private async Task Follow()
    {
        await written.Stop();
        await File.WriteAllTextAsync(Path.Combine(written.DataDirectory, "pg_hba.conf"), NoPasswords);
        await written.CopyDataTo(folder.At("copy"), CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(folder.At("copy"), "standby.signal"), "");
        await written.Restart(CancellationToken.None);
        copy = await EmbeddedServer.Start(
            new EmbeddedServerOptions
            {
                ThrowAway = true,
                Settings = new Dictionary<string, string>
                {
                    ["primary_conninfo"] = $"host=127.0.0.1 port={written.Port} user=postgres",
                },
            },
            CancellationToken.None);
        await copy.Stop();
        await copy.ReplaceDataWith(folder.At("copy"), CancellationToken.None);
        await copy.Restart(CancellationToken.None);
    }

    private static async Task Execute(EmbeddedServer server, string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(server.SuperuserConnectionString()) { Pooling = false };
        await using var source = NpgsqlDataSource.Create(settings);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
