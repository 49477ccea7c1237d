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
/// A record or an entry as one line of JSON. Amounts are minor units, debit positive; data is as stored.
/// </summary>
internal static class ReplayedJson
{
    private static readonly JsonWriterOptions AsGiven = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(Appended appended)
    {
        var record = appended.Record;
        return Line(json =>
        {
            Head(json, record.Number, record.At, record.Type, record.Actor, record.EffectiveOn);
            if (record.Stream is { } stream) json.WriteString("stream", stream);
            if (record.RefersTo is { } number) json.WriteNumber("refers_to", number);
            json.WritePropertyName("data");
            json.WriteRawValue(record.Data.Span);
            json.WriteStartArray("entries");
            foreach (var entry in appended.Entries)
            {
                json.WriteStartObject();
                Moved(json, entry.Account, entry.Position, entry.Version, entry.Amount, entry.Balance);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    public static string Of(AccountKey account, AccountEntry entry) => Line(json =>
    {
        Head(json, entry.Number, entry.At, entry.Type, entry.Actor, entry.EffectiveOn);
        Moved(json, account, entry.Position, entry.Version, entry.Amount, entry.Balance);
    });

    private static void Head(
        Utf8JsonWriter json, long number, Instant at, string type, string actor, LocalDate effectiveOn)
    {
        json.WriteNumber("number", number);
        json.WriteString("at", InstantPattern.ExtendedIso.Format(at));
        json.WriteString("type", type);
        json.WriteString("effective_on", LocalDatePattern.Iso.Format(effectiveOn));
        json.WriteString("actor", actor);
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
        using (var json = new Utf8JsonWriter(buffer, AsGiven))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
