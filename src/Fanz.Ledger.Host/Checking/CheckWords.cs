using Fanz.Ledger.Books;

namespace Fanz.Ledger.Host.Checking;

/// <summary>What a page says of each check: that all is well, what differs otherwise, and what to do next.</summary>
internal static class CheckWords
{
    private const string Runbook = "runbooks/check-failed.md";

    private static readonly Dictionary<string, (string Well, string Against, string Next)> Words =
        new(StringComparer.Ordinal)
        {
            ["trial_balance"] = (
                "every currency sums to zero", "Debits and credits of all accounts differ.",
                "`ledger check --whole`; then runbooks/verify-failed.md"),
            ["accounts"] = (
                "accounts come to their lines of the chart",
                "The line of the chart and the sum of its accounts differ.",
                "`ledger verify`; if it is whole, `ledger rebuild balances`"),
            ["holds"] = (
                "what is held is in the calendar", "What is held and what the calendar releases differ.",
                "`ledger verify`; if it is whole, `ledger rebuild balances`"),
            ["deferred"] = (
                "what is deferred is owed to subscriptions", "What is deferred and what subscriptions are owed differ.",
                "`ledger verify`; if it is whole, `ledger rebuild subscriptions`"),
            ["suspense"] = (
                "suspense is what nobody has assigned", "Suspense and what is yet to be assigned differ.",
                "`ledger verify`; if it is whole, `ledger rebuild receipts` and `ledger rebuild banking`"),
            ["banks"] = (
                "no statements to compare", "The ledger and the bank differ.",
                "`ledger reconcile`; runbooks/unmatched-money.md"),
            ["processors"] = (
                "no reports to compare", "The ledger and the processor differ.",
                "`ledger reconcile`; runbooks/unmatched-money.md"),
            ["payouts"] = (
                "no bank owes an answer", "A payout is on its way for too long.",
                "ask the bank by the payout's id; runbooks/payout-unknown.md"),
            ["suspense_age"] = (
                "nothing is in suspense", "Nobody has said what it was for.",
                "`assign_receipt` or `assign_payment`; runbooks/unmatched-money.md"),
            ["sub_ledgers"] = (
                "no control accounts", "A control account and its sub-ledger differ.",
                "stop; `ledger verify`, then runbooks/stopped-follower.md"),
            [BookCheck.Matured] = (
                "nothing is held beyond its day", "It is held beyond its day.",
                "`ledger runs --job release-holds` says who was passed over, and why"),
            [BookCheck.Projections] = (
                "all is as the journal says", "It is not as the journal says.",
                "`ledger follower list`; `ledger rebuild` of the follower; runbooks/stopped-follower.md"),
            [BookCheck.Rows] = (
                "all is as it was sealed", "It is not as it was sealed.",
                "keep everything as it is; runbooks/verify-failed.md"),
        };

    public static string Of(string check) => Words[check].Well;

    public static string Against(string check) => Words[check].Against;

    /// <summary>What whoever is paged does next. Pages lie in `ops`.</summary>
    public static string Next(string check, BookName book) =>
        $"{Words[check].Next} (--book {book}; {Runbook} has all of it)";
}
