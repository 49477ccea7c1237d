using System.Text.Json;
using Fanz.Ledger.Accounts;
using NodaTime;

namespace Fanz.Ledger.Client;

/// <summary>What an account holds, or held.</summary>
/// <param name="Number">The number of the book that this is true for.</param>
/// <param name="Account">The account.</param>
/// <param name="Balance">Minor units, debit positive.</param>
/// <param name="BalanceOnNormalSide">
/// As its owner would say it: what a fan has in the wallet is positive, although it is the platform's debt.
/// </param>
/// <param name="Version">How many movements it has had.</param>
/// <param name="Status">
/// `open`, `frozen_for_debits`, `frozen`, `closed`; or `unopened`, as of a time before its first movement. A list of
/// accounts does not say.
/// </param>
public sealed record AccountBalance(
    long Number, AccountName Account, long Balance, long BalanceOnNormalSide, long Version, string? Status)
{
    internal static AccountBalance Read(JsonElement json) => Read(json.Number("number"), json);

    internal static AccountBalance Read(long number, JsonElement json) => new(
        number, json.Account("account"), json.Number("balance"), json.Number("balance_on_normal_side"),
        json.Number("version"), json.TextOrNull("status"));
}

/// <summary>A movement of an account, with what of its record concerns a reader of the account.</summary>
/// <param name="Number">The number of the record.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="Type">The event's name.</param>
/// <param name="EffectiveOn">Its date in the accounts.</param>
/// <param name="Actor">Who asked for it; not told to an owner's own app.</param>
/// <param name="Position">Its place among all movements of the book.</param>
/// <param name="Version">Its place among the movements of the account.</param>
/// <param name="Amount">Minor units, debit positive.</param>
/// <param name="Balance">What the account held then, debit positive.</param>
public sealed record AccountEntry(
    long Number, Instant At, string Type, LocalDate EffectiveOn, string? Actor, long Position, long Version,
    long Amount, long Balance)
{
    internal static AccountEntry Read(JsonElement json) => new(
        json.Number("number"), json.Time("at"), json.Text("type"), json.Date("effective_on"),
        json.TextOrNull("actor"), json.Number("position"), json.Number("version"), json.Number("amount"),
        json.Number("balance"));
}

/// <summary>A page of a list, and where the next one begins.</summary>
internal sealed record ListPage<T>(IReadOnlyList<T> Rows, string? Next);
