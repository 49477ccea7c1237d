using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Accounts;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>
/// A record or an entry as an object of JSON, in the one shape that a replay, a transaction and the journal have.
/// Amounts are minor units, debit positive; data is as stored.
/// </summary>
internal static class RecordJson
{
    private static readonly JsonWriterOptions AsGiven = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As a line of a replay.</summary>
    public static string LineOf(Appended appended) => Line(json => Write(json, appended));

    /// <summary>As a line of a replay.</summary>
    public static string LineOf(AccountKey account, AccountEntry entry) => Line(json => Write(json, account, entry));

    /// <param name="json">Where to.</param>
    /// <param name="appended">The record.</param>
    /// <param name="cursor">Its place, for those who follow the journal.</param>
    public static void Write(Utf8JsonWriter json, Appended appended, JournalCursor? cursor = null)
    {
        var record = appended.Record;
        json.WriteStartObject();
        if (cursor is { } place) json.WriteString("cursor", place.ToString());
        Head(json, record.Number, record.At, record.Type, record.EffectiveOn);
        json.WriteString("actor", record.Actor);
        if (record.Stream is { } stream) json.WriteString("stream", stream);
        if (record.RefersTo is { } number) json.WriteNumber("refers_to", number);
        json.WritePropertyName("data");
        // The database has judged it, with no bound on its depth.
        json.WriteRawValue(record.Data.Span, skipInputValidation: true);
        json.WriteStartArray("entries");
        foreach (var entry in appended.Entries)
        {
            json.WriteStartObject();
            Moved(json, entry.Account, entry.Position, entry.Version, entry.Amount, entry.Balance);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <param name="json">Where to.</param>
    /// <param name="account">Whose entry it is.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="withActor">Not for those who see their own accounts alone: who asked is not theirs to know.</param>
    public static void Write(Utf8JsonWriter json, AccountKey account, AccountEntry entry, bool withActor = true)
    {
        json.WriteStartObject();
        Head(json, entry.Number, entry.At, entry.Type, entry.EffectiveOn);
        if (withActor) json.WriteString("actor", entry.Actor);
        Moved(json, account, entry.Position, entry.Version, entry.Amount, entry.Balance);
        json.WriteEndObject();
    }

    private static void Head(Utf8JsonWriter json, long number, Instant at, string type, LocalDate effectiveOn)
    {
        json.WriteNumber("number", number);
        json.WriteString("at", InstantPattern.ExtendedIso.Format(at));
        json.WriteString("type", type);
        json.WriteString("effective_on", LocalDatePattern.Iso.Format(effectiveOn));
    }

    private static void Moved(
        Utf8JsonWriter json, AccountKey account, long position, long version, long amount, long balance)
    {
        json.WriteNumber("position", position);
        json.WriteString("account", account.ToString());
        json.WriteNumber("version", version);
        json.WriteNumber("amount", amount);
        json.WriteString("currency", account.Currency.Code);
        json.WriteNumber("balance", balance);
    }

    private static string Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, AsGiven)) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
