namespace Fanz.Ledger.Postgres.Standing;

/// <summary>What the follower writes, and the same once more straight from the journal.</summary>
public sealed partial class PayeeFollower
{
    private const string KnownSql =
        """
        insert into projected.payees (build, creator) select $1, new.creator from unnest($2::text[]) new (creator)
        order by 2
        on conflict (build, creator) do nothing
        """;

    private const string VerifiedSql =
        """
        update projected.payees p set level = new.level, expires_on = new.expires_on
        from unnest($2::text[], $3::int[], $4::date[]) new (creator, level, expires_on)
        where p.build = $1 and p.creator = new.creator
        """;

    // One of an earlier day that comes late is not the newest.
    private const string ScreenedSql =
        """
        update projected.payees p set screening = new.screening, screened_on = new.screened_on, list = new.list
        from unnest($2::text[], $3::text[], $4::date[], $5::text[]) new (creator, screening, screened_on, list)
        where p.build = $1 and p.creator = new.creator
            and (p.screened_on is null or p.screened_on <= new.screened_on)
        """;

    private const string AddedSql =
        """
        insert into projected.payout_methods as m (
            build, creator, method, version, rail, currency, country, masked, fingerprint, added_on, changed_at,
            changed_on, failed_attempts)
        select $1, new.*, 0
        from unnest(
            $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::date[],
            $11::timestamptz[], $12::date[]) new
        order by 2, 3
        on conflict (build, creator, method) do update set
            version = excluded.version, rail = excluded.rail, currency = excluded.currency, country = excluded.country,
            masked = excluded.masked, fingerprint = excluded.fingerprint, changed_at = excluded.changed_at,
            changed_on = excluded.changed_on, failed_attempts = 0, verified_by = null, disabled_for = null
        """;

    private const string ChangedSql =
        """
        update projected.payout_methods m
        set verified_by = coalesce(new.verified_by, m.verified_by),
            failed_attempts = coalesce(new.failed_attempts, m.failed_attempts),
            disabled_for = case when new.switched then new.disabled_for else m.disabled_for end
        from unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::boolean[], $7::text[])
            new (creator, method, verified_by, failed_attempts, switched, disabled_for)
        where m.build = $1 and m.creator = new.creator and m.method = new.method
        """;

    private const string PreferredSql =
        """
        insert into projected.payout_wishes (build, creator, currency, mode, method, minimum)
        select $1, new.* from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) new
        order by 2, 3
        on conflict (build, creator, currency) do update set
            mode = excluded.mode, method = excluded.method, minimum = excluded.minimum
        """;

    private const string AskedSql =
        """
        insert into projected.payout_wishes (build, creator, currency, request, requested)
        select $1, new.* from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) new
        order by 2, 3
        on conflict (build, creator, currency) do update set
            request = excluded.request, requested = excluded.requested
        """;

    private const string NaivePayees =
        """
        with said as (
            select number, type, data from ledger.journal
            where book_id = $1 and number <= $2 and $3::bigint is not null and stream >= 'payee/' and stream < 'payee0')
        select creator, coalesce(v.level, 0), v.expires_on, s.outcome, s.screened_on, s.list
        from (
            select distinct data ->> 'creator' as creator from said
            where type in ('verification_recorded', 'screening_recorded', 'payout_method_added',
                'payout_preference_set')) known
        left join lateral (
            select (data ->> 'level')::int as level, (data ->> 'expires_on')::date as expires_on from said
            where type = 'verification_recorded' and data ->> 'creator' = creator and data ->> 'outcome' <> 'failed'
            order by number desc limit 1) v on true
        left join lateral (
            select data ->> 'outcome' as outcome, (data ->> 'on')::date as screened_on, data ->> 'list' as list from said
            where type = 'screening_recorded' and data ->> 'creator' = creator
            order by 2 desc, number desc limit 1) s on true
        """;

    private const string NaiveMethods =
        """
        with said as (
            select number, type, at, effective_on, data, data ->> 'creator' as creator, data ->> 'method' as method
            from ledger.journal
            where book_id = $1 and number <= $2 and $3::bigint is not null and type like 'payout\_method\_%'),
        last as (
            select distinct on (creator, method) * from said where type = 'payout_method_added'
            order by creator, method, number desc)
        select creator, method, (data ->> 'version')::int, data ->> 'rail', data ->> 'currency', data ->> 'country',
            data ->> 'masked', data ->> 'fingerprint',
            (select min(f.effective_on) from said f
                where f.type = 'payout_method_added' and (f.creator, f.method) = (l.creator, l.method)),
            at, effective_on,
            (select v.data ->> 'by' from said v
                where v.type = 'payout_method_verified' and (v.creator, v.method) = (l.creator, l.method)
                    and v.number > l.number),
            (select count(*)::int from said f
                where f.type = 'payout_method_verification_failed' and (f.creator, f.method) = (l.creator, l.method)
                    and f.number > l.number),
            (select case s.type when 'payout_method_disabled' then s.data ->> 'reason' end from said s
                where s.type in ('payout_method_disabled', 'payout_method_enabled')
                    and (s.creator, s.method) = (l.creator, l.method) and s.number > l.number
                order by s.number desc limit 1)
        from last l
        """;

    private const string NaiveWishes =
        """
        with said as (
            select number, type, data, data ->> 'creator' as creator, data ->> 'currency' as currency
            from ledger.journal
            where book_id = $1 and number <= $2 and $3::bigint is not null
                and type in ('payout_preference_set', 'payout_requested', 'payout_request_withdrawn',
                    'payout_request_taken'))
        select creator, currency, coalesce(p.data ->> 'mode', 'automatic'), p.data ->> 'method',
            (p.data ->> 'minimum')::bigint, r.number, (r.data ->> 'amount')::bigint
        from (select distinct creator, currency from said) w
        left join lateral (
            select data from said s
            where s.type = 'payout_preference_set' and (s.creator, s.currency) = (w.creator, w.currency)
            order by s.number desc limit 1) p on true
        left join lateral (
            select number, data from said s
            where s.type = 'payout_requested' and (s.creator, s.currency) = (w.creator, w.currency)
                and not exists (select from said o where (o.data ->> 'request')::bigint = s.number)) r on true
        """;
}
