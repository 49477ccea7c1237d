using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Postgres.Earnings;

/// <summary>The list `fan_spending`.</summary>
public static class SpendingList
{
    public static Listing FanSpending { get; } = new(
        "fan_spending", EarningsFollower.FollowerName, "What fans bought, how they paid for it, and what they got back",
        "projected.spending s", "s.build = @build",
        [
            new("effective_on", "s.effective_on", ValueKind.Date, "The day that it counts for."),
            new("fan", "s.fan", ValueKind.Text, "The fan."),
            new("kind", "s.kind", ValueKind.Text, "What was sold."),
            new("funding", "s.funding", ValueKind.Text, "How: wallet, card, tokens, promo or authorisation."),
            new("currency", "s.currency", ValueKind.Text, "The currency of the amounts."),
            new("purchases", "s.purchases", ValueKind.Whole, "Sales, less those that were reversed."),
            Minor("gross", "s.gross", "Prices before discounts and taxes, with shipping."),
            Minor("discounts", "s.discounts", "What was given away of them."),
            Minor("taxes", "s.taxes", "Taxes on top of them."),
            Minor("paid", "s.gross - s.discounts + s.taxes", "What the fan paid: gross less discounts, with taxes."),
            new("refunds", "s.refunds", ValueKind.Whole, "Refunds."),
            Minor("refunded", "s.refunded", "What the fan got back by them."),
            new("chargebacks", "s.chargebacks", ValueKind.Whole, "Lost disputes of sales, and sales clawed back."),
            Minor("charged_back", "s.charged_back", "What was taken back by them."),
            Minor(
                "spent", "s.gross - s.discounts + s.taxes - s.refunded - s.charged_back",
                "What was paid less what came back; below zero where that was paid on an earlier day."),
        ],
        [
            new("fan", ValueKind.Text, "s.fan = @value", "Rows of one fan."),
            new("kind", ValueKind.Text, "s.kind = @value", "Rows of one kind."),
            new("funding", ValueKind.Text, "s.funding = @value", "Rows of one way to pay.")
            {
                Words = SpendingTable.Fundings,
            },
            new("currency", ValueKind.Text, "s.currency = @value", "Rows in one currency."),
            new("from", ValueKind.Date, "s.effective_on >= @value", "Rows that count for this day or a later one."),
            new("to", ValueKind.Date, "s.effective_on <= @value", "Rows that count for this day or an earlier one."),
        ],
        [new("oldest", Order), new("newest", Order) { IsDescending = true }])
    {
        Text = "Paying into a wallet or for tokens is not spending; what is then bought with it is, with wallet or "
            + "tokens as its funding. What came back counts for the day on which it did.",
        OwnerFilters = new Dictionary<Role, string> { [Role.Fan] = "fan" },
    };

    private static ListKey[] Order =>
        [
            new("s.effective_on", ValueKind.Date), new("s.fan", ValueKind.Text), new("s.kind", ValueKind.Text),
            new("s.funding", ValueKind.Text), new("s.currency", ValueKind.Text),
        ];

    private static ListColumn Minor(string name, string sql, string meaning) =>
        new(name, sql, ValueKind.Minor, meaning);
}
