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
