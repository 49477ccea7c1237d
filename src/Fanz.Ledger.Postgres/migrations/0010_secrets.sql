-- The keys that secrets of people are sealed with. The secrets themselves stand, sealed, in the journal, which forgets
-- nothing: so a person is forgotten by ending their key.

create table ledger.person_keys (
    made_at      timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz,
    person       text collate "C" not null check (person <> ''),
    tenant       text collate "C" not null check (tenant <> ''),
    master       bytea not null check (octet_length(master) = 8),
    wrapped      bytea check (octet_length(wrapped) = 61),
    primary key (person, tenant),
    check ((wrapped is null) = (destroyed_at is not null))
);
comment on table ledger.person_keys is
    'A key of 256 bits for each person whose secrets a tenant keeps: of creator:ID, payout details and tax numbers.';
comment on column ledger.person_keys.destroyed_at is 'Since when nothing that was sealed with it can ever be read.';
comment on column ledger.person_keys.person is 'Whose it is: creator:ID.';
comment on column ledger.person_keys.master is
    'Which master key it is wrapped under: not the key but its name, so that a wrong one is noticed as such.';
comment on column ledger.person_keys.wrapped is
    'The key, sealed by AES-256-GCM under the master key together with tenant and person: a version, a nonce of 12
    bytes, a tag of 16, and what was sealed. Null once it was destroyed.';

-- What is sealed with a key is lost with it, so a host makes keys and never changes or removes one.
create trigger never_deleted before delete on ledger.person_keys
    for each row execute function ledger.refuse_change();
alter table ledger.person_keys enable always trigger never_deleted;
create trigger never_emptied before truncate on ledger.person_keys
    for each statement execute function ledger.refuse_change();
alter table ledger.person_keys enable always trigger never_emptied;

grant select, insert on ledger.person_keys to ledger_writer;

-- Who can be paid and where, as finance looks at it. Made of the journal by the follower `payees`, and can be made again.

create table projected.payees (
    build       int not null,
    level       int not null default 0,
    expires_on  date,
    screened_on date,
    creator     text collate "C" not null,
    screening   text collate "C",
    list        text collate "C",
    primary key (build, creator)
) with (fillfactor = 80);
comment on table projected.payees is
    'Creators of whom anything was said that matters for being paid. Made by `payees`.';
comment on column projected.payees.level is 'To which level they are verified: 1 to 3; 0 while they are not.';
comment on column projected.payees.expires_on is 'The last day on which that counts, if there is one.';
comment on column projected.payees.screening is 'What the newest screening found: clear, possible_hit or hit.';
comment on column projected.payees.screened_on is 'The day of that screening.';
comment on column projected.payees.list is 'Which lists it looked at.';

create table projected.payout_methods (
    changed_at      timestamptz not null,
    build           int not null,
    version         int not null,
    failed_attempts int not null,
    added_on        date not null,
    changed_on      date not null,
    creator         text collate "C" not null,
    method          text collate "C" not null,
    rail            text collate "C" not null,
    currency        text collate "C" not null,
    country         text collate "C" not null,
    masked          text collate "C" not null,
    fingerprint     text collate "C" not null,
    verified_by     text collate "C",
    disabled_for    text,
    primary key (build, creator, method)
) with (fillfactor = 80);
create index payout_methods_by_fingerprint on projected.payout_methods (fingerprint, build, creator, method);
comment on table projected.payout_methods is
    'Where creators are paid, without what is sealed: each method in its newest version. Made by `payees`.';
comment on column projected.payout_methods.version is 'One more with each change of its details.';
comment on column projected.payout_methods.failed_attempts is 'How often amounts were told wrongly for this version.';
comment on column projected.payout_methods.changed_at is 'Since when it has these details.';
comment on column projected.payout_methods.changed_on is 'The day of that, from which the cool-down counts.';
comment on column projected.payout_methods.fingerprint is 'The same for the same account, whoever has it.';
comment on column projected.payout_methods.masked is 'As much of the account as anyone may see.';
comment on column projected.payout_methods.verified_by is 'How this version was verified; null while it is not.';
comment on column projected.payout_methods.disabled_for is 'Why it is not to be used, while it is not.';

create table projected.payout_wishes (
    minimum   bigint,
    request   bigint,
    requested bigint,
    build     int not null,
    creator   text collate "C" not null,
    currency  text collate "C" not null,
    mode      text collate "C" not null default 'automatic',
    method    text collate "C",
    primary key (build, creator, currency)
) with (fillfactor = 80);
comment on table projected.payout_wishes is
    'How creators wish to be paid, and what they have asked for and not had yet. Made by `payees`.';
comment on column projected.payout_wishes.mode is 'automatic, on_request or paused.';
comment on column projected.payout_wishes.method is 'Where to, where they prefer one.';
comment on column projected.payout_wishes.minimum is 'From how much on, in minor units, where they said so.';
comment on column projected.payout_wishes.request is 'The number of the record by which they asked, while that is open.';
comment on column projected.payout_wishes.requested is 'How much they asked for; null where it is all there is.';

grant select, insert, update, delete on projected.payees, projected.payout_methods, projected.payout_wishes
    to ledger_writer;
