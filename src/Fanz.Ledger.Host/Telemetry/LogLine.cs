using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fanz.Ledger.Host.Databases;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Npgsql;

namespace Fanz.Ledger.Host.Telemetry;

/// <summary>
/// An event as one line on standard error: a sentence for people, or a JSON object for programs. Exceptions are told
/// by type and SQLSTATE, and where the program is at fault by their stack; their messages may quote what somebody sent,
/// and stand only where LEDGER_TRACE=1 asks for them.
/// </summary>
internal sealed class LogLine : ConsoleFormatter
{
    public const string NameInSettings = "ledger";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly bool isJson = IsJson;
    private readonly bool tellsAll = HostSettings.Text("LEDGER_TRACE") == "1";

    public LogLine()
        : base(NameInSettings)
    {
    }

    public static bool IsJson => HostSettings.Text("LEDGER_LOG") == "json";

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var error = logEntry.Exception is { } fault ? Tell(fault, hasStack: logEntry.LogLevel >= LogLevel.Error) : null;
        if (isJson)
        {
            var facts = logEntry.State as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
            textWriter.WriteLine(
                Json(logEntry.LogLevel, logEntry.EventId.Name, logEntry.Category, message, facts, error));
            return;
        }

        textWriter.WriteLine($"{Now()} {LevelName(logEntry.LogLevel)} {message.ReplaceLineEndings(" ")}");
        if (error is not null) textWriter.WriteLine(error);
    }

    /// <summary>What the program itself tells a person, in the shape of all other lines.</summary>
    public static string Said(string line) => Json(LogLevel.Information, "said", "Fanz.Ledger", line, [], null);

    private static string Json(
        LogLevel level, string? name, string category, string message,
        IReadOnlyList<KeyValuePair<string, object?>> facts, string? error)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("at", Now());
            json.WriteString("level", LevelName(level));
            json.WriteString("event", name ?? "event");
            json.WriteString("category", category);
            json.WriteString("message", message);
            foreach (var (fact, value) in facts)
                if (fact.Length > 0 && fact[0] != '{' && value is not null) Write(json, fact, value);
            if (error is not null) json.WriteString("error", error);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, string fact, object value)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(fact);
        switch (value)
        {
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, Math.Round(number, 3));
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private string Tell(Exception exception, bool hasStack)
    {
        if (tellsAll) return exception.ToString();
        var told = new StringBuilder();
        for (var fault = exception; fault is not null; fault = fault.InnerException)
        {
            if (told.Length > 0) told.Append(hasStack ? "\n" : ", ").Append("because of ");
            told.Append(fault.GetType().FullName);
            if (fault is PostgresException { SqlState: var state }) told.Append(' ').Append(state);
            if (hasStack && fault.StackTrace is { } stack) told.Append('\n').Append(stack);
        }

        return told.ToString();
    }

    private static string Now() =>
        DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        _ => "error",
    };
}
