using System.Text.Json;
using Fanz.Ledger.Accounts;
using NodaTime.Text;

namespace Fanz.Ledger.Client;

/// <summary>
/// Accounts as text: CODE/CURRENCY/COHORT/OWNER. They are read as names that nobody has checked, because a newer
/// ledger may have lines in its chart that this version does not know.
/// </summary>
internal static class AccountText
{
    public static string Of(AccountName account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var cohort = account.Cohort is { } day ? LocalDatePattern.Iso.Format(day) : "";
        return $"{account.Code}/{account.Currency}/{cohort}/{account.Owner}";
    }

    public static AccountName Account(this JsonElement json, string name)
    {
        // The owner comes last because it alone may hold a slash.
        if (json.Text(name).Split('/', 4) is [var code, var currency, var cohort, var owner])
        {
            if (cohort.Length == 0) return new AccountName(code, owner, currency);
            if (LocalDatePattern.Iso.Parse(cohort).TryGetValue(default, out var day))
                return new AccountName(code, owner, currency, day);
        }

        throw new JsonException($"{name} is not an account.");
    }
}
