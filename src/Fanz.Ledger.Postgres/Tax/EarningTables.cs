using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Tax;

/// <summary>
/// What the follower `tax` keeps of earnings, and the same rows straight from the journal. There nothing is carried
/// along: each part of a sale looks for the release that came after it.
/// </summary>
internal static class EarningTables
{
    // part: what each record brought to each cohort. back: what each record gave back of it. to: the release by which
    // either became available; for what is given back after a release there is none, only a day.
    private const string Parts =
        """
        with sale as (
            select j.number, j.type, j.data, j.effective_on, kind.class, coalesce(j.data ->> 'country', '') country
            from ledger.journal j
            join (values
                ('tip_sent', 'personalised_service'), ('gift_sent', 'personalised_service'),
                ('message_unlocked', 'personalised_service'), ('stream_entered', 'personalised_service'),
                ('content_unlocked', 'pre_recorded'), ('order_placed', 'goods'),
                ('subscription_started', 'pre_recorded'), ('subscription_renewed', 'pre_recorded'),
                ('subscription_recovered', 'pre_recorded'), ('subscription_upgraded', 'pre_recorded'),
                ('charge_opened', 'pre_recorded')) kind (type, class) on kind.type = j.type
            where j.book_id = $1 and j.number <= $2),
        entry as (
            select e.number, e.position, e.amount, a.code, a.owner, a.currency, a.cohort,
                a.code in ('creator.pending', 'creator.reserve') is_cohort,
                a.code like 'revenue.%' or a.code in ('affiliate.pending', 'expense.affiliate') is_fee
            from ledger.entries e
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            where e.book_id = $1 and e.position <= $3),
        release as (
            select j.number, j.effective_on, j.data ->> 'creator' creator,
                case j.type when 'hold_released' then 'creator.pending' else 'creator.reserve' end code,
                j.data ->> 'currency' currency, (j.data ->> 'cohort')::date cohort,
                (j.data ->> 'amount')::bigint amount, coalesce((
                    select sum((line ->> 'amount')::bigint)
                    from json_array_elements(j.data -> 'withheld') line), 0) withheld
            from ledger.journal j
            where j.book_id = $1 and j.number <= $2 and j.type in ('hold_released', 'reserve_released')),
        earning (record, sale) as (
            select number, number from sale
            union all
            select j.number, j.refers_to from ledger.journal j
            where j.book_id = $1 and j.number <= $2 and j.type in ('order_delivered', 'revenue_recognised')),
        fee as (
            select earning.record, -sum(entry.amount) fees
            from earning
            join sale on sale.number = earning.sale
            join entry on entry.number = earning.record
            where entry.is_fee or (entry.code = 'deferred.revenue' and earning.record = earning.sale
                and sale.data ->> 'unearned' is null)
            group by earning.record),
        brought as (
            select earning.record, sale.country, sale.class, entry.owner creator, entry.code, entry.currency,
                entry.cohort, -entry.amount net, coalesce(fee.fees, 0) fees,
                -sum(entry.amount) over (partition by earning.record order by entry.position) so_far,
                -sum(entry.amount) over (partition by earning.record) whole,
                row_number() over (partition by earning.record, entry.owner order by entry.position) place
            from earning
            join sale on sale.number = earning.sale
            join entry on entry.number = earning.record and entry.is_cohort
            left join fee on fee.record = earning.record),
        part as (
            select brought.*, div(fees * so_far, whole) - div(fees * (so_far - net), whole) fee from brought),
        returned as (
            select j.number, j.effective_on, sale.country, sale.class, sale.data, line.place,
                line.part -> 'account' ->> 'code' code, line.part -> 'account' ->> 'owner' owner,
                line.part -> 'account' ->> 'currency' currency, (line.part -> 'account' ->> 'cohort')::date cohort,
                case when line.part -> 'account' ->> 'code' like 'expense.%' then -1 else 1 end
                    * (line.part ->> 'amount')::bigint amount
            from ledger.journal j
            join sale on sale.number = j.refers_to
            cross join json_array_elements(j.data -> 'parts') with ordinality line (part, place)
            where j.book_id = $1 and j.number <= $2 and (j.type in ('sale_refunded', 'sale_clawed_back')
                or (j.type = 'dispute_lost' and j.data ->> 'bearer' = 'creator'))
            union all
            select j.number, j.effective_on, sale.country, sale.class, sale.data, entry.position, entry.code,
                entry.owner, entry.currency, entry.cohort, entry.amount
            from ledger.journal j
            join sale on sale.number = j.refers_to
            join entry on entry.number = j.number
            where j.book_id = $1 and j.number <= $2 and j.type = 'reversed'),
        taken as (
            select returned.*,
                sum(amount) over (partition by number, code in ('creator.pending', 'creator.reserve')
                    order by place) so_far,
                sum(amount) filter (where code in ('creator.pending', 'creator.reserve'))
                    over (partition by number) whole,
                coalesce(sum(amount) filter (where code like 'revenue.%'
                    or code in ('affiliate.pending', 'expense.affiliate')
                    or (code = 'deferred.revenue' and data ->> 'unearned' is null)) over (partition by number), 0) fees
            from returned),
        back as (
            select number, effective_on, country, class, owner creator, code, currency, cohort, amount net,
                div(fees * so_far, whole) - div(fees * (so_far - amount), whole) fee
            from taken where code in ('creator.pending', 'creator.reserve')),
        moved as (
            select part.creator, part.code, part.currency, part.cohort, part.country, part.class,
                case part.place when 1 then 1 else 0 end sales, part.net + part.fee gross, part.fee fees, 0 refunds,
                null::date later, next.number released_by, next.effective_on
            from part
            left join lateral (
                select r.number, r.effective_on from release r
                where r.creator = part.creator and r.code = part.code and r.currency = part.currency
                    and r.cohort = part.cohort and r.number > part.record
                order by r.number
                limit 1) next on true
            union all
            select back.creator, back.code, back.currency, back.cohort, back.country, back.class, 0, 0, -back.fee,
                back.net + back.fee, case when first.number < back.number then back.effective_on end,
                case when first.number > back.number then first.number end,
                case when first.number > back.number then first.effective_on end
            from back
            left join lateral (
                select r.number, r.effective_on from release r
                where r.creator = back.creator and r.code = back.code and r.currency = back.currency
                    and r.cohort = back.cohort
                order by r.number
                limit 1) first on true)
        """;

