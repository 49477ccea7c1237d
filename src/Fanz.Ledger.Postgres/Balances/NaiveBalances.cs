namespace Fanz.Ledger.Postgres.Balances;

/// <summary>The rows of the balances straight from journal and entries, by the definitions of their columns.</summary>
internal static class NaiveBalances
{
    public const string BalancesSql =
        """
        with movements as (
            select e.account_id, e.position, e.number, e.version, e.amount, e.balance,
                (j.at at time zone b.time_zone)::date as recorded_on
            from ledger.entries e
            join ledger.journal j on j.book_id = e.book_id and j.number = e.number
            join ledger.books b on b.id = e.book_id
            where e.book_id = $1 and e.number <= $2 and e.position <= $3),
        first as (select distinct on (account_id) * from movements order by account_id, position),
        last as (select distinct on (account_id) * from movements order by account_id, position desc),
        filled as (
            select distinct on (account_id) * from movements where balance = amount
            order by account_id, position desc),
        lives as (
            select distinct on (j.stream) j.stream,
                case j.type
                    when 'account_closed' then 'closed'
                    when 'account_unfrozen' then 'open'
                    else case (j.data ->> 'debits_only')::boolean when true then 'frozen_for_debits' else 'frozen' end
                end as life
            from ledger.journal j
            where j.book_id = $1 and j.number <= $2
                and j.type in ('account_frozen', 'account_unfrozen', 'account_closed')
            order by j.stream, j.number desc)
        select a.id, a.code, a.owner, a.currency, a.cohort, last.balance, last.version,
            projected.size_step(last.balance), first.number, last.number, last.recorded_on,
            case when last.balance <> 0 then filled.number end,
            case when last.balance <> 0 then filled.recorded_on end,
            coalesce(lives.life, 'open')
        from last
        join first on first.account_id = last.account_id
        join ledger.accounts a on a.id = last.account_id and a.book_id = $1
        left join filled on filled.account_id = last.account_id
        left join lives on lives.stream =
            'account/' || a.code || '/' || a.currency || '/' || coalesce(to_char(a.cohort, 'YYYY-MM-DD'), '') || '/'
            || a.owner
        """;

    public const string AccountDaysSql =
        """
        select e.account_id, j.effective_on, (j.at at time zone b.time_zone)::date,
            coalesce(sum(e.amount) filter (where e.amount > 0), 0),
            coalesce(sum(-e.amount) filter (where e.amount < 0), 0),
            count(*), min(e.position), max(e.position)
        from ledger.entries e
        join ledger.journal j on j.book_id = e.book_id and j.number = e.number
        join ledger.books b on b.id = e.book_id
        where e.book_id = $1 and e.number <= $2 and e.position <= $3
        group by 1, 2, 3
        """;

    public const string CodeDaysSql =
        """
        select a.code,
            case when a.code in (
                'cash.bank', 'psp.receivable', 'psp.reserve', 'due.from', 'due.to', 'vat.payable', 'salestax.payable',
                'suspense') then a.owner else '' end,
            a.currency, j.effective_on, (j.at at time zone b.time_zone)::date,
            coalesce(sum(e.amount) filter (where e.amount > 0), 0),
            coalesce(sum(-e.amount) filter (where e.amount < 0), 0),
            count(*)
        from ledger.entries e
        join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
        join ledger.journal j on j.book_id = e.book_id and j.number = e.number
        join ledger.books b on b.id = e.book_id
        where e.book_id = $1 and e.number <= $2 and e.position <= $3
        group by 1, 2, 3, 4, 5
        """;
}
