using System.Text.Json.Serialization;

namespace Fanz.Ledger.Journal;

/// <summary>Choices are words. A number would change its meaning when a choice is added in between.</summary>
internal sealed class WordJson<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
