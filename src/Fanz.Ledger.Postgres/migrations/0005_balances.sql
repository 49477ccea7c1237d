-- Balances of accounts and what moved on them day by day, and the rates by which reports are made in one currency.
-- In a busy book a row of balances and one of account_days is written for every account that a page moves. So that
-- this stays cheap no index has a column that changes with every movement: where a list is ordered by such a thing, a
-- column beside it that seldom changes leads (moved_on for the time, size_step for the size). Every reader names the
-- build, and there is nothing here that is looked up by less, so the build leads every key.

-- Sizes in steps: each is its own up to 32, then sixteen steps to every doubling. The order of steps is that of sizes.
create function projected.size_step(amount bigint) returns int
    language sql immutable strict parallel safe
    return case
        when abs(amount) < 32 then abs(amount)::int
        else (length(ltrim(abs(amount)::bit(64)::text, '0')) - 5) * 16
            + (abs(amount) >> (length(ltrim(abs(amount)::bit(64)::text, '0')) - 5))::int
    end;
comment on function projected.size_step is
    'The step of a size: its own up to 32, then sixteen to every doubling. Larger amounts never have smaller steps.';

create table projected.balances (
    balance       bigint not null,
    version       bigint not null,
    account_id    bigint not null,
    opened_number bigint not null,
    moved_number  bigint not null,
    since_number  bigint,
    build         int not null,
    size_step     int not null,
    moved_on      date not null,
    since_on      date,
    cohort        date,
    code          text collate "C" not null,
    owner         text collate "C" not null,
    currency      text collate "C" not null,
    life          text collate "C" not null default 'open'
        check (life in ('open', 'frozen_for_debits', 'frozen', 'closed')),
    primary key (build, account_id)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
create index balances_by_code on projected.balances (build, code, owner, currency, account_id);
create index balances_by_owner on projected.balances (build, owner, code, currency, account_id);
create index balances_by_movement on projected.balances (build, moved_on, account_id);
create index balances_by_size on projected.balances (build, size_step, account_id);
create index balances_not_open on projected.balances (build, code, owner, currency, account_id) where life <> 'open';
create index escrow_by_day on projected.balances (build, cohort, code, currency, owner, account_id)
    where cohort is not null and size_step > 0;
create index escrow_by_owner on projected.balances (build, owner, cohort, code, currency, account_id)
    where cohort is not null and size_step > 0;
create index held_and_owed on projected.balances (build, code, owner, currency, account_id)
    where code in ('creator.hold', 'creator.debt', 'fan.debt') and size_step > 0;
create index held_and_owed_since on projected.balances (build, since_on, account_id)
    where code in ('creator.hold', 'creator.debt', 'fan.debt') and size_step > 0;
comment on table projected.balances is
    'Every account with what it holds now, by the follower `balances`. Debits are positive.';
comment on column projected.balances.version is 'How many entries it has.';
comment on column projected.balances.opened_number is 'The record whose entry was its first.';
comment on column projected.balances.moved_number is 'The record whose entry was its last.';
comment on column projected.balances.moved_on is 'The day, in the book''s time zone, on which its last entry was recorded.';
comment on column projected.balances.since_number is
    'The record with which it was last no longer empty; missing while it is empty.';
comment on column projected.balances.since_on is 'The day, in the book''s time zone, on which that was recorded.';
comment on column projected.balances.size_step is 'projected.size_step of the balance; 0 is empty.';
comment on column projected.balances.cohort is 'The day on which what it holds matures, where it is held by the day.';
comment on column projected.balances.life is 'Whether an order lets nothing out of it, or nothing in and out, or closed it.';

create table projected.account_days (
    account_id     bigint not null,
    entries        bigint not null,
    first_position bigint not null,
    last_position  bigint not null,
    build          int not null,
    effective_on   date not null,
    recorded_on    date not null,
    debits         numeric not null,
    credits        numeric not null,
    primary key (build, account_id, effective_on, recorded_on)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
comment on table projected.account_days is
    'What moved on an account that is dated on a day and was recorded on a day, by the follower `balances`. A balance
    at the end of a day, as it was known at the end of another, is the sum of debits less credits of all rows up to
    both days; nothing is written again when something is dated back.';
comment on column projected.account_days.effective_on is 'The date in the accounts.';
comment on column projected.account_days.recorded_on is 'The day on which it was recorded, in the book''s time zone.';
comment on column projected.account_days.debits is 'The sum of the debits, in minor units of the account''s currency.';
comment on column projected.account_days.credits is 'The sum of the credits, above zero.';

create table projected.code_days (
    entries      bigint not null,
    build        int not null,
    effective_on date not null,
    recorded_on  date not null,
    code         text collate "C" not null,
    owner        text collate "C" not null,
    currency     text collate "C" not null,
    debits       numeric not null,
    credits      numeric not null,
    primary key (build, code, owner, currency, effective_on, recorded_on)
) with (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.05);
create index positions on projected.code_days (build, code, owner, currency, effective_on, recorded_on)
    where code in ('cash.bank', 'psp.receivable', 'psp.reserve');
comment on table projected.code_days is
    'The same by line of the chart, by the follower `balances`: what every report is made of.';
comment on column projected.code_days.owner is
    'The processor, bank, jurisdiction, import or other book; empty where a line is the platform''s, and where it is the
    sum of what all fans, creators or affiliates have.';

create table projected.rates (
    number        bigint not null,
    build         int not null,
    rates_on      date not null,
    recorded_on   date not null,
    table_name    text collate "C" not null,
    base_currency text collate "C" not null,
    currency      text collate "C" not null,
    rate          text collate "C" not null,
    source        text collate "C" not null,
    primary key (build, table_name, rates_on, number, currency)
);
comment on table projected.rates is
    'Every rate that a treasury ever set, by the follower `rates`. Of one table and day only those of the last number
    hold: all of them together replace those that were said before.';
comment on column projected.rates.number is 'The record that says so, in the book of the treasury.';
comment on column projected.rates.rates_on is 'The day of which it is the rate.';
comment on column projected.rates.recorded_on is 'The day on which it was recorded, in the treasury''s time zone.';
comment on column projected.rates.rate is 'What one unit of the base currency is worth of the currency, as it was quoted.';

grant select, insert, update, delete
    on projected.balances, projected.account_days, projected.code_days, projected.rates to ledger_writer;
grant execute on function projected.size_step to ledger_writer;
