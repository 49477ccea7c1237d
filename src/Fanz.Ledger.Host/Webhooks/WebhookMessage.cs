using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Api;
using Fanz.Ledger.Postgres.Journal;

namespace Fanz.Ledger.Host.Webhooks;

/// <summary>The bodies that receivers get.</summary>
internal static class WebhookMessage
{
    /// <summary>The name of a record for ever: what a receiver remembers so as not to do things twice.</summary>
    public static string IdOf(BookName book, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{book}/{number}");

    /// <summary>A record, as the journal gives it.</summary>
    public static ReadOnlyMemory<byte> Of(BookName book, Placed placed) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", IdOf(book, placed.Appended.Record.Number));
        json.WriteString("tenant", book.Tenant);
        json.WriteString("platform", book.Platform);
        json.WriteString("type", placed.Appended.Record.Type);
        json.WritePropertyName("record");
        RecordJson.Write(json, placed.Appended, placed.Cursor);
        json.WriteEndObject();
    });

    public static ReadOnlyMemory<byte> Challenge(string webhook, string challenge) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("type", "webhook_challenge");
        json.WriteString("webhook", webhook);
        json.WriteString("challenge", challenge);
        json.WriteEndObject();
    });

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(body, Json.AsGiven)) write(json);
        return body.WrittenMemory;
    }
}
