using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Payouts;

/// <summary>
/// The tables of the follower `payouts`, and the same rows straight from the journal: there the first record of a stream
/// says what something is, and the last one where it stands.
/// </summary>
internal static class PayoutTables
{
    private const string NaivePayouts =
        """
        with step as (
            select j.stream, j.number, j.type, j.at, j.effective_on, j.data
            from ledger.journal j
            where j.book_id = $1 and j.number <= $2 and $3::bigint is not null and j.stream like 'payout/%'
                and j.type <> 'held_amount_released')
        select substr(f.stream, length('payout/') + 1), f.data ->> 'creator', f.data ->> 'currency',
            (f.data ->> 'amount')::bigint, (f.data ->> 'fee')::bigint, (f.data ->> 'sent')::bigint, f.data ->> 'rail',
            f.data ->> 'batch', f.data ->> 'method',
            case last.type when 'payout_doubted' then 'unknown' else substr(last.type, length('payout_') + 1) end,
            (select s.data ->> 'file' from step s where s.stream = f.stream and s.type = 'payout_submitted'),
            (select (s.data ->> 'sequence')::bigint from step s
                where s.stream = f.stream and s.type = 'payout_submitted'),
            f.effective_on, f.number, last.at, last.number,
            (select s.data ->> 'bank' from step s where s.stream = f.stream and s.data ->> 'bank' is not null
                order by s.number desc limit 1),
            (select s.data ->> 'bank_reference' from step s
                where s.stream = f.stream and s.data ->> 'bank_reference' is not null
                order by s.number desc limit 1),
            last.data ->> 'code', last.data ->> 'reason'
        from step f
        cross join lateral (
            select * from step s where s.stream = f.stream order by s.number desc limit 1) last
        where f.type = 'payout_formed'
        """;

    private const string NaiveBatches =
        """
        with step as (
            select j.stream, j.number, j.type, j.data
            from ledger.journal j
            where j.book_id = $1 and j.number <= $2 and $3::bigint is not null and j.stream like 'batch/%')
        select o.data ->> 'batch', o.data ->> 'currency', o.data ->> 'rail', (o.data ->> 'on')::date,
            case when rejected.data is not null then 'rejected' when second.data is not null then 'approved'
                when first.data is not null then 'half_approved' when closed.data is not null then 'closed'
                else 'open' end,
            (closed.data ->> 'payouts')::bigint, (closed.data ->> 'sent')::bigint, closed.data ->> 'members',
            first.data ->> 'approved_by', second.data ->> 'approved_by', rejected.data ->> 'reason', o.number,
            (select max(s.number) from step s where s.stream = o.stream)
        from step o
        left join step closed on closed.stream = o.stream and closed.type = 'batch_closed'
        left join lateral (
            select s.data from step s
            where s.stream = o.stream and s.type = 'batch_approved' and s.data ->> 'is_complete' = 'false'
            order by s.number desc
            limit 1) first on true
        left join step second on second.stream = o.stream and second.type = 'batch_approved'
            and second.data ->> 'is_complete' = 'true'
        left join step rejected on rejected.stream = o.stream and rejected.type = 'batch_rejected'
        where o.type = 'batch_opened'
        """;

    private const string NaiveFiles =
        """
        select p.data ->> 'file', p.data ->> 'rail', (p.data ->> 'rail_set_by')::bigint, p.data ->> 'batch',
            p.data ->> 'currency', p.data ->> 'message', (p.data ->> 'created_at')::timestamptz,
            (p.data ->> 'execute_on')::date, (p.data ->> 'payouts')::bigint, (p.data ->> 'sent')::bigint,
            p.data ->> 'hash', case when r.number is null then 'prepared' else 'released' end, p.number, r.number
        from ledger.journal p
        left join ledger.journal r on r.book_id = $1 and r.number <= $2 and r.stream = p.stream
            and r.type = 'payment_file_released'
        where p.book_id = $1 and p.number <= $2 and $3::bigint is not null and p.type = 'payment_file_prepared'
        """;

    public static IReadOnlyList<ProjectedTable> All { get; } =
        [
            new(
                "projected.payouts",
                "payout, creator, currency, amount, fee, sent, rail, batch, method, state, file, sequence, formed_on, "
                + "formed_number, changed_at, changed_number, bank, bank_reference, code, reason",
                NaivePayouts),
            new(
                "projected.payout_batches",
                "batch, currency, rail, on_day, state, payouts, sent, members, first_approver, second_approver, "
                + "reason, opened_number, changed_number",
                NaiveBatches),
            new(
                "projected.payment_files",
                "file, rail, rail_set_by, batch, currency, message, created_at, execute_on, payouts, sent, hash, "
                + "state, prepared_number, released_number",
                NaiveFiles),
        ];
}
