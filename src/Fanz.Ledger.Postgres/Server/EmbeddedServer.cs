using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Fanz.Ledger.Postgres.Server;

/// <summary>
/// A private PostgreSQL for development and tests. The first process on a directory starts it and owns it: it stops
/// with that process, however that one ends. Later processes on the same directory attach and leave it running.
/// Lock order: start, then owner.
/// </summary>
public sealed class EmbeddedServer : IAsyncDisposable
{
    private static readonly TimeSpan PatienceWithOwner = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PatienceWithPredecessor = TimeSpan.FromSeconds(3);

    private readonly EmbeddedServerOptions options;
    private readonly Cluster cluster;
    private readonly DirectoryLock? owned;
    private readonly ServerPasswords passwords;
    private ServerProcess? process;

    private EmbeddedServer(EmbeddedServerOptions options, Cluster cluster, DirectoryLock? owned)
    {
        this.options = options;
        this.cluster = cluster;
        this.owned = owned;
        passwords = ServerPasswords.Read(cluster.Data);
    }

    public int Port { get; private set; }

    public string DataDirectory => cluster.Data;

    public string SocketDirectory { get; private set; } = "";

    /// <summary>Another process owns the server; this one only uses it.</summary>
    public bool IsAttached => owned is null;

    /// <summary>
    /// `.data/postgres` in the folder, unless PostgreSQL could not get there (it never runs as root, and root's own
    /// folders are closed to others); then a directory for this folder elsewhere, the same one every time.
    /// </summary>
    public static Task<string> DefaultDirectory(string folder, CancellationToken token) =>
        ServerDirectories.Default(folder, token);

    public static async Task<EmbeddedServer> Start(EmbeddedServerOptions options, CancellationToken token)
    {
        var cluster = await Cluster.At(options.Directory, options.ThrowAway, token);
        using var starting = await DirectoryLock.Take(cluster.StartLock, cluster.Account, token);
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < PatienceWithOwner)
        {
            if (await DirectoryLock.TryTake(cluster.OwnerLock, cluster.Account, token) is { } owned)
                return await Own(options, cluster, owned, token);
            if (await Attach(options, cluster, token) is { } attached)
                return attached;
            // Its owner has stopped it, or is about to let go of it altogether.
            await Task.Delay(TimeSpan.FromMilliseconds(50), token);
        }

