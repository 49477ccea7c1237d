-- What is made of the journal is made in builds: the rows of one follower in one book, with the place up to which
-- they are complete. A build can be made again beside the one that is read, and then takes its place at a stroke.
-- Rows say which build they are of, not which book. All of this can be made again, so nothing is carried over.

drop table ledger.found_by;
drop table ledger.checkpoints;

create schema projected;
comment on schema projected is
    'What is made of the journal for those who read. build refers to ledger.builds; what is live there is current.';
grant usage on schema projected to ledger_writer;

create table ledger.builds (
    number        bigint not null default 0,
    last_position bigint not null default 0,
    at            timestamptz,
    begun_at      timestamptz not null default clock_timestamp(),
    stopped_at    timestamptz,
    paused_at     timestamptz,
    id            int generated always as identity primary key,
    book_id       int not null,
    follower      text collate "C" not null,
    state         text collate "C" not null default 'live' check (state in ('live', 'building', 'retired')),
    seal          bytea,
    stopped       text
) with (fillfactor = 40, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
create unique index builds_in_use on ledger.builds (follower, book_id, state) where state <> 'retired';
comment on table ledger.builds is
    'Up to where a follower has made something of a book, written together with what it made. live is what is read;
    building is made beside it; retired is about to go. seal is the hash of the seal that closed the batch of that
    record, by which a lost timeline is noticed; stopped says why it goes no further.';

create table projected.found_by (
    number bigint not null,
    build  int not null,
    kind   text collate "C" not null,
    text   text collate "C" not null,
    primary key (text, kind, build, number)
) with (autovacuum_vacuum_insert_threshold = 500000, autovacuum_vacuum_insert_scale_factor = 0.05);
comment on table projected.found_by is
    'The names by which other systems know a record: kind is the field of the event, or metadata.KEY. Made by the
    follower `references`.';

grant select, insert, update, delete on ledger.builds to ledger_writer;
grant select, insert, delete on projected.found_by to ledger_writer;
