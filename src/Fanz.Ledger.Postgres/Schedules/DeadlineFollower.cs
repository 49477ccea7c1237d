using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Schedules;

/// <summary>Keeps projected.deadlines: what is open and falls due on a day. What is done with has no row.</summary>
public sealed class DeadlineFollower() : Follower(FollowerName)
{
    public const string FollowerName = "deadlines";

    private const string AuthorisationPrefix = "authorisation/";

    private const string WriteSql =
        """
        insert into projected.deadlines
            (build, kind, subject, number, due_on, currency, amount, period, periods, anchor, period_end)
        select $1, new.* from unnest(
            $2::text[], $3::text[], $4::bigint[], $5::date[], $6::text[], $7::bigint[], $8::int[], $9::int[],
            $10::date[], $11::date[]) new
        order by 2, 3
        on conflict (build, kind, subject) do update
        set due_on = excluded.due_on, amount = excluded.amount, period = excluded.period
        """;

    private const string DeleteSql =
        """
        delete from projected.deadlines d
        using unnest($2::text[], $3::text[]) gone (kind, subject)
        where d.build = $1 and d.kind = gone.kind and d.subject = gone.subject
        """;

    private const string CaptureSql =
        """
        update projected.deadlines d set amount = d.amount - taken.amount
        from unnest($2::text[], $3::bigint[]) taken (subject, amount)
        where d.build = $1 and d.kind = 'authorisation' and d.subject = taken.subject
        """;

    private const string UsedUpSql =
        """
        delete from projected.deadlines
        where build = $1 and kind = 'authorisation' and subject = any($2) and amount = 0
        """;

    private const string Naive =
        """
        with charge as (
            select j.number, j.data, (j.data ->> 'anchor')::date anchor, (j.data ->> 'period_end')::date period_end,
                (j.data ->> 'periods')::int periods, 1 + (
                    select count(*) from ledger.journal r
                    where r.book_id = $1 and r.refers_to = j.number and r.number <= $2
                        and r.type = 'revenue_recognised')::int next
            from ledger.journal j
            where j.book_id = $1 and j.number <= $2 and j.type in ('subscription_started', 'subscription_renewed',
                'subscription_recovered', 'subscription_upgraded', 'charge_opened')),
        over_for_good as (
            select split_part(item ->> 'item', '/', 1) kind, split_part(item ->> 'item', '/', 2) subject
            from ledger.journal j cross join lateral json_array_elements(j.data -> 'items') item
            where j.book_id = $1 and j.number <= $2 and j.type = 'run_skipped'
                and item ->> 'code' in ('nothing_to_recognise', 'nothing_left_of_promo'))
        select 'recognition', c.number::text, c.number,
            (c.anchor + make_interval(months => (extract(year from c.period_end)::int * 12
                + extract(month from c.period_end)::int - extract(year from c.anchor)::int * 12
                - extract(month from c.anchor)::int) - c.periods + c.next))::date,
            c.data ->> 'currency', (c.data ->> 'amount')::bigint, c.next, c.periods, c.anchor, c.period_end
        from charge c
        where c.next <= c.periods and not exists (
            select from over_for_good o where o.kind = 'charge' and o.subject = c.number::text)
        union all
        select 'authorisation', j.data ->> 'authorisation', j.number, (j.data ->> 'expires_on')::date + 1,
            j.data ->> 'currency', remains.amount, 0, 0, null, null
        from ledger.journal j
        cross join lateral (
            select (-sum(e.amount))::bigint amount
            from ledger.journal s
            join ledger.entries e on e.book_id = s.book_id and e.number = s.number
            join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id and a.code = 'fan.reserved'
            where s.book_id = $1 and s.stream = j.stream and s.number <= $2 and e.position <= $3) remains
        where j.book_id = $1 and j.number <= $2 and j.type = 'authorised' and remains.amount <> 0
        union all
        select 'promotion', j.number::text, j.number, (j.data ->> 'expires_on')::date + 1, j.data ->> 'currency',
            (j.data ->> 'amount')::bigint, 0, 0, null, null
        from ledger.journal j
        where j.book_id = $1 and j.number <= $2 and j.type = 'promo_granted' and j.data ->> 'expires_on' is not null
            and not exists (
                select from ledger.journal r
                where r.book_id = $1 and r.refers_to = j.number and r.number <= $2 and r.type = 'promo_expired')
            and not exists (select from over_for_good o where o.kind = 'promo' and o.subject = j.number::text)
        """;

