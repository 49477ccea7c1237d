using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Fanz.Ledger.Postgres.Server;

/// <summary>
/// A running postgres and the shell that guards it. The guard holds the other end of a pipe to this process, and the
/// kernel closes that pipe however this process ends, so the server never outlives its owner. Both live in a session
/// of their own: Ctrl-C in a terminal reaches the host, which drains, and not the server it drains into.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    // Signals are ignored because a service manager that stops a whole group would kill the guard before its charge;
    // postgres sets its own handlers. The interrupt (a fast shutdown) is repeated because postgres does not listen in
    // its first moments, and the owner's word because it may come just before the guard waits for it. `wait` keeps a
    // server that died from lingering as a zombie that looks alive. What is thrown away is not written first: a server
    // whose directory goes is told to quit at once.
    private const string Guard =
        """
        data=$1 remove=$2 socket=$3 log=$4
        shift 4
        exec 3<&0 4>&1 </dev/null >"$log" 2>&1
        told=
        trap '' HUP INT TERM
        trap 'told=keep' USR1
        trap 'told=gone' USR2
        "$@" 3<&- 4>&- &
        server=$!
        trap '' PIPE
        {
            read -r word <&3
            [ "$word" = keep ] && tell=USR1 || tell=USR2
            while kill -$tell $$; do sleep 0.1; done
        } 4>&- &
        owner=$!
        exec 3<&-
        wait "$server"
        [ "$told" ] || echo ended >&4
        [ "$told" = gone ] && [ -n "$remove" ] && stop=QUIT || stop=INT
        while [ "$told" ] && kill -$stop "$server" 2>/dev/null; do sleep 0.05; done
        while [ -z "$told" ] && kill -0 "$owner"; do wait "$owner"; done
        kill -KILL "$owner"
        [ -z "$socket" ] || rm -rf "$socket"
        if [ "$told" = gone ] && [ -n "$remove" ]; then
            if [ -f "$data/postmaster.pid" ]; then ipcrm -m "$(sed -n '7s/.* //p' "$data/postmaster.pid")"; fi
            rm -rf "$remove"
        fi
        """;

    private readonly Process guard;
    private readonly string dataDirectory;
    private readonly Task<string?> ended;

    private ServerProcess(Process guard, string dataDirectory)
    {
        this.guard = guard;
        this.dataDirectory = dataDirectory;
        ended = guard.StandardOutput.ReadLineAsync();
    }

    /// <param name="removeAtEnd">Deleted with the server, unless it is stopped with the intention to go on.</param>
    /// <param name="socketToRemove">A socket directory outside the cluster, deleted in any case.</param>
    public static ServerProcess Start(
        PostgresInstallation installation, ServerAccount account, string dataDirectory, string startLog,
        string? removeAtEnd, string? socketToRemove)
    {
        var lent = account.Lend(
            "/bin/sh", "-c", Guard, "ledger-postgres", dataDirectory, removeAtEnd ?? "", socketToRemove ?? "", startLog,
            installation.Postgres, "-D", dataDirectory);
        var start = ProgramRun.Describe(ProgramRun.Exists("setsid") ? ["setsid", .. lent] : lent);
        start.RedirectStandardOutput = true;
        return new ServerProcess(Process.Start(start)!, dataDirectory);
    }

    /// <summary>
    /// Waits for the first answer, for as long as the server lives: recovery after a crash may take minutes.
    /// False when it ended instead.
    /// </summary>
    public async Task<bool> Answers(string superuserConnectionString, CancellationToken token)
    {
        while (true)
        {
            if (await CanConnect(superuserConnectionString, token))
                return true;
            if (ended.IsCompleted)
                return false;
            await Task.Delay(TimeSpan.FromMilliseconds(20), token);
        }
    }

    /// <summary>A server that is starting, stopping or gone does not answer; any other refusal is an error.</summary>
    public static async Task<bool> CanConnect(string connectionString, CancellationToken token)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(unpooled);
        try
        {
            await connection.OpenAsync(token);
            return true;
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.CannotConnectNow)
        {
            return false;
        }
        catch (NpgsqlException lost) when (lost is not PostgresException)
        {
            return false;
        }
    }

    /// <summary>A fast shutdown: sessions are ended, everything is written, the data may be started again.</summary>
    public async Task Stop(bool keep)
    {
        try
        {
            if (keep)
                await guard.StandardInput.WriteLineAsync("keep");
            guard.StandardInput.Close();
        }
        catch (IOException)
        {
            // The guard is gone already; there is nothing left to tell.
        }

        await guard.WaitForExitAsync();
    }

    /// <summary>Ends postgres and all its children at once, as a power cut would, and keeps the data.</summary>
    public async Task Kill()
    {
        if (PostmasterFile.Read(dataDirectory) is { } postmaster && postmaster.IsAlive(dataDirectory))
        {
            using var process = Process.GetProcessById(postmaster.ProcessId);
            process.Kill(entireProcessTree: true);
        }

        await Stop(keep: true);
    }

    public void Dispose() => guard.Dispose();
}
