using System.Net.Sockets;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Marten;
using Fanz.Ledger.Postgres.Server;
using Npgsql;

namespace Fanz.Ledger.Host.Terminal;

/// <summary>The caller asked for what cannot be. The message is one line that says what to do instead.</summary>
internal sealed class Mistake(string message) : Exception(message);

/// <summary>What went wrong, in one line for a person.</summary>
internal static class Explanation
{
    public static string InOneLine(Exception exception) => Sentence(exception).ReplaceLineEndings(" ").Trim();

    private static string Sentence(Exception exception) => exception switch
    {
        Mistake or SchemaRefused or MartenRefused or ServerFailed or PostgresNotFound or BookSettingsDiffer
            or UnknownEvent or CheckpointsBroken or ArchiveDiffers or ArchiveRefused or RangeIsArchived
            => exception.Message,
        PostgresException refused => $"The database refused: {refused.MessageText} ({refused.SqlState}).",
        NpgsqlException { InnerException: { } cause } lost =>
            $"The database does not answer: {lost.Message.TrimEnd('.')} ({cause.Message.TrimEnd('.')}).",
        NpgsqlException or SocketException or TimeoutException => $"The database does not answer: {exception.Message}",
        AggregateException { InnerException: { } first } => Sentence(first),
        IOException or UnauthorizedAccessException => exception.Message,
        _ => $"Unexpected {exception.GetType().Name}: {exception.Message} (LEDGER_TRACE=1 tells more.)",
    };
}
