-- Payouts, the batches in which they are approved and the files in which they leave, as they stand: what forms, sends
-- and reconciles them finds here what is next. Every change of a payout writes its row, and what is looked for is where
-- it stands, so rows keep no room for updates in place.

create table projected.payouts (
    amount         bigint not null,
    fee            bigint not null,
    sent           bigint not null,
    sequence       bigint,
    formed_number  bigint not null,
    changed_number bigint not null,
    changed_at     timestamptz not null,
    build          int not null,
    formed_on      date not null,
    payout         text collate "C" not null,
    creator        text collate "C" not null,
    currency       text collate "C" not null,
    state          text collate "C" not null check (state in (
        'formed', 'submitted', 'unknown', 'accepted', 'settled', 'failed', 'cancelled', 'rejected', 'returned')),
    rail           text collate "C",
    batch          text collate "C",
    method         text collate "C",
    file           text collate "C",
    bank           text collate "C",
    bank_reference text collate "C",
    code           text collate "C",
    reason         text collate "C",
    primary key (build, payout)
) with (autovacuum_vacuum_scale_factor = 0.05);
create index payouts_by_batch on projected.payouts (batch, build, payout) where batch is not null;
create index payouts_by_file on projected.payouts (file, build, sequence) where file is not null;
create index payouts_by_state on projected.payouts (build, state, payout);
create index payouts_by_creator on projected.payouts (creator, build, formed_number);
create index payouts_by_change on projected.payouts (build, changed_number);
comment on table projected.payouts is
    'Payouts as they stand. What is sent of all that are formed, submitted or unknown is the balance of payout.transit;
    of all that are accepted, that of payout.clearing. Made by `payouts`.';
comment on column projected.payouts.payout is 'Its name; the bank knows it by it too.';
comment on column projected.payouts.amount is 'What was taken from the creator: the fee and what is sent.';
comment on column projected.payouts.fee is 'What it costs the creator.';
comment on column projected.payouts.sent is 'What the creator gets.';
comment on column projected.payouts.state is
    'formed: taken from what the creator has available; submitted: on its way, never sent again; unknown: the answer to
    it was lost; accepted: the bank has it; settled: a statement shows it; failed, cancelled: never sent; rejected: the
    bank did not make it; returned: it came back after it was settled.';
comment on column projected.payouts.rail is 'By which rail it goes; none if it is made elsewhere.';
comment on column projected.payouts.batch is 'With which others it is approved; none of an instant payout.';
comment on column projected.payouts.method is 'The payout method of the creator that it goes to.';
comment on column projected.payouts.file is 'The file that it was submitted in.';
comment on column projected.payouts.sequence is 'Its place in the file, from 1.';
comment on column projected.payouts.formed_on is 'The day that its forming counts for.';
comment on column projected.payouts.formed_number is 'The record that formed it.';
comment on column projected.payouts.changed_number is 'The record that brought it to its state.';
comment on column projected.payouts.changed_at is 'When that was recorded.';
comment on column projected.payouts.bank is
    'The bank account that it was settled from, and then the one that it came back to; empty if the platform has one.';
comment on column projected.payouts.bank_reference is
    'The bank''s own reference of the last entry of a statement that showed it.';
comment on column projected.payouts.code is 'The bank''s code of why it was rejected or came back.';
comment on column projected.payouts.reason is 'Why it is in its state, where somebody said so.';

create table projected.payout_batches (
    payouts         bigint,
    sent            bigint,
    opened_number   bigint not null,
    changed_number  bigint not null,
    build           int not null,
    on_day          date not null,
    batch           text collate "C" not null,
    currency        text collate "C" not null,
    rail            text collate "C" not null,
    state           text collate "C" not null check (state in (
        'open', 'closed', 'half_approved', 'approved', 'rejected')),
    members         text collate "C",
    first_approver  text collate "C",
    second_approver text collate "C",
    reason          text collate "C",
    primary key (build, batch)
);
create index payout_batches_by_number on projected.payout_batches (build, opened_number);
comment on table projected.payout_batches is
    'Batches of payouts that are approved together, as they stand. Which payouts are in one, projected.payouts says.
    Made by `payouts`.';
