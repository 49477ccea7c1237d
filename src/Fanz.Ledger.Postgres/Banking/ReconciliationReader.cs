using Fanz.Ledger.Postgres.Books;
using NodaTime;
using Npgsql;
using IsolationLevel = System.Data.IsolationLevel;

namespace Fanz.Ledger.Postgres.Banking;

/// <summary>
/// Holds the ledger against banks and processors, and its parts against one another, as of one day. All of it is read
/// in one snapshot; whoever asks has waited for the followers.
/// </summary>
public sealed class ReconciliationReader(NpgsqlDataSource source, OpenedBook book)
{
    /// <summary>Of each check so many differences are told, and then how many more there are.</summary>
    public const int MostTold = 1_000;

    private const string Builds =
        """
        with live as materialized (
            select (select id from ledger.builds where follower = 'banking' and book_id = $1 and state = 'live')
                banking,
                (select id from ledger.builds where follower = 'payouts' and book_id = $1 and state = 'live') payouts,
                (select id from ledger.builds where follower = 'receipts' and book_id = $1 and state = 'live') receipts,
                (select id from ledger.builds where follower = 'balances' and book_id = $1 and state = 'live') balances)
        """;

    /// <summary>
    /// The statement that holds on a day, and what the ledger has: before the first statement began, and until the day.
    /// </summary>
    private const string BanksSql =
        $"""
        {Builds}, spans as (
            select bank, currency, min(from_day) first from projected.bank_statements s join live on live.banking =
                s.build
            where s.to_day <= $2
            group by 1, 2)
        select p.bank, p.currency, p.first, first.opening, last.closing, last.to_day,
            coalesce(sum(e.amount), 0)::bigint,
            coalesce(sum(e.amount) filter (where e.on_day < p.first and l.bank_reference is null), 0)::bigint
        from spans p
        cross join live
        cross join lateral (
            select opening from projected.bank_statements s
            where s.build = live.banking and s.bank = p.bank and s.currency = p.currency and s.to_day <= $2
            order by s.from_day, s.to_day, s.number limit 1) first
        cross join lateral (
            select closing, to_day from projected.bank_statements s
            where s.build = live.banking and s.bank = p.bank and s.currency = p.currency and s.to_day <= $2
            order by s.to_day desc, s.from_day desc, s.number desc limit 1) last
        left join projected.bank_entries e on e.build = live.banking and e.bank = p.bank and e.currency = p.currency
            and e.on_day <= $2
        left join projected.bank_lines l on l.build = live.banking and l.bank = e.bank
            and l.bank_reference = e.bank_reference
        group by p.bank, p.currency, p.first, first.opening, last.closing, last.to_day
        order by 1, 2
        """;

    /// <summary>By line of a statement, or by transaction where no line shows it: what both sides have.</summary>
    private const string UnshownSql =
        $"""
        {Builds}, entries as (
            select bank_reference, case when bank_reference is null then number end number, sum(amount)::bigint amount,
                min(on_day) on_day, min(type) as type, max(payout) payout
            from projected.bank_entries e join live on live.banking = e.build
            where e.bank = $3 and e.currency = $4 and e.on_day <= $2
            group by 1, 2),
        lines as (
            select bank_reference, amount, on_day, file, line from projected.bank_lines l join live on live.banking =
                l.build
            where l.bank = $3 and l.currency = $4 and l.on_day <= $5)
        select e.number, coalesce(e.bank_reference, l.bank_reference), coalesce(e.amount, 0), coalesce(l.amount, 0),
            coalesce(e.on_day, l.on_day), e.type, e.payout, l.file, l.line
        from entries e
        full join lines l on l.bank_reference = e.bank_reference
        where coalesce(e.amount, 0) <> coalesce(l.amount, 0)
            and not (l.bank_reference is null and e.on_day < $6)
        order by 5, 1, 2
        """;

    private const string GapsSql =
        $"""
        {Builds}
        select bank, currency, statement, from_day, opening - before, opening
        from (
            select s.bank, s.currency, s.statement, s.from_day, s.opening,
                lag(s.closing) over (partition by s.bank, s.currency order by s.to_day, s.from_day, s.number) before
            from projected.bank_statements s join live on live.banking = s.build
            where s.to_day <= $2) statements
        where opening <> before
        order by 1, 2, 4
        """;

    private const string UnderWaySql =
        $"""
        {Builds}
        select p.payout, p.currency, p.sent, p.state, (p.changed_at at time zone $4)::date, p.changed_number
        from live
        join projected.payouts p on p.build = live.payouts
        where p.state in ('submitted', 'unknown', 'accepted') and (p.changed_at at time zone $4)::date < $2::date - $3
        order by p.changed_number
        """;

    private const string SuspenseSql =
        $"""
        {Builds}
        select i.* from live cross join lateral (
            select r.number, r.bank, r.bank_reference, r.currency, r.amount - r.assigned, r.received_on
            from projected.receipts r where r.build = live.receipts and r.assigned < r.amount and r.received_on <= $2
            union all
            select p.number, p.bank, p.bank_reference, p.currency, p.assigned - p.amount, p.paid_on
            from projected.payments p where p.build = live.banking and p.assigned < p.amount and p.paid_on <= $2) i
        order by i.received_on, i.number
        """;

