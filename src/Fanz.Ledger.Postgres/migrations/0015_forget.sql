-- Who saw what is restricted and who did what only few may: a trail of each tenant, chained like the journal, in which
-- nothing is personal. And the right to end a person's key, which a host has where the journal says so and nowhere else.

create table ledger.trail (
    at       timestamptz not null,
    sequence bigint not null check (sequence > 0),
    number   bigint,
    times    int not null check (times > 0),
    tenant   text collate "C" not null check (tenant <> ''),
    kind     text collate "C" not null check (kind in ('read', 'done', 'refused')),
    action   text collate "C" not null check (action <> ''),
    actor    text collate "C" not null,
    key_id   text collate "C",
    platform text collate "C",
    subject  text collate "C",
    item     text collate "C",
    request  text collate "C",
    previous bytea not null check (octet_length(previous) = 32),
    hash     bytea not null check (octet_length(hash) = 32),
    primary key (tenant, sequence)
);
create index trail_of_subject on ledger.trail (subject, sequence, tenant) where subject is not null;
create index trail_by_time on ledger.trail (at, tenant, sequence);
alter table ledger.trail set (autovacuum_freeze_min_age = 0);
comment on table ledger.trail is
    'Every reading of what is restricted, every privileged action and every refused attempt at one. Each line is chained
    to the one before of its tenant; `ledger verify` makes the chain again. Nothing personal stands here: ids, no names.';
comment on column ledger.trail.at is 'When it was written down, by the clock of the database; never before the line before.';
comment on column ledger.trail.sequence is 'Counts the lines of the tenant from 1, without gaps.';
comment on column ledger.trail.number is 'The record of the journal that says more, such as the reason.';
comment on column ledger.trail.times is 'How often: refused attempts beyond a few a minute are counted, not listed.';
comment on column ledger.trail.tenant is 'Whose chain it is in; * is that of the house, above all tenants.';
comment on column ledger.trail.kind is 'read, done or refused.';
comment on column ledger.trail.action is 'What was done or tried, as the document of the API names it.';
comment on column ledger.trail.actor is 'The service, and the person, who did it; empty where nobody was known.';
comment on column ledger.trail.key_id is 'The public id of the key that was used.';
comment on column ledger.trail.platform is 'The platform whose book it was, where it was one''s.';
comment on column ledger.trail.subject is 'Of whom or what: creator:ID, key:ID, book:PLATFORM.';
comment on column ledger.trail.item is 'What of the subject; of a refused attempt the code it was refused with.';
comment on column ledger.trail.request is 'The id of the request, as its answer had it.';
comment on column ledger.trail.previous is 'The hash of the line before; zeros before the first.';
comment on column ledger.trail.hash is 'SHA-256 over the line, as ops/decisions/access-trail.md has it.';

create trigger append_only before update or delete on ledger.trail
    for each row execute function ledger.refuse_change();
alter table ledger.trail enable always trigger append_only;
create trigger never_emptied before truncate on ledger.trail
    for each statement execute function ledger.refuse_change();
alter table ledger.trail enable always trigger never_emptied;

grant select, insert on ledger.trail to ledger_writer;

-- Lines about no platform are for readers of all of a tenant's.
select ledger.guard('ledger.trail', 'exists (select from ledger.sql_readers r where r.login = session_user
    and r.tenant = trail.tenant and (r.platform is null or r.platform = trail.platform))');
grant select on ledger.trail to auditor_ro;
create view finance.trail with (security_invoker) as
select tenant, platform, sequence, at, kind, action, times, actor, key_id, subject, item, number, request, previous, hash
from ledger.trail;
comment on view finance.trail is
    'Who saw what is restricted, who did what only few may, and who was refused. Ask by tenant, or by subject.';
do $$
declare told record;
begin
    for told in
        select attname, col_description('ledger.trail'::regclass, attnum) as meaning from pg_attribute
        where attrelid = 'ledger.trail'::regclass and attnum > 0
    loop
        execute format('comment on column finance.trail.%I is %L', told.attname, told.meaning);
    end loop;
end $$;
grant select on finance.trail to auditor_ro;

-- A host ends a person's key only where the journal of one of the tenant's books says that the person is forgotten, and
-- none of them has a legal hold on that person. It never wraps one anew: that takes the owner, who rotates the master key.
create function ledger.may_end_key() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare their constant text := 'person/' || overlay(new.person placing '/' from strpos(new.person, ':') for 1);
begin
    if old.wrapped is null then
        raise exception 'a key that was destroyed stays so' using errcode = 'restrict_violation';
    end if;
    if (new.person, new.tenant, new.made_at) is distinct from (old.person, old.tenant, old.made_at) then
        raise exception 'a key stays its person''s' using errcode = 'restrict_violation';
    end if;
    if new.wrapped is not null then
        if not pg_has_role((select relowner from pg_class where oid = 'ledger.person_keys'::regclass), 'member') then
            raise exception 'only the owner wraps keys anew' using errcode = 'restrict_violation';
        end if;
        return new;
    end if;
    if not exists (
        select from ledger.journal j join ledger.books b on b.id = j.book_id
        where b.tenant = new.tenant and j.stream = their and j.type = 'person_forgotten') then
        raise exception 'no record says that % is forgotten', new.person using errcode = 'restrict_violation';
    end if;
    if exists (
        select from ledger.journal j join ledger.books b on b.id = j.book_id
        where b.tenant = new.tenant and j.stream = their and j.type in ('legal_hold_placed', 'legal_hold_lifted')
        group by j.book_id, j.data ->> 'hold'
        having count(*) filter (where j.type = 'legal_hold_placed')
            > count(*) filter (where j.type = 'legal_hold_lifted')) then
        raise exception 'a legal hold keeps %', new.person using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger only_ended before update on ledger.person_keys
    for each row execute function ledger.may_end_key();
alter table ledger.person_keys enable always trigger only_ended;
revoke execute on function ledger.may_end_key() from public;
grant update (wrapped, destroyed_at) on ledger.person_keys to ledger_writer;
