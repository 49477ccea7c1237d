using System.Diagnostics.CodeAnalysis;
using Fanz.Ledger.Money;
using NodaTime;
using NodaTime.Text;

namespace Fanz.Ledger.Accounts;

/// <summary>
/// Which account of a book: its line in the chart, its owner ("" for the platform itself), its one currency, and for
/// a holding account the day on which what it holds matures.
/// </summary>
public readonly record struct AccountKey(AccountCode Code, string Owner, Currency Currency, LocalDate? Cohort = null)
{
    /// <summary>
    /// The key as text, "code/currency/cohort/owner". The owner comes last because it alone may hold a slash.
    /// </summary>
    public override string ToString() =>
        $"{Code.Name}/{Currency.Code}/{(Cohort is { } day ? LocalDatePattern.Iso.Format(day) : "")}/{Owner}";

    public bool Equals(AccountKey other) =>
        ReferenceEquals(Code, other.Code) && ReferenceEquals(Currency, other.Currency)
        && Cohort == other.Cohort && string.Equals(Owner, other.Owner, StringComparison.Ordinal);

    public override int GetHashCode() =>
        HashCode.Combine(Code.GetHashCode(), Owner.GetHashCode(StringComparison.Ordinal), Currency, Cohort);

    public static bool TryParse(string text, [NotNullWhen(true)] out AccountKey? key)
    {
        key = null;
        var parts = text.Split('/', 4);
        if (parts.Length != 4) return false;
        LocalDate? cohort = null;
        if (parts[2].Length > 0)
        {
            if (!LocalDatePattern.Iso.Parse(parts[2]).TryGetValue(default, out var day)) return false;
            cohort = day;
        }

        var faults = AccountName.Faults("account", parts[0], parts[3], parts[1], cohort);
        if (faults.Any()) return false;
        key = new AccountName(parts[0], parts[3], parts[1], cohort).Key;
        return true;
    }
}