    /// <summary>Figure by figure, by day: the ledger's less the processor's, and since when they differ.</summary>
    private const string ProcessorsSql =
        $"""
        {Builds}, reported as (
            select distinct r.processor, r.currency from projected.processor_reports r join live on live.banking =
                r.build
            where r.on_day <= $2),
        ledger_days as (
            select d.processor, d.currency, d.on_day, 'taken' figure, d.gross amount
            from projected.processor_days d join live on live.banking = d.build
            union all
            select d.owner, d.currency, d.effective_on, 'taken', (d.debits - d.credits)::bigint
            from projected.code_days d join live on live.balances = d.build where d.code = 'psp.receivable'
            union all
            select d.processor, d.currency, d.on_day, f.figure, f.amount
            from projected.processor_days d join live on live.banking = d.build
            cross join lateral (values ('fees', d.fees), ('reserve', d.kept), ('paid_out', d.net)) f (figure, amount)),
        processor_days as (
            select r.processor, r.currency, r.on_day, f.figure, f.amount
            from projected.processor_reports r join live on live.banking = r.build
            cross join lateral (values
                ('taken', r.gross - r.refunds - r.chargebacks), ('fees', r.fees), ('reserve', r.reserve),
                ('paid_out', r.payout)) f (figure, amount)),
        days as (
            select processor, currency, figure, on_day, sum(ledger)::bigint ledger, sum(said)::bigint said
            from (
                select processor, currency, figure, on_day, amount ledger, 0 said from ledger_days
                union all
                select processor, currency, figure, on_day, 0, amount from processor_days) both_sides
            where on_day <= $2
            group by 1, 2, 3, 4),
        running as (
            select processor, currency, figure, on_day, ledger, said,
                sum(ledger - said) over (partition by processor, currency, figure order by on_day) off
            from days)
        select r.processor, r.currency, r.figure, sum(r.ledger)::bigint, sum(r.said)::bigint,
            (select min(n.on_day) from running n
                where (n.processor, n.currency, n.figure) = (r.processor, r.currency, r.figure) and n.off <> 0
                    and n.on_day > coalesce((
                        select max(z.on_day) from running z
                        where (z.processor, z.currency, z.figure) = (r.processor, r.currency, r.figure)
                            and z.off = 0), '-infinity')),
            (select coalesce(sum(e.amount), 0)::bigint from projected.bank_entries e join live on live.banking = e.build
                where e.processor = r.processor and e.currency = r.currency and e.bank_reference is not null
                    and e.on_day <= $2 and r.figure = 'paid_out')
        from running r
        join reported using (processor, currency)
        group by r.processor, r.currency, r.figure
        order by 1, 2, 3
        """;

    /// <summary>
    /// Control accounts as their entries have them, and as those have them who keep account of what is in them.
    /// </summary>
    private const string ControlsSql =
        $"""
        {Builds}, held as (
            select b.code, b.currency, sum(b.balance)::numeric amount from projected.balances b
            join live on live.balances = b.build
            where b.code in ('cash.bank', 'payout.transit', 'payout.clearing', 'suspense')
            group by 1, 2),
        kept as (
            select 'cash.bank' code, currency, sum(amount) amount from projected.bank_entries e
            join live on live.banking = e.build group by 2
            union all
            select case state when 'accepted' then 'payout.clearing' else 'payout.transit' end, currency, -sum(sent)
            from projected.payouts p join live on live.payouts = p.build
            where state in ('formed', 'submitted', 'unknown', 'accepted') group by 1, 2
            union all
            select 'suspense', currency, sum(amount) from (
                select currency, assigned - amount amount from projected.receipts r join live on live.receipts = r.build
                union all
                select currency, amount - assigned from projected.payments p join live on live.banking = p.build
                union all
                select currency, -amount from projected.suspense_elsewhere s join live on live.receipts = s.build) s
            group by 2),
        sums as (select code, currency, sum(amount) amount from kept group by 1, 2),
        zero as (
            select currency, sum(balance)::numeric amount from projected.balances b join live on live.balances = b.build
            group by 1)
        select coalesce(h.code, s.code), coalesce(h.currency, s.currency), coalesce(h.amount, 0)::bigint,
            coalesce(s.amount, 0)::bigint
        from held h full join sums s using (code, currency)
        union all
        select 'trial balance', currency, amount::bigint, 0 from zero where amount <> 0
        order by 1, 2
        """;

    private const string NumberSql =
        """
        select coalesce(min(number), 0) from ledger.builds
        where book_id = $1 and state = 'live' and follower in ('banking', 'payouts', 'receipts', 'balances')
        """;

    /// <param name="on">The day, still in it.</param>
    /// <param name="days">For how many days a bank may be silent about a payout.</param>
    public async Task<Reconciliation> Read(LocalDate on, int days, CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
        var looking = new Looking(connection, book, on, token);
        await looking.Banks(BanksSql, UnshownSql);
        await looking.Gaps(GapsSql);
        await looking.UnderWay(UnderWaySql, days);
        await looking.Processors(ProcessorsSql);
        await looking.Suspense(SuspenseSql);
        await looking.Controls(ControlsSql);
        var number = await looking.Number(NumberSql);
        return new Reconciliation(on, number, looking.Compared, looking.Differences);
    }
}
