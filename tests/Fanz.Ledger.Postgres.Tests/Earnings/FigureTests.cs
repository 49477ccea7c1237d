using System.Globalization;
using Xunit.Abstractions;

namespace Fanz.Ledger.Postgres.Tests.Earnings;

/// <summary>
/// Every figure that stands in two places is the same figure, and all of them tie to the entries. Each comparison is a
/// figure by book and whatever the two places have in common, told twice.
/// </summary>
public sealed class FigureTests(FigureHistory history, ITestOutputHelper output) : IClassFixture<FigureHistory>
{
    private const string ByKindAndDay = "build, effective_on, kind, currency";

    /// <summary>Entries by book, with what makes a balance of them.</summary>
    private const string Entries =
        """
        (select b.id as build, a.code, a.owner, a.currency, e.amount, j.effective_on, j.at
        from ledger.builds b
        join ledger.entries e on e.book_id = b.book_id
        join ledger.journal j on j.book_id = e.book_id and j.number = e.number
        join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
        where b.follower = 'earnings' and b.state = 'live') entries
        """;

    /// <summary>What is in more than one list, by the column of each.</summary>
    private static readonly (string Figure, string?[] Columns)[] Shared =
        [
            // revenue, revenue_share and creator_earnings, fan_spending
            ("sales", ["sales", "sales", "purchases"]),
            ("gross", ["gross", "gross", "gross"]),
            ("discounts", ["discounts", "discounts", "discounts"]),
            ("taxes", ["taxes", null, "taxes"]),
            ("paid", ["gross - discounts + taxes", null, "gross - discounts + taxes"]),
            ("fees", ["fees", "fees", null]),
            ("what creators get", ["creators", "agreed", null]),
            ("what affiliates get", ["affiliates", "affiliates", null]),
            ("refunds", ["refunds", "refunds", "refunds"]),
            ("refunded", ["refunded", "fans_refunded", "refunded"]),
            ("chargebacks", ["chargebacks", "chargebacks", "chargebacks"]),
            ("charged back", ["charged_back", "fans_charged_back", "charged_back"]),
            ("revenue of sales", ["sales_revenue", "revenue", null]),
        ];

