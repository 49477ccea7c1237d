using System.Globalization;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Writing;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Api;

/// <summary>What was posted, or would be, as services read it. Amounts are minor units, debit positive.</summary>
internal static class ReceiptJson
{
    public static void Write(Utf8JsonWriter json, Receipt receipt)
    {
        json.WriteStartObject();
        json.WriteString("id", string.Create(CultureInfo.InvariantCulture, $"{receipt.Book}/{receipt.Number}"));
        json.WriteNumber("number", receipt.Number);
        json.WriteString("type", receipt.Type);
        json.WriteString("at", InstantPattern.ExtendedIso.Format(receipt.At));
        json.WriteStartArray("entries");
        foreach (var entry in receipt.Entries)
            Leg(json, entry.Account, entry.Amount, entry.BalanceBefore, entry.Balance);
        json.WriteEndArray();
        if (receipt.IsArchived) json.WriteBoolean("archived", true);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, PreviewedRecord record)
    {
        json.WriteStartObject();
        json.WriteString("book", record.Book.ToString());
        json.WriteString("type", record.Type);
        json.WriteString("effective_on", LocalDatePattern.Iso.Format(record.EffectiveOn));
        if (record.RefersTo is { } number) json.WriteNumber("refers_to", number);
        json.WritePropertyName("data");
        json.WriteRawValue(record.Data.Span);
        json.WriteStartArray("entries");
        foreach (var leg in record.Legs) Leg(json, leg.Account, leg.Amount, leg.BalanceBefore, leg.BalanceAfter);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Leg(Utf8JsonWriter json, AccountKey account, long amount, long before, long after)
    {
        json.WriteStartObject();
        json.WriteString("account", account.ToString());
        json.WriteNumber("amount", amount);
        json.WriteString("currency", account.Currency.Code);
        json.WriteNumber("balance_before", before);
        json.WriteNumber("balance_after", after);
        json.WriteEndObject();
    }
}
