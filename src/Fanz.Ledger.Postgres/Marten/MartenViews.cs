namespace Fanz.Ledger.Postgres.Marten;

/// <summary>
/// The views: an event is an entry, and a stream is an account. The number of the book is the one thing that differs
/// from schema to schema, and it comes from ledger.books.
/// <para>How they stay fast: events are the rows of ledger.entries in the order of its index. The account is joined so
/// that the planner may leave it out, or begin with it where a stream is asked for by name. Each thing that stands in
/// the journal is a look-up of its own: it costs nothing unless it is asked for, and leaves the planner no other way
/// than the index. (Joined, a filter on the type made it scan the journal, and a search for gaps read all of it.)</para>
/// <para>What is archived: of such a range those entries are here that the book goes on with, and they say so.</para>
/// <para>How they stay in their book: a reader may bring a function of its own, and the planner may try it on a row
/// before it looks whose row it is. So what one row alone would tell is empty in the rows of other books: all but
/// positions, and those say no more than the size of the table.</para>
/// </summary>
internal static class MartenViews
{
    // As the house writes an account: CODE/CURRENCY/COHORT/OWNER. Only operators that can never change their answer may
    // stand in an index, and to write a date is none of them; so the cohort is put together from its parts. Outside
    // the CASE stands what tells the planner that there is no name without an account.
    public static string NameSql(int book) =>
        $"""
        (accounts.code || case when accounts.book_id = {book} then
            '/' || accounts.currency || '/' || coalesce(
                lpad(extract(year from accounts.cohort)::text, 4, '0') || '-' ||
                lpad(extract(month from accounts.cohort)::text, 2, '0') || '-' ||
                lpad(extract(day from accounts.cohort)::text, 2, '0'), '') || '/' || accounts.owner end)
        """;

    // The names of fields as a reader of camel case expects them, while those under `metadata` are their sender's. Data
    // is kept byte for byte as it was written, without white space; and within a string a quotation mark is never bare,
    // so what stands bare between a brace or a comma and a colon is the name of a field.
    public const string FunctionsSql =
        """
        create or replace function camel_case(data json) returns jsonb
            language plpgsql immutable strict parallel safe as $$
        declare
            written text := data::text;
            field text;
        begin
            for field in
                select distinct names[1]
                from regexp_matches(written, '[{,]"([a-z0-9]+_[a-z0-9_]+)":', 'g') as names
            loop
                written := replace(written, '"' || field || '":',
                    '"' || left(field, 1) || substr(replace(initcap(field), '_', ''), 2) || '":');
            end loop;
            return case
                when json_typeof(data -> 'metadata') = 'object'
                then written::jsonb || jsonb_build_object('metadata', data -> 'metadata')
                else written::jsonb end;
        end $$;
        revoke all on function camel_case from public
        """;

    public static string ViewsSql(int book) =>
        $"""
        create or replace view mt_events as
        select
            entries.position as seq_id,
            -- Version 8: the name of the book, and the position in its last digits.
            ((select overlay(substr(md5(tenant || '/' || platform), 1, 16) placing '8' from 13 for 1)
                from ledger.books where id = {book}) || '8' || lpad(to_hex(entries.position), 15, '0'))::uuid as id,
            {NameSql(book)}::varchar as stream_id,
            case when entries.book_id = {book} then entries.version end as version,
            (select jsonb_build_object(
                'account', {NameSql(book)}, 'code', accounts.code, 'owner', accounts.owner,
                'currency', accounts.currency, 'cohort', accounts.cohort,
                'amount', entries.amount, 'balance', entries.balance,
                'number', entries.number, 'effectiveOn', journal.effective_on, 'actor', journal.actor,
                'stream', journal.stream, 'refersTo', journal.refers_to, 'event', camel_case(journal.data))
                from ledger.journal
                where journal.book_id = {book} and journal.number = entries.number) as data,
            null::bytea as bdata,
            (select journal.type from ledger.journal
                where journal.book_id = {book} and journal.number = entries.number)::varchar as type,
            (select journal.at from ledger.journal
                where journal.book_id = {book} and journal.number = entries.number) as timestamp,
            '*DEFAULT*'::varchar as tenant_id,
            null::varchar as mt_dotnet_type,
            ((select tenant || '/' || platform || '/' from ledger.books where id = {book})
                || case when entries.book_id = {book} then entries.number end)::varchar as correlation_id,
            ((select tenant || '/' || platform || '/' from ledger.books where id = {book})
                || (select journal.refers_to from ledger.journal
                    where journal.book_id = {book} and journal.number = entries.number))::varchar as causation_id,
            (select jsonb_build_object('actor', journal.actor) from ledger.journal
                where journal.book_id = {book} and journal.number = entries.number) as headers,
            entries.position <@ (
                select coalesce(range_agg(int8range(r.first_position, r.last_position + 1)), int8multirange())
                from ledger.archived_ranges r
                where r.book_id = {book}
                    and not exists (select from ledger.returned_ranges b where b.range_id = r.id)) as is_archived
        from ledger.entries
        left join ledger.accounts on accounts.id = entries.account_id and accounts.book_id = {book}
        where entries.book_id = {book};

        create or replace view mt_streams as
        select
            '*DEFAULT*'::varchar as tenant_id,
            {NameSql(book)}::varchar as id,
            null::varchar as type,
            (select entries.version from ledger.entries
                where entries.account_id = accounts.id and entries.book_id = {book}
                order by entries.position desc limit 1) as version,
            (select journal.at from ledger.journal
                where journal.book_id = {book} and journal.number = (
                    select entries.number from ledger.entries
                    where entries.account_id = accounts.id and entries.book_id = {book}
                    order by entries.position desc limit 1)) as timestamp,
            (select journal.at from ledger.journal
                where journal.book_id = {book} and journal.number = (
                    select entries.number from ledger.entries
                    where entries.account_id = accounts.id and entries.book_id = {book}
                    order by entries.position limit 1)) as created,
            false as is_archived
        from ledger.accounts
        where {NameSql(book)} is not null;

        -- As a sequence would say it: before the first of all, 1 and not called.
        create or replace view mt_events_sequence as
        select greatest(last_position, 1) as last_value, last_position > 0 as is_called
        from ledger.seals where book_id = {book}
        order by last_number desc, sequence desc
        limit 1
        """;
}
