using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Standing;
using static Fanz.Ledger.Postgres.Balances.AccountColumns;

namespace Fanz.Ledger.Postgres.Balances;

/// <summary>What is held until a day, what is held until somebody decides, and what is owed to the platform.</summary>
public static class HeldLists
{
    // Escrow is what creators and affiliates are owed, so what is held is the credit.
    private const string Escrow = "b.cohort is not null and b.size_step > 0";

    private static readonly ListColumn Kind =
        new("code", "b.code", ValueKind.Text, "creator.pending, creator.reserve or affiliate.pending.");

    private static readonly ListColumn Cohort = new(
        "cohort", "b.cohort", ValueKind.Date, "The day on which it matures: from then on a release may move it.");

    private static readonly ListFilter[] OfEscrow =
        [
            new("code", ValueKind.Text, "b.code = @value", "What is held in one line of the chart.")
            {
                Words = ["creator.pending", "creator.reserve", "affiliate.pending"],
            },
            OfCurrency,
            new("from", ValueKind.Date, "b.cohort >= @value", "What matures on that day or later."),
            new("to", ValueKind.Date, "b.cohort <= @value", "What matures on that day or before."),
        ];

    public static Listing EscrowCalendar { get; } = new(
        "escrow_calendar", BalanceFollower.FollowerName, "What matures when, for each creator and affiliate",
        "projected.balances b", $"b.build = @build and {Escrow}",
        [
            Cohort, Kind, Owner, Currency,
            new("held", "-b.balance", ValueKind.Minor, "How much of it is still held."),
            new("since", "b.since_on", ValueKind.Date, "The book's day on which the first of it came in."),
            new("life", "b.life", ValueKind.Text, "An account that is frozen is not released."),
        ],
        [.. OfEscrow, OfOwner, OfCreator, OfAffiliate],
        [
            new(
                "day",
                [
                    new("b.cohort", ValueKind.Date), new("b.code", ValueKind.Text), new("b.currency", ValueKind.Text),
                    new("b.owner", ValueKind.Text), new("b.account_id", ValueKind.Whole),
                ]),
        ])
    {
        Text = "What is held and not yet released. A day that is past is one whose release has not been run, or that "
            + "it passed over.",
        OwnerFilters = new Dictionary<Role, string>
        {
            [Role.Creator] = "creator", [Role.Affiliate] = "affiliate",
        },
    };

    public static Listing EscrowDays { get; } = new(
        "escrow_days", BalanceFollower.FollowerName, "What matures when, for all together",
        $"""
        (select b.build, b.cohort, b.code, b.currency, sum(-b.balance)::bigint as held, count(*) as accounts
        from projected.balances b
        where {Escrow}
        group by b.build, b.cohort, b.code, b.currency) b
        """,
        "b.build = @build",
        [
            Cohort, Kind, Currency,
            new("held", "b.held", ValueKind.Minor, "How much is still held, for all of them."),
            new("accounts", "b.accounts", ValueKind.Whole, "How many accounts hold it."),
        ],
        OfEscrow,
        [
            new(
                "day",
                [
                    new("b.cohort", ValueKind.Date), new("b.code", ValueKind.Text), new("b.currency", ValueKind.Text),
                ]),
        ]);

    public static Listing HoldsAndDebts { get; } = new(
        "holds_and_debts", BalanceFollower.FollowerName, "What is on hold, and what is owed to the platform",
        "projected.balances b",
        "b.build = @build and (b.code in ('creator.hold', 'creator.debt', 'fan.debt')) is true and b.size_step > 0",
        [
            new("code", "b.code", ValueKind.Text, "creator.hold, creator.debt or fan.debt."), Owner, Currency,
            new("amount", "abs(b.balance)", ValueKind.Minor, "How much is held, or owed."),
            new("since", "b.since_on", ValueKind.Date, "The book's day since which there has been something."),
            new("since_number", "b.since_number", ValueKind.Whole, "The record with which that began."),
            new("moved_on", "b.moved_on", ValueKind.Date, "The book's day on which it last changed."),
            new("last_number", "b.moved_number", ValueKind.Whole, "The record that last changed it."),
        ],
        [
            new("code", ValueKind.Text, "b.code = @value", "One of the three.")
            {
                Words = ["creator.hold", "creator.debt", "fan.debt"],
            },
            OfCurrency,
            new("since_to", ValueKind.Date, "b.since_on <= @value", "What has been there since that day or longer."),
            OfFan, OfCreator,
        ],
        [
            new("account", ByAccount),
            new("since", [new("b.since_on", ValueKind.Date), new("b.account_id", ValueKind.Whole)]),
        ])
    {
        OwnerFilters = new Dictionary<Role, string> { [Role.Fan] = "fan", [Role.Creator] = "creator" },
    };
}
