using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Transactions;

/// <summary>The tables of the follower `transactions`, and the same rows straight from the journal.</summary>
internal static class TransactionTables
{
    private const string NaiveTransactions =
        """
        with entry as (
            select e.number, e.position, e.amount, a.currency from ledger.entries e
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            where e.book_id = $1 and e.position <= $3),
        main as (select distinct on (number) number, currency from entry order by number, position),
        moved as (
            select number, currency, coalesce(sum(entry.amount) filter (where entry.amount > 0), 0) debits
            from main join entry using (number, currency)
            group by number, currency)
        select j.number, j.type, j.at, j.effective_on,
            case
                when moved.debits is null then ''
                when j.data ->> 'rule_version' is not null and j.data ->> 'funding' is not null
                    then j.data ->> 'currency'
                when json_typeof(j.data -> 'amount') = 'number' and j.data ->> 'currency' is not null
                    then j.data ->> 'currency'
                else moved.currency
            end,
            case
                when moved.debits is null then 0
                when j.data ->> 'rule_version' is not null and j.data ->> 'funding' is not null
                    then (j.data ->> 'amount')::bigint + coalesce((j.data ->> 'shipping')::bigint, 0)
                        + coalesce((
                            select sum((tax ->> 'amount')::bigint)
                            from json_array_elements(j.data -> 'taxes') tax), 0)
                        - coalesce((j.data -> 'discount' ->> 'amount')::bigint, 0)
                when json_typeof(j.data -> 'amount') = 'number' and j.data ->> 'currency' is not null
                    then (j.data ->> 'amount')::bigint
                else moved.debits
            end::bigint,
            j.actor, j.stream, j.refers_to
        from ledger.journal j
        left join moved on moved.number = j.number
        where j.book_id = $1 and j.number <= $2
        """;

    private const string NaiveParties =
        """
        with named (number, type, party, role) as (
            select j.number, j.type, a.owner, split_part(a.code, '.', 1)
            from ledger.entries e
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            join ledger.journal j on j.book_id = e.book_id and j.number = e.number
            where e.book_id = $1 and e.position <= $3
            union all
            select j.number, j.type, field.party, field.role
            from ledger.journal j
            left join ledger.journal r on r.book_id = j.book_id and r.number = j.refers_to
            cross join lateral (
                values
                    (j.data -> 'fan', 'fan'), (j.data -> 'creator', 'creator'), (j.data -> 'affiliate', 'affiliate'),
                    (case when j.data ->> 'rule_version' is not null then j.data -> 'affiliate' -> 'affiliate' end,
                        'affiliate'),
                    (j.data -> 'party', j.data ->> 'role'),
                    (j.data -> 'account' -> 'owner', split_part(j.data -> 'account' ->> 'code', '.', 1)),
                    (r.data -> 'fan', 'fan'), (r.data -> 'creator', 'creator')) said (value, role)
            cross join lateral (
                select said.value #>> '{}' party, said.role where json_typeof(said.value) = 'string') field
            where j.book_id = $1 and j.number <= $2
            union all
            select j.number, j.type, share ->> 'creator', 'creator'
            from ledger.journal j
            cross join json_array_elements(j.data -> 'shares') share
            where j.book_id = $1 and j.number <= $2 and j.data ->> 'rule_version' is not null)
        select n.number, n.type, n.party, bool_or(n.role = 'fan'), bool_or(n.role in ('creator', 'payout')),
            bool_or(n.role = 'affiliate')
        from named n
        where n.party <> '' and n.role in ('fan', 'creator', 'payout', 'affiliate')
        group by n.number, n.type, n.party
        """;

    public static IReadOnlyList<ProjectedTable> All { get; } =
        [
            new(
                "projected.transactions",
                "number, type, at, effective_on, currency, amount, actor, stream, refers_to", NaiveTransactions),
            new(
                "projected.transaction_parties", "number, type, party, as_fan, as_creator, as_affiliate",
                NaiveParties),
        ];
}
