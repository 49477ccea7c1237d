-- What is made of the journal, for those who read with SQL: each table as a view of the same name, with tenant and
-- platform in place of the build. Who sees what: ops/sql/README.md.

-- Shows a table: guards it, makes the view, explains each column as the table does or as the word is used everywhere,
-- and lets roles read it. A column that nobody has explained is an error.
create function ledger.show(relation regclass, meaning text, variadic roles text[]) returns void
    language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    view_name name := (select relname from pg_class where oid = relation);
    own text;
    told record;
begin
    perform ledger.guard(relation);
    select string_agg(format('t.%I', attname), ', ' order by attnum) into own
    from pg_attribute where attrelid = relation and attnum > 0 and not attisdropped and attname <> 'build';
    execute format('create view finance.%I with (security_invoker) as
        select b.tenant, b.platform, %s
        from %s t
        join ledger.builds d on d.id = t.build and d.state = ''live''
        join ledger.books b on b.id = d.book_id', view_name, own, relation);
    execute format('comment on view finance.%I is %L', view_name, meaning);
    for told in
        select a.attname, coalesce(
            (select col_description(relation, o.attnum) from pg_attribute o
                where o.attrelid = relation and o.attname = a.attname),
            (select words.meaning from pg_temp.words where words.word = a.attname)) as text
        from pg_attribute a
        where a.attrelid = format('finance.%I', view_name)::regclass and a.attnum > 0
    loop
        if told.text is null then
            raise exception '%.% is not explained', view_name, told.attname;
        end if;
        execute format('comment on column finance.%I.%I is %L', view_name, told.attname, told.text);
    end loop;
    execute format('grant select on %s, finance.%I to %s', relation, view_name, array_to_string(roles, ', '));
end $$;

create temporary table words (word name, meaning text) on commit drop;
insert into words values
    ('tenant', 'The organisation whose book it is.'),
    ('platform', 'Its site; _ is the treasury of the tenant.');
insert into words values
    ('code', 'The line of the chart of accounts.'),
    ('owner', 'Whose account it is; empty for the platform itself.'),
    ('currency', 'ISO 4217; TKN are tokens.'),
    ('account_id', 'The account, as a number that means nothing outside of this database.'),
    ('balance', 'In minor units: debit positive.'),
    ('creator', 'The creator.'),
    ('fan', 'The fan.'),
    ('affiliate', 'The affiliate.'),
    ('effective_on', 'The day that it counts for.'),
    ('recorded_on', 'The day on which it was recorded, in the time zone of the book.'),
    ('entries', 'How many entries that were.'),
    ('first_position', 'The place in the book of the first of these entries.'),
    ('last_position', 'The place in the book of the last of these entries.'),
    ('debits', 'The sum of the debits, in minor units.'),
    ('credits', 'The sum of the credits, in minor units, above zero.'),
    ('number', 'The number of the record in its book.'),
    ('type', 'What happened: the name of the event.'),
    ('stream', 'The stream that it belongs to.'),
    ('table_name', 'The name of the table of rates.'),
    ('base_currency', 'The currency of which one unit is worth so much.'),
    ('source', 'Whose rates they are.'),
    ('kind', 'What it is for.'),
    ('sales', 'How many sales.'),
    ('gross', 'The prices, before discounts and taxes.'),
    ('discounts', 'What fans paid less, whoever bears it.'),
    ('taxes', 'Taxes on top of prices.'),
    ('fees', 'The platform''s part.'),
    ('affiliates', 'The affiliates'' part, whoever bears it.'),
    ('refunds', 'How many refunds, or what was given back by them.'),
    ('refunded', 'What was given back.'),
    ('chargebacks', 'How many payments banks took back, less those that were given again.'),
    ('charged_back', 'What banks took back.'),
    ('affiliate_expense', 'Debits less credits of expense.affiliate.'),
    ('promotion_expense', 'Debits less credits of expense.promo.'),
    ('processor_fees', 'Debits less credits of expense.psp_fee.'),
    ('chargeback_losses', 'Debits less credits of expense.chargeback_loss.'),
    ('chargeback_fees', 'Debits less credits of expense.chargeback_fee.'),
    ('goodwill', 'Debits less credits of expense.goodwill.'),
    ('bad_debts', 'Debits less credits of expense.bad_debt.'),
    ('payout_fees', 'What payouts cost the creator.'),
    ('earned', 'What came to the accounts that hold it until it matures.'),
    ('other', 'Whatever else came, or left.'),
    ('at', 'When it was recorded.'),
    ('actor', 'The service, and the person, who asked for it.'),
    ('role', 'As what: fan, creator or affiliate.'),
    ('party', 'Who has to do with it.'),
    ('as_fan', 'Whether as a fan.'),
    ('as_creator', 'Whether as a creator.'),
    ('as_affiliate', 'Whether as an affiliate.'),
    ('subscription', 'Its name.'),
    ('started_on', 'The day on which it began.'),
    ('period_start', 'The first day of the period that is paid, or free.'),
    ('ended_on', 'The day on which it was over, if it is.'),
    ('charges', 'How many payments.'),
    ('last_number', 'The record that changed it last.'),
    ('day', 'The effective day.'),
    ('trials', 'Trials that began.'),
    ('started', 'Subscriptions that began with a payment.'),
    ('opened', 'Subscriptions that were brought in.'),
    ('renewed', 'Renewals that were paid.'),
    ('recovered', 'Payments that succeeded after others had failed.'),
    ('upgraded', 'Upgrades.'),
    ('cancelled', 'Those that were told to end with their period.'),
    ('resumed', 'Those that were to end, and then were not.'),
    ('expired', 'Those that were over.'),
    ('trial_change', 'By how many the number of trials changed.'),
    ('past_due_change', 'By how many the number of those past due changed.'),
    ('tax_year', 'The year in which it became available.'),
    ('quarter', 'The quarter of that year.'),
    ('jurisdiction', 'Whose tax it is.'),
    ('supplies', 'How many supplies, less those that were undone.'),
    ('tax', 'The tax on them.'),
    ('refunded_base', 'What of the base was given back, in the month of the refund.'),
    ('deposited', 'What was paid to the authority.'),
    ('withheld', 'The tax that was withheld.'),
    ('adjustments', 'What was brought in or moved by hand.'),
    ('payee', 'From whom it was withheld; empty for deposits and adjustments.'),
    ('amount', 'In minor units.'),
    ('assigned', 'What of it has found its place since.'),
    ('assignments', 'In how many steps.'),
    ('received_on', 'The day on which it came, as the bank has it.'),
    ('last_assigned', 'The day on which a part of it was assigned last.'),
    ('bank', 'The account on which it came.'),
    ('bank_reference', 'The name that the bank gave it.');

select ledger.show('projected.balances', 'Every account with what it holds now.',
    'platform_app_ro', 'platform_app_rw', 'analytics_ro', 'analytics_rw', 'compliance_ro', 'auditor_ro');
select ledger.show('projected.account_days',
    'What moved on each account, by the day it is dated and the day it was recorded. A balance at the end of a day is the
    sum of debits less credits up to it.',
    'platform_app_ro', 'platform_app_rw', 'analytics_ro', 'analytics_rw', 'auditor_ro');
select ledger.show('projected.code_days',
    'The same by line of the chart: what the trial balance, the balance sheet and the income statement are made of.',
    'platform_app_ro', 'platform_app_rw', 'analytics_ro', 'analytics_rw', 'auditor_ro');
select ledger.show('projected.rates',
    'Every rate that a treasury has set. Of one table and day only those of the last number hold.',
    'analytics_ro', 'analytics_rw', 'auditor_ro');
select ledger.show('projected.revenue',
    'What the platform earned, by hour, day, kind and currency; its entries tie to the trial balance.',
    'analytics_ro', 'analytics_rw', 'auditor_ro');
select ledger.show('projected.earnings',
    'What creators earned, by day, kind of sale and version of the rule that shared it.',
    'platform_app_ro', 'platform_app_rw', 'analytics_ro', 'analytics_rw', 'auditor_ro');
select ledger.show('projected.affiliate_earnings', 'What affiliates earned, by day and kind of sale.',
    'platform_app_ro', 'platform_app_rw', 'analytics_ro', 'analytics_rw', 'auditor_ro');
select ledger.show('projected.spending', 'What fans bought, by day, kind and how it was paid.',
    'platform_app_ro', 'platform_app_rw', 'analytics_ro', 'analytics_rw', 'auditor_ro');
select ledger.show('projected.transactions', 'Every record of the journal with what it moved.',
    'analytics_ro', 'analytics_rw', 'compliance_ro', 'auditor_ro');
select ledger.show('projected.transaction_parties', 'Who has to do with which record.',
    'analytics_ro', 'analytics_rw', 'compliance_ro', 'auditor_ro');
select ledger.show('projected.subscriptions', 'Subscriptions as they stand.',
    'platform_app_ro', 'platform_app_rw', 'analytics_ro', 'analytics_rw', 'auditor_ro');
select ledger.show('projected.subscription_days', 'What happened to subscriptions on each day.',
    'analytics_ro', 'analytics_rw', 'auditor_ro');
select ledger.show('projected.tax_earnings',
    'What creators earned, in the quarter in which it became available: what returns about them are made of.',
    'tax_ops', 'auditor_ro');
select ledger.show('projected.tax_supplies', 'Taxes on sales by month, kind, jurisdiction and rate.',
    'tax_ops', 'auditor_ro');
select ledger.show('projected.withholdings', 'Tax withheld from payees by quarter.', 'tax_ops', 'auditor_ro');
select ledger.show('projected.receipts', 'Money that came and of which nobody knew what for.',
    'compliance_ro', 'auditor_ro');

create view finance.trial_balance with (security_invoker) as
select b.tenant, b.platform, t.code, t.owner, t.currency, sum(t.debits) as debits, sum(t.credits) as credits,
    sum(t.debits - t.credits) as balance
from projected.code_days t
join ledger.builds d on d.id = t.build and d.state = 'live'
join ledger.books b on b.id = d.book_id
group by 1, 2, 3, 4, 5;
comment on view finance.trial_balance is
    'What every line of the chart stands at, of everything recorded so far. It sums to zero in every currency.';
comment on column finance.trial_balance.tenant is 'The organisation whose book it is.';
comment on column finance.trial_balance.platform is 'Its site; _ is the treasury of the tenant.';
comment on column finance.trial_balance.code is 'The line of the chart of accounts.';
comment on column finance.trial_balance.owner is
    'The processor, bank, jurisdiction, import or other book; empty where a line is the sum of all fans, creators or
    affiliates, and the platform''s own.';
comment on column finance.trial_balance.currency is 'ISO 4217; TKN are tokens.';
comment on column finance.trial_balance.debits is 'The sum of all debits, in minor units.';
comment on column finance.trial_balance.credits is 'The sum of all credits, in minor units, above zero.';
comment on column finance.trial_balance.balance is 'Debits less credits, in minor units.';
grant select on finance.trial_balance to
    platform_app_ro, platform_app_rw, analytics_ro, analytics_rw, auditor_ro;

-- How complete the answers are: rows are made of the journal a moment after it is written.
create view finance.current_to with (security_invoker) as
select b.tenant, b.platform, d.follower, d.number
from ledger.builds d join ledger.books b on b.id = d.book_id
where d.state = 'live';
comment on view finance.current_to is 'Up to which record of a book the views that a follower keeps are complete.';
comment on column finance.current_to.tenant is 'The organisation whose book it is.';
comment on column finance.current_to.platform is 'Its site; _ is the treasury of the tenant.';
comment on column finance.current_to.follower is
    'Who keeps them: balances, rates, earnings, transactions, subscriptions, tax, receipts.';
comment on column finance.current_to.number is 'The number of the last record that they know.';
grant select (follower) on ledger.builds to
    platform_app_ro, platform_app_rw, analytics_ro, analytics_rw, tax_ops, compliance_ro, auditor_ro;
grant select on finance.current_to to
    platform_app_ro, platform_app_rw, analytics_ro, analytics_rw, tax_ops, compliance_ro, auditor_ro;

-- Tables that no view shows are the owner's and the writers' alone, and guarded like the others.
select ledger.guard(table_name) from unnest(array[
    'projected.found_by', 'projected.deferred_elsewhere', 'projected.tax_cohorts', 'projected.tax_releases',
    'projected.suspense_elsewhere']::regclass[]) table_name;
revoke execute on function ledger.show from public;
revoke execute on all functions in schema projected from public;
grant execute on all functions in schema projected to ledger_writer;
