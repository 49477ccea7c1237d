using Fanz.Ledger.Books;
using Fanz.Ledger.Importing;
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
            yield return new Fault(
                $"{field}.code", "unknown_account_code", $"The chart has no account {Identifier.Quote(code)}.");
        if (!Money.Currency.TryOf(currency, out var known))
            yield return new Fault(
                $"{field}.currency", "unknown_currency", $"{Identifier.Quote(currency)} is not a known currency.");
        else if (line is not null && known.IsToken != line.HoldsTokens)
            yield return new Fault($"{field}.currency", "wrong_currency", $"{line} does not hold {known}.");
        if (OwnerProblem(line, owner) is { } problem)
            yield return new Fault($"{field}.owner", "ill_formed", problem);
        if (Fault.OfDate($"{field}.cohort", cohort) is { } date) yield return date;
        if (line is not null && line.HasCohort != cohort.HasValue)
            yield return new Fault($"{field}.cohort", "ill_formed",
                line.HasCohort ? $"{line} is kept by the day it matures: name the cohort." : $"{line} has no cohorts.");
    }

    private static string? OwnerProblem(AccountCode? line, string? owner) => line?.Holder switch
    {
        _ when owner is null => "owner is missing (a platform's own account has an empty one)",
        null or Holder.Institution or Holder.PlatformOrImport when owner == "" => null,
        Holder.Platform => owner == "" ? null : $"{line} belongs to the platform: its owner is empty.",
        Holder.PlatformOrImport when !owner!.StartsWith(Imports.OwnerPrefix, StringComparison.Ordinal) =>
            $"{line} belongs to the platform: its owner is empty, or an import.",
        Holder.OtherBook when !BookName.TryParse(owner, out _) =>
            $"{line} is owned by the other book: tenant/platform.",
        _ => Identifier.Problem(owner) is { } problem ? $"owner {problem}" : null,
    };
}
