-- What finance searches and reports: transactions, subscriptions, taxes, and what nobody has claimed yet. All of it is
-- made of the journal by the followers that the comments name, and can be made again.

create table projected.transactions (
    number       bigint not null,
    at           timestamptz not null,
    amount       bigint not null,
    refers_to    bigint,
    build        int not null,
    effective_on date not null,
    type         text collate "C" not null,
    currency     text collate "C" not null,
    actor        text collate "C" not null,
    stream       text collate "C",
    primary key (build, number)
) with (autovacuum_vacuum_insert_threshold = 500000, autovacuum_vacuum_insert_scale_factor = 0.05);
create index transactions_by_type on projected.transactions (build, type, number);
create index transactions_by_amount on projected.transactions (build, currency, amount, number);
comment on table projected.transactions is
    'Every record of the journal, to be searched: one row each, so numbers have no gaps. Made by `transactions`.';
comment on column projected.transactions.amount is
    'What it moved, in minor units. Of a sale: what the fan paid, with taxes and shipping and less a discount. Otherwise
    the amount that the record states, and where it states none the debits in the currency of its first entry. 0, in no
    currency, where it moved nothing.';
comment on column projected.transactions.at is 'When it was recorded; never below that of the number before.';
comment on column projected.transactions.effective_on is 'The day that it counts for; earlier where it was dated back.';
comment on column projected.transactions.actor is 'The service, and behind a slash the person, who asked for it.';
comment on column projected.transactions.refers_to is 'The number of the record that it is about.';

create table projected.transaction_parties (
    number       bigint not null,
    build        int not null,
    as_fan       boolean not null,
    as_creator   boolean not null,
    as_affiliate boolean not null,
    party        text collate "C" not null,
    type         text collate "C" not null,
    primary key (party, build, number) include (type, as_fan, as_creator, as_affiliate)
) with (autovacuum_vacuum_insert_threshold = 500000, autovacuum_vacuum_insert_scale_factor = 0.05);
comment on table projected.transaction_parties is
    'Who has to do with a record: whose accounts it moved, whom it names, and the fan and the creator of what it refers
    to. Made by `transactions`.';

-- Recorded times only ever rise with the numbers, so a time is found by halving: some twenty looks at the key, and no
-- index on the time.
create function projected.number_at(int, timestamptz) returns bigint language plpgsql stable as $$
declare
    low bigint := 1;
    high bigint := 1 + coalesce(
        (select number from projected.transactions where build = $1 order by number desc limit 1), 0);
    middle bigint;
begin
    while low < high loop
        middle := (low + high) / 2;
        if (select at >= $2 from projected.transactions where build = $1 and number = middle) then
            high := middle;
        else
            low := middle + 1;
        end if;
    end loop;
    return low;
end $$;
comment on function projected.number_at is
    'The first number of a build of `transactions` that was recorded at a time or later; one above the last if none was.';

