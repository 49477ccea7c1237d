using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fanz.Ledger.Host.OpenApi;

/// <summary>Objects as tables of their fields.</summary>
internal sealed partial class ApiPage
{
    private static readonly JsonSerializerOptions Spacious = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The fields of an object, unless its name tells them, and an example of it.</summary>
    private void WriteContent(JsonObject content, bool isNamed)
    {
        var (type, described) = content.First();
        var schema = described!["schema"]!.AsObject();
        if (NameOf(schema) is not { } name) WriteFields(schema);
        else if (!isNamed) WriteFields(document["components"]!["schemas"]![name]!.AsObject());
        if (described["example"] is { } example)
            html.Leaf("pre", type == "application/json" ? example.ToJsonString(Spacious) : (string?)example);
    }

    private void WriteFields(JsonObject schema)
    {
        if (schema["properties"] is not JsonObject { Count: > 0 } properties) return;
        var required = (schema["required"] as JsonArray)?.Select(name => (string)name!).ToHashSet() ?? [];
        html.Within("table", null, table =>
        {
            table.Within("thead", null, head => head.Within("tr", null, row => row
                .Leaf("th", "Field").Leaf("th", "Type").Leaf("th", "Meaning")));
            foreach (var (name, field) in properties)
            {
                var described = field!.AsObject();
                table.Within("tr", null, row => row
                    .Within("td", null, cell =>
                    {
                        cell.Code(name);
                        if (required.Contains(name)) cell.Leaf("small", "required");
                    })
                    .Within("td", null, _ => WriteType(described))
                    .Within("td", null, cell =>
                    {
                        if (described["description"] is { } words) cell.Inline((string)words!);
                        if (described["default"] is { } otherwise)
                            cell.Text(" Otherwise ").Code(otherwise.ToJsonString()).Text(".");
                    }));
            }
        });
        // An answer may have objects within that have no name of their own.
        foreach (var (name, field) in properties)
        {
            if ((field!["items"] ?? field)["properties"] is null) continue;
            html.Within("p", null, line => line.Text("Within ").Code(name).Text(":"));
            WriteFields((field["items"] ?? field).AsObject());
        }
    }

    private void WriteType(JsonObject schema)
    {
        if (NameOf(schema) is { } name) html.Link($"schema-{name}", name);
        else if (schema["anyOf"] is JsonArray { Count: > 0 } any) WriteType(any[0]!.AsObject());
        else if (schema["enum"] is JsonArray words)
        {
            var isFirst = true;
            foreach (var word in words.Where(word => word is not null))
            {
                if (!isFirst) html.Text(" or ");
                html.Code((string)word!);
                isFirst = false;
            }
        }
        else if (schema["items"] is JsonObject items)
        {
            html.Text("list of ");
            WriteType(items);
        }
        else html.Text(TypeOf(schema));
    }

    private static string TypeOf(JsonObject schema) => (schema["type"], (string?)schema["format"]) switch
    {
        (_, "date") => "date",
        (_, "date-time") => "time",
        (_, _) when schema["x-unit"] is not null => "amount",
        ({ } type, _) => Words(type is JsonArray some ? (string)some[0]! : (string)type!),
        _ => "any JSON",
    };

    private static string Words(string type) => type switch
    {
        "integer" => "whole number",
        "string" => "text",
        "boolean" => "true or false",
        _ => type,
    };
}
