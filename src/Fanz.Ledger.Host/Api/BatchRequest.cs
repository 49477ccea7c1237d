using System.Text.Json;
using Fanz.Ledger.Host.Access;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Host.Api;

/// <summary>One of many commands: its key, and the command or why it is not posted.</summary>
internal readonly record struct BatchItem(string Key, Command? Command, Problem? Problem);

/// <summary>
/// `{"atomic":false,"commands":[{"key":"…","command":"send_tip","body":{…}},…]}`. What is wrong with the whole is a
/// problem of the whole; what is wrong with one command is that command's alone.
/// </summary>
internal sealed class BatchRequest
{
    public const int MostCommands = 1_000;
    private const int MaxDepth = 16;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = MaxDepth };

    private BatchRequest(bool isAtomic, IReadOnlyList<BatchItem> items) => (IsAtomic, Items) = (isAtomic, items);

    public bool IsAtomic { get; }

    public IReadOnlyList<BatchItem> Items { get; }

    public static BatchRequest Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, Strict);
            return Read(ref reader, json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The reader's own words name bytes and states of its own; the place is what a caller can use.
            var place = exception is JsonException { LineNumber: { } line, BytePositionInLine: { } column }
                ? $" at line {line + 1}, byte {column + 1}"
                : "";
            throw Wrong("body", "not_json", $"The body is not JSON{place}.");
        }
    }

    /// <summary>The same without the commands that are not this caller's to post.</summary>
    public BatchRequest For(Caller caller, string tenant) => new(IsAtomic,
        [
            .. Items.Select(item => item.Command is { } command && caller.ObjectionTo(command, tenant) is { } objection
                ? item with { Command = null, Problem = objection }
                : item),
        ]);

    private static BatchRequest Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        bool? isAtomic = null;
        List<BatchItem>? items = null;
        Expect(ref reader, JsonTokenType.StartObject, "body", "The body is an object.");
        while (Next(ref reader) is { } name)
        {
            switch (name)
            {
                case "atomic" when isAtomic is null:
                    reader.Read();
                    isAtomic = reader.TokenType switch
                    {
                        JsonTokenType.True => true,
                        JsonTokenType.False => false,
                        _ => throw Wrong("atomic", "wrong_type", "atomic is true or false."),
                    };
                    break;
                case "commands" when items is null:
                    items = ReadItems(ref reader, json);
                    break;
                default:
                    throw NotAField(name, name is "atomic" or "commands");
            }
        }

        // What follows the object is read as well, so that it is not ignored.
        if (reader.Read()) throw Wrong("body", "not_json", "Something follows the object.");
        return items is { Count: > 0 }
            ? new BatchRequest(isAtomic ?? false, items)
            : throw Wrong("commands", "missing_field", "commands has at least one command.");
    }

    private static List<BatchItem> ReadItems(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        Expect(ref reader, JsonTokenType.StartArray, "commands", "commands is an array.");
        var items = new List<BatchItem>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items.Count == MostCommands)
                throw Wrong("commands", "too_many", $"At most {MostCommands} commands are taken at once.");
            items.Add(ReadItem(ref reader, json, $"commands[{items.Count}]"));
        }

        return items;
    }

    private static BatchItem ReadItem(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string place)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(place, "wrong_type", "A command of many is an object of key, command and body.");
        string? key = null, command = null;
        Range? body = null;
        while (Next(ref reader) is { } name)
        {
            switch (name)
            {
                case "key" when key is null:
                    key = ReadText(ref reader, $"{place}.key");
                    break;
                case "command" when command is null:
                    command = ReadText(ref reader, $"{place}.command");
                    break;
                case "body" when body is null:
                    reader.Read();
                    var from = (int)reader.TokenStartIndex;
                    reader.Skip();
                    body = from..(int)reader.BytesConsumed;
                    break;
                default:
                    throw NotAField($"{place}.{name}", name is "key" or "command" or "body");
            }
        }

        if (key is null) throw Wrong($"{place}.key", "key_missing", "Every command needs a key.");
        if (command is null) throw Wrong($"{place}.command", "missing_field", "command is missing.");
        if (body is not { } range) throw Wrong($"{place}.body", "missing_field", "body is missing.");
        var (read, fault) = CommandFormat.Read(command, json[range]);
        return new BatchItem(key, read, fault is null ? null : Problem.Of([fault]));
    }

    private static string ReadText(ref Utf8JsonReader reader, string field)
    {
        Expect(ref reader, JsonTokenType.String, field, $"{field} is text.");
        return reader.GetString()!;
    }

    /// <summary>The name of the next field; null at the end of the object.</summary>
    private static string? Next(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string field, string otherwise)
    {
        if (!reader.Read() || reader.TokenType != type) throw Wrong(field, "wrong_type", otherwise);
    }

    private static ProblemFound NotAField(string field, bool isKnown) => isKnown
        ? Wrong(field, "duplicate_field", $"{field} is there twice.")
        : Wrong(field, "unknown_field", $"There is no field {Accounts.Identifier.Quote(field)}.");

    private static ProblemFound Wrong(string field, string code, string detail) =>
        new(Problem.OfParameter(field, code, detail));
}
