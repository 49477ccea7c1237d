using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Telemetry;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;

namespace Fanz.Ledger.Host.Serving;

/// <summary>Whether commands can be posted here and now, and if not, why.</summary>
internal sealed record Ready(bool IsReady, string? Why);

/// <summary>
/// Looks whether the database answers, is the primary and has the right schema, and whether the writer works. Those who
/// ask meanwhile wait for the look that is under way, so that asking often costs one connection and no more.
/// </summary>
internal sealed class Readiness
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private Task<Ready> look = Task.FromResult(new Ready(false, "The host is starting."));
    private Func<CancellationToken, Task<string?>>? findFault;
    private volatile FollowerLags? lags;

    /// <summary>What follows the journal, for whoever looks; a host is ready with and without it.</summary>
    public IReadOnlyList<FollowerState> Followers => lags?.States ?? [];

    public Task<Ready> Ask()
    {
        lock (gate)
        {
            if (look.IsCompleted && findFault is { } find) look = Look(find);
            return look;
        }
    }

    /// <summary>From now on it depends on the database and the writer.</summary>
    public void Follow(Database database, NpgsqlDataSource source, BookWriter writer, FollowerLags followers)
    {
        lags = followers;
        Set(token => FindFault(database, source, writer, token));
    }

    public void Close() => Set(_ => Task.FromResult<string?>("The host is shutting down."));

    private static async Task<string?> FindFault(
        Database database, NpgsqlDataSource source, BookWriter writer, CancellationToken token)
    {
        if (!writer.IsWorking) return "The writer has stopped.";
        await using var primary = source.CreateCommand("select not pg_is_in_recovery()");
        if (await primary.ExecuteScalarAsync(token) is not true) return "The database is a standby.";
        await database.Check(token);
        return null;
    }

    private static async Task<Ready> Look(Func<CancellationToken, Task<string?>> findFault)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            // A database that hangs must not hang the answer, so the wait itself has an end as well.
            var fault = await findFault(patience.Token).WaitAsync(patience.Token);
            return new Ready(fault is null, fault);
        }
        catch (OperationCanceledException)
        {
            return new Ready(false, $"The database did not answer within {Patience.TotalSeconds} seconds.");
        }
        catch (Exception exception) when (
            exception is SchemaRefused or NpgsqlException or IOException or TimeoutException or ObjectDisposedException)
        {
            return new Ready(false, Explanation.InOneLine(exception));
        }
    }

    private void Set(Func<CancellationToken, Task<string?>> find)
    {
        lock (gate) findFault = find;
    }
}
