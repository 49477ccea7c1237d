using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fanz.Ledger.Host.Tests.OpenApi;

/// <summary>
/// Holds a value against a schema of the document: the part of JSON Schema that the document uses, and a word that is
/// none of it is a fault of the document.
/// </summary>
internal sealed class SchemaCheck(JsonObject document)
{
    private static readonly HashSet<string> Known =
    [
        "$ref", "additionalProperties", "anyOf", "default", "description", "enum", "format", "items", "properties",
        "required", "type", "x-unit",
    ];

    /// <summary>Every way in which the value is not as the schema says.</summary>
    public IEnumerable<string> Faults(JsonNode? value, JsonObject schema, string place = "$")
    {
        foreach (var (word, _) in schema)
            if (!Known.Contains(word)) yield return $"{place}: the schema has {word}";
        if ((string?)schema["$ref"] is { } reference)
        {
            foreach (var fault in Faults(value, Resolve(reference), place)) yield return fault;
            yield break;
        }

        if (schema["anyOf"] is JsonArray any)
        {
            if (!any.Any(one => !Faults(value, one!.AsObject(), place).Any()))
                yield return $"{place}: none of the alternatives fits {value?.ToJsonString()}";
            yield break;
        }

        foreach (var fault in FaultsOfType(value, schema, place)) yield return fault;
        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
            yield return $"{place}: {value?.ToJsonString()} is none of the words";
        if (value is JsonArray list && schema["items"] is JsonObject items)
        {
            for (var i = 0; i < list.Count; i++)
                foreach (var fault in Faults(list[i], items, $"{place}[{i}]")) yield return fault;
        }

        if (value is JsonObject fields)
            foreach (var fault in FaultsOfFields(fields, schema, place)) yield return fault;
    }

    /// <summary>What a reference within the document leads to.</summary>
    public JsonObject Resolve(string reference)
    {
        Assert.StartsWith("#/", reference);
        JsonNode? found = document;
        foreach (var part in reference[2..].Split('/')) found = found?[part];
        return Assert.IsType<JsonObject>(found);
    }

    private IEnumerable<string> FaultsOfFields(JsonObject fields, JsonObject schema, string place)
    {
        foreach (var name in schema["required"]?.AsArray() ?? [])
            if (!fields.ContainsKey((string)name!)) yield return $"{place}: {name} is missing";
        foreach (var (name, field) in fields)
        {
            var inner = $"{place}.{name}";
            if (schema["properties"]?[name] is JsonObject known)
                foreach (var fault in Faults(field, known, inner)) yield return fault;
            else if (schema["additionalProperties"] is JsonObject others)
                foreach (var fault in Faults(field, others, inner)) yield return fault;
            else if (schema["additionalProperties"] is JsonValue)
                yield return $"{place}: there is no field {name}";
        }
    }

    private static IEnumerable<string> FaultsOfType(JsonNode? value, JsonObject schema, string place)
    {
        if (schema["type"] is not { } type) yield break;
        var types = type is JsonArray some ? some.Select(one => (string)one!).ToArray() : [(string)type!];
        var actual = value?.GetValueKind() switch
        {
            null => "null",
            JsonValueKind.Number => IsWhole(value, (string?)schema["format"]) ? "integer" : "number",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            var kind => kind.ToString()!.ToLowerInvariant(),
        };
        if (!types.Contains(actual)) yield return $"{place}: {actual} is not {string.Join(" or ", types)}";
        var isFormed = (string?)schema["format"] switch
        {
            "date" when value is not null =>
                DateOnly.TryParseExact((string?)value, "yyyy-MM-dd", CultureInfo.InvariantCulture, default, out _),
            "date-time" when value is not null => DateTimeOffset.TryParse(
                (string?)value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _),
            null or "date" or "date-time" or "int32" or "int64" => true,
            _ => false,
        };
        if (!isFormed) yield return $"{place}: {value?.ToJsonString()} is no {schema["format"]}";
    }

    private static bool IsWhole(JsonNode number, string? format)
    {
        var text = number.ToJsonString();
        return format == "int32"
            ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
    }
}
