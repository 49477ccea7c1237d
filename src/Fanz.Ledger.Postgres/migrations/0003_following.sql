-- What follows the journal, book by book, and what it has come to. All of it but the webhooks themselves can be made
-- again from the journal. Nothing here is locked by those who write to the books.

create table ledger.checkpoints (
    number        bigint not null default 0,
    last_position bigint not null default 0,
    at            timestamptz,
    stopped_at    timestamptz,
    book_id       int not null,
    follower      text collate "C" not null,
    seal          bytea,
    stopped       text,
    primary key (follower, book_id)
) with (fillfactor = 40, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
comment on table ledger.checkpoints is
    'Up to where a follower has made something of a book, written together with what it made. seal is the hash of the
    seal that closed the batch of that record, by which a lost timeline is noticed; stopped says why it goes no further.';

create table ledger.found_by (
    number  bigint not null,
    book_id int not null,
    kind    text collate "C" not null,
    text    text collate "C" not null,
    primary key (text, kind, book_id, number)
) with (autovacuum_vacuum_insert_threshold = 500000, autovacuum_vacuum_insert_scale_factor = 0.05);
comment on table ledger.found_by is
    'The names by which other systems know a record: kind is the field of the event, or metadata.KEY. Made by the
    follower `references`.';

create table ledger.webhooks (
    created_at  timestamptz not null default clock_timestamp(),
    verified_at timestamptz,
    id          text collate "C" primary key,
    tenant      text collate "C" not null,
    platform    text collate "C",
    url         text not null,
    types       text[],
    state       text not null default 'unverified' check (state in ('unverified', 'active', 'paused', 'removed')),
    created_by  text not null,
    secret      bytea not null
);
-- Whoever asks for the same one twice, because no answer came, has it once.
create unique index webhooks_that_tell on ledger.webhooks (tenant, url, platform) nulls not distinct
    where state <> 'removed';
comment on table ledger.webhooks is
    'Who is told what happened: a platform of a tenant, or all of them if there is none; types, or all if there are
    none. secret is sealed with the master key of the hosts.';

create table ledger.webhook_cursors (
    number          bigint not null default 0,
    trying          bigint,
    first_tried_at  timestamptz,
    next_attempt_at timestamptz,
    leased_until    timestamptz,
    book_id         int not null,
    attempt         int not null default 0,
    webhook         text collate "C" not null references ledger.webhooks (id),
    leased_by       uuid,
    place           text not null default '0',
    failure         text,
    stopped         text,
    primary key (webhook, book_id)
) with (fillfactor = 40, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
comment on table ledger.webhook_cursors is
    'Everything up to number was delivered, was not wanted, or is a dead letter; place is that number on its timeline;
    trying is the record under way, in its so many-th attempt. Whoever holds the lease delivers.';

create table ledger.webhook_dead_letters (
    number          bigint not null,
    first_tried_at  timestamptz not null,
    failed_at       timestamptz not null,
    replay_asked_at timestamptz,
    book_id         int not null,
    attempts        int not null,
    webhook         text collate "C" not null references ledger.webhooks (id),
    failure         text not null,
    primary key (webhook, book_id, number)
);
create index webhook_dead_letters_to_replay on ledger.webhook_dead_letters (webhook, book_id, number)
    where replay_asked_at is not null;
comment on table ledger.webhook_dead_letters is
    'What could not be delivered within days. A row goes when its record was delivered after all.';

grant select, insert on ledger.checkpoints, ledger.found_by, ledger.webhooks, ledger.webhook_cursors,
    ledger.webhook_dead_letters to ledger_writer;
grant update on ledger.checkpoints, ledger.webhook_cursors, ledger.webhook_dead_letters to ledger_writer;
grant update (state, verified_at, secret) on ledger.webhooks to ledger_writer;
grant delete on ledger.found_by, ledger.webhook_dead_letters to ledger_writer;
