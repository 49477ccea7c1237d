using Npgsql;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>What a failure of the database means for a batch; told by SQLSTATE alone.</summary>
internal enum Failure
{
    /// <summary>The connection or the server went away: the batch may be committed or not.</summary>
    OutcomeUnknown,

    /// <summary>Not committed, and worth another try.</summary>
    Passing,

    /// <summary>Not committed: the book's head is not the one that the batch was built upon.</summary>
    HeadMoved,

    /// <summary>Not committed: the database refuses what is in it.</summary>
    Content,

    /// <summary>Not committed, and another try would end the same way (no space, no rights).</summary>
    Lasting,
}

internal static class SqlStates
{
    /// <summary>Raised by ledger.expect_heads.</summary>
    public const string HeadMoved = "LG001";

    public static Failure Judge(Exception exception) => exception switch
    {
        PostgresException { SqlState: HeadMoved } => Failure.HeadMoved,
        // A server that ends the session may have committed before it did.
        PostgresException { InvariantSeverity: "FATAL" or "PANIC" } => Failure.OutcomeUnknown,
        PostgresException postgres => JudgeState(postgres.SqlState),
        NpgsqlException or IOException or TimeoutException or ObjectDisposedException => Failure.OutcomeUnknown,
        InvalidOperationException => Failure.OutcomeUnknown,
        MemoryInDoubt => Failure.Passing,
        _ => Failure.Lasting,
    };

    private static Failure JudgeState(string state) => state switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.TooManyConnections
            or PostgresErrorCodes.InFailedSqlTransaction
            => Failure.Passing,
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            => Failure.OutcomeUnknown,
        _ when state.StartsWith("08", StringComparison.Ordinal) => Failure.OutcomeUnknown,
        // Data exception, integrity constraint, program limit: something in the rows themselves.
        _ when state[..2] is "22" or "23" or "54" => Failure.Content,
        _ => Failure.Lasting,
    };
}
