-- Old ranges of a book that were written to a file, proved against their seals, and taken out of journal and entries.
-- A partition is never emptied: another takes its place, and the one before it goes to the schema archive, where it
-- stays until its owner drops it. Why it is so: ops/decisions/archive.md.

create schema archive;
comment on schema archive is
    'Partitions of journal and entries that others have taken the place of. Nobody but their owner comes here.';
revoke all on schema archive from public;

create table ledger.archived_ranges (
    id             bigint generated always as identity primary key,
    first_number   bigint not null check (first_number > 0),
    last_number    bigint not null,
    first_position bigint not null check (first_position > 0),
    last_position  bigint not null,
    first_sequence bigint not null check (first_sequence > 0),
    last_sequence  bigint not null,
    carried        bigint not null check (carried > 0),
    at             timestamptz not null,
    book_id        int not null,
    actor          text collate "C" not null,
    file           text collate "C" not null,
    file_hash      bytea not null check (octet_length(file_hash) = 32),
    seal           bytea not null check (octet_length(seal) = 32),
    carried_hash   bytea not null check (octet_length(carried_hash) = 32),
    check (last_number >= first_number and last_sequence >= first_sequence and last_position >= first_position - 1)
);
create index archived_ranges_of_book on ledger.archived_ranges (book_id, last_number);
comment on table ledger.archived_ranges is
    'Ranges of a book that were archived: from the first seal to the last of each, all numbers and positions between. Of
    their records only those are here that the book goes on with. Each line also stands in the access trail.';
comment on column ledger.archived_ranges.carried is 'How many of its records are here, each with all of its entries.';
comment on column ledger.archived_ranges.at is 'When it was archived.';
comment on column ledger.archived_ranges.actor is 'Who archived it.';
comment on column ledger.archived_ranges.file is 'The name of the audit package that holds the range.';
comment on column ledger.archived_ranges.file_hash is 'SHA-256 of the file.';
comment on column ledger.archived_ranges.seal is 'The hash of the last seal of the range.';
comment on column ledger.archived_ranges.carried_hash is
    'SHA-256 over the leaves of the records that are here, each behind what those before it came to.';

create table ledger.returned_ranges (
    range_id bigint primary key references ledger.archived_ranges,
    at       timestamptz not null,
    book_id  int not null,
    actor    text collate "C" not null
);
comment on table ledger.returned_ranges is
    'Archived ranges that were attached again: all of their records are here. Archived once more it is another line.';
comment on column ledger.returned_ranges.at is 'When it was attached.';
comment on column ledger.returned_ranges.actor is 'Who attached it.';

do $$
declare relation text;
begin
    foreach relation in array array['archived_ranges', 'returned_ranges'] loop
        execute format('create trigger append_only before update or delete on ledger.%I
            for each row execute function ledger.refuse_change()', relation);
        execute format('alter table ledger.%I enable always trigger append_only', relation);
        execute format('create trigger never_emptied before truncate on ledger.%I
            for each statement execute function ledger.refuse_change()', relation);
        execute format('alter table ledger.%I enable always trigger never_emptied', relation);
    end loop;
end $$;

-- Only the owner archives; a host looks.
select ledger.guard('ledger.archived_ranges');
select ledger.guard('ledger.returned_ranges');
grant select on ledger.archived_ranges, ledger.returned_ranges to ledger_writer, platform_app_ro, platform_app_rw,
    analytics_ro, analytics_rw, tax_ops, compliance_ro, auditor_ro;

create view finance.archived_ranges with (security_invoker) as
select b.tenant, b.platform, a.id, a.first_number, a.last_number, a.first_position, a.last_position, a.at, a.actor,
    a.file, a.file_hash, a.seal, a.carried, r.at as returned_at, r.actor as returned_by
from ledger.archived_ranges a
join ledger.books b on b.id = a.book_id
left join ledger.returned_ranges r on r.range_id = a.id;
comment on view finance.archived_ranges is
    'What is not here: ranges of records that are archived in files. While returned_at is null, the views journal and
    entries have only the few of them that the book goes on with; sums over such a range are not those of the book.';
comment on column finance.archived_ranges.returned_at is 'When the range was attached again; null while it is away.';
comment on column finance.archived_ranges.returned_by is 'Who attached it again.';
do $$
declare told record;
begin
    for told in
        select a.attname, coalesce(col_description('ledger.archived_ranges'::regclass, l.attnum), case a.attname
            when 'tenant' then 'Whose book.' when 'platform' then 'On which platform.'
            when 'id' then 'Counts what was archived, of all books.'
            when 'first_number' then 'The first record of the range.'
            when 'last_number' then 'The last record of the range.'
            when 'first_position' then 'Where its entries begin.'
            when 'last_position' then 'Where its entries end.' end) as meaning
        from pg_attribute a
        left join pg_attribute l on l.attrelid = 'ledger.archived_ranges'::regclass and l.attname = a.attname
        where a.attrelid = 'finance.archived_ranges'::regclass and a.attnum > 0
            and col_description(a.attrelid, a.attnum) is null
    loop
        execute format('comment on column finance.archived_ranges.%I is %L', told.attname, told.meaning);
    end loop;
end $$;
grant select on finance.archived_ranges to platform_app_ro, platform_app_rw, analytics_ro, analytics_rw, tax_ops,
    compliance_ro, auditor_ro;

-- Whatever a batch was decided upon must also be what is here: a decision that looked for an earlier transaction while
-- the records about it were archived would take it for one that nothing has happened to since.
create function ledger.expect_heads(books int[], sequences bigint[], hashes bytea[], archived bigint[]) returns void
    language plpgsql as $$
declare moved int;
begin
    select expected.book_id into moved
    from unnest(books, sequences, hashes, archived) as expected (book_id, sequence, hash, archived)
    left join lateral (
        select s.sequence, s.hash from ledger.seals s where s.book_id = expected.book_id
        order by s.last_number desc, s.sequence desc limit 1) head on true
    left join lateral (
        select a.last_number from ledger.archived_ranges a
        where a.book_id = expected.book_id
            and not exists (select from ledger.returned_ranges r where r.range_id = a.id)
        order by a.last_number desc limit 1) away on true
    where head.sequence is distinct from expected.sequence or head.hash is distinct from expected.hash
        or coalesce(away.last_number, 0) <> expected.archived
    limit 1;
    if found then
        raise exception 'book % has moved on', moved using errcode = 'LG001';
    end if;
end $$;

-- A program that knows of no archive keeps its hands off a book that has one.
create or replace function ledger.expect_heads(books int[], sequences bigint[], hashes bytea[]) returns void
    language plpgsql as $$
begin
    perform ledger.expect_heads(books, sequences, hashes, array_fill(0::bigint, array[cardinality(books)]));
end $$;
