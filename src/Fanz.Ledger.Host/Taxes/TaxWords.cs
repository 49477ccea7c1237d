using System.Reflection;
using System.Text.Json.Serialization;

namespace Fanz.Ledger.Host.Taxes;

/// <summary>The choices of the domain by the words that commands and events have for them.</summary>
internal static class TaxWords
{
    public static string Of<T>(T choice)
        where T : struct, Enum => typeof(T).GetField(choice.ToString())!
            .GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name;

    public static T? Of<T>(string word)
        where T : struct, Enum
    {
        foreach (var choice in Enum.GetValues<T>())
            if (Of(choice) == word) return choice;
        return null;
    }

    public static string All<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(Of));
}
