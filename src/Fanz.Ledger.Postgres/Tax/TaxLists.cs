using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>What tax reports are made of.</summary>
public static class TaxLists
{
    public static Listing Earnings { get; } = new(
        "tax_earnings", TaxFollower.FollowerName,
        "What creators earned, in the quarter in which it became available.",
        "projected.tax_earnings t", "t.build = @build",
        [
            new("creator", "t.creator", ValueKind.Text, "Who earned it."),
            new("tax_year", "t.tax_year::bigint", ValueKind.Whole, "Of the release; for payments, of the payment."),
            new("quarter", "t.quarter::bigint", ValueKind.Whole, "1 to 4."),
            new("currency", "t.currency", ValueKind.Text, "Of all amounts."),
            new("country", "nullif(t.country, '')", ValueKind.Text, "Where the payment came from, if the sale says."),
            new(
                "class", "nullif(t.class, '')", ValueKind.Text,
                "goods, personalised_service or pre_recorded, by the kind of the sale; none for what is of no sale."),
            new("sales", "t.sales", ValueKind.Whole, "How many parts of sales became available."),
            new("gross", "t.gross", ValueKind.Minor, "Their part of what was sold, before fees and refunds."),
            new("refunds", "t.refunds", ValueKind.Minor, "What of it was given back before it became available."),
            new("later_refunds", "t.later_refunds", ValueKind.Minor, "What was given back of earlier releases."),
            new("fees", "t.fees", ValueKind.Minor, "Fees on the gross, less fees on what was given back."),
            new(
                "adjustments", "t.adjustments", ValueKind.Minor,
                "What was released beyond what sales had brought, or less."),
            new(
                "net", "t.gross - t.refunds - t.later_refunds - t.fees + t.adjustments", ValueKind.Minor,
                "The gross less refunds and fees, with the adjustments."),
            new("released", "t.released", ValueKind.Minor, "What was released, before taxes and debts."),
            new(
                "withheld", "t.withheld", ValueKind.Minor,
                "The tax withheld from that, with corrections of the quarter."),
            new("payments", "t.payments", ValueKind.Whole, "Payments to this seller, by the day of payment."),
            new(
                "payments_gross", "t.payments_gross", ValueKind.Minor,
                "Their price, before fees, refunds and taxes: the measure of form 1099-K."),
        ],
        [
            new("creator", ValueKind.Text, "t.creator = @value", "Of this creator."),
            // Dressed up where the index of the order does not begin with the column, so that no other one is walked.
            new("tax_year", ValueKind.Whole, "t.tax_year + 0 = @value", "In this year.")
            {
                Lead = new ListLead(null, "t.tax_year = @value", ["quarter"]),
            },
            new("quarter", ValueKind.Whole, "t.quarter + 0 = @value", "In this quarter, 1 to 4.")
            {
                Lead = new ListLead(null, "t.quarter = @value", ["quarter"]),
            },
            new("currency", ValueKind.Text, "t.currency || '' = @value", "In this currency."),
            new("country", ValueKind.Text, "t.country || '' = @value", "Paid from this country, if the sale says."),
            new("class", ValueKind.Text, "t.class || '' = @value", "Of this class.") { Words = TaxClass.All },
        ],
        [
            new(
                "creator",
                [
                    new("t.creator", ValueKind.Text), new("t.tax_year", ValueKind.Whole),
                    new("t.quarter", ValueKind.Whole), .. Rest,
                ]),
            new(
                "quarter",
                [
                    new("t.tax_year", ValueKind.Whole), new("t.quarter", ValueKind.Whole),
                    new("t.creator", ValueKind.Text), .. Rest,
                ]),
        ])
    {
        Scope = Scopes.ReadTax,
        Text =
            "A cohort is released as a whole, and what sales had brought to it counts then. Over all rows of a "
            + "creator, quarter and currency `net` is `released` less what was given back of earlier releases. Rows "
            + "without a class are what is of no sale. Payments are another measure, by when they were paid, and are "
            + "the seller's where several share. Filters other than the creator or the year are looked up in each row.",
        OwnerFilters = new Dictionary<Role, string> { [Role.Creator] = "creator" },
    };

