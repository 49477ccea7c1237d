using Fanz.Ledger.Postgres.Following;

namespace Fanz.Ledger.Postgres.Banking;

/// <summary>The tables of what banks and processors say, each with the same said of the journal alone.</summary>
internal static class BankingTables
{
    private const string NaiveEntries =
        """
        select j.number, a.owner, a.currency, sum(e.amount)::bigint, j.effective_on, j.type,
            case
                when j.type in ('receipt_recorded', 'payment_recorded', 'payout_settled', 'payout_returned')
                    and j.data ->> 'bank_reference' is not null then j.data ->> 'bank_reference'
                when j.type in ('tax_deposited', 'exchange_covered') and j.data ->> 'reference' is not null
                    then j.data ->> 'reference'
                when j.type in ('receipt_assigned', 'payment_assigned') and j.data ->> 'record' is not null then (
                    select r.data ->> 'bank_reference' from ledger.journal r
                    where r.book_id = $1 and r.number = j.refers_to)
                else (
                    select m.data ->> 'bank_reference' from ledger.journal m
                    where m.book_id = $1 and m.refers_to = j.number and m.number <= $2
                        and m.type = 'bank_line_matched' and coalesce(m.data ->> 'bank', '') = a.owner
                        and m.data ->> 'currency' = a.currency)
            end,
            case when j.type in ('payout_settled', 'payout_returned') then j.data ->> 'payout' end,
            case when j.type in ('processor_settled', 'processor_reserve_released')
                then coalesce(j.data ->> 'processor', '') end
        from ledger.entries e
        join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
        join ledger.journal j on j.book_id = e.book_id and j.number = e.number
        where e.book_id = $1 and e.number <= $2 and e.position <= $3 and a.code = 'cash.bank'
        group by j.number, a.owner, a.currency, j.effective_on, j.type, j.refers_to, j.data::text, j.book_id,
            j.data ->> 'bank_reference', j.data ->> 'reference', j.data ->> 'record', j.data ->> 'payout',
            j.data ->> 'processor'
        """;

    private const string Items =
        """
        from ledger.journal j
        cross join lateral json_array_elements(j.data -> 'items') with ordinality as i (item, ordinal)
        where j.book_id = $1 and j.number <= $2 and $3::bigint is not null and j.type = 'bank_lines_recorded'
        """;

    private const string NaiveLines =
        $"""
        select distinct on (coalesce(j.data ->> 'bank', ''), item ->> 'reference')
            coalesce(j.data ->> 'bank', ''), item ->> 'reference', item ->> 'currency', (item ->> 'amount')::bigint,
            (item ->> 'on')::date, j.data ->> 'file', (item ->> 'line')::bigint, j.number, item ->> 'outcome',
            (item ->> 'record')::bigint, item ->> 'payout', item ->> 'finding', item ->> 'code', item ->> 'hint'
        {Items} and item ->> 'reference' is not null and item ->> 'amount' is not null and item ->> 'on' is not null
        order by coalesce(j.data ->> 'bank', ''), item ->> 'reference', j.number, ordinal
        """;

    private const string NaiveFindings =
        $"""
        select j.number, ordinal, j.at, coalesce(j.data ->> 'bank', ''), j.data ->> 'file', (item ->> 'line')::bigint,
            item ->> 'finding', item ->> 'outcome', (item ->> 'amount')::bigint, item ->> 'currency',
            (item ->> 'on')::date, item ->> 'reference', item ->> 'payout', item ->> 'code'
        {Items} and item ->> 'finding' is not null
        """;

    private const string NaiveStatements =
        """
        select j.number, coalesce(j.data ->> 'bank', ''), j.data ->> 'currency', j.data ->> 'statement',
            (j.data ->> 'from')::date, (j.data ->> 'to')::date, (j.data ->> 'opening')::bigint,
            (j.data ->> 'closing')::bigint, j.data ->> 'account', j.data ->> 'file'
        from ledger.journal j
        where j.book_id = $1 and j.number <= $2 and $3::bigint is not null and j.type = 'bank_statement_recorded'
        """;

