using System.Runtime.InteropServices;
using System.Text.Json;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Client;

/// <summary>A record of a book's journal.</summary>
/// <param name="Cursor">The place behind it: whoever has dealt with it goes on from here.</param>
/// <param name="Number">Its number, one more than that of the record before.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="Type">The event's name, such as `tip_sent`.</param>
/// <param name="EffectiveOn">Its date in the accounts.</param>
/// <param name="Actor">Who asked for it: a service, and the person behind it if there was one.</param>
/// <param name="Stream">The payout, dispute, subscription … that it is part of the life of.</param>
/// <param name="RefersTo">The number of the earlier record that it is about.</param>
/// <param name="Data">The event, as it is kept.</param>
/// <param name="Entries">What it moved.</param>
public sealed record JournalItem(
    string Cursor,
    long Number,
    Instant At,
    string Type,
    LocalDate EffectiveOn,
    string Actor,
    string? Stream,
    long? RefersTo,
    JsonElement Data,
    IReadOnlyList<JournalEntry> Entries)
{
    /// <summary>The event in the words of the domain; null for one that this version does not know.</summary>
    public Event? ReadEvent() =>
        EventFormat.IsKnown(Type) ? EventFormat.Read(Type, JsonMarshal.GetRawUtf8Value(Data)) : null;

    internal static JournalItem Read(JsonElement json) => new(
        json.Text("cursor"), json.Number("number"), json.Time("at"), json.Text("type"), json.Date("effective_on"),
        json.Text("actor"), json.TextOrNull("stream"), json.NumberOrNull("refers_to"), json.Object("data").Clone(),
        json.List("entries", JournalEntry.Read));
}

/// <summary>A movement of a record. Amounts and balances are minor units, debit positive.</summary>
/// <param name="Position">Its place among all movements of the book.</param>
/// <param name="Account">The account that it moved.</param>
/// <param name="Version">Its place among the movements of the account.</param>
/// <param name="Amount">What was moved.</param>
/// <param name="Balance">What the account held then.</param>
public sealed record JournalEntry(long Position, AccountName Account, long Version, long Amount, long Balance)
{
    internal static JournalEntry Read(JsonElement json) => new(
        json.Number("position"), json.Account("account"), json.Number("version"), json.Number("amount"),
        json.Number("balance"));
}

/// <summary>A record and what refers to it, such as a sale and its refunds.</summary>
/// <param name="Record">The record.</param>
/// <param name="Referring">The numbers of the first hundred records that refer to it.</param>
/// <param name="MoreReferring">Whether there are more than those.</param>
public sealed record Transaction(JournalItem Record, IReadOnlyList<long> Referring, bool MoreReferring)
{
    internal static Transaction Read(JsonElement json) => new(
        JournalItem.Read(json.Object("transaction")), json.Numbers("referring"), json.IsTrue("more_referring"));
}

/// <summary>Records that lie one behind the other, and where to go on.</summary>
internal sealed record JournalPage(IReadOnlyList<JournalItem> Records, string Cursor)
{
    public static JournalPage Read(JsonElement json) =>
        new(json.List("records", JournalItem.Read), json.Text("cursor"));
}