create table projected.subscriptions (
    price        bigint not null,
    deferred     bigint not null,
    unearned     bigint not null,
    charges      bigint not null,
    charged      bigint not null,
    refunds      bigint not null,
    refunded     bigint not null,
    last_number  bigint not null,
    build        int not null,
    attempts     int not null,
    started_on   date not null,
    period_start date not null,
    period_end   date not null,
    ended_on     date,
    has_paid     boolean not null,
    subscription text collate "C" not null,
    fan          text collate "C" not null,
    creator      text collate "C" not null,
    period       text collate "C" not null,
    state        text collate "C" not null
        check (state in ('trial', 'active', 'lifetime', 'past_due', 'cancelled', 'expired')),
    currency     text collate "C" not null,
    primary key (build, subscription)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
create index subscriptions_by_period on projected.subscriptions (build, period_end, subscription);
create index subscriptions_by_state on projected.subscriptions (build, state, period_end, subscription);
create index subscriptions_by_creator on projected.subscriptions (creator, build, period_end, subscription);
create index subscriptions_by_fan on projected.subscriptions (fan, build, period_end, subscription);
comment on table projected.subscriptions is
    'Subscriptions as they stand. The sums of deferred and unearned, with those of projected.deferred_elsewhere, are the
    balances of deferred.revenue and creator.unearned. Made by `subscriptions`.';
comment on column projected.subscriptions.state is
    'trial: nothing was charged yet; active; lifetime: paid for good; past_due: a payment has failed; cancelled: ends
    with its period; expired: over.';
comment on column projected.subscriptions.period is 'For how long a payment pays: monthly, yearly or lifetime.';
comment on column projected.subscriptions.price is 'Of the next period, before taxes and discounts.';
comment on column projected.subscriptions.period_end is 'The first day that is not paid, or not free, any more.';
comment on column projected.subscriptions.deferred is 'What of its payments the platform has yet to earn.';
comment on column projected.subscriptions.unearned is 'What of its payments the creators have yet to earn.';
comment on column projected.subscriptions.charged is 'What the fan has paid for it here, taxes included.';
comment on column projected.subscriptions.refunded is
    'What of that was given back, by refunds, lost disputes and what was taken back for a debt.';
comment on column projected.subscriptions.attempts is 'How many payments have failed since the last that did not.';
comment on column projected.subscriptions.has_paid is 'Whether it was charged, here or before it was imported.';

create table projected.deferred_elsewhere (
    amount   bigint not null,
    build    int not null,
    code     text collate "C" not null,
    owner    text collate "C" not null,
    currency text collate "C" not null,
    primary key (build, code, owner, currency)
) with (fillfactor = 50);
comment on table projected.deferred_elsewhere is
    'What of deferred.revenue and creator.unearned belongs to no subscription: what was brought in as bare balances, and
    what was moved by hand. Normally nothing. Made by `subscriptions`.';

create table projected.subscription_days (
    trials          bigint not null,
    started         bigint not null,
    opened          bigint not null,
    renewed         bigint not null,
    recovered       bigint not null,
    upgraded        bigint not null,
    failed          bigint not null,
    cancelled       bigint not null,
    resumed         bigint not null,
    expired         bigint not null,
    trial_change    bigint not null,
    active_change   bigint not null,
    past_due_change bigint not null,
    ending_change   bigint not null,
    build           int not null,
    day             date not null,
    primary key (build, day)
) with (fillfactor = 50);
comment on table projected.subscription_days is
    'What happened to subscriptions on each effective day: counts of events, and by how many the number of those in each
    state has changed. The sum of the changes up to a day is how many there were at its end. Made by `subscriptions`.';
comment on column projected.subscription_days.failed is 'Payments that failed, each attempt.';
comment on column projected.subscription_days.active_change is 'Active ones, and those paid for good.';
comment on column projected.subscription_days.ending_change is 'Those that are cancelled and not over yet.';

create table projected.tax_earnings (
    sales          bigint not null,
    gross          bigint not null,
    fees           bigint not null,
    refunds        bigint not null,
    later_refunds  bigint not null,
    adjustments    bigint not null,
    released       bigint not null,
    withheld       bigint not null,
    payments       bigint not null,
    payments_gross bigint not null,
    build          int not null,
    tax_year       int not null,
    quarter        int not null check (quarter between 1 and 4),
    creator        text collate "C" not null,
    currency       text collate "C" not null,
    country        text collate "C" not null,
    class          text collate "C" not null,
    primary key (build, creator, tax_year, quarter, currency, country, class)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
create index tax_earnings_by_year on projected.tax_earnings
    (build, tax_year, quarter, creator, currency, country, class);
comment on table projected.tax_earnings is
    'What creators earned, in the quarter in which it became available: when the cohort that held it was released. The
    net, gross - fees - refunds - later_refunds + adjustments, of all rows of a creator, year, quarter and currency is
    what was released to them less what they gave back of what had been released before. Made by `tax`.';
comment on column projected.tax_earnings.country is
    'Where the payment came from, ISO 3166, as the sale states it; empty where it states none.';
comment on column projected.tax_earnings.class is
    'goods: orders. personalised_service: tips, gifts, messages, live streams. pre_recorded: content, subscriptions.
    Derived from the kind of the sale. Empty, with an empty country, is what belongs to no sale: the adjustments, and
    what was released and withheld.';
comment on column projected.tax_earnings.sales is 'How many parts of sales became available: one for each sale, creator
    and month of a longer payment.';
comment on column projected.tax_earnings.gross is
    'The creator''s part of what was sold before fees and refunds: without taxes, less a discount that the creator bears.';
comment on column projected.tax_earnings.fees is
    'The platform''s fee and the affiliate''s part where the creator bears it, less what of them was given back.';
comment on column projected.tax_earnings.refunds is
    'What of the gross was given back before it became available. A lost dispute that the platform bears is none.';
comment on column projected.tax_earnings.later_refunds is
    'What of the gross of earlier releases was given back in this quarter.';
comment on column projected.tax_earnings.adjustments is
    'What was released beyond what sales had brought, or less: imported and corrected balances, what a dispute had
    frozen and handed to a later cohort, what was taken for the refund of another sale.';
comment on column projected.tax_earnings.released is 'What was released, before taxes and debts.';
comment on column projected.tax_earnings.withheld is 'The tax that was withheld from it.';
comment on column projected.tax_earnings.payments is
    'The count of payments for what this creator sold, by the day of payment: the measure of form 1099-K.';
comment on column projected.tax_earnings.payments_gross is
    'Their price with shipping and without taxes, less a discount that the creator bears; before fees and refunds.
    Payments that were undone as errors are taken off. What several share is the seller''s payment.';

create table projected.tax_cohorts (
    sales    bigint not null,
    gross    bigint not null,
    fees     bigint not null,
    refunds  bigint not null,
    build    int not null,
    cohort   date not null,
    creator  text collate "C" not null,
    code     text collate "C" not null,
    currency text collate "C" not null,
    country  text collate "C" not null,
    class    text collate "C" not null,
    primary key (creator, code, currency, cohort, build, country, class)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
comment on table projected.tax_cohorts is
    'What sales have brought to cohorts of creators that is not released yet; it becomes tax_earnings when it is. Made
    by `tax`.';

create table projected.tax_releases (
    number   bigint not null,
    build    int not null,
    cohort   date not null,
    creator  text collate "C" not null,
    code     text collate "C" not null,
    currency text collate "C" not null,
    primary key (creator, code, currency, cohort, build)
);
comment on table projected.tax_releases is 'The last record that released a cohort of a creator. Made by `tax`.';

create table projected.tax_supplies (
    supplies       bigint not null,
    base           bigint not null,
    tax            bigint not null,
    refunded_base  bigint not null,
    refunded_tax   bigint not null,
    deposited      bigint not null,
    adjustments    bigint not null,
    build          int not null,
    rate           int not null,
    month          date not null,
    kind           text collate "C" not null check (kind in ('vat', 'sales_tax')),
    jurisdiction   text collate "C" not null,
    currency       text collate "C" not null,
    primary key (build, month, kind, jurisdiction, currency, rate)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
create index tax_supplies_by_jurisdiction on projected.tax_supplies
    (jurisdiction, build, month, kind, currency, rate);
comment on table projected.tax_supplies is
    'Taxes on sales by month, kind, jurisdiction and rate. Of each jurisdiction tax - refunded_tax - deposited +
    adjustments, over all rows, is the balance of vat.payable or salestax.payable. Made by `tax`.';
comment on column projected.tax_supplies.rate is 'In basis points; -1 where none was stated, and for what is of no sale.';
comment on column projected.tax_supplies.month is 'Its first day, of the effective date.';
comment on column projected.tax_supplies.base is 'What fans paid for the supplies without any tax.';
comment on column projected.tax_supplies.refunded_tax is 'What of the tax was given back, in the month of the refund.';
comment on column projected.tax_supplies.adjustments is 'What was brought in or moved by hand.';

create table projected.withholdings (
    base        bigint not null,
    withheld    bigint not null,
    deposited   bigint not null,
    adjustments bigint not null,
    build       int not null,
    tax_year    int not null,
    quarter     int not null check (quarter between 1 and 4),
    kind        text collate "C" not null check (kind in ('backup', 'non_resident')),
    role        text collate "C" not null,
    payee       text collate "C" not null,
    currency    text collate "C" not null,
    primary key (build, tax_year, quarter, kind, role, payee, currency)
) with (fillfactor = 70);
create index withholdings_by_payee on projected.withholdings (payee, build, tax_year, quarter, kind, role, currency);
comment on table projected.withholdings is
    'Tax withheld from payees by quarter. withheld - deposited + adjustments, over all rows of a kind and currency, is
    the balance of wht.backup or wht.nra. Deposits and adjustments are of no payee. Made by `tax`.';
comment on column projected.withholdings.role is 'creator or affiliate; empty where there is no payee.';
comment on column projected.withholdings.base is 'What it was withheld from.';

create table projected.receipts (
    number         bigint not null,
    at             timestamptz not null,
    amount         bigint not null,
    assigned       bigint not null,
    assignments    bigint not null,
    build          int not null,
    received_on    date not null,
    last_assigned  date,
    bank           text collate "C" not null,
    bank_reference text collate "C" not null,
    currency       text collate "C" not null,
    primary key (build, number)
);
create index receipts_in_suspense on projected.receipts (build, number) where assigned < amount;
comment on table projected.receipts is
    'Money that came and of which nobody knew what for, and what has been found out since. amount - assigned, with
    projected.suspense_elsewhere, is the balance of suspense. Made by `receipts`.';

create table projected.suspense_elsewhere (
    amount   bigint not null,
    build    int not null,
    owner    text collate "C" not null,
    currency text collate "C" not null,
    primary key (build, owner, currency)
) with (fillfactor = 50);
comment on table projected.suspense_elsewhere is
    'What of suspense came from no receipt: what imports have yet to balance, by their owner import/NAME, and what was
    moved by hand. Made by `receipts`.';

grant select, insert, update, delete on
    projected.transactions, projected.transaction_parties, projected.subscriptions, projected.deferred_elsewhere,
    projected.subscription_days, projected.tax_earnings, projected.tax_cohorts, projected.tax_releases,
    projected.tax_supplies, projected.withholdings, projected.receipts, projected.suspense_elsewhere
to ledger_writer;
