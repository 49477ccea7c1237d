using System.Text.Json;
using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Host.Lists;

/// <summary>A row as an object, with every column of the list.</summary>
internal static class ListJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ListColumn> columns, IReadOnlyList<object?> values)
    {
        json.WriteStartObject();
        for (var i = 0; i < columns.Count; i++)
        {
            json.WritePropertyName(columns[i].Name);
            switch (values[i])
            {
                case null:
                    json.WriteNullValue();
                    break;
                case long number:
                    json.WriteNumberValue(number);
                    break;
                case bool flag:
                    json.WriteBooleanValue(flag);
                    break;
                case string text when columns[i].Kind == ValueKind.Json:
                    json.WriteRawValue(text);
                    break;
                case var value:
                    json.WriteStringValue(ListValues.InWords(value));
                    break;
            }
        }

        json.WriteEndObject();
    }
}
