using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>What the follower `tax` keeps of taxes on sales, and the same rows straight from the journal.</summary>
internal static class SupplyTables
{
    private const string NaiveSupplies =
        """
        with moved as (
            select j.number, j.type, j.effective_on, a.owner, a.currency, e.amount,
                case a.code when 'vat.payable' then 'vat' else 'sales_tax' end kind,
                case when j.data -> 'taxes' is not null then j.data else r.data end sale,
                case when j.type in ('sale_refunded', 'dispute_lost', 'sale_clawed_back')
                    then (j.data ->> 'amount')::bigint - sum(e.amount) over (partition by j.number) end back
            from ledger.entries e
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            join ledger.journal j on j.book_id = e.book_id and j.number = e.number
            left join ledger.journal r on r.book_id = j.book_id and r.number = j.refers_to
            where e.book_id = $1 and e.number <= $2 and e.position <= $3
                and a.code in ('vat.payable', 'salestax.payable')),
        told as (
            select moved.*, line.rate, (moved.sale ->> 'amount')::bigint
                    + coalesce((moved.sale ->> 'shipping')::bigint, 0)
                    - coalesce((moved.sale -> 'discount' ->> 'amount')::bigint, 0) paid,
                case when line.place is null then case moved.type when 'tax_deposited' then 'deposited' else 'moved' end
                    when moved.amount < 0 then 'supplied' else 'returned' end what
            from moved
            left join lateral (
                select tax.place, (tax.line ->> 'rate_basis_points')::int rate
                from json_array_elements(moved.sale -> 'taxes') with ordinality tax (line, place)
                where tax.line ->> 'kind' = moved.kind and tax.line ->> 'jurisdiction' = moved.owner) line on true)
        select date_trunc('month', effective_on)::date, kind, owner, currency, coalesce(rate, -1),
            count(*) filter (where what = 'supplied'),
            coalesce(sum(paid) filter (where what = 'supplied'), 0)::bigint,
            coalesce(-sum(amount) filter (where what = 'supplied'), 0)::bigint,
            coalesce(sum(coalesce(back, paid)) filter (where what = 'returned'), 0)::bigint,
            coalesce(sum(amount) filter (where what = 'returned'), 0)::bigint,
            coalesce(sum(amount) filter (where what = 'deposited'), 0)::bigint,
            coalesce(-sum(amount) filter (where what = 'moved'), 0)::bigint
        from told
        group by 1, 2, 3, 4, 5
        """;

    public static IReadOnlyList<ProjectedTable> All { get; } =
        [
            new(
                "projected.tax_supplies",
                "month, kind, jurisdiction, currency, rate, supplies, base, tax, refunded_base, refunded_tax, "
                + "deposited, adjustments",
                NaiveSupplies),
        ];
}
