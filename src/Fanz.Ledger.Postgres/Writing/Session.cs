using System.Globalization;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// A connection with the settings that writing relies on, to the primary unless it is only read from. Behind a pooler
/// that lends connections by the transaction, the settings are made in each transaction instead.
/// </summary>
internal sealed class Session : IAsyncDisposable
{
    private Session(NpgsqlConnection connection, string? settings)
    {
        Connection = connection;
        SettingsOfTransaction = settings;
    }

    public NpgsqlConnection Connection { get; }

    /// <summary>What each transaction must begin with, if anything.</summary>
    public string? SettingsOfTransaction { get; }

    public static async Task<Session> Open(NpgsqlDataSource database, WriterOptions options)
    {
        var connection = await database.OpenConnectionAsync(CancellationToken.None);
        try
        {
            await using var standby = new NpgsqlCommand("select pg_is_in_recovery()", connection);
            if ((bool)(await standby.ExecuteScalarAsync())!)
                throw new IOException("The database is a standby; the ledger writes to the primary only.");
            if (options.PooledByTransaction) return new Session(connection, Settings(options, local: true));
            await using var settings = new NpgsqlCommand(Settings(options, local: false), connection);
            await settings.ExecuteNonQueryAsync();
            return new Session(connection, null);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection to any copy of the database. Nothing that it is told stays on it.</summary>
    public static async Task<Session> OpenToRead(NpgsqlDataSource database, CancellationToken cancellation) =>
        new(await database.OpenConnectionAsync(cancellation), Settings(new WriterOptions(), local: true));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Connection.DisposeAsync();
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or InvalidOperationException)
        {
            // It was no good any more; that is why it is closed.
        }
    }

    private static string Settings(WriterOptions options, bool local)
    {
        var scope = local ? "true" : "false";
        // The tables are young before they are large, and plans are kept: only plans by index stay right.
        return $"""
            select set_config('lock_timeout', '{Milliseconds(options.LockTimeout)}', {scope}),
                set_config('idle_in_transaction_session_timeout', '{Milliseconds(options.IdleTimeout)}', {scope}),
                -- A peer that went away without a word is noticed within half a minute, not two hours.
                set_config('tcp_keepalives_idle', '10', {scope}),
                set_config('tcp_keepalives_interval', '5', {scope}),
                set_config('tcp_keepalives_count', '3', {scope}),
                set_config('tcp_user_timeout', '30000', {scope}),
                set_config('plan_cache_mode', 'force_generic_plan', {scope}),
                set_config('enable_seqscan', 'off', {scope}),
                -- It would read all entries of an account to sort out the last few.
                set_config('enable_bitmapscan', 'off', {scope}),
                set_config('enable_hashjoin', 'off', {scope}),
                set_config('enable_mergejoin', 'off', {scope}),
                set_config('jit', 'off', {scope}),
                set_config('synchronous_commit', case current_setting('synchronous_commit')
                    when 'off' then 'on' else current_setting('synchronous_commit') end, {scope})
            """;
    }

    private static string Milliseconds(Duration duration) =>
        ((long)duration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
