using System.Text.Json;
using Fanz.Ledger.Accounts;
using NodaTime;

namespace Fanz.Ledger.Client;

/// <summary>What a command led to: the record that was appended to its book.</summary>
/// <param name="Id">The record's name over all books: tenant, platform and number.</param>
/// <param name="Number">Its number in the book. Reads that are `atLeast` at this number have seen it.</param>
/// <param name="Type">The event's name, such as `tip_sent`.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="Entries">What it moved; nothing, for a command that only changes what is known.</param>
public sealed record Receipt(
    string Id, long Number, string Type, Instant At, IReadOnlyList<ReceiptEntry> Entries)
{
    /// <summary>
    /// The record is archived: that it was posted, as which and when, is all that is told of it. Its type is `archived`
    /// and its entries are left out.
    /// </summary>
    public bool IsArchived => Type == "archived";

    internal static Receipt Read(JsonElement json) => new(
        json.Text("id"), json.Number("number"), json.Text("type"), json.Time("at"),
        json.List("entries", ReceiptEntry.Read));
}

/// <summary>One movement. Amounts and balances are minor units, debit positive.</summary>
/// <param name="Account">The account that it moved.</param>
/// <param name="Amount">What was moved.</param>
/// <param name="BalanceBefore">What the account held before.</param>
/// <param name="BalanceAfter">What it held then.</param>
public sealed record ReceiptEntry(AccountName Account, long Amount, long BalanceBefore, long BalanceAfter)
{
    internal static ReceiptEntry Read(JsonElement json) => new(
        json.Account("account"), json.Number("amount"), json.Number("balance_before"), json.Number("balance_after"));
}
