using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fanz.Ledger.Accounts;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Journal;

/// <summary>
/// Says in the words of the domain why a command's JSON could not be read: what the framework says of it names its own
/// types and changes with its versions. The text is walked once more beside the shape that it should have had, up to
/// the first thing that is wrong; a command that can be read is never walked.
/// </summary>
internal ref struct UnreadableCommand
{
    internal const string Whole = "command";

    private Utf8JsonReader reader;

    private UnreadableCommand(ReadOnlySpan<byte> json) => reader = new Utf8JsonReader(json);

    /// <summary>The first thing that is wrong, or null if nothing is.</summary>
    public static Fault? FaultOf(ReadOnlySpan<byte> json, JsonTypeInfo shape)
    {
        var walk = new UnreadableCommand(json);
        try
        {
            walk.reader.Read();
            var fault = walk.OfObject("", shape);
            // Nothing may follow it.
            return fault ?? (walk.reader.Read() ? NotJson() : null);
        }
        catch (JsonException exception)
        {
            return NotJson(exception);
        }
    }

    private Fault? OfObject(string path, JsonTypeInfo shape)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return WrongType(path, "an object");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Text() is not { } name) return NotUnicode(path);
            var (field, known) = (Join(path, name), Find(shape, name));
            if (known is null) return Unknown(path, name);
            if (!seen.Add(name)) return new Fault(field, "duplicate_field", $"{field} is there twice.");
            reader.Read();
            if (OfField(field, known) is { } fault) return fault;
        }

        foreach (var property in shape.Properties)
        {
            if (!property.IsRequired || seen.Contains(property.Name)) continue;
            var field = Join(path, property.Name);
            return new Fault(field, "missing_field", $"{field} is missing.");
        }

        return null;
    }

    private Fault? OfField(string field, JsonPropertyInfo property)
    {
        var mayBeAbsent = property.AssociatedParameter?.IsNullable ?? property.IsSetNullable;
        if (reader.TokenType == JsonTokenType.Null && mayBeAbsent) return null;
        return OfValue(field, property.Options.GetTypeInfo(property.PropertyType));
    }

    private Fault? OfValue(string field, JsonTypeInfo shape) => shape.Kind switch
    {
        JsonTypeInfoKind.Object => OfObject(field, shape),
        JsonTypeInfoKind.Enumerable => OfList(field, shape.Options.GetTypeInfo(shape.ElementType!)),
        JsonTypeInfoKind.Dictionary => OfWords(field, shape.Options.GetTypeInfo(shape.ElementType!)),
        _ => OfOne(field, Nullable.GetUnderlyingType(shape.Type) ?? shape.Type),
    };

    private Fault? OfList(string field, JsonTypeInfo element)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return WrongType(field, "a list");
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            // The form of a command says itself what is missing in a list.
            if (reader.TokenType == JsonTokenType.Null && !element.Type.IsValueType) continue;
            if (OfValue($"{field}[{i}]", element) is { } fault) return fault;
        }

        return null;
    }

    /// <summary>An object whose fields are the caller's own.</summary>
    private Fault? OfWords(string field, JsonTypeInfo element)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return WrongType(field, "an object");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Text() is not { } name) return NotUnicode(field);
            if (!seen.Add(name))
                return new Fault(field, "duplicate_field", $"{field} has {Identifier.Quote(name)} twice.");
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) continue;
            if (OfValue(IsPlain(name) ? Join(field, name) : field, element) is { } fault) return fault;
        }

        return null;
    }

    private Fault? OfOne(string field, Type type)
    {
        if (type == typeof(string)) return OfText(field);
        if (type == typeof(long)) return OfNumber(field, long.MinValue, long.MaxValue);
        if (type == typeof(int)) return OfNumber(field, int.MinValue, int.MaxValue);
        if (type == typeof(bool)) return OfTruth(field);
        if (type == typeof(LocalDate)) return OfDate(field);
        if (type == typeof(Instant)) return OfTime(field);
        if (type.IsEnum) return OfChoice(field, Words.Of(type));
        if (type == typeof(CommandBody)) return OfAnything(field);
        throw new InvariantBroken($"{field} is a {type}, of which nobody has said how it is written.");
    }

    /// <summary>The fields of another command: what is wrong with those is said when that one is read.</summary>
    private Fault? OfAnything(string field)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return WrongType(field, "an object");
        var within = reader.CurrentDepth;
        while (reader.Read() && (reader.TokenType != JsonTokenType.EndObject || reader.CurrentDepth > within))
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && Text() is null)
                return NotUnicode(field);
        return null;
    }

    private readonly Fault? OfTruth(string field) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False ? null : WrongType(field, "true or false");

    private Fault? OfText(string field)
    {
        if (reader.TokenType != JsonTokenType.String) return WrongType(field, "text");
        return Text() is null ? NotUnicode(field) : null;
    }

    private Fault? OfNumber(string field, long least, long most)
    {
        if (reader.TokenType != JsonTokenType.Number) return WrongType(field, "a whole number, as 1000 is");
        if (reader.TryGetInt64(out var number) && number >= least && number <= most) return null;
        return reader.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0
            ? new Fault(
                field, "wrong_type",
                $"{field} is written as a whole number, without a point or an exponent; money in minor units.")
            : new Fault(field, "too_large", $"{field} is a whole number from {least} to {most}.");
    }

    private Fault? OfDate(string field)
    {
        const string aDate = "a date such as \"2026-01-31\"";
        if (reader.TokenType != JsonTokenType.String) return WrongType(field, aDate);
        if (Text() is not { } text) return NotUnicode(field);
        return LocalDatePattern.Iso.Parse(text).Success
            ? null
            : new Fault(field, "not_a_date", $"{field} is {aDate}, not {Identifier.Quote(text)}.");
    }

    private Fault? OfTime(string field)
    {
        const string aTime = "a time such as \"2026-01-31T12:00:00Z\"";
        if (reader.TokenType != JsonTokenType.String) return WrongType(field, aTime);
        if (Text() is not { } text) return NotUnicode(field);
        return InstantPattern.ExtendedIso.Parse(text).Success
            ? null
            : new Fault(field, "not_a_time", $"{field} is {aTime}, not {Identifier.Quote(text)}.");
    }

    private Fault? OfChoice(string field, IEnumerable<string> words)
    {
        var choice = string.Join(" or ", words);
        if (reader.TokenType != JsonTokenType.String) return WrongType(field, choice);
        if (Text() is not { } text) return NotUnicode(field);
        return words.Contains(text, StringComparer.Ordinal)
            ? null
            : new Fault(field, "unknown_word", $"{field} is {choice}, not {Identifier.Quote(text)}.");
    }

    /// <summary>The text that is being read; null where it is no Unicode.</summary>
    private readonly string? Text()
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private readonly Fault WrongType(string path, string expected)
    {
        var field = path == "" ? Whole : path;
        return new Fault(field, "wrong_type", $"{field} is {expected}, not {Found()}.");
    }

    private readonly string Found() => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "null",
    };

    private static JsonPropertyInfo? Find(JsonTypeInfo shape, string name)
    {
        foreach (var property in shape.Properties)
            if (property.Name == name && (property.Set is not null || property.AssociatedParameter is not null))
                return property;
        return null;
    }

    private static Fault Unknown(string path, string name)
    {
        var field = IsPlain(name) ? Join(path, name) : path == "" ? Whole : path;
        return new Fault(field, "unknown_field", $"There is no field {Identifier.Quote(name)}.");
    }

    private static Fault NotUnicode(string path) =>
        new(path == "" ? Whole : path, "not_json", "A text in it is no whole Unicode text in UTF-8.");

    private static Fault NotJson(JsonException? exception = null)
    {
        var place = exception is { LineNumber: { } line, BytePositionInLine: { } at }
            ? $" from byte {at + 1} of line {line + 1} on"
            : "";
        return new Fault(Whole, "not_json", $"It is not JSON{place}, or more than one value.");
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= 40 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static string Join(string path, string name) => path == "" ? name : $"{path}.{name}";
}