    private const string NaiveEarnings =
        Parts
        + """
        ,
        said (creator, day, currency, country, class, sales, gross, fees, refunds, later, adjusted, released, withheld,
            payments, paid) as (
            select creator, coalesce(later, effective_on), currency, country, class, sales, gross, fees,
                case when later is null then refunds else 0 end, case when later is null then 0 else refunds end,
                0, 0, 0, 0, 0
            from moved
            where later is not null or released_by is not null
            union all
            select r.creator, r.effective_on, r.currency, '', '', 0, 0, 0, 0, 0, r.amount - coalesce((
                    select sum(m.gross - m.fees - m.refunds) from moved m where m.released_by = r.number), 0),
                r.amount, r.withheld, 0, 0
            from release r
            union all
            select j.data ->> 'creator', j.effective_on, j.data ->> 'currency', '', '', 0, 0, 0, 0, 0, 0, 0,
                case j.data ->> 'correction' when 'give_back' then -1 else 1 end * (j.data ->> 'amount')::bigint, 0, 0
            from ledger.journal j
            where j.book_id = $1 and j.number <= $2 and j.type = 'withholding_corrected'
            union all
            select s.data ->> 'creator', coalesce(undone.effective_on, s.effective_on), s.data ->> 'currency',
                s.country, s.class, 0, 0, 0, 0, 0, 0, 0, 0, undone.sign, undone.sign * (
                    (s.data ->> 'amount')::bigint + coalesce((s.data ->> 'shipping')::bigint, 0)
                    - case s.data -> 'discount' ->> 'borne_by' when 'creator'
                        then (s.data -> 'discount' ->> 'amount')::bigint else 0 end)
            from sale s
            cross join lateral (
                select 1 sign, null::date effective_on
                union all
                select -1, j.effective_on from ledger.journal j
                where j.book_id = $1 and j.refers_to = s.number and j.number <= $2 and j.type = 'reversed') undone
            where s.type <> 'charge_opened')
        select creator, extract(year from day)::int, extract(quarter from day)::int, currency, country, class,
            sum(sales)::bigint, sum(gross)::bigint, sum(fees)::bigint, sum(refunds)::bigint, sum(later)::bigint,
            sum(adjusted)::bigint, sum(released)::bigint, sum(withheld)::bigint, sum(payments)::bigint,
            sum(paid)::bigint
        from said
        group by 1, 2, 3, 4, 5, 6
        """;

    private const string NaiveCohorts =
        Parts
        + """
        select creator, code, currency, cohort, country, class, sum(sales)::bigint, sum(gross)::bigint,
            sum(fees)::bigint, sum(refunds)::bigint
        from moved
        where released_by is null and later is null
        group by creator, code, currency, cohort, country, class
        """;

    private const string NaiveReleases =
        """
        select j.data ->> 'creator',
            case j.type when 'hold_released' then 'creator.pending' else 'creator.reserve' end,
            j.data ->> 'currency', (j.data ->> 'cohort')::date, max(j.number)
        from ledger.journal j
        where j.book_id = $1 and j.number <= $2 and $3::bigint is not null
            and j.type in ('hold_released', 'reserve_released')
        group by 1, 2, 3, 4
        """;

    public static IReadOnlyList<ProjectedTable> All { get; } =
        [
            new(
                "projected.tax_earnings",
                "creator, tax_year, quarter, currency, country, class, sales, gross, fees, refunds, later_refunds, "
                + "adjustments, released, withheld, payments, payments_gross",
                NaiveEarnings),
            new(
                "projected.tax_cohorts",
                "creator, code, currency, cohort, country, class, sales, gross, fees, refunds", NaiveCohorts),
            new("projected.tax_releases", "creator, code, currency, cohort, number", NaiveReleases),
        ];
}
