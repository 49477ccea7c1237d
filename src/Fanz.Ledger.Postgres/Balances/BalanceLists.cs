using Fanz.Ledger.Postgres.Lists;
using static Fanz.Ledger.Postgres.Balances.AccountColumns;

namespace Fanz.Ledger.Postgres.Balances;

/// <summary>What every account holds now.</summary>
public static class BalanceLists
{
    public static Listing Balances { get; } = new(
        "balances", BalanceFollower.FollowerName, "What every account holds now",
        "projected.balances b", "b.build = @build",
        [
            Code, Owner, Currency, Cohort,
            new("balance", "b.balance", ValueKind.Minor, "Debits are positive."),
            new(
                "balance_on_normal_side", OnNormalSide, ValueKind.Minor, "The same as its owner would say it."),
            new("entries", "b.version", ValueKind.Whole, "How many entries it has."),
            new("moved_on", "b.moved_on", ValueKind.Date, "The book's day on which its last entry was recorded."),
            new("last_number", "b.moved_number", ValueKind.Whole, "The record of its last entry."),
            new("first_number", "b.opened_number", ValueKind.Whole, "The record of its first entry."),
            new(
                "since", "b.since_on", ValueKind.Date,
                "The book's day since which it has not been empty, if it is not."),
            new("life", "b.life", ValueKind.Text, "open, frozen_for_debits, frozen or closed."),
        ],
        [
            OfCode, OfOwner, OfCurrency,
            new("cohort_from", ValueKind.Date, "b.cohort >= @value", "What matures on that day or later."),
            new("cohort_to", ValueKind.Date, "b.cohort <= @value", "What matures on that day or before."),
            new(
                "min_size", ValueKind.Minor,
                "b.size_step >= projected.size_step(@value) and abs(b.balance) >= @value",
                "Balances of that many minor units or more, on either side."),
            new(
                "max_size", ValueKind.Minor,
                "b.size_step <= projected.size_step(@value) and abs(b.balance) <= @value",
                "Balances of that many minor units or less, on either side."),
            new("moved_since", ValueKind.Date, "b.moved_on >= @value", "Accounts that moved on that day or later."),
            new("life", ValueKind.Text, "b.life = @value", "Accounts with that life.") { Words = LifeWords.All },
            OfFan, OfCreator, OfAffiliate,
        ],
        [
            new("account", ByAccount),
            new(
                "size",
                [
                    new("b.size_step", ValueKind.Whole), new("abs(b.balance)", ValueKind.Minor),
                    new("b.account_id", ValueKind.Whole),
                ]) { IsDescending = true },
            new("moved", [new("b.moved_on", ValueKind.Date), new("b.account_id", ValueKind.Whole)])
            {
                IsDescending = true,
            },
        ])
    {
        Text = "In the order of accounts, largest first (`size`, in minor units whatever the currency), or those first "
            + "that moved on the latest day (`moved`).",
        OwnerFilters = ByRole,
    };

    // What is needed to compute a balance at a day are the rows before it, which its own key has in order.
    private const string Before =
        """
        (select coalesce(sum(p.debits - p.credits), 0)::bigint from projected.account_days p
            where p.build = d.build and p.account_id = d.account_id and p.recorded_on <= d.recorded_on
                and p.effective_on
        """;

    public static Listing DailyBalances { get; } = new(
        "daily_balances", BalanceFollower.FollowerName, "What moved on an account day by day",
        """
        projected.balances b
        join projected.account_days d on d.build = b.build and d.account_id = b.account_id
        """,
        "b.build = @build",
        [
            Code, Owner, Currency, Cohort,
            new("effective_on", "d.effective_on", ValueKind.Date, "The day that the entries are dated."),
            new("recorded_on", "d.recorded_on", ValueKind.Date, "The book's day on which they were recorded."),
            new(
                "opening", $"{Before} < d.effective_on)", ValueKind.Minor,
                "The balance at the beginning of effective_on, as it was known at the end of recorded_on."),
            new("debits", "d.debits::bigint", ValueKind.Minor, "The sum of these debits."),
            new("credits", "d.credits::bigint", ValueKind.Minor, "The sum of these credits, above zero."),
            new(
                "closing", $"{Before} <= d.effective_on)", ValueKind.Minor,
                "The balance at the end of effective_on, as it was known at the end of recorded_on."),
            new("entries", "d.entries", ValueKind.Whole, "How many entries these are."),
        ],
        [
            OfCode with { IsRequired = true }, OfOwner with { IsRequired = true },
            OfCurrency with { IsRequired = true },
            new("cohort", ValueKind.Date, "b.cohort = @value", "The account of one cohort."),
            new("from", ValueKind.Date, "d.effective_on >= @value", "What is dated on that day or later."),
            new("to", ValueKind.Date, "d.effective_on <= @value", "What is dated on that day or before."),
            new("recorded_from", ValueKind.Date, "d.recorded_on >= @value", "What was recorded on that day or later."),
            new("recorded_to", ValueKind.Date, "d.recorded_on <= @value", "What was recorded on that day or before."),
        ],
        [
            new(
                "day",
                [
                    new("b.account_id", ValueKind.Whole), new("d.effective_on", ValueKind.Date),
                    new("d.recorded_on", ValueKind.Date),
                ]),
        ])
    {
        Text = "A row for each day that entries are dated and each day on which they were recorded, so that what was "
            + "dated back shows as a row of its own. The report `daily-balances` sums them up by the day that they are "
            + "dated.",
    };
}
