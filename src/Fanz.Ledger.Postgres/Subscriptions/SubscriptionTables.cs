using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Subscriptions;

/// <summary>
/// The tables of the follower `subscriptions`, and the same rows straight from the journal: there every state is that
/// which the last record that has a say leaves, not what a fold has come to.
/// </summary>
internal static class SubscriptionTables
{
    // Each record of a subscription, with what was so by then. A resumed one is what it was before it was cancelled.
    private const string Steps =
        """
        with step as (
            select substr(j.stream, length('subscription/') + 1) subscription, j.number, j.type, j.effective_on, j.data,
                max(j.number) filter (where j.type in ('subscription_started', 'subscription_renewed',
                    'subscription_recovered')) over so_far last_charge,
                max(j.number) filter (where j.type = 'subscription_past_due'
                    or (j.data ->> 'failed_attempts')::int > 0) over so_far last_failure,
                bool_or(j.type in ('subscription_started', 'subscription_renewed', 'subscription_recovered')
                    or (j.type = 'subscription_opened' and j.data ->> 'state' <> 'trial')) over so_far has_paid
            from ledger.journal j
            where j.book_id = $1 and j.number <= $2 and j.stream like 'subscription/%'
            window so_far as (partition by j.stream order by j.number)),
        stated as (
            select step.*, case step.type
                when 'trial_started' then 'trial'
                when 'subscription_opened' then
                    case when step.data ->> 'state' = 'active' and step.data ->> 'period' = 'lifetime' then 'lifetime'
                        else step.data ->> 'state' end
                when 'subscription_past_due' then 'past_due'
                when 'subscription_cancelled' then 'cancelled'
                when 'subscription_expired' then 'expired'
                when 'subscription_resumed' then
                    case when step.last_failure > coalesce(step.last_charge, 0) then 'past_due'
                        when step.has_paid then 'active' else 'trial' end
                else case step.data ->> 'period' when 'lifetime' then 'lifetime' else 'active' end
                end state
            from step
            where step.type not in ('subscription_upgraded', 'charge_opened'))
        """;

    private const string NaiveSubscriptions =
        Steps
        + """
        ,
        paid as (
            select step.subscription, step.number, (step.data ->> 'amount')::bigint
                    + coalesce((select sum((tax ->> 'amount')::bigint)
                        from json_array_elements(step.data -> 'taxes') tax), 0)
                    - coalesce((step.data -> 'discount' ->> 'amount')::bigint, 0) amount, step.type
            from step where step.data ->> 'rule_version' is not null),
        about (subscription, number) as (
            select step.subscription, step.number from step
            union all
            select paid.subscription, j.number from paid
            join ledger.journal j on j.book_id = $1 and j.refers_to = paid.number and j.number <= $2),
        owed as (
            select about.subscription,
                -coalesce(sum(e.amount) filter (where a.code = 'deferred.revenue'), 0) deferred,
                -coalesce(sum(e.amount) filter (where a.code = 'creator.unearned'), 0) unearned
            from about
            join ledger.entries e on e.book_id = $1 and e.number = about.number and e.position <= $3
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
            group by about.subscription)
        select s.subscription, last.state, first.data ->> 'fan', first.data ->> 'creator', first.data ->> 'period',
            first.data ->> 'currency', (
                select coalesce(p.data ->> 'price', p.data ->> 'amount')::bigint from step p
                where p.subscription = s.subscription and p.type in ('trial_started', 'subscription_opened',
                    'subscription_started', 'subscription_renewed', 'subscription_recovered', 'subscription_upgraded')
                order by p.number desc
                limit 1),
            coalesce(owed.deferred, 0)::bigint, coalesce(owed.unearned, 0)::bigint,
            (select count(*) from paid where paid.subscription = s.subscription and paid.type <> 'charge_opened'),
            (select coalesce(sum(paid.amount), 0)::bigint from paid
                where paid.subscription = s.subscription and paid.type <> 'charge_opened'),
            returned.count, returned.amount,
            (select max(about.number) from about where about.subscription = s.subscription), (
                select coalesce((f.data ->> 'attempt')::int, (f.data ->> 'failed_attempts')::int, 0) from step f
                where f.subscription = s.subscription and f.type in ('trial_started', 'subscription_opened',
                    'subscription_started', 'subscription_renewed', 'subscription_recovered', 'subscription_past_due')
                order by f.number desc
                limit 1),
            coalesce(first.data ->> 'trial_start', first.data ->> 'period_start')::date,
            coalesce(period.data ->> 'trial_start', period.data ->> 'period_start')::date,
            coalesce(period.data ->> 'trial_end', period.data ->> 'period_end')::date,
            (select max(step.effective_on) from step
                where step.subscription = s.subscription and step.type = 'subscription_expired'),
            (select bool_or(step.has_paid) from step where step.subscription = s.subscription)
        from (select distinct subscription from step) s
        cross join lateral (
            select * from step where step.subscription = s.subscription order by number limit 1) first
        cross join lateral (
            select * from stated where stated.subscription = s.subscription order by number desc limit 1) last
        cross join lateral (
            select * from step where step.subscription = s.subscription and step.type in ('trial_started',
                'subscription_opened', 'subscription_started', 'subscription_renewed', 'subscription_recovered')
            order by number desc
            limit 1) period
        cross join lateral (
            select count(*) count, coalesce(sum((j.data ->> 'amount')::bigint), 0)::bigint amount
            from paid
            join ledger.journal j on j.book_id = $1 and j.refers_to = paid.number and j.number <= $2
            where paid.subscription = s.subscription
                and j.type in ('sale_refunded', 'dispute_lost', 'sale_clawed_back')) returned
        left join owed on owed.subscription = s.subscription
        """;

