using System.Data;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Tests.Server;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Writing;

/// <summary>Somebody who keeps a book locked.</summary>
internal sealed class BookHold : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;

    private BookHold(NpgsqlConnection connection) => this.connection = connection;

    public static async Task<BookHold> Take(string superuser, BookName book)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(superuser) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "begin; select id from ledger.books where tenant = @tenant and platform = @platform for no key update", connection);
        command.Parameters.AddWithValue("tenant", book.Tenant);
        command.Parameters.AddWithValue("platform", book.Platform);
        await command.ExecuteNonQueryAsync();
        return new BookHold(connection);
    }

    /// <summary>Until so many sessions of hosts wait for a lock.</summary>
    public static Task IsWaitedFor(string superuser, int sessions) => Eventually.True(
        () => TestDatabase.Scalar<long>(
            superuser,
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and usename = 'ledger_host' and wait_event_type = 'Lock'
            """).Result >= sessions,
        "A host waits for the lock.");

    public async ValueTask DisposeAsync()
    {
        // A server that is busy notices late that a connection has ended; this one has given the book back by now.
        if (connection.State == ConnectionState.Open)
        {
            await using var command = new NpgsqlCommand("rollback", connection);
            await command.ExecuteNonQueryAsync();
        }

        await connection.DisposeAsync();
    }
}
