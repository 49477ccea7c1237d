namespace Fanz.Ledger.Postgres.Server;

/// <summary>The private server could not be started, stopped or prepared. The message is one line.</summary>
public sealed class ServerFailed(string message) : Exception(message);
