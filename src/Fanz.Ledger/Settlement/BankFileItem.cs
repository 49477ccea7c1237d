using System.Text.Json.Serialization;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Settlement;

/// <summary>What became of one line of a bank's file.</summary>
[JsonConverter(typeof(WordJson<BankItemOutcome>))]
public enum BankItemOutcome
{
    /// <summary>What it says was posted.</summary>
    [JsonStringEnumMemberName("posted")]
    Posted,

    /// <summary>What it says had been posted before, by this line or by another that says the same.</summary>
    [JsonStringEnumMemberName("known")]
    Known,

    /// <summary>Money moved, and nobody knows what for.</summary>
    [JsonStringEnumMemberName("suspense")]
    Suspense,

    /// <summary>It says nothing that changes anything.</summary>
    [JsonStringEnumMemberName("nothing")]
    Nothing,

    /// <summary>Nothing was posted, and a person has to know.</summary>
    [JsonStringEnumMemberName("told")]
    Told,
}

/// <summary>What a file of a bank comes to in one currency, as it was read from end to end.</summary>
public sealed record BankFileTotal(string Currency, long In, long Out);

/// <summary>A line of a bank's file, as it was understood.</summary>
/// <param name="Line">Where in the file it stands.</param>
/// <param name="Amount">What it moves; what comes in is positive. None where it moves nothing.</param>
/// <param name="On">The day that the bank booked it.</param>
/// <param name="Reference">The bank's own reference, where it is a movement on an account.</param>
/// <param name="Record">The transaction that stands for it, where there is one.</param>
/// <param name="Finding">What a person has to know of it, in one word.</param>
/// <param name="Code">The bank's code of why, such as R03.</param>
public sealed record BankFileItem(
    long Line, BankItemOutcome Outcome, long? Amount = null, string? Currency = null, LocalDate? On = null,
    string? Reference = null, string? Payout = null, long? Record = null, string? Finding = null, string? Code = null)
{
    public const int MostOfPage = 500;

    /// <summary>By what else it may be recognised: what the bank says of whose payment it is.</summary>
    public string? Hint { get; init; }

    internal static IEnumerable<Fault> Faults(IReadOnlyList<BankFileItem>? items)
    {
        const string field = "items";
        if (items is null or []) return [new Fault(field, "ill_formed", $"{field} is missing")];
        if (items.Count > MostOfPage)
            return [new Fault(field, "too_many", $"{items.Count} lines; a page has at most {MostOfPage}.")];
        var faults = new List<Fault>();
        for (var i = 0; i < items.Count; i++) faults.AddRange(Faults($"{field}[{i}]", items[i]));
        return faults;
    }

    private static IEnumerable<Fault> Faults(string field, BankFileItem? item)
    {
        if (item is null)
        {
            yield return new Fault(field, "ill_formed", $"{field} is missing");
            yield break;
        }

        if (item.Line <= 0) yield return new Fault($"{field}.line", "ill_formed", "Lines are numbered from 1.");
        if (!Enum.IsDefined(item.Outcome))
            yield return new Fault($"{field}.outcome", "ill_formed", "No such outcome is known.");
        if (item.Amount is > Money.Money.Limit or < -Money.Money.Limit)
            yield return new Fault($"{field}.amount", "amount_over_limit", $"The amount is over {Money.Money.Limit}.");
        if (item.Amount is null != item.Currency is null)
            yield return new Fault($"{field}.currency", "ill_formed", "An amount has a currency, and only an amount.");
        else if (item.Currency is not null && !Money.Currency.TryOf(item.Currency, out _))
            yield return new Fault(
                $"{field}.currency", "unknown_currency", $"{Identifier.Quote(item.Currency)} is not a known currency.");
        if (Fault.OfDate($"{field}.on", item.On) is { } date) yield return date;
        if (item.Record is <= 0)
            yield return new Fault($"{field}.record", "ill_formed", "Transactions are numbered from 1.");
        (string Name, string? Text)[] texts =
            [
                ("reference", item.Reference), ("payout", item.Payout), ("finding", item.Finding), ("code", item.Code),
                ("hint", item.Hint),
            ];
        foreach (var (name, text) in texts)
            if (text is not null && Identifier.Problem(text) is { } problem)
                yield return new Fault($"{field}.{name}", "ill_formed", $"{name} {problem}");
    }
}
