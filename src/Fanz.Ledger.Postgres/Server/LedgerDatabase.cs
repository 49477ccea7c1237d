using Npgsql;

namespace Fanz.Ledger.Postgres.Server;

/// <summary>How the ledger connects to its database.</summary>
public static class LedgerDatabase
{
    private const int StatementsKept = 64;

    /// <summary>
    /// Statements are prepared after their second use, unless a pooler lends connections by the transaction. A dead
    /// peer is noticed by the keep-alive, and an error never carries the rows that caused it.
    /// </summary>
    public static NpgsqlDataSource Connect(string connectionString, bool pooledByTransaction = false)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "ledger",
            MaxAutoPrepare = pooledByTransaction ? 0 : StatementsKept,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = pooledByTransaction,
            IncludeErrorDetail = false,
        };
        // A unix socket notices a dead peer by itself, and knows no keep-alive.
        if (settings.Host?.StartsWith('/') != true)
        {
            settings.TcpKeepAlive = true;
            settings.TcpKeepAliveTime = 10;
            settings.TcpKeepAliveInterval = 5;
        }

        return NpgsqlDataSource.Create(settings);
    }
}
