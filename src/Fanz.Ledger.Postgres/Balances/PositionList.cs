using Fanz.Ledger.Postgres.Lists;

namespace Fanz.Ledger.Postgres.Balances;

/// <summary>What processors and banks have of the platform's money, day by day.</summary>
public static class PositionList
{
    private const string Closing =
        """
        (select sum(c.debits - c.credits)::bigint from projected.code_days c
            where c.build = p.build and c.code = p.code and c.owner = p.owner and c.currency = p.currency
                and c.effective_on <= p.effective_on)
        """;

    private static readonly ListKey[] ByDay =
        [
            new("p.code", ValueKind.Text), new("p.owner", ValueKind.Text), new("p.currency", ValueKind.Text),
            new("p.effective_on", ValueKind.Date),
        ];

    public static Listing Positions { get; } = new(
        "positions", BalanceFollower.FollowerName, "What processors and banks have, day by day",
        """
        (select c.build, c.code, c.owner, c.currency, c.effective_on, sum(c.debits)::bigint as debits,
            sum(c.credits)::bigint as credits, sum(c.entries)::bigint as entries
        from projected.code_days c
        where (c.code in ('cash.bank', 'psp.receivable', 'psp.reserve')) is true
        group by c.build, c.code, c.owner, c.currency, c.effective_on) p
        """,
        "p.build = @build",
        [
            new("code", "p.code", ValueKind.Text, "cash.bank, psp.receivable or psp.reserve."),
            new("institution", "p.owner", ValueKind.Text, "The bank or processor; empty where there is only one."),
            new("currency", "p.currency", ValueKind.Text, "ISO 4217."),
            new("effective_on", "p.effective_on", ValueKind.Date, "The day that the entries are dated."),
            new("debits", "p.debits", ValueKind.Minor, "What came in."),
            new("credits", "p.credits", ValueKind.Minor, "What went out, above zero."),
            new("closing", Closing, ValueKind.Minor, "What is there at the end of the day, as it is known now."),
            new("entries", "p.entries", ValueKind.Whole, "How many entries these are."),
        ],
        [
            new("code", ValueKind.Text, "p.code = @value", "One of the three.")
            {
                Words = ["cash.bank", "psp.receivable", "psp.reserve"],
            },
            new("institution", ValueKind.Text, "p.owner = @value", "One bank or processor."),
            new("currency", ValueKind.Text, "p.currency = @value", "One currency."),
            new("from", ValueKind.Date, "p.effective_on >= @value", "What is dated on that day or later."),
            new("to", ValueKind.Date, "p.effective_on <= @value", "What is dated on that day or before."),
        ],
        [new("day", ByDay)]);
}
