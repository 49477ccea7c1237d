using System.Text.Json;
using System.Text.Json.Serialization;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Tests.Server;

namespace Fanz.Ledger.Postgres.Tests.Marten;

/// <summary>The fields of events that are declared today, whether a golden file has them or not.</summary>
public sealed class NameTests(MartenBook shown) : IClassFixture<MartenBook>
{
    [Fact]
    public async Task Every_field_that_an_event_can_have_is_called_as_its_property_is_in_camel_case()
    {
        var names = new HashSet<string>();
        var dictionaries = new HashSet<string>();
        var seen = new HashSet<Type>();
        foreach (var type in typeof(Event).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Event))))
            Collect(type, names, dictionaries, seen, isNested: false);
        Assert.True(names.Count > 100);
        // The keys of a dictionary are its sender's: where there is one, its keys stay as they are. Settings of a rail
        // and options of a schedule move nothing, so Marten, to whom entries are the events, is never shown them.
        Assert.Equal(["Metadata", "Options", "Settings"], dictionaries.Order(StringComparer.Ordinal));
        var fields = names.Select(name => JsonNamingPolicy.SnakeCaseLower.ConvertName(name)).ToList();
        var camel = await TestDatabase.Scalar<string>(
            shown.Database.OwnerConnectionString,
            $"select shown.camel_case('{{{string.Join(',', fields.Select(field => $"\"{field}\":1"))}}}')::text");
        Assert.Equal(
            names.Select(name => JsonNamingPolicy.CamelCase.ConvertName(name)).Order(StringComparer.Ordinal),
            JsonDocument.Parse(camel).RootElement.EnumerateObject().Select(field => field.Name)
                .Order(StringComparer.Ordinal));
    }

    private static void Collect(
        Type type, HashSet<string> names, HashSet<string> dictionaries, HashSet<Type> seen, bool isNested)
    {
        if (!seen.Add(type)) return;
        foreach (var property in type.GetProperties().Where(property =>
            property.GetCustomAttributes(typeof(JsonIgnoreAttribute), true)
                .All(ignored => ((JsonIgnoreAttribute)ignored).Condition != JsonIgnoreCondition.Always)))
        {
            var inner = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            names.Add(property.Name);
            if (inner.IsGenericType && inner.Name.Contains("Dictionary", StringComparison.Ordinal))
            {
                dictionaries.Add(isNested ? $"{type.Name}.{property.Name}" : property.Name);
                continue;
            }

            if (inner.IsGenericType) inner = inner.GetGenericArguments()[0];
            if (inner.IsArray) inner = inner.GetElementType()!;
            if (inner.Namespace?.StartsWith("Fanz.", StringComparison.Ordinal) == true && !inner.IsEnum)
                Collect(inner, names, dictionaries, seen, isNested: true);
        }
    }
}