    private static readonly (string Figure, string One, string Other)[] Ties =
        [
            ("revenue by account",
                """
                select build, case kind when 'gift' then 'tip' else kind end, currency, sum(revenue)
                from projected.revenue group by 1, 2, 3
                """,
                $"""
                select build, substr(code, 9), currency, -sum(amount) from {Entries}
                where code like 'revenue.%' group by 1, 2, 3
                """),
            ("deferred revenue by day",
                "select build, effective_on, currency, sum(deferred) from projected.revenue group by 1, 2, 3",
                $"""
                select build, effective_on, currency, -sum(amount) from {Entries}
                where code = 'deferred.revenue' group by 1, 2, 3
                """),
            ("each expense by hour",
                """
                select build, hour, currency, line.code, sum(line.amount)
                from projected.revenue
                cross join lateral (values
                    ('expense.affiliate', affiliate_expense), ('expense.promo', promotion_expense),
                    ('expense.psp_fee', processor_fees), ('expense.chargeback_loss', chargeback_losses),
                    ('expense.chargeback_fee', chargeback_fees), ('expense.goodwill', goodwill),
                    ('expense.bad_debt', bad_debts), ('other', other_expenses)) line (code, amount)
                group by 1, 2, 3, 4
                """,
                $"""
                select build, date_trunc('hour', at, 'UTC'), currency,
                    case when code in ('fx.gainloss', 'rounding') then 'other' else code end, sum(amount)
                from {Entries}
                where code like 'expense.%' or code in ('fx.gainloss', 'rounding') group by 1, 2, 3, 4
                """),
            ("net income, and what assets have grown by more than liabilities",
                """
                select build, effective_on, currency, sum(revenue - affiliate_expense - promotion_expense
                    - processor_fees - chargeback_losses - chargeback_fees - goodwill - bad_debts - other_expenses)
                from projected.revenue group by 1, 2, 3
                """,
                $"""
                select build, effective_on, currency, sum(amount) from {Entries}
                where code not like 'revenue.%' and code not like 'expense.%'
                    and code not in ('fx.gainloss', 'rounding')
                group by 1, 2, 3
                """),
            ("what is owed to creators",
                """
                select build, creator, effective_on, currency, sum(earned + unearned + other - refunded - charged_back
                    - withheld - payout_fees - paid_out)
                from projected.earnings group by 1, 2, 3, 4
                """,
                $"""
                select build, owner, effective_on, currency, -sum(amount) from {Entries}
                where code like 'creator.%' or code like 'payout.%' group by 1, 2, 3, 4
                """),
            ("what is owed to affiliates",
                """
                select build, affiliate, effective_on, currency, sum(earned + other - reversed - withheld)
                from projected.affiliate_earnings group by 1, 2, 3, 4
                """,
                $"""
                select build, owner, effective_on, currency, -sum(amount) from {Entries}
                where code like 'affiliate.%' group by 1, 2, 3, 4
                """),
            ("what creators agreed to, of the parts of the price",
                "select build, creator, effective_on, kind, rule, currency, agreed from projected.earnings",
                """
                select build, creator, effective_on, kind, rule, currency,
                    gross - discounts_borne - fees - affiliates_borne - to_others + from_others
                from projected.earnings
                """),
            ("what goes to others, and comes from them",
                $"select {ByKindAndDay}, sum(to_others) from projected.earnings group by {ByKindAndDay}",
                $"select {ByKindAndDay}, sum(from_others) from projected.earnings group by {ByKindAndDay}"),
            ("taxes of sales, less those that were returned",
                """
                select build, effective_on, kind, currency, sum(taxes - taxes_returned) from projected.revenue
                group by 1, 2, 3, 4
                """,
                """
                select b.id, j.effective_on, case sale.type when 'tip_sent' then 'tip' when 'gift_sent' then 'gift'
                    when 'content_unlocked' then 'ppv' when 'message_unlocked' then 'message'
                    when 'stream_entered' then 'stream' when 'order_placed' then 'order' else 'subscription' end,
                    a.currency, -sum(e.amount)
                from ledger.builds b
                join ledger.entries e on e.book_id = b.book_id
                join ledger.journal j on j.book_id = e.book_id and j.number = e.number
                join ledger.journal sale on sale.book_id = j.book_id
                    and sale.number = case when j.data ->> 'rule_version' is null then j.refers_to else j.number end
                    and sale.data ->> 'rule_version' is not null
                join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
                where b.follower = 'earnings' and b.state = 'live' and a.code in ('vat.payable', 'salestax.payable')
                group by 1, 2, 3, 4
                """),
            // An order's lies in escrow, with what the affiliate gets of the creator's part.
            ("what was agreed with sales, and what they then brought to accounts",
                """
                select build, effective_on, kind, currency,
                    sum(fees + agreed + case kind when 'order' then affiliates_borne else 0 end)
                from projected.earnings group by 1, 2, 3, 4
                """,
                """
                select b.id, j.effective_on, case coalesce(sale.type, j.type) when 'tip_sent' then 'tip'
                    when 'gift_sent' then 'gift' when 'content_unlocked' then 'ppv'
                    when 'message_unlocked' then 'message'
                    when 'stream_entered' then 'stream' when 'order_placed' then 'order' else 'subscription' end,
                    a.currency,
                    -sum(e.amount)
                from ledger.builds b
                join ledger.entries e on e.book_id = b.book_id
                join ledger.journal j on j.book_id = e.book_id and j.number = e.number
                left join ledger.journal sale on sale.book_id = j.book_id and sale.number = j.refers_to
                join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
                where b.follower = 'earnings' and b.state = 'live'
                    and (a.code in ('creator.pending', 'creator.reserve', 'creator.unearned', 'order.escrow',
                        'deferred.revenue') or a.code like 'revenue.%')
                    and j.type <> 'charge_opened' and (j.data ->> 'rule_version' is not null
                        or (j.type = 'reversed' and sale.data ->> 'rule_version' is not null))
                group by 1, 2, 3, 4
                """),
        ];

    public static TheoryData<string> Figures() => [.. Shared.Select(shared => shared.Figure)];

    public static TheoryData<string> TiedFigures() => [.. Ties.Select(tie => tie.Figure)];

    [Theory]
    [MemberData(nameof(Figures))]
    public async Task A_figure_that_stands_in_several_lists_is_the_same_figure(string figure)
    {
        var columns = Shared.Single(shared => shared.Figure == figure).Columns;
        string[] tables = ["projected.revenue", "projected.earnings", "projected.spending"];
        var told = new List<List<string>>();
        for (var i = 0; i < tables.Length; i++)
        {
            if (columns[i] is not { } column) continue;
            told.Add(await Rows(
                $"select {ByKindAndDay}, sum({column}) from {tables[i]} group by {ByKindAndDay}"));
        }

        Assert.True(told.Count > 1);
        Assert.All(told, rows => Assert.Equal(told[0], rows));
    }

    [Theory]
    [MemberData(nameof(TiedFigures))]
    public async Task A_figure_ties_to_the_entries(string figure)
    {
        var tie = Ties.Single(one => one.Figure == figure);
        Assert.Equal(await Rows(tie.One), await Rows(tie.Other));
    }

    /// <summary>Rows whose amount, the last column, is not nothing.</summary>
    private async Task<List<string>> Rows(string sql)
    {
        output.WriteLine($"LEDGER_SEED={history.Seed}");
        await using var command = history.Source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            var values = Enumerable.Range(0, reader.FieldCount)
                .Select(column => Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture)!).ToArray();
            if (values[^1] != "0") rows.Add(string.Join(' ', values));
        }

        Assert.NotEmpty(rows);
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
