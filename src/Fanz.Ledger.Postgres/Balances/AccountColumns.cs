using Fanz.Ledger.Accounts;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Postgres.Balances;

/// <summary>What all lists of accounts say of an account, and how they are filtered by it.</summary>
internal static class AccountColumns
{
    /// <summary>Credit-normal lines say their balance with the sign turned; the words are those of the chart.</summary>
    public static readonly string OnNormalSide =
        $"case when b.code in ({Quoted(code => code.NormalSide == Side.Debit)}) then b.balance else -b.balance end";

    public static readonly IReadOnlyDictionary<Role, string> ByRole = new Dictionary<Role, string>
    {
        [Role.Fan] = "fan",
        [Role.Creator] = "creator",
        [Role.Affiliate] = "affiliate",
    };

    public static readonly ListColumn Code =
        new("code", "b.code", ValueKind.Text, "The account's line in the chart of accounts.");

    public static readonly ListColumn Owner =
        new("owner", "b.owner", ValueKind.Text, "Whose it is; empty for the platform's own.");

    public static readonly ListColumn Currency =
        new("currency", "b.currency", ValueKind.Text, "ISO 4217, or TKN for tokens.");

    public static readonly ListColumn Cohort = new(
        "cohort", "b.cohort", ValueKind.Date, "The day on which what it holds matures, where it is held by the day.");

    public static readonly ListFilter OfCode = new(
        "code", ValueKind.Text, "b.code = @value", "Accounts of one line of the chart, as `fan.wallet`.");

    public static readonly ListFilter OfOwner = new(
        "owner", ValueKind.Text, "b.owner = @value",
        "Accounts of one owner, whatever they are in; empty: the platform.");

    public static readonly ListFilter OfCurrency =
        new("currency", ValueKind.Text, "b.currency = @value", "Accounts in one currency.");

    public static readonly ListFilter OfFan = OfRole("fan", Holder.Fan);

    public static readonly ListFilter OfCreator = OfRole("creator", Holder.Creator);

    public static readonly ListFilter OfAffiliate = OfRole("affiliate", Holder.Affiliate);

    /// <summary>The order of the chart's names, and the id so that no two are alike.</summary>
    public static readonly ListKey[] ByAccount =
        [
            new("b.code", ValueKind.Text), new("b.owner", ValueKind.Text), new("b.currency", ValueKind.Text),
            new("b.account_id", ValueKind.Whole),
        ];

    /// <summary>
    /// One id may be a fan's and a creator's: in a role an owner has the accounts of that role alone.
    /// </summary>
    private static ListFilter OfRole(string role, Holder holder) => new(
        role, ValueKind.Text, $"b.owner = @value and b.code in ({Quoted(code => code.Holder == holder)})",
        $"Accounts that somebody has as a{(role[0] == 'a' ? "n" : "")} {role}.");

    private static string Quoted(Func<AccountCode, bool> which) => string.Join(
        ", ", Chart.All.Where(which).Select(code => $"'{code.Name}'").Order(StringComparer.Ordinal));
}
