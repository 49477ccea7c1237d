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
    internal static Receipt Read(JsonElement json) => new(
        json.Text("id"), json.Number("number"), json.Text("type"), json.Time("at"),
        json.List("entries", ReceiptEntry.Read));
}

/// <summary>One movement. Amounts are minor units; debits are positive, and so are balances on the debit side.</summary>
/// <param name="Account">The account as text: code/currency/cohort/owner.</param>
/// <param name="Amount">What was moved.</param>
/// <param name="Currency">The account's currency.</param>
/// <param name="BalanceBefore">What the account held before.</param>
/// <param name="BalanceAfter">What it held then.</param>
public sealed record ReceiptEntry(
    string Account, long Amount, string Currency, long BalanceBefore, long BalanceAfter)
{
    /// <summary>
    /// The account taken apart; null for one of a line that this version of the client does not know. A receipt is
    /// good all the same.
    /// </summary>
    public AccountKey? Key => AccountKey.TryParse(Account, out var key) ? key : null;

    internal static ReceiptEntry Read(JsonElement json) => new(
        json.Text("account"), json.Number("amount"), json.Text("currency"), json.Number("balance_before"),
        json.Number("balance_after"));
}
