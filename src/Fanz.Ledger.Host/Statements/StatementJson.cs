using System.Text.Json;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Statements;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Statements;

/// <summary>A statement as one object, written as its entries come. Amounts are minor units.</summary>
internal static class StatementJson
{
    /// <param name="json">Where to.</param>
    /// <param name="statement">What.</param>
    /// <param name="has">The currencies that the subject has statements in.</param>
    /// <param name="breathe">Lets go of what was written, if it is much.</param>
    /// <param name="token">Ends it in the middle.</param>
    public static async Task Write(
        Utf8JsonWriter json, Statement statement, IReadOnlyList<Currency> has, Func<ValueTask> breathe,
        CancellationToken token)
    {
        json.WriteStartObject();
        Begin(json, statement, has);
        json.WriteStartArray("entries");
        await foreach (var entry in statement.Entries(token))
        {
            Write(json, entry);
            await breathe();
        }

        json.WriteEndArray();
        var end = await statement.End(token);
        json.WriteStartObject("check");
        json.WriteNumber("entries", end.Entries);
        json.WriteNumber("balance", end.Balance);
        json.WriteNumber("in_ledger", end.InLedger);
        json.WriteBoolean("adds_up", end.AddsUp);
        json.WriteBoolean("ties_to_ledger", end.Ties);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, Statement statement, IReadOnlyList<Currency> has)
    {
        var request = statement.Request;
        json.WriteString("of", request.Of.ToString());
        json.WriteString("currency", request.Currency.Code);
        json.WriteNumber("scale", request.Currency.Scale);
        json.WriteStartArray("currencies");
        foreach (var currency in has) json.WriteStringValue(currency.Code);
        json.WriteEndArray();
        Day(json, "from", request.From);
        Day(json, "to", request.To);
        Day(json, "known_on", request.KnownOn);
        json.WriteNumber("number", statement.Number);
        json.WriteNumber("opening", statement.Opening);
        json.WriteNumber("closing", statement.Closing);
        json.WriteStartArray("codes");
        foreach (var code in statement.Codes)
        {
            json.WriteStartObject();
            json.WriteString("code", code.Code.Name);
            json.WriteNumber("opening", code.Opening);
            json.WriteNumber("moved", code.Moved);
            json.WriteNumber("closing", code.Closing);
            json.WriteNumber("entries", code.Entries);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("later");
        json.WriteNumber("amount", statement.Later);
        json.WriteNumber("entries", statement.LaterEntries);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StatementEntry entry)
    {
        json.WriteStartObject();
        Day(json, "effective_on", entry.EffectiveOn);
        json.WriteNumber("number", entry.Number);
        json.WriteNumber("position", entry.Position);
        json.WriteString("type", entry.Type);
        json.WriteString("code", entry.Code.Name);
        Day(json, "cohort", entry.Cohort);
        json.WriteNumber("amount", entry.Amount);
        json.WriteNumber("balance", entry.Balance);
        json.WriteEndObject();
    }

    private static void Day(Utf8JsonWriter json, string name, LocalDate? day)
    {
        if (day is { } told) json.WriteString(name, LocalDatePattern.Iso.Format(told));
        else json.WriteNull(name);
    }
}
