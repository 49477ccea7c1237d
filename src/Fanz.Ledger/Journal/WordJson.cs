using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fanz.Ledger.Journal;

/// <summary>
/// Choices are words, exactly as written here. A number would change its meaning when a choice is added in between,
/// and the framework's own reader takes "wallet, card" for one of the two.
/// </summary>
internal sealed class WordJson<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> ByValue = Enum.GetValues<T>().Zip(Words.Of(typeof(T)))
        .ToFrozenDictionary(pair => pair.First, pair => pair.Second);

    private static readonly FrozenDictionary<string, T> Values = ByValue.ToFrozenDictionary(
        pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static string WordOf(T value) => ByValue[value];

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Values.TryGetValue(reader.GetString()!, out var value)
            ? value
            : throw new JsonException($"The choice is {string.Join(" or ", Words.Of(typeof(T)))}.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(ByValue[value]);
}

internal static class Words
{
    /// <summary>The words of a choice, in the order in which its values are declared.</summary>
    public static IReadOnlyList<string> Of(Type choice) =>
    [
        .. Enum.GetNames(choice)
            .Select(name => choice.GetField(name)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name),
    ];
}
