using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Postgres.Earnings;

/// <summary>
/// What creators earned, told twice from the same rows: how each sale was shared, and what came of it to the creator.
/// </summary>
public static class EarningsLists
{
    public static Listing RevenueShare { get; } = new(
        "revenue_share", EarningsFollower.FollowerName,
        "How sales were shared, by creator, kind and version of the rule", "projected.earnings e",
        // Said so that an index is not searched for each kind, and goes on having the rows in order.
        "e.build = @build and array_position('{tip,gift,ppv,message,stream,order,subscription}', e.kind) is not null",
        [
            .. Keys,
            new("sales", "e.sales", ValueKind.Whole, "The creator's sales, less those that were reversed."),
            Minor("gross", "e.gross", "Their prices before discounts and taxes, with shipping."),
            Minor("discounts", "e.discounts", "What fans paid less, whoever bears it."),
            Minor("discounts_borne", "e.discounts_borne", "What of the discounts the creators bear."),
            Minor("fees", "e.fees", "The platform's part as agreed with the sales, earned now or later."),
            Minor("affiliates", "e.affiliates", "The affiliates' part as agreed, whoever bears it."),
            Minor("affiliates_borne", "e.affiliates_borne", "What of the affiliates' part the creators bear."),
            Minor("to_others", "e.to_others", "What went to others who share these sales."),
            Minor("from_others", "e.from_others", "What came of sales of others that this creator shares."),
            Minor(
                "agreed", "e.agreed",
                "The creator's own part: gross less discounts_borne, fees, affiliates_borne and to_others, with "
                + "from_others."),
            Minor("reserved", "e.reserved", "What of it has come to the rolling reserve."),
            new("refunds", "e.refunds", ValueKind.Whole, "Refunds of these sales."),
            Minor("fans_refunded", "e.fans_refunded", "What fans got back by them, taxes included."),
            new("chargebacks", "e.chargebacks", ValueKind.Whole, "Lost disputes of these sales, and clawed back ones."),
            Minor("fans_charged_back", "e.fans_charged_back", "What was taken back by them, taxes included."),
            Minor("revenue", "e.revenue", "What the platform has recognised of these sales, less what it gave back."),
        ],
        Filters, Orders)
    {
        Text = "The sales, their price and how it was shared stand with the creator who sold; those who share a sale "
            + "see their part as from_others. Everything is as it was frozen with the sale: a rule of today changes "
            + "nothing.",
        OwnerFilters = Owners,
    };

    public static Listing CreatorEarnings { get; } = new(
        "creator_earnings", EarningsFollower.FollowerName,
        "What creators earned, gave back, and were paid", "projected.earnings e", "e.build = @build",
        [
            .. Keys,
            Minor("gross", "e.gross", "Prices of the creator's sales before discounts and taxes, with shipping."),
            Minor("fees", "e.fees", "The platform's part of them as agreed."),
            Minor("agreed", "e.agreed", "The creator's own part as agreed, of these sales and those of others."),
            Minor("earned", "e.earned", "What was earned, and is held until it matures."),
            Minor("reserved", "e.reserved", "What of earned is kept back as a rolling reserve."),
            Minor("unearned", "e.unearned", "What was paid for and is earned later, less what was earned of it."),
            Minor("refunded", "e.refunded", "What the creator gave back by refunds, also where it became a debt."),
            Minor("charged_back", "e.charged_back", "What the creator gave back by disputes, fees included."),
            Minor("released", "e.released", "What was released of what was held or reserved."),
            Minor("withheld", "e.withheld", "The tax that was withheld of it."),
            Minor("payout_fees", "e.payout_fees", "Fees for payouts, less those given back."),
            Minor("paid_out", "e.paid_out", "Payouts that were settled, less those that came back."),
            Minor("other", "e.other", "Goodwill, conversions, corrections and whatever else came, less what left."),
            Minor(
                "owed",
                "e.earned + e.unearned + e.other - e.refunded - e.charged_back - e.withheld - e.payout_fees "
                + "- e.paid_out",
                "By how much what the platform owes the creator has changed: earned, unearned and other less "
                + "refunded, charged_back, withheld, payout_fees and paid_out."),
        ],
        Filters, Orders)
    {
        Text = "From earned on these are the movements of the creator's own accounts, debts included. What moves "
            + "between them without changing what is owed is told by released alone.",
        OwnerFilters = Owners,
    };

    private static ListColumn[] Keys =>
        [
            new("effective_on", "e.effective_on", ValueKind.Date, "The day that it counts for."),
            new("creator", "e.creator", ValueKind.Text, "The creator."),
            new("kind", "e.kind", ValueKind.Text, "What was sold; where nothing was, the type of the record."),
            new("rule", "e.rule", ValueKind.Whole, "The version of its rule as frozen; 0 where none was set."),
            new("currency", "e.currency", ValueKind.Text, "The currency of the amounts."),
        ];

    private static ListFilter[] Filters =>
        [
            new("creator", ValueKind.Text, "e.creator = @value", "Rows of one creator."),
            new("kind", ValueKind.Text, "e.kind = @value", "Rows of one kind."),
            new("currency", ValueKind.Text, "e.currency = @value", "Rows in one currency."),
            new("from", ValueKind.Date, "e.effective_on >= @value", "Rows that count for this day or a later one."),
            new("to", ValueKind.Date, "e.effective_on <= @value", "Rows that count for this day or an earlier one."),
        ];

    private static ListOrder[] Orders => [new("oldest", Order), new("newest", Order) { IsDescending = true }];

    private static ListKey[] Order =>
        [
            new("e.effective_on", ValueKind.Date), new("e.creator", ValueKind.Text), new("e.kind", ValueKind.Text),
            new("e.rule", ValueKind.Whole), new("e.currency", ValueKind.Text),
        ];

    private static Dictionary<Role, string> Owners => new() { [Role.Creator] = "creator" };

    private static ListColumn Minor(string name, string sql, string meaning) =>
        new(name, sql, ValueKind.Minor, meaning);
}
