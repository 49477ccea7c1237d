using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Client;

/// <summary>
/// Answers are read by hand: a field that a newer ledger adds is passed over, and one that is missing or of another
/// kind is no answer of a ledger's.
/// </summary>
internal static class Json
{
    public static string Text(this JsonElement json, string name) => json.TextOrNull(name) ?? throw Missing(name);

    public static string? TextOrNull(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static long Number(this JsonElement json, string name) => json.NumberOrNull(name) ?? throw Missing(name);

    public static long? NumberOrNull(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number)
            ? number
            : null;

    public static bool IsTrue(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static JsonElement Object(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? value
            : throw Missing(name);

    public static List<T> List<T>(this JsonElement json, string name, Func<JsonElement, T> read)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Array) throw Missing(name);
        var list = new List<T>(value.GetArrayLength());
        foreach (var one in value.EnumerateArray())
        {
            if (one.ValueKind != JsonValueKind.Object) throw Missing(name);
            list.Add(read(one));
        }

        return list;
    }

    public static List<long> Numbers(this JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Array) throw Missing(name);
        return [.. value.EnumerateArray().Select(number => number.GetInt64())];
    }

    public static Instant Time(this JsonElement json, string name) =>
        InstantPattern.ExtendedIso.Parse(json.Text(name)).TryGetValue(default, out var time)
            ? time
            : throw Missing(name);

    public static LocalDate Date(this JsonElement json, string name) =>
        LocalDatePattern.Iso.Parse(json.Text(name)).TryGetValue(default, out var day) ? day : throw Missing(name);

    private static JsonException Missing(string name) => new($"The answer has no {name}.");
}
