using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>What the follower `tax` keeps of withheld taxes, and the same rows straight from the journal.</summary>
internal static class WithholdingTables
{
    private const string NaiveWithholdings =
        """
        with said (day, kind, role, payee, currency, base, withheld, deposited, adjusted) as (
            select j.effective_on, line ->> 'kind', case when j.data ->> 'creator' is null then 'affiliate'
                    else 'creator' end,
                coalesce(j.data ->> 'creator', j.data ->> 'affiliate'), j.data ->> 'currency',
                (line ->> 'base')::bigint, (line ->> 'amount')::bigint, 0, 0
            from ledger.journal j
            cross join json_array_elements(j.data -> 'withheld') line
            where j.book_id = $1 and j.number <= $2
                and j.type in ('hold_released', 'reserve_released', 'affiliate_released')
            union all
            select j.effective_on, j.data ->> 'kind', 'creator', j.data ->> 'creator', j.data ->> 'currency', 0,
                case j.data ->> 'correction' when 'give_back' then -1 else 1 end * (j.data ->> 'amount')::bigint, 0, 0
            from ledger.journal j
            where j.book_id = $1 and j.number <= $2 and j.type = 'withholding_corrected'
            union all
            select j.effective_on, case a.code when 'wht.backup' then 'backup' else 'non_resident' end, '', '',
                a.currency, 0, 0, case when j.type = 'tax_deposited' then e.amount else 0 end,
                case when j.type = 'tax_deposited' then 0 else -e.amount end
            from ledger.entries e
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            join ledger.journal j on j.book_id = e.book_id and j.number = e.number
            where e.book_id = $1 and e.position <= $3 and a.code in ('wht.backup', 'wht.nra')
                and j.type not in (
                    'hold_released', 'reserve_released', 'affiliate_released', 'withholding_corrected'))
        select extract(year from day)::int, extract(quarter from day)::int, kind, role, payee, currency,
            sum(base)::bigint, sum(withheld)::bigint, sum(deposited)::bigint, sum(adjusted)::bigint
        from said
        group by 1, 2, 3, 4, 5, 6
        """;

    public static IReadOnlyList<ProjectedTable> All { get; } =
        [
            new(
                "projected.withholdings",
                "tax_year, quarter, kind, role, payee, currency, base, withheld, deposited, adjustments",
                NaiveWithholdings),
        ];
}
