using System.Text.Json;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Postgres.Transactions;

/// <summary>
/// What a record that is no sale says of itself in the fields that many kinds have in common: read by their names, so
/// that a new kind is searched for as those before it are.
/// </summary>
internal readonly record struct SaidInRecord(
    string? Fan, string? Creator, string? Affiliate, long? Amount, string? Currency)
{
    public static SaidInRecord Of(JournalRecord record)
    {
        var said = default(SaidInRecord);
        var reader = new Utf8JsonReader(record.Data.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"The data of record {record.Number} is no object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("fan"u8)) said = said with { Fan = Text(ref reader) };
            else if (reader.ValueTextEquals("creator"u8)) said = said with { Creator = Text(ref reader) };
            else if (reader.ValueTextEquals("affiliate"u8)) said = said with { Affiliate = Text(ref reader) };
            else if (reader.ValueTextEquals("currency"u8)) said = said with { Currency = Text(ref reader) };
            else if (reader.ValueTextEquals("amount"u8)) said = said with { Amount = Whole(ref reader) };
            else reader.Skip();
        }

        return said;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        reader.Skip();
        return null;
    }

    private static long? Whole(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number) return reader.GetInt64();
        reader.Skip();
        return null;
    }
}
