using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Accounts;

/// <summary>An account as a command names it: words that have yet to be checked against the chart.</summary>
public sealed record AccountName(string Code, string Owner, string Currency, LocalDate? Cohort = null)
{
    /// <summary>The key it names. Only for a name without faults.</summary>
    internal AccountKey Key => new(Chart.Find(Code), Owner, Money.Currency.Of(Currency), Cohort);

    internal static IEnumerable<Fault> Faults(string field, AccountName? name) => name is null
        ? [new Fault(field, "ill_formed", $"{field} is missing")]
        : Faults(field, name.Code, name.Owner, name.Currency, name.Cohort);

    internal static IEnumerable<Fault> Faults(
        string field, string? code, string? owner, string? currency, LocalDate? cohort)
    {
        if (!Chart.TryFind(code, out var line))
        {
            yield return new Fault($"{field}.code", "unknown_account_code", $"The chart has no account {Identifier.Quote(code)}.");
            yield break;
        }

        if (!Money.Currency.TryOf(currency, out var known))
            yield return new Fault($"{field}.currency", "unknown_currency", $"{Identifier.Quote(currency)} is not a known currency.");
        else if (known.IsToken != line.HoldsTokens)
            yield return new Fault($"{field}.currency", "wrong_currency", $"{line} does not hold {known}.");

        var problem = Identifier.Problem(owner);
        switch (line.Holder)
        {
            case Holder.Platform when !string.IsNullOrEmpty(owner):
                yield return new Fault($"{field}.owner", "ill_formed", $"{line} belongs to the platform: no owner.");
                break;
            case Holder.Platform or Holder.Institution when owner == "":
                break;
            case Holder.Platform or Holder.Institution when owner is null:
                yield return new Fault($"{field}.owner", "ill_formed", "owner is missing (it may be empty here)");
                break;
            case Holder.OtherBook when !BookName.TryParse(owner, out _):
                yield return new Fault($"{field}.owner", "ill_formed", $"{line} is owned by the other book: tenant/platform.");
                break;
            default:
                if (problem is not null) yield return new Fault($"{field}.owner", "ill_formed", $"owner {problem}");
                break;
        }

        if (Fault.OfDate($"{field}.cohort", cohort) is { } date) yield return date;
        if (line.HasCohort != cohort.HasValue)
            yield return new Fault($"{field}.cohort", "ill_formed",
                line.HasCohort ? $"{line} is kept by the day it matures: name the cohort." : $"{line} has no cohorts.");
    }
}