        throw new ServerFailed($"Another program owns the server in {cluster.Directory} and keeps it stopped.");
    }

    public string OwnerConnectionString(string database = LedgerRoles.Database) =>
        ConnectionString(LedgerRoles.Owner, passwords.Owner, database);

    public string HostConnectionString(string database = LedgerRoles.Database) =>
        ConnectionString(LedgerRoles.Host, passwords.Host, database);

    public string SuperuserConnectionString(string database = LedgerRoles.Database) =>
        ConnectionString(LedgerRoles.Superuser, passwords.Superuser, database);

    /// <summary>The key with which hosts of this server seal what nobody else is to read.</summary>
    public Task<byte[]> MasterKey(CancellationToken token) => MasterKeyFile.In(cluster.Data, cluster.Account, token);

    /// <summary>A fast shutdown that keeps the data and the port for <see cref="Restart"/>.</summary>
    public Task Stop() => End(running => running.Stop(keep: true));

    /// <summary>Ends the server with all its children abruptly, as a power cut would.</summary>
    public Task KillServer() => End(running => running.Kill());

    /// <summary>Starts it again on the same data and the same port.</summary>
    public async Task Restart(CancellationToken token)
    {
        await Stop();
        await Launch(Port, token);
    }

    /// <summary>Copies the data of a stopped server to a directory that does not exist yet.</summary>
    public async Task CopyDataTo(string directory, CancellationToken token)
    {
        RequireStopped();
        if (Path.Exists(directory))
            throw new ServerFailed($"{directory} exists already.");
        await Cluster.Copy(cluster.Data, directory, token);
    }

    /// <summary>Puts an earlier copy in place of a stopped server's data: a fail-over to a stale standby.</summary>
    public async Task ReplaceDataWith(string directory, CancellationToken token)
    {
        RequireStopped();
        await cluster.DeleteData(token);
        await Cluster.Copy(directory, cluster.Data, token);
    }

    public async ValueTask DisposeAsync()
    {
        if (owned is null)
            return;
        await End(running => running.Stop(keep: !options.ThrowAway));
        if (options.ThrowAway)
            await cluster.DeleteAll(CancellationToken.None);
        owned.Dispose();
    }

    private static async Task<EmbeddedServer> Own(
        EmbeddedServerOptions options, Cluster cluster, DirectoryLock owned, CancellationToken token)
    {
        EmbeddedServer? server = null;
        try
        {
            await cluster.StopOrphan(token);
            if (options.Fresh)
                await cluster.DeleteData(token);
            await cluster.Initialise(options.CopyOf, token);
            server = new EmbeddedServer(options, cluster, owned);
            await server.Launch(options.Port, token);
            var superuser = server.SuperuserConnectionString(LedgerRoles.Superuser);
            await LedgerRoles.Ensure(superuser, server.passwords.Owner, server.passwords.Host, token);
            await LedgerRoles.EnsureDatabase(superuser, token);
            return server;
        }
        catch
        {
            if (server is not null)
                await server.DisposeAsync();
            else
                owned.Dispose();
            throw;
        }
    }

    private static async Task<EmbeddedServer?> Attach(
        EmbeddedServerOptions options, Cluster cluster, CancellationToken token)
    {
        if (PostmasterFile.Read(cluster.Data) is not { } postmaster || !postmaster.IsAlive(cluster.Data))
            return null;
        var server = new EmbeddedServer(options, cluster, owned: null)
        {
            Port = postmaster.Port,
            SocketDirectory = postmaster.SocketDirectory,
        };
        if (!await ServerProcess.CanConnect(server.SuperuserConnectionString(LedgerRoles.Superuser), token))
            return null;
        return options.Fresh
            ? throw new ServerFailed($"The server in {cluster.Directory} is in use; stop its program first.")
            : server;
    }

    /// <summary>
    /// A port can be taken between choosing and binding it, or for a moment by an outgoing connection, and a killed
    /// server's children can hold its memory a little longer: all are tried again, on another port if none is wanted.
    /// </summary>
    private async Task Launch(int? wantedPort, CancellationToken token)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            Port = wantedPort ?? FreePort();
            SocketDirectory = await cluster.CreateSocketDirectory(SocketDirectory, token);
            await cluster.WriteSettings(Port, SocketDirectory, options.Settings, token);
            process = ServerProcess.Start(
                cluster.Installation, cluster.Account, cluster.Data, cluster.StartLog,
                options.ThrowAway ? cluster.Directory : null,
                cluster.Contains(SocketDirectory) ? null : SocketDirectory);
            if (await process.Answers(SuperuserConnectionString(LedgerRoles.Superuser), token))
                return;
            var reason = cluster.LastWords();
            await Stop();
            var passing = reason.Contains("could not create any TCP/IP sockets", StringComparison.Ordinal)
                || reason.Contains("pre-existing shared memory block", StringComparison.Ordinal);
            if (!passing || waited.Elapsed > PatienceWithPredecessor)
                throw new ServerFailed($"PostgreSQL did not start in {cluster.Directory} on port {Port}: {reason}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), token);
        }
    }

    private async Task End(Func<ServerProcess, Task> how)
    {
        if (owned is null)
            throw new ServerFailed($"The server in {cluster.Directory} belongs to another program.");
        if (process is null)
            return;
        await how(process);
        process.Dispose();
        process = null;
    }

    private void RequireStopped()
    {
        if (owned is null || process is not null)
            throw new ServerFailed($"The server in {cluster.Directory} must be stopped by its owner first.");
    }

    private string ConnectionString(string role, string password, string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = SocketDirectory,
            Port = Port,
            Username = role,
            Password = password,
            Database = database,
        }.ConnectionString;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