    private const string NaiveFiles =
        """
        select coalesce(j.data ->> 'bank', ''), j.data ->> 'file', j.data ->> 'format', j.data ->> 'sha256',
            j.data ->> 'name', (j.data ->> 'lines')::bigint, (f.data ->> 'posted')::bigint,
            (f.data ->> 'known')::bigint, (f.data ->> 'suspense')::bigint, (f.data ->> 'findings')::bigint, j.number,
            f.number
        from ledger.journal j
        left join ledger.journal f on f.book_id = $1 and f.stream = j.stream and f.number <= $2
            and f.type = 'bank_file_finished'
        where j.book_id = $1 and j.number <= $2 and $3::bigint is not null and j.type = 'bank_file_begun'
        """;

    private const string NaivePayments =
        """
        select j.number, j.at, j.effective_on, coalesce(j.data ->> 'bank', ''), j.data ->> 'bank_reference',
            j.data ->> 'currency', (j.data ->> 'amount')::bigint, coalesce(assigned.amount, 0)::bigint, assigned.last
        from ledger.journal j
        left join lateral (
            select sum((a.data ->> 'amount')::bigint) amount,
                (array_agg(a.effective_on order by a.number desc))[1] as last
            from ledger.journal a
            where a.book_id = $1 and a.refers_to = j.number and a.number <= $2 and a.type = 'payment_assigned')
            assigned on true
        where j.book_id = $1 and j.number <= $2 and $3::bigint is not null and j.type = 'payment_recorded'
        """;

    private const string NaiveReports =
        """
        select distinct on (j.stream) (j.data ->> 'on')::date, coalesce(j.data ->> 'processor', ''),
            j.data ->> 'currency', (j.data ->> 'gross')::bigint, (j.data ->> 'refunds')::bigint,
            (j.data ->> 'chargebacks')::bigint, (j.data ->> 'fees')::bigint, (j.data ->> 'reserve')::bigint,
            (j.data ->> 'payout')::bigint, j.data ->> 'sha256', j.number
        from ledger.journal j
        where j.book_id = $1 and j.number <= $2 and $3::bigint is not null and j.type = 'processor_reported'
        order by j.stream, j.number desc
        """;

    private const string NaiveDays =
        """
        select j.effective_on, coalesce(j.data ->> 'processor', ''), j.data ->> 'currency',
            coalesce(sum((j.data ->> 'gross')::bigint), 0)::bigint,
            coalesce(sum((j.data ->> 'fees')::bigint), 0)::bigint,
            sum(case j.type when 'processor_settled' then (j.data ->> 'kept')::bigint
                else -(j.data ->> 'amount')::bigint end)::bigint,
            sum(case j.type when 'processor_settled' then (j.data ->> 'net')::bigint
                else (j.data ->> 'amount')::bigint end)::bigint
        from ledger.journal j
        where j.book_id = $1 and j.number <= $2 and $3::bigint is not null
            and j.type in ('processor_settled', 'processor_reserve_released')
        group by 1, 2, 3
        """;

    public static IReadOnlyList<ProjectedTable> All { get; } =
        [
            new(
                "projected.bank_entries",
                "number, bank, currency, amount, on_day, type, bank_reference, payout, processor", NaiveEntries),
            new(
                "projected.bank_lines",
                "bank, bank_reference, currency, amount, on_day, file, line, number, outcome, record, payout, finding, "
                + "code, hint",
                NaiveLines),
            new(
                "projected.bank_findings",
                "number, ordinal, at, bank, file, line, finding, outcome, amount, currency, on_day, bank_reference, "
                + "payout, code",
                NaiveFindings),
            new(
                "projected.bank_statements",
                "number, bank, currency, statement, from_day, to_day, opening, closing, account, file",
                NaiveStatements),
            new(
                "projected.bank_files",
                "bank, file, format, sha256, name, lines, posted, known, suspense, findings, begun_number, "
                + "finished_number",
                NaiveFiles),
            new(
                "projected.payments",
                "number, at, paid_on, bank, bank_reference, currency, amount, assigned, last_assigned", NaivePayments),
            new(
                "projected.processor_reports",
                "on_day, processor, currency, gross, refunds, chargebacks, fees, reserve, payout, sha256, number",
                NaiveReports),
            new(
                "projected.processor_days", "on_day, processor, currency, gross, fees, kept, net", NaiveDays),
        ];
}
