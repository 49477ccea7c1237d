namespace Fanz.Ledger.Postgres.Server;

/// <summary>No PostgreSQL that the ledger can use is installed. The message is one line that says what to do.</summary>
public sealed class PostgresNotFound(string found) : Exception(
    $"PostgreSQL {PostgresInstallation.OldestMajor} or newer is needed and {found}: install it " +
    "(on Debian or Ubuntu: apt-get install postgresql) or name a running server in LEDGER_DATABASE.");
