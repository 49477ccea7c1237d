using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Postgres.Earnings;

/// <summary>The list `affiliate_earnings`.</summary>
public static class AffiliateList
{
    public static Listing AffiliateEarnings { get; } = new(
        "affiliate_earnings", EarningsFollower.FollowerName, "What affiliates earned, gave back, and had released",
        "projected.affiliate_earnings a", "a.build = @build",
        [
            new("effective_on", "a.effective_on", ValueKind.Date, "The day that it counts for."),
            new("affiliate", "a.affiliate", ValueKind.Text, "The affiliate."),
            new("kind", "a.kind", ValueKind.Text, "What was sold; where nothing was, the type of the record."),
            new("currency", "a.currency", ValueKind.Text, "The currency of the amounts."),
            new("earnings", "a.earnings", ValueKind.Whole, "Sales that brought something, less those reversed."),
            Minor("earned", "a.earned", "What they brought: of an order when it is delivered, of others at once."),
            Minor("reversed", "a.reversed", "What was taken back with refunds and disputes of sales."),
            Minor("released", "a.released", "What was released of what was held."),
            Minor("withheld", "a.withheld", "The tax that was withheld of it."),
            Minor("other", "a.other", "Whatever else came to the affiliate, less what left."),
            Minor(
                "owed", "a.earned + a.other - a.reversed - a.withheld",
                "By how much what the platform owes the affiliate has changed: earned and other less reversed and "
                + "withheld."),
        ],
        [
            new("affiliate", ValueKind.Text, "a.affiliate = @value", "Rows of one affiliate."),
            new("kind", ValueKind.Text, "a.kind = @value", "Rows of one kind."),
            new("currency", ValueKind.Text, "a.currency = @value", "Rows in one currency."),
            new("from", ValueKind.Date, "a.effective_on >= @value", "Rows that count for this day or a later one."),
            new("to", ValueKind.Date, "a.effective_on <= @value", "Rows that count for this day or an earlier one."),
        ],
        [new("oldest", Order), new("newest", Order) { IsDescending = true }])
    {
        OwnerFilters = new Dictionary<Role, string> { [Role.Affiliate] = "affiliate" },
    };

    private static ListKey[] Order =>
        [
            new("a.effective_on", ValueKind.Date), new("a.affiliate", ValueKind.Text), new("a.kind", ValueKind.Text),
            new("a.currency", ValueKind.Text),
        ];

    private static ListColumn Minor(string name, string sql, string meaning) =>
        new(name, sql, ValueKind.Minor, meaning);
}
