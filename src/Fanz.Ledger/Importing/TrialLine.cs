using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Importing;

/// <summary>The sum of all balances of one line of the chart in one currency. Debits are positive.</summary>
public sealed record TrialLine(string Code, string Currency, long Amount)
{
    public const int Most = 4_000;

    internal static IEnumerable<Fault> Faults(IReadOnlyList<TrialLine>? lines)
    {
        const string field = "trial_balance";
        if (lines is null) return [new Fault(field, "ill_formed", $"{field} is missing")];
        if (lines.Count > Most) return [new Fault(field, "too_many", $"At most {Most} lines are named.")];
        var faults = new List<Fault>();
        for (var i = 0; i < lines.Count; i++) faults.AddRange(Faults($"{field}[{i}]", lines[i]));
        if (faults.Count > 0) return faults;
        if (lines.DistinctBy(line => (line.Code, line.Currency)).Count() != lines.Count)
            faults.Add(new Fault(field, "repeated", "A line of the chart is named twice in one currency."));
        foreach (var currency in lines.GroupBy(line => line.Currency))
        {
            var sum = currency.Aggregate((Int128)0, (sum, line) => sum + line.Amount);
            if (sum != 0)
                faults.Add(new Fault(field, "not_balanced", $"The lines in {currency.Key} sum to {sum}, not to zero."));
        }

        return faults;
    }

    private static IEnumerable<Fault> Faults(string field, TrialLine? line)
    {
        if (line is null)
        {
            yield return new Fault(field, "ill_formed", $"{field} is missing");
            yield break;
        }

        if (!Chart.TryFind(line.Code, out var code))
            yield return new Fault(
                $"{field}.code", "unknown_account_code", $"The chart has no account {Identifier.Quote(line.Code)}.");
        if (!Money.Currency.TryOf(line.Currency, out var currency))
            yield return new Fault(
                $"{field}.currency", "unknown_currency", $"{Identifier.Quote(line.Currency)} is not a known currency.");
        else if (code is not null && currency.IsToken != code.HoldsTokens)
            yield return new Fault($"{field}.currency", "wrong_currency", $"{code} does not hold {currency}.");
        if (line.Amount is 0 or long.MinValue)
            yield return new Fault($"{field}.amount", "ill_formed", $"{line.Amount} is not a balance.");
        else if (code?.Allows(line.Amount) == false)
            yield return new Fault($"{field}.amount", "wrong_side", $"{code} cannot stand at {line.Amount}.");
    }
}

/// <summary>What an import is read from.</summary>
public sealed record ImportedFile(string Name, string Sha256);
