-- What people and programs read with SQL: views in the schema finance, and roles that see their own tenant and platform
-- there and nothing else. Why it is so: ops/decisions/sql-access.md; who sees what: ops/sql/README.md.
--
-- A view that is added later takes five steps, and a test walks the catalogue for each of them:
--   1. select ledger.guard('projected.things');              once for every table that the view reads
--   2. grant select on projected.things to analytics_ro, …;  the columns that are enough, where not all are
--   3. create view finance.things with (security_invoker) as select b.tenant, b.platform, … ;
--      and security_barrier too, where the view itself leaves out rows that the role may read in no other view
--   4. comment on view finance.things is '…'; and a comment on each of its columns
--   5. grant select on finance.things to analytics_ro, …;
-- Nobody but the owner and the writers has usage of ledger or projected: only a view leads to a table.

do $$
declare unfit text;
begin
    -- A role that was there before may be somebody else's, and worth more than a reader's should be.
    select rolname into unfit from pg_roles
    where rolname in ('platform_app_ro', 'platform_app_rw', 'analytics_ro', 'analytics_rw', 'tax_ops', 'compliance_ro',
        'auditor_ro') and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolcanlogin);
    if found then
        raise exception 'role % may log in or do more than read: rename it, or take that from it', unfit;
    end if;
    if to_regnamespace('public') is not null then
        revoke create on schema public from public;
    end if;
end $$;

create table ledger.sql_readers (
    granted_at timestamptz not null default clock_timestamp(),
    login      name not null,
    tenant     text collate "C" not null,
    platform   text collate "C",
    granted_by text collate "C" not null,
    unique nulls not distinct (login, tenant, platform)
);
comment on table ledger.sql_readers is
    'What a login sees in finance: a platform of a tenant, or all of them if there is none. It is the login that counts,
    session_user, which no `set role` changes. Whoever is not here sees nothing.';

