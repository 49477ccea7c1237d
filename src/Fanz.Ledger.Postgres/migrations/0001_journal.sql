-- The tables of every book. All of them only ever grow: nothing here is updated or deleted.
-- Text is compared as bytes. Where an index serves look-ups by a key from outside, the selective column leads: a
-- young table has no statistics, and an index led by book_id would be scanned for the whole book.

create table ledger.books (
    id                 int generated always as identity primary key,
    tenant             text collate "C" not null,
    platform           text collate "C" not null,
    time_zone          text not null,
    calendar           text not null,
    reporting_currency text not null,
    unique (tenant, platform)
);
comment on table ledger.books is
    'One tenant on one platform. The row is what writers lock, and never updated. Record 1 of the journal repeats it.';

-- Ids are handed out a thousand at a time; what a host does not use is no loss.
create sequence ledger.account_ids as bigint increment by 1000;

create table ledger.accounts (
    id       bigint not null,
    book_id  int not null,
    cohort   date,
    code     text collate "C" not null,
    owner    text collate "C" not null,
    currency text collate "C" not null,
    primary key (id, book_id),
    unique nulls not distinct (owner, code, currency, cohort, book_id)
);
comment on table ledger.accounts is
    'The registry of accounts: what an id stands for. Whether an account is frozen or closed is said in the journal.';

create table ledger.journal (
    number        bigint not null,
    at            timestamptz not null,
    last_position bigint not null,
    refers_to     bigint,
    book_id       int not null,
    effective_on  date not null,
    type          text collate "C" not null,
    stream        text collate "C",
    actor         text collate "C" not null,
    data          json not null,
    primary key (book_id, number)
) partition by range (number);
create index journal_by_stream on ledger.journal (stream, book_id, number) where stream is not null;
create index journal_by_reference on ledger.journal (refers_to, book_id, number) where refers_to is not null;
comment on table ledger.journal is
    'What happened, numbered per book without gaps. Its entries are those after the record before, up to last_position.';

create table ledger.entries (
    position   bigint not null,
    account_id bigint not null,
    number     bigint not null,
    version    bigint not null,
    amount     bigint not null,
    balance    bigint not null,
    book_id    int not null,
    unique (book_id, position),
    unique (account_id, position, book_id)
) partition by range (position);
comment on table ledger.entries is
    'The movements of each account: debit positive; balance is the account''s after the movement.';

create table ledger.answers (
    key_hash     uuid not null,
    at           timestamptz not null,
    number       bigint,
    book_id      int not null,
    request_hash bytea not null,
    refusal      json,
    primary key (key_hash, book_id),
    check ((number is null) <> (refusal is null))
);
comment on table ledger.answers is
    'The answer to every command, for ever: the number of its record, or its refusal. at is the time of its seal.';

create table ledger.seals (
    sequence      bigint not null,
    last_number   bigint not null,
    last_position bigint not null,
    at            timestamptz not null,
    book_id       int not null,
    vocabulary    int not null,
    root          bytea not null,
    previous      bytea not null,
    hash          bytea not null,
    leaves        bytea not null,
    primary key (book_id, last_number, sequence)
);
-- Leaves are hashes: compressing them is work for nothing.
alter table ledger.seals alter column leaves set storage external;
comment on table ledger.seals is
    'One a book and batch: the Merkle root over what the batch wrote, chained. The last one is the head of the book.';

-- Partitions. Widths are in numbers and positions; a writer asks for room before it needs it.
create table ledger.partitioning (
    relation text primary key,
    width    bigint not null check (width > 0),
    up_to    bigint not null
);
insert into ledger.partitioning values ('journal', 1 << 26, 0), ('entries', 1 << 28, 0);

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;

do $$
declare relation text;
begin
    foreach relation in array array['books', 'accounts', 'journal', 'entries', 'answers', 'seals'] loop
        execute format('create trigger append_only before update or delete on ledger.%I
            for each row execute function ledger.refuse_change()', relation);
        execute format('alter table ledger.%I enable always trigger append_only', relation);
        execute format('create trigger never_emptied before truncate on ledger.%I
            for each statement execute function ledger.refuse_change()', relation);
        execute format('alter table ledger.%I enable always trigger never_emptied', relation);
    end loop;
    -- Tables that only grow are frozen as they grow, and never need another pass.
    foreach relation in array array['accounts', 'answers', 'seals'] loop
        execute format('alter table ledger.%I set (autovacuum_freeze_min_age = 0,
            autovacuum_vacuum_insert_threshold = 500000, autovacuum_vacuum_insert_scale_factor = 0.05)', relation);
    end loop;
end $$;

-- Makes sure that there is room for a number and a position and half a partition beyond, and says up to where.
-- Partitions are made empty and then attached, which does not stop anyone who writes.
create function ledger.make_room(needed_number bigint, needed_position bigint)
    returns table (number_room bigint, position_room bigint)
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    part record;
    needed bigint;
    name text;
begin
    perform pg_advisory_xact_lock(hashtext('ledger.make_room'));
    for part in select relation, width, up_to from ledger.partitioning loop
        needed := case part.relation when 'journal' then needed_number else needed_position end;
        while part.up_to <= needed + part.width / 2 loop
            name := format('%s_from_%s', part.relation, part.up_to);
            execute format('create table ledger.%I (like ledger.%I including all)', name, part.relation);
            execute format('alter table ledger.%I set (autovacuum_freeze_min_age = 0,
                autovacuum_vacuum_insert_threshold = 500000, autovacuum_vacuum_insert_scale_factor = 0.05)', name);
            execute format('alter table ledger.%I attach partition ledger.%I for values from (%s) to (%s)',
                part.relation, name, part.up_to, part.up_to + part.width);
            execute format('create trigger never_emptied before truncate on ledger.%I
                for each statement execute function ledger.refuse_change()', name);
            execute format('alter table ledger.%I enable always trigger never_emptied', name);
            part.up_to := part.up_to + part.width;
            update ledger.partitioning set up_to = part.up_to where relation = part.relation;
        end loop;
    end loop;
    return query select
        (select up_to from ledger.partitioning where relation = 'journal'),
        (select up_to from ledger.partitioning where relation = 'entries');
end $$;
select ledger.make_room(0, 0);

-- Fails unless each of the books, which the caller has locked, still ends with the seal that the caller built upon.
create function ledger.expect_heads(books int[], sequences bigint[], hashes bytea[]) returns void
    language plpgsql as $$
declare moved int;
begin
    select expected.book_id into moved
    from unnest(books, sequences, hashes) as expected (book_id, sequence, hash)
    left join lateral (
        select s.sequence, s.hash from ledger.seals s where s.book_id = expected.book_id
        order by s.last_number desc, s.sequence desc limit 1) head on true
    where head.sequence is distinct from expected.sequence or head.hash is distinct from expected.hash
    limit 1;
    if found then
        raise exception 'book % has moved on', moved using errcode = 'LG001';
    end if;
end $$;

revoke all on function ledger.make_room from public;
grant execute on function ledger.make_room to ledger_writer;
grant usage on schema ledger to ledger_writer;
grant select, insert on ledger.books, ledger.accounts, ledger.journal, ledger.entries, ledger.answers, ledger.seals
    to ledger_writer;
grant select on ledger.partitioning to ledger_writer;
grant usage on sequence ledger.account_ids to ledger_writer;
-- Locking a row asks for the right to update it; the trigger refuses the update itself.
grant update (id) on ledger.books to ledger_writer;
