using Npgsql;

namespace Fanz.Ledger.Postgres.Schedules;

/// <summary>
/// Keeps two hosts from doing the same job of a book at once. It saves work and is no more than that: what a run posts
/// is posted once whoever posts it. It is a lock of an open transaction, so that the database gives it back when the
/// host or its connection ends, and so that a pooler that lends connections by the transaction may stand between. The
/// transaction reads nothing and holds no snapshot.
/// </summary>
public sealed class RunLock : IAsyncDisposable
{
    private const string TakeSql =
        """
        select set_config('idle_in_transaction_session_timeout', '0', true),
            pg_try_advisory_xact_lock($1, hashtext($2))
        """;

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private RunLock(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (this.connection, this.transaction) = (connection, transaction);

    /// <summary>Takes the lock of a job in a book; null when somebody has it.</summary>
    public static async Task<RunLock?> Take(NpgsqlDataSource source, int book, string job, CancellationToken token)
    {
        var connection = await source.OpenConnectionAsync(token);
        try
        {
            var transaction = await connection.BeginTransactionAsync(token);
            await using var command = new NpgsqlCommand(TakeSql, connection, transaction);
            command.Parameters.Add(new() { Value = book });
            command.Parameters.Add(new() { Value = $"run/{job}" });
            bool isTaken;
            await using (var reader = await command.ExecuteReaderAsync(token))
            {
                await reader.ReadAsync(token);
                isTaken = reader.GetBoolean(1);
            }

            if (isTaken) return new RunLock(connection, transaction);
            await transaction.DisposeAsync();
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Fails when the lock is lost with its connection: somebody else may be at it by now.</summary>
    public async Task Keep(CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select 1", connection, transaction);
        await command.ExecuteScalarAsync(token);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or InvalidOperationException)
        {
            // With its connection the lock is gone as well.
        }
    }
}