    public override bool NeedsEntries => true;

    public override bool NeedsReferred => true;

    public override IReadOnlyList<ProjectedTable> Tables { get; } =
        [
            new(
                "projected.deadlines",
                "kind, subject, number, due_on, currency, amount, period, periods, anchor, period_end", Naive),
        ];

    public override ValueTask Apply(FollowedPage page, BuildWrites writes, CancellationToken token)
    {
        // A row that is null is over.
        var rows = new SortedDictionary<(string Kind, string Subject), Deadline?>();
        var captured = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var followed in page.Records)
        {
            switch (followed.Event)
            {
                case Event.RevenueRecognised recognised when page.Find(recognised.Charge).Event
                    is Event.SubscriptionCharge charge:
                    rows[(DeadlineKind.Recognition, Deadline.InWords(recognised.Charge))] =
                        Deadline.OfMonth(recognised.Charge, charge, recognised.Period + 1);
                    break;
                case Event.PromoExpired expired:
                    rows[(DeadlineKind.Promotion, Deadline.InWords(expired.Grant))] = null;
                    break;
                case Event.RunSkipped skipped:
                    foreach (var item in skipped.Items)
                        if (DeadlineItems.Over(new(item.Item, item.Code)) is { } over) rows[over] = null;
                    break;
                default:
                    if (Deadline.Of(followed.Number, followed.Event) is { } deadline)
                        rows[(deadline.Kind, deadline.Subject)] = deadline;
                    else if (OfAuthorisation(followed.Record) is { } authorisation)
                        Capture(authorisation, followed, rows, captured);
                    break;
            }
        }

        Write(rows, captured, writes);
        return ValueTask.CompletedTask;
    }

    private static string? OfAuthorisation(JournalRecord record) =>
        record.Stream?.StartsWith(AuthorisationPrefix, StringComparison.Ordinal) == true
            ? record.Stream[AuthorisationPrefix.Length..]
            : null;

    /// <summary>What is taken out of it, by a sale or because it is given back, comes off what is left.</summary>
    private static void Capture(
        string authorisation, FollowedRecord followed,
        SortedDictionary<(string Kind, string Subject), Deadline?> rows, SortedDictionary<string, long> captured)
    {
        long taken = 0;
        foreach (var entry in followed.Entries)
            if (entry.Account.Code == Chart.FanReserved) taken = checked(taken + entry.Amount);
        var key = (DeadlineKind.Authorisation, authorisation);
        if (rows.GetValueOrDefault(key) is not { } row)
            captured[authorisation] = checked(captured.GetValueOrDefault(authorisation) + taken);
        else rows[key] = row.Amount == taken ? null : row with { Amount = checked(row.Amount - taken) };
    }

    private static void Write(
        SortedDictionary<(string Kind, string Subject), Deadline?> rows, SortedDictionary<string, long> captured,
        BuildWrites writes)
    {
        var gone = rows.Where(row => row.Value is null).Select(row => row.Key).ToArray();
        var open = rows.Values.OfType<Deadline>().ToArray();
        if (gone.Length > 0)
            writes.Add(DeleteSql, gone.Select(key => key.Kind).ToArray(), gone.Select(key => key.Subject).ToArray());
        if (open.Length > 0)
            writes.Add(
                WriteSql, Of(row => row.Kind), Of(row => row.Subject), Of(row => row.Number),
                Of(row => row.DueOn.ToDateOnly()), Of(row => row.Currency), Of(row => row.Amount),
                Of(row => row.Period), Of(row => row.Paid?.Months ?? 0), Of(row => row.Paid?.Anchor.ToDateOnly()),
                Of(row => row.Paid?.End.ToDateOnly()));
        if (captured.Count == 0) return;
        writes.Add(CaptureSql, captured.Keys.ToArray(), captured.Values.ToArray());
        writes.Add(UsedUpSql, [captured.Keys.ToArray()]);

        T[] Of<T>(Func<Deadline, T> value) => [.. open.Select(value)];
    }
}