    public static Listing Supplies { get; } = new(
        "tax_supplies", TaxFollower.FollowerName, "Taxes on sales by month, jurisdiction and rate.",
        "projected.tax_supplies t", "t.build = @build",
        [
            new("month", "t.month", ValueKind.Date, "Its first day."),
            new("kind", "t.kind", ValueKind.Text, "vat or sales_tax."),
            new("jurisdiction", "t.jurisdiction", ValueKind.Text, "To whom it is owed."),
            new("rate", "nullif(t.rate, -1)::bigint", ValueKind.Whole, "In basis points, if it was stated."),
            new("currency", "t.currency", ValueKind.Text, "Of all amounts."),
            new("supplies", "t.supplies", ValueKind.Whole, "How many sales."),
            new("base", "t.base", ValueKind.Minor, "What fans paid for them without any tax."),
            new("tax", "t.tax", ValueKind.Minor, "The tax on them."),
            new("refunded_base", "t.refunded_base", ValueKind.Minor, "What was given back in the month, without tax."),
            new("refunded_tax", "t.refunded_tax", ValueKind.Minor, "The tax on that."),
            new("deposited", "t.deposited", ValueKind.Minor, "What was paid to the authority."),
            new("adjustments", "t.adjustments", ValueKind.Minor, "What was brought in or moved by hand."),
        ],
        [
            new("month_from", ValueKind.Date, "t.month >= @value", "This month, by its first day, or later."),
            new("month_to", ValueKind.Date, "t.month <= @value", "This month or earlier."),
            new("jurisdiction", ValueKind.Text, "t.jurisdiction = @value", "Owed to this jurisdiction."),
            new("kind", ValueKind.Text, "t.kind || '' = @value", "Of this kind.") { Words = ["vat", "sales_tax"] },
            new("currency", ValueKind.Text, "t.currency || '' = @value", "In this currency."),
        ],
        [new("oldest", ByMonth), new("newest", ByMonth) { IsDescending = true }])
    {
        Scope = Scopes.ReadTax,
        Text =
            "Of a jurisdiction, tax - refunded_tax - deposited + adjustments over all months is the balance of its "
            + "vat.payable or salestax.payable. A refund counts in its own month.",
    };

    public static Listing Withholdings { get; } = new(
        "withholdings", TaxFollower.FollowerName, "Taxes withheld from payees by quarter, and paid on.",
        "projected.withholdings t", "t.build = @build",
        [
            new("tax_year", "t.tax_year::bigint", ValueKind.Whole, "Of the release."),
            new("quarter", "t.quarter::bigint", ValueKind.Whole, "1 to 4."),
            new("kind", "t.kind", ValueKind.Text, "backup or non_resident."),
            new("role", "nullif(t.role, '')", ValueKind.Text, "creator or affiliate; none for deposits."),
            new("payee", "nullif(t.payee, '')", ValueKind.Text, "From whom; none for deposits and adjustments."),
            new("currency", "t.currency", ValueKind.Text, "Of all amounts."),
            new("base", "t.base", ValueKind.Minor, "What it was withheld from."),
            new("withheld", "t.withheld", ValueKind.Minor, "What was withheld, with corrections of the quarter."),
            new("deposited", "t.deposited", ValueKind.Minor, "What was paid to the authority."),
            new("adjustments", "t.adjustments", ValueKind.Minor, "What was brought in or moved by hand."),
        ],
        [
            new("tax_year", ValueKind.Whole, "t.tax_year = @value", "In this year."),
            new("payee", ValueKind.Text, "t.payee = @value", "From this payee."),
            new("role", ValueKind.Text, "t.role || '' = @value", "From payees of this role.")
            {
                Words = ["creator", "affiliate"],
            },
            new("kind", ValueKind.Text, "t.kind || '' = @value", "Of this kind.")
            {
                Words = ["backup", "non_resident"],
            },
        ],
        [new("oldest", ByQuarter), new("newest", ByQuarter) { IsDescending = true }])
    {
        Scope = Scopes.ReadTax,
        Text =
            "Of a kind and currency, withheld - deposited + adjustments over all rows is the balance of wht.backup or "
            + "wht.nra.",
    };

    private static ListKey[] Rest =>
        [new("t.currency", ValueKind.Text), new("t.country", ValueKind.Text), new("t.class", ValueKind.Text)];

    private static ListKey[] ByMonth =>
        [
            new("t.month", ValueKind.Date), new("t.kind", ValueKind.Text), new("t.jurisdiction", ValueKind.Text),
            new("t.currency", ValueKind.Text), new("t.rate", ValueKind.Whole),
        ];

    private static ListKey[] ByQuarter =>
        [
            new("t.tax_year", ValueKind.Whole), new("t.quarter", ValueKind.Whole), new("t.kind", ValueKind.Text),
            new("t.role", ValueKind.Text), new("t.payee", ValueKind.Text), new("t.currency", ValueKind.Text),
        ];
}
