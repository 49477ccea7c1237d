using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Postgres.Earnings;

/// <summary>The list `revenue`, and the figures that it has in common with the report of that name.</summary>
public static class RevenueList
{
    /// <summary>
    /// What there is to be said of revenue. Each is a sum over columns of <c>r</c>, so that it may be summed further.
    /// </summary>
    public static IReadOnlyList<ListColumn> Figures { get; } =
        [
            new("sales", "r.sales", ValueKind.Whole, "Sales, less those that were reversed."),
            Minor("gross", "r.gross", "Prices before discounts and taxes, with shipping."),
            Minor("discounts", "r.discounts", "What fans paid less, whoever bears it."),
            Minor("taxes", "r.taxes", "Taxes on top of the prices."),
            Minor("paid", "r.gross - r.discounts + r.taxes", "What fans paid: gross less discounts, with taxes."),
            Minor("fees", "r.fees", "The platform's part as agreed with the sales, earned now or later."),
            Minor("creators", "r.creators", "The creators' part as agreed with the sales, reserves included."),
            Minor("affiliates", "r.affiliates", "The affiliates' part as agreed, whoever bears it."),
            new("refunds", "r.refunds", ValueKind.Whole, "Refunds of sales."),
            Minor("refunded", "r.refunded", "What fans got back by them, taxes included."),
            new("chargebacks", "r.chargebacks", ValueKind.Whole, "Lost disputes of sales, and sales clawed back."),
            Minor("charged_back", "r.charged_back", "What was taken back by them, taxes included."),
            Minor("taxes_returned", "r.taxes_returned", "The taxes within refunded and charged_back."),
            Minor(
                "revenue", "r.revenue",
                "What the platform has recognised, less what it gave back: the movement of its revenue accounts."),
            Minor("sales_revenue", "r.sales_revenue", "What of that came of sales; the rest was booked otherwise."),
            Minor("deferred", "r.deferred", "What was put off to months to come, less what of it was recognised."),
            Minor("affiliate_expense", "r.affiliate_expense", "What affiliates cost the platform."),
            Minor("promotion_expense", "r.promotion_expense", "What promotions and discounts cost the platform."),
            Minor("processor_fees", "r.processor_fees", "What processors kept."),
            Minor("chargeback_losses", "r.chargeback_losses", "What the platform bears of lost disputes."),
            Minor("chargeback_fees", "r.chargeback_fees", "Fees for disputes, less what was returned or passed on."),
            Minor("goodwill", "r.goodwill", "Presents to creators and fans."),
            Minor("bad_debts", "r.bad_debts", "Debts that were written off."),
            Minor("other_expenses", "r.other_expenses", "Losses by exchange, less gains, and rounding."),
            Minor(
                "net",
                "r.revenue - r.affiliate_expense - r.promotion_expense - r.processor_fees - r.chargeback_losses "
                + "- r.chargeback_fees - r.goodwill - r.bad_debts - r.other_expenses",
                "Net income: revenue less the eight expenses. Over all kinds it is that of the trial balance."),
        ];

    public static Listing Revenue { get; } = new(
        "revenue", EarningsFollower.FollowerName, "What the platform earned, by hour and day, kind and currency",
        "projected.revenue r", "r.build = @build",
        [
            new("effective_on", "r.effective_on", ValueKind.Date, "The day that it counts for."),
            new("hour", "r.hour", ValueKind.Time, "The start of the hour in UTC in which it was recorded."),
            new("kind", "r.kind", ValueKind.Text, "What was sold or paid in, or what the account is for."),
            new("currency", "r.currency", ValueKind.Text, "The currency of the amounts."),
            .. Figures,
        ],
        [
            new("kind", ValueKind.Text, "r.kind = @value", "Rows of one kind.") { Words = RevenueTable.Kinds },
            new("currency", ValueKind.Text, "r.currency = @value", "Rows in one currency."),
            new("from", ValueKind.Date, "r.effective_on >= @value", "Rows that count for this day or a later one."),
            new("to", ValueKind.Date, "r.effective_on <= @value", "Rows that count for this day or an earlier one."),
        ],
        [new("oldest", Order), new("newest", Order) { IsDescending = true }])
    {
        Text = "Sales are of creators' work: what is paid into wallets and for tokens is not revenue, and not gross. A "
            + "reversed sale is taken off again on the day of its reversal.",
    };

    private static ListKey[] Order =>
        [
            new("r.effective_on", ValueKind.Date), new("r.hour", ValueKind.Time), new("r.kind", ValueKind.Text),
            new("r.currency", ValueKind.Text),
        ];

    private static ListColumn Minor(string name, string sql, string meaning) =>
        new(name, sql, ValueKind.Minor, meaning);
}
