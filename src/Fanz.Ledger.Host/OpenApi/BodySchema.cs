using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>
/// The schema of what the serialiser reads, derived from the serialiser's own metadata: names, what is required, what
/// may be null, and the words of every choice. Records within records become components of their own.
/// </summary>
internal sealed class BodySchema(JsonObject components)
{
    public static JsonObject Ref(string component) => new() { ["$ref"] = $"#/components/schemas/{component}" };

    /// <summary>Makes the schema a component, if it is none yet.</summary>
    public void Add(string name, JsonTypeInfo shape)
    {
        if (components.ContainsKey(name)) return;
        // The name is taken first, for a record may have records of its own kind within.
        components[name] = null;
        components[name] = Of(shape);
    }

    /// <summary>An object: what is required stands first, and what it has from its base before its own.</summary>
    private JsonObject Of(JsonTypeInfo shape)
    {
        var properties = shape.Properties
            .Where(property => property.Set is not null)
            .OrderBy(property => !property.IsRequired)
            .ThenBy(property => Depth(Declared(property).DeclaringType!))
            .ToList();
        var described = new JsonObject();
        foreach (var property in properties) described[property.Name] = Of(property, shape);
        var schema = new JsonObject { ["type"] = "object" };
        if (Wording.Of(shape.Type) is { } words) schema["description"] = words;
        if (properties.Any(property => property.IsRequired))
        {
            schema["required"] = new JsonArray(
                [.. properties.Where(property => property.IsRequired).Select(property => (JsonNode)property.Name)]);
        }

        schema["properties"] = described;
        schema["additionalProperties"] = false;
        return schema;
    }

    private JsonObject Of(JsonPropertyInfo property, JsonTypeInfo shape)
    {
        var isNullable = property.IsSetNullable;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var schema = Of(type, isNullable, shape);
        var declared = Declared(property);
        var own = Wording.Of(declared) ?? Fields.Find(declared.DeclaringType!.Name, property.Name);
        if (own is not null) schema["description"] = own;
        if (type == typeof(long) && Fields.IsAmount(property.Name)) schema["x-unit"] = "minor units";
        if (property is { IsRequired: false, AssociatedParameter: { HasDefaultValue: true, DefaultValue: { } value } }
            && !type.IsEnum) schema["default"] = JsonValue.Create(value);
        else if (!property.IsRequired && type == typeof(bool) && !isNullable) schema["default"] = false;
        return schema;
    }

    private JsonObject Of(Type type, bool isNullable, JsonTypeInfo within)
    {
        if (type == typeof(string)) return Plain("string", isNullable);
        if (type == typeof(bool)) return Plain("boolean", isNullable);
        if (type == typeof(long)) return Plain("integer", isNullable, "int64");
        if (type == typeof(int)) return Plain("integer", isNullable, "int32");
        if (type == typeof(LocalDate)) return Plain("string", isNullable, "date");
        if (type == typeof(Instant)) return Plain("string", isNullable, "date-time");
        if (type.IsEnum) return Choice(type, isNullable);
        // Which fields it has, the command that is named beside it says.
        if (type == typeof(CommandBody)) return Plain("object", isNullable);
        var shape = within.Options.GetTypeInfo(type);
        switch (shape.Kind)
        {
            case JsonTypeInfoKind.Dictionary when shape.ElementType == typeof(string):
                var map = Plain("object", isNullable);
                map["additionalProperties"] = new JsonObject { ["type"] = "string" };
                return map;
            case JsonTypeInfoKind.Enumerable:
                var list = Plain("array", isNullable);
                list["items"] = Of(shape.ElementType!, false, within);
                return list;
            case JsonTypeInfoKind.Object:
                Add(type.Name, shape);
                return isNullable
                    ? new JsonObject { ["anyOf"] = new JsonArray(Ref(type.Name), Plain("null", false)) }
                    : Ref(type.Name);
            default:
                throw new InvariantBroken($"Nobody has said how a {type.Name} looks in JSON.");
        }
    }

    private static JsonObject Choice(Type type, bool isNullable)
    {
        var words = new JsonArray();
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
            words.Add((JsonNode)field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name);
        if (isNullable) words.Add(null);
        var schema = Plain("string", isNullable);
        schema["enum"] = words;
        if (Wording.Of(type) is { } description) schema["description"] = description;
        return schema;
    }

    private static JsonObject Plain(string type, bool isNullable, string? format = null)
    {
        var schema = new JsonObject { ["type"] = isNullable ? new JsonArray(type, "null") : type };
        if (format is not null) schema["format"] = format;
        return schema;
    }

    private static MemberInfo Declared(JsonPropertyInfo property) => (MemberInfo)property.AttributeProvider!;

    private static int Depth(Type type) => type.BaseType is { } @base ? 1 + Depth(@base) : 0;
}
