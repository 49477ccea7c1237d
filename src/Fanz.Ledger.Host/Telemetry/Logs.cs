using Fanz.Ledger.Host.Databases;
using Fanz.Ledger.Host.Terminal;
using Microsoft.Extensions.Logging.Console;

namespace Fanz.Ledger.Host.Telemetry;

/// <summary>What is logged, and where: on standard error alone, so that standard output belongs to answers.</summary>
internal static class Logs
{
    /// <summary>Lines that may wait for whoever reads them; a reader that hangs must not hang the ledger.</summary>
    private const int MostWaiting = 10_000;

    public static ILoggingBuilder AddLogLines(this ILoggingBuilder logging)
    {
        var least = Level();
        if (HostSettings.Text("LEDGER_LOG") is not (null or "text" or "json") and var other)
            throw new Mistake($"LEDGER_LOG is `text` or `json`, not `{other}`.");
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.FormatterName = LogLine.NameInSettings;
            console.MaxQueueLength = MostWaiting;
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        return logging.AddConsole().AddConsoleFormatter<LogLine, ConsoleFormatterOptions>()
            .SetMinimumLevel(LogLevel.Trace)
            // The server's own talk quotes what clients sent; only what is wrong with it is of use.
            .AddFilter((category, level) => category?.StartsWith("Fanz.Ledger", StringComparison.Ordinal) == true
                ? level >= least
                : level >= LogLevel.Warning && level >= least)
            // What keeps the host from starting is thrown to the verb, which says it in one line.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            // Requests have their own line; with this the server would make one, and a scope, for each of them as well.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }

    private static LogLevel Level() => HostSettings.Text("LEDGER_LOG_LEVEL") switch
    {
        null or "information" => LogLevel.Information,
        "debug" => LogLevel.Debug,
        "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        var other => throw new Mistake(
            $"LEDGER_LOG_LEVEL is `debug`, `information`, `warning` or `error`, not `{other}`."),
    };
}
