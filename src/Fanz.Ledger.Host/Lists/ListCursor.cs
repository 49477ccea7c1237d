using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Fanz.Ledger.Host.Api.Reading;
using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Host.Lists;

/// <summary>
/// Where a page of a list ends, as text that is nobody's business: the mark of the list and its filters, and the keys
/// of the last row. What changes meanwhile moves no page: the next one begins behind those keys.
/// </summary>
internal static class ListCursor
{
    private const int Longest = 8_192;

    public static string Write(ulong mark, IReadOnlyList<object> keys)
    {
        string[] parts = [mark.ToString("x", null), .. keys.Select(ListValues.InWords)];
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(parts)));
    }

    /// <summary>The keys; null when it is no cursor of this list in this order.</summary>
    public static IReadOnlyList<object>? Read(string text, ulong mark, ListOrder order)
    {
        if (text.Length > Longest || !Base64Url.IsValid(text)) return null;
        try
        {
            var parts = JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(text));
            if (parts is null || parts.Length != order.Keys.Count + 1 || parts[0] != mark.ToString("x", null))
                return null;
            var keys = order.Keys.Select((key, index) => ListValues.Read(key.Kind, parts[index + 1]))
                .OfType<object>().ToArray();
            return keys.Length == order.Keys.Count ? keys : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The mark of a list: what must be the same from page to page.</summary>
    public static ulong Mark(string book, Listing list, ListRequest request) => PageCursor.List(
        [
            book, list.Name, request.Order.Name,
            .. request.Filters.OrderBy(filter => filter.Key, StringComparer.Ordinal)
                .Select(filter => $"{filter.Key}={ListValues.InWords(filter.Value)}"),
        ]);
}