comment on column projected.payout_batches.batch is 'Its name.';
comment on column projected.payout_batches.rail is 'By which rail its payouts go.';
comment on column projected.payout_batches.on_day is 'The day that it was formed for.';
comment on column projected.payout_batches.state is
    'open: payouts are formed in it; closed: it waits for the first who approves it; half_approved: for the second;
    approved: its payouts may be submitted; rejected: nothing of it is ever sent.';
comment on column projected.payout_batches.payouts is 'How many were in it when it was closed; none before.';
comment on column projected.payout_batches.sent is 'What was to be sent in all when it was closed; none before.';
comment on column projected.payout_batches.members is
    'SHA-256 over a line for each payout when it was closed, in hexadecimal; none before.';
comment on column projected.payout_batches.first_approver is 'Who approved it first.';
comment on column projected.payout_batches.second_approver is 'Who approved it after that.';
comment on column projected.payout_batches.reason is 'Why it was rejected.';
comment on column projected.payout_batches.opened_number is 'The record that opened it.';
comment on column projected.payout_batches.changed_number is 'The record that brought it to its state.';

create table projected.payment_files (
    rail_set_by     bigint not null,
    payouts         bigint not null,
    sent            bigint not null,
    prepared_number bigint not null,
    released_number bigint,
    created_at      timestamptz not null,
    build           int not null,
    execute_on      date not null,
    file            text collate "C" not null,
    rail            text collate "C" not null,
    batch           text collate "C",
    currency        text collate "C" not null,
    message         text collate "C" not null,
    hash            text collate "C" not null,
    state           text collate "C" not null check (state in ('prepared', 'released')),
    primary key (build, file)
);
create index payment_files_by_number on projected.payment_files (build, prepared_number);
comment on table projected.payment_files is
    'Files of payment instructions. What one is made of, projected.payouts says by its name and the places there. Made
    by `payouts`.';
comment on column projected.payment_files.file is 'Its name.';
comment on column projected.payment_files.rail is 'The rail that it leaves by.';
comment on column projected.payment_files.rail_set_by is 'The record that says how the rail was set then.';
comment on column projected.payment_files.batch is 'The batch that its payouts are of, if they are all of one.';
comment on column projected.payment_files.message is 'How it is called for the bank.';
comment on column projected.payment_files.created_at is 'The time that it states.';
comment on column projected.payment_files.execute_on is 'On which day the bank is to pay.';
comment on column projected.payment_files.payouts is 'How many are in it.';
comment on column projected.payment_files.sent is 'What they come to.';
comment on column projected.payment_files.hash is 'SHA-256 over its bytes, in hexadecimal.';
comment on column projected.payment_files.state is
    'prepared: what it is to be is known; released: it is where the bank takes it from.';
comment on column projected.payment_files.prepared_number is 'The record that says what it is.';
comment on column projected.payment_files.released_number is 'The record that says that it was written.';

grant select, insert, update, delete on projected.payouts, projected.payout_batches, projected.payment_files
to ledger_writer;

create temporary table words (word name, meaning text) on commit drop;
insert into words values
    ('tenant', 'The organisation whose book it is.'),
    ('platform', 'Its site; _ is the treasury of the tenant.'),
    ('creator', 'The creator.'),
    ('currency', 'ISO 4217.');
select ledger.show('projected.payouts', 'Payouts as they stand.',
    'analytics_ro', 'analytics_rw', 'compliance_ro', 'auditor_ro');
select ledger.show('projected.payout_batches', 'Batches of payouts, with who approved them.',
    'compliance_ro', 'auditor_ro');
select ledger.show('projected.payment_files', 'Files of payment instructions, with what they came to.',
    'compliance_ro', 'auditor_ro');
comment on column finance.current_to.follower is
    'Who keeps them: balances, rates, earnings, transactions, subscriptions, tax, receipts, payouts.';