    private const string NaiveElsewhere =
        """
        select a.code, a.owner, a.currency, (-sum(e.amount))::bigint
        from ledger.entries e
        join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
        join ledger.journal j on j.book_id = e.book_id and j.number = e.number
        left join ledger.journal r on r.book_id = j.book_id and r.number = j.refers_to
        where e.book_id = $1 and e.number <= $2 and e.position <= $3
            and a.code in ('deferred.revenue', 'creator.unearned')
            and coalesce(j.stream, '') not like 'subscription/%' and coalesce(r.stream, '') not like 'subscription/%'
        group by a.code, a.owner, a.currency
        """;

    private const string NaiveDays =
        Steps
        + """
        ,
        changed as (
            select stated.effective_on, stated.type, stated.state,
                lag(stated.state) over (partition by stated.subscription order by stated.number) before
            from stated
            union all
            select step.effective_on, step.type, null, null from step where step.type = 'subscription_upgraded')
        select c.effective_on,
            count(*) filter (where c.type = 'trial_started'), count(*) filter (where c.type = 'subscription_started'),
            count(*) filter (where c.type = 'subscription_opened'),
            count(*) filter (where c.type = 'subscription_renewed'),
            count(*) filter (where c.type = 'subscription_recovered'),
            count(*) filter (where c.type = 'subscription_upgraded'),
            count(*) filter (where c.type = 'subscription_past_due'),
            count(*) filter (where c.type = 'subscription_cancelled'),
            count(*) filter (where c.type = 'subscription_resumed'),
            count(*) filter (where c.type = 'subscription_expired'),
            count(*) filter (where c.state = 'trial') - count(*) filter (where c.before = 'trial'),
            count(*) filter (where c.state in ('active', 'lifetime'))
                - count(*) filter (where c.before in ('active', 'lifetime')),
            count(*) filter (where c.state = 'past_due') - count(*) filter (where c.before = 'past_due'),
            count(*) filter (where c.state = 'cancelled') - count(*) filter (where c.before = 'cancelled')
        from changed c
        where $3::bigint is not null
        group by c.effective_on
        """;

    public static IReadOnlyList<ProjectedTable> All { get; } =
        [
            new(
                "projected.subscriptions",
                "subscription, state, fan, creator, period, currency, price, deferred, unearned, charges, charged, "
                + "refunds, refunded, last_number, attempts, started_on, period_start, period_end, ended_on, has_paid",
                NaiveSubscriptions),
            new("projected.deferred_elsewhere", "code, owner, currency, amount", NaiveElsewhere),
            new(
                "projected.subscription_days",
                "day, trials, started, opened, renewed, recovered, upgraded, failed, cancelled, resumed, expired, "
                + "trial_change, active_change, past_due_change, ending_change",
                NaiveDays),
        ];
}
