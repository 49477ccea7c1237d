-- Who may ask, and who asked. A key is kept as the hash of its secret; the log says what was asked and answered,
-- without anything of what stood in it.

create table ledger.api_keys (
    id         text collate "C" primary key check (id ~ '^[0-9a-f]{16}$'),
    hash       bytea not null check (octet_length(hash) = 32),
    tenant     text collate "C" not null,
    platforms  text[] check (cardinality(platforms) > 0),
    service    text collate "C" not null,
    person     text collate "C",
    owner_role text collate "C" check (owner_role in ('fan', 'creator', 'affiliate')),
    owner      text collate "C",
    scopes     text[] not null check (cardinality(scopes) > 0),
    rate_limit int check (rate_limit > 0),
    made_by    text collate "C" not null,
    made_at    timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    revoked_at timestamptz,
    revoked_by text collate "C",
    replaced_by text collate "C" references ledger.api_keys (id),
    check ((owner is null) = (owner_role is null)),
    -- Over all tenants there is nothing but administration.
    check (tenant <> '*' or (scopes <@ array['admin', 'audit', 'vouch:people']
        and platforms is null and owner is null)),
    -- An owner's app looks at what is the owner's, and does nothing.
    check (owner is null or scopes <@ array['read:ledger', 'read:tax'])
);
create index api_keys_of_tenant on ledger.api_keys (tenant, id);
comment on table ledger.api_keys is
    'What the bearer of a secret may do. id is the first part of the key; hash is SHA-256 of the other, of 256 bits.';

create table ledger.access_log (
    id       bigint generated always as identity primary key,
    at       timestamptz not null,
    status   smallint not null,
    times    int not null,
    number   bigint,
    request  text collate "C" not null,
    key_id   text collate "C",
    actor    text collate "C",
    tenant   text collate "C",
    platform text collate "C",
    method   text collate "C" not null,
    route    text collate "C",
    code     text collate "C"
);
create index access_log_by_time on ledger.access_log using brin (at);
alter table ledger.access_log set (autovacuum_freeze_min_age = 0,
    autovacuum_vacuum_insert_threshold = 500000, autovacuum_vacuum_insert_scale_factor = 0.05);
comment on table ledger.access_log is
    'What was asked and is not in the journal: reads, refusals, denials, failures. Denials that are alike are one row.';

create trigger append_only before update or delete on ledger.access_log
    for each row execute function ledger.refuse_change();
alter table ledger.access_log enable always trigger append_only;
create trigger never_emptied before truncate on ledger.access_log
    for each statement execute function ledger.refuse_change();
alter table ledger.access_log enable always trigger never_emptied;

-- A key is only ever ended: nobody, the host least of all, makes it live longer or again, or be worth more.
create function ledger.only_end_key() returns trigger language plpgsql as $$
declare endings constant text[] := array['expires_at', 'revoked_at', 'revoked_by', 'replaced_by'];
begin
    if to_jsonb(new) - endings is distinct from to_jsonb(old) - endings
        or (old.expires_at is not null and (new.expires_at is null or new.expires_at > old.expires_at))
        or (old.revoked_at is not null and (new.revoked_at, new.revoked_by)
            is distinct from (old.revoked_at, old.revoked_by))
        or (old.replaced_by is not null and new.replaced_by is distinct from old.replaced_by) then
        raise exception 'a key can only be ended' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger only_ended before update on ledger.api_keys for each row execute function ledger.only_end_key();
alter table ledger.api_keys enable always trigger only_ended;
create trigger never_deleted before delete on ledger.api_keys
    for each row execute function ledger.refuse_change();
alter table ledger.api_keys enable always trigger never_deleted;
create trigger never_emptied before truncate on ledger.api_keys
    for each statement execute function ledger.refuse_change();
alter table ledger.api_keys enable always trigger never_emptied;

grant select, insert on ledger.api_keys to ledger_writer;
grant update (expires_at, revoked_at, revoked_by, replaced_by) on ledger.api_keys to ledger_writer;
grant insert on ledger.access_log to ledger_writer;
