namespace Fanz.Ledger.Postgres;

/// <summary>The database cannot be migrated or served as it is. The message is one line that says what to do.</summary>
public sealed class SchemaRefused(string message, Exception? cause = null) : Exception(message, cause);