-- Lets nobody see the rows of a table but the owner, who is asked too, those who write, those whom a superuser lets
-- read everything, and readers in so far as the rows are theirs. What is theirs follows from the table: by its book,
-- by its build, or as the caller says.
create function ledger.guard(relation regclass, theirs text default null) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    -- The list is made once a statement, so that it is compared with an index and not with each row.
    theirs := coalesce(theirs, (
        select case attname
            when 'build' then 'build = any (array (select id from ledger.builds where state = ''live''))'
            else 'book_id = any (array (select id from ledger.books))' end
        from pg_attribute
        where attrelid = relation and attname in ('build', 'book_id') and attnum > 0 and not attisdropped
        order by attname desc limit 1));
    if theirs is null then
        raise exception '% has neither build nor book_id: say whose its rows are', relation;
    end if;
    execute format('alter table %s enable row level security, force row level security', relation);
    execute format('create policy ledger on %s to current_user, ledger_writer, pg_read_all_data
        using (true) with check (true)', relation);
    execute format('create policy readers on %s for select to platform_app_ro, platform_app_rw, analytics_ro,
        analytics_rw, tax_ops, compliance_ro, auditor_ro using (%s)', relation, theirs);
end $$;

select ledger.guard('ledger.sql_readers', 'login = session_user');
select ledger.guard('ledger.books', 'exists (select from ledger.sql_readers r where r.login = session_user
    and r.tenant = books.tenant and (r.platform is null or r.platform = books.platform))');
select ledger.guard('ledger.accounts');
select ledger.guard('ledger.journal');
select ledger.guard('ledger.entries');
select ledger.guard('ledger.seals');
select ledger.guard('ledger.builds');
-- Its rows are of the tenant that was asked about; those about no platform are for readers of all of them.
select ledger.guard('ledger.access_log', 'exists (select from ledger.sql_readers r where r.login = session_user
    and r.tenant = access_log.tenant and (r.platform is null or r.platform = access_log.platform))');

grant select (login, tenant, platform) on ledger.sql_readers to
    platform_app_ro, platform_app_rw, analytics_ro, analytics_rw, tax_ops, compliance_ro, auditor_ro;
grant select (id, book_id, number, state) on ledger.builds to
    platform_app_ro, platform_app_rw, analytics_ro, analytics_rw, tax_ops, compliance_ro, auditor_ro;
grant select on ledger.books, ledger.accounts to
    platform_app_ro, platform_app_rw, analytics_ro, analytics_rw, tax_ops, compliance_ro, auditor_ro;
grant select on ledger.entries to
    platform_app_ro, platform_app_rw, analytics_ro, analytics_rw, tax_ops, auditor_ro;
grant select on ledger.journal to analytics_ro, analytics_rw, compliance_ro, auditor_ro;
grant select (book_id, number, at, effective_on, type) on ledger.journal to platform_app_ro, platform_app_rw, tax_ops;
grant select on ledger.seals, ledger.access_log to auditor_ro;

create schema finance;
comment on schema finance is
    'The books for people who read with SQL, with names instead of ids. Amounts are whole minor units, debit positive.';
grant usage on schema finance to
    platform_app_ro, platform_app_rw, analytics_ro, analytics_rw, tax_ops, compliance_ro, auditor_ro;

create view finance.books with (security_invoker) as
select tenant, platform, time_zone, calendar, reporting_currency from ledger.books;
comment on view finance.books is 'The books: one tenant on one platform each. A book balances by itself.';

create view finance.accounts with (security_invoker) as
select b.tenant, b.platform, a.code, a.owner, a.currency, a.cohort,
    case when a.code in ('cash.bank', 'psp.receivable', 'psp.reserve', 'chargeback.receivable', 'creator.debt',
            'fan.debt', 'vat.input', 'due.from', 'fx.gainloss', 'fx.position', 'rounding', 'token.issued')
        or a.code like 'expense.%' then 'debit' else 'credit' end as side,
    concat(a.code, '/', a.currency, '/', to_char(a.cohort, 'YYYY-MM-DD'), '/', a.owner) as account
from ledger.accounts a join ledger.books b on b.id = a.book_id;
comment on view finance.accounts is
    'Every account that was ever used. Whether one is frozen or closed is said in the journal.';

create view finance.journal with (security_invoker) as
select b.tenant, b.platform, r.number, r.at, r.effective_on, r.type, r.stream, r.refers_to, r.actor, r.data
from ledger.journal r join ledger.books b on b.id = r.book_id;
comment on view finance.journal is
    'What happened, one record each. Ask for one by tenant, platform and number, or by stream.';

create view finance.entries with (security_invoker) as
select b.tenant, b.platform, e.number, e.position, r.at, r.effective_on, r.type, a.code, a.owner, a.currency, a.cohort,
    e.version, e.amount, e.balance
from ledger.entries e
join ledger.books b on b.id = e.book_id
join ledger.accounts a on a.id = e.account_id and a.book_id = e.book_id
join ledger.journal r on r.book_id = e.book_id and r.number = e.number;
comment on view finance.entries is
    'What the records moved, one row for each movement of an account. Ask by owner and code for a statement, or by
    tenant, platform and position. The balance of an account is that of its last entry.';

-- Who has this view may have no other entries, so nothing that stands in a query is tried on them.
create view finance.tax_entries with (security_invoker, security_barrier) as
select b.tenant, b.platform, e.number, e.position, r.at, r.effective_on, r.type, a.code, nullif(a.owner, '') as
    jurisdiction, a.currency, e.amount, e.balance
from ledger.accounts a
join ledger.books b on b.id = a.book_id
join ledger.entries e on e.account_id = a.id and e.book_id = a.book_id
join ledger.journal r on r.book_id = e.book_id and r.number = e.number
where a.code in ('vat.payable', 'vat.input', 'salestax.payable', 'wht.backup', 'wht.nra');
comment on view finance.tax_entries is
    'What was collected, withheld and deposited: the entries of the accounts vat.*, salestax.* and wht.*.';

create view finance.standing with (security_invoker, security_barrier) as
select b.tenant, b.platform, r.number, r.at, r.effective_on, r.type, split_part(r.stream, '/', 2) as role,
    coalesce(r.data ->> 'party', r.data ->> 'creator') as party, r.data ->> 'reason' as reason, r.actor
from ledger.journal r join ledger.books b on b.id = r.book_id
where r.stream >= 'standing/' and r.stream < 'standing0';
comment on view finance.standing is
    'Who was sanctioned, cleared, closed, held, unheld or described, and why: every change of the standing of a party.';

create view finance.held_amounts with (security_invoker, security_barrier) as
select b.tenant, b.platform, r.number, r.at, r.effective_on, r.type, r.data ->> 'creator' as creator,
    r.data ->> 'currency' as currency,
    case r.type when 'amount_held' then 1 else -1 end * (r.data ->> 'amount')::bigint as change,
    (r.data ->> 'held')::bigint as held, r.data ->> 'reason' as reason, r.actor
from ledger.journal r join ledger.books b on b.id = r.book_id
where r.stream >= 'held/' and r.stream < 'held0';
comment on view finance.held_amounts is
    'What was set aside by hand of what creators have available, and given back. What disputes hold is not here.';

create view finance.seals with (security_invoker) as
select b.tenant, b.platform, s.sequence, s.last_number, s.last_position, s.at, s.vocabulary, s.root, s.previous, s.hash,
    s.leaves
from ledger.seals s join ledger.books b on b.id = s.book_id;
comment on view finance.seals is
    'What proves the books: one seal a batch, each over the one before, as ops/decisions/canonical-bytes.md has it.';

create view finance.access_log with (security_invoker) as
select tenant, platform, at, status, times, number, request, key_id, actor, method, route, code as problem
from ledger.access_log;
comment on view finance.access_log is
    'What was asked over HTTP and is in no journal: reads, refusals, denials, failures, by the tenant asked about.';

-- A word means the same in every view, so it is explained once.
do $$
declare told record;
begin
    for told in
        select c.relname, a.attname, meaning
        from (values
            ('tenant', 'The organisation whose book it is.'),
            ('platform', 'Its site; _ is the treasury of the tenant.'),
            ('time_zone', 'Whose midnight ends the day of the book.'),
            ('calendar', 'The bank holidays that its schedules keep.'),
            ('reporting_currency', 'The currency that the book reports in.'),
            ('code', 'The line of the chart of accounts.'),
            ('owner', 'Whose account it is: a fan, a creator, a bank, a jurisdiction; empty for the platform itself.'),
            ('currency', 'Its one currency, ISO 4217; TKN are tokens.'),
            ('cohort', 'The day on which what it holds matures; null where nothing matures.'),
            ('side', 'On which side it normally stands: debit or credit.'),
            ('account', 'All of its name, CODE/CURRENCY/COHORT/OWNER, as the HTTP service writes it.'),
            ('number', 'The number of the record in its book, without gaps; in access_log, the record asked about.'),
            ('position', 'The place of the entry in its book, without gaps.'),
            ('version', 'The how-many-th entry of its account.'),
            ('at', 'When it was recorded, by the clock of the database.'),
            ('effective_on', 'The day that it counts for.'),
            ('type', 'What happened: the name of the event.'),
            ('stream', 'The stream that it belongs to: of a payout, a subscription, a rule, the life of an account.'),
            ('refers_to', 'The number of the earlier record that it is about.'),
            ('actor', 'The service, and the person, who asked for it.'),
            ('data', 'The event, byte for byte as it was sealed.'),
            ('amount', 'What was moved, in minor units: debit positive, credit negative.'),
            ('balance', 'What the account stood at after it, in minor units: debit positive.'),
            ('jurisdiction', 'Whose tax it is; null where there is one authority.'),
            ('role', 'As what the party is known: fan, creator or affiliate.'),
            ('party', 'Who it is about.'),
            ('creator', 'Whose amount it is.'),
            ('reason', 'What the actor gave as the reason.'),
            ('change', 'In minor units: positive when set aside, negative when given back.'),
            ('held', 'What is held by hand after it, in minor units.'),
            ('sequence', 'The number of the seal, without gaps.'),
            ('last_number', 'The last record that it covers.'),
            ('last_position', 'The last entry that it covers.'),
            ('vocabulary', 'What a program must know to read the records.'),
            ('root', 'The Merkle root over what the batch wrote.'),
            ('previous', 'The hash of the seal before.'),
            ('hash', 'The hash of this seal.'),
            ('leaves', 'The hashes that the root is made of.'),
            ('status', 'The status of HTTP that was answered.'),
            ('times', 'How often: denials that are alike are one row.'),
            ('request', 'The id of the request, as its answer has it.'),
            ('key_id', 'The public id of the key that was used.'),
            ('method', 'GET, POST or another.'),
            ('route', 'The template of the address.'),
            ('problem', 'The code of what was wrong, if anything was.')) as words (word, meaning)
        join pg_attribute a on a.attname = word and a.attnum > 0
        join pg_class c on c.oid = a.attrelid and c.relkind = 'v' and c.relnamespace = 'finance'::regnamespace
    loop
        execute format('comment on column finance.%I.%I is %L', told.relname, told.attname, told.meaning);
    end loop;
end $$;

grant select on finance.books, finance.accounts to
    platform_app_ro, platform_app_rw, analytics_ro, analytics_rw, tax_ops, compliance_ro, auditor_ro;
grant select on finance.entries to platform_app_ro, platform_app_rw, analytics_ro, analytics_rw, auditor_ro;
grant select on finance.journal to analytics_ro, analytics_rw, compliance_ro, auditor_ro;
grant select on finance.tax_entries to tax_ops, auditor_ro;
grant select on finance.standing, finance.held_amounts to compliance_ro, auditor_ro;
grant select on finance.seals, finance.access_log to auditor_ro;

-- The functions of the ledger are nobody's who does not need them.
revoke execute on all functions in schema ledger from public;
grant execute on function ledger.expect_heads to ledger_writer;
