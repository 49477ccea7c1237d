-- What banks and processors say, beside what the ledger moved at them: what reconciles finds here both sides, and what
-- is imported finds what is known already.

create table projected.bank_entries (
    amount         bigint not null,
    number         bigint not null,
    build          int not null,
    on_day         date not null,
    bank           text collate "C" not null,
    currency       text collate "C" not null,
    type           text collate "C" not null,
    bank_reference text collate "C",
    payout         text collate "C",
    processor      text collate "C",
    primary key (build, number, bank, currency)
);
create index bank_entries_by_reference on projected.bank_entries (bank_reference, build, bank)
    where bank_reference is not null;
create index bank_entries_open on projected.bank_entries (build, bank, currency, amount, number)
    where bank_reference is null;
create index bank_entries_by_payout on projected.bank_entries (payout, build) where payout is not null;
create index bank_entries_by_day on projected.bank_entries (build, bank, currency, on_day);
comment on table projected.bank_entries is
    'What each transaction moved on a bank account: their sum is the balance of cash.bank. Made by `banking`.';
comment on column projected.bank_entries.number is 'The transaction.';
comment on column projected.bank_entries.amount is 'What came in; below zero it left.';
comment on column projected.bank_entries.on_day is 'The day that it counts for.';
comment on column projected.bank_entries.type is 'What the transaction is.';
comment on column projected.bank_entries.bank_reference is
    'The line of the bank''s statement that shows it; none where none has come yet.';
comment on column projected.bank_entries.payout is 'The payout, where it is one or came back from one.';
comment on column projected.bank_entries.processor is 'The processor, where one paid; empty if the platform has one.';

create table projected.bank_lines (
    amount         bigint not null,
    number         bigint not null,
    line           bigint not null,
    record         bigint,
    build          int not null,
    on_day         date not null,
    bank           text collate "C" not null,
    bank_reference text collate "C" not null,
    currency       text collate "C" not null,
    file           text collate "C" not null,
    outcome        text collate "C" not null,
    payout         text collate "C",
    finding        text collate "C",
    code           text collate "C",
    hint           text collate "C",
    primary key (build, bank, bank_reference)
);
create index bank_lines_by_day on projected.bank_lines (build, on_day, bank, bank_reference);
create index bank_lines_by_payout on projected.bank_lines (payout, build) where payout is not null;
create index bank_lines_by_amount on projected.bank_lines (build, bank, currency, amount, on_day);
comment on table projected.bank_lines is
    'The lines of banks'' statements and notifications, each once, as the first file with it was understood. Made by
    `banking`.';
comment on column projected.bank_lines.bank_reference is 'The bank''s own reference.';
comment on column projected.bank_lines.amount is 'What came in; below zero it left.';
comment on column projected.bank_lines.on_day is 'The day that the bank booked it.';
comment on column projected.bank_lines.file is 'The file that it first came in.';
comment on column projected.bank_lines.line is 'Where it stands there.';
comment on column projected.bank_lines.number is 'The record of the page of that file.';
comment on column projected.bank_lines.outcome is
    'posted: what it says was posted; known: it had been; suspense: nobody knew what for; nothing; told: nothing was
    posted, and a person has to know.';
comment on column projected.bank_lines.record is 'The transaction that stands for it, where there was one.';
comment on column projected.bank_lines.payout is 'The payout that it is about.';
comment on column projected.bank_lines.finding is 'What a person has to know of it, in one word.';
comment on column projected.bank_lines.code is 'The bank''s code of why, such as R03.';
comment on column projected.bank_lines.hint is 'By what else it may be recognised.';

create table projected.bank_findings (
    amount         bigint,
    number         bigint not null,
    line           bigint not null,
    ordinal        bigint not null,
    at             timestamptz not null,
    build          int not null,
    on_day         date,
    bank           text collate "C" not null,
    file           text collate "C" not null,
    finding        text collate "C" not null,
    outcome        text collate "C" not null,
    currency       text collate "C",
    bank_reference text collate "C",
    payout         text collate "C",
    code           text collate "C",
    primary key (build, number, ordinal)
);
comment on table projected.bank_findings is
    'What a person has to know of lines of banks'' files. Made by `banking`.';
comment on column projected.bank_findings.number is 'The record of the page of the file.';
comment on column projected.bank_findings.ordinal is 'Its place on that page.';
comment on column projected.bank_findings.at is 'When it was recorded.';
comment on column projected.bank_findings.line is 'Where it stands in the file.';
comment on column projected.bank_findings.file is 'The file.';
comment on column projected.bank_findings.finding is 'What is to be known, in one word.';
comment on column projected.bank_findings.outcome is 'What became of the line even so.';
comment on column projected.bank_findings.amount is 'What came in; below zero it left.';
comment on column projected.bank_findings.on_day is 'The day that the bank booked it.';
comment on column projected.bank_findings.bank_reference is 'The bank''s own reference.';
comment on column projected.bank_findings.payout is 'The payout that it is about.';
comment on column projected.bank_findings.code is 'The bank''s code of why, such as R03.';

create table projected.bank_statements (
    number    bigint not null,
    opening   bigint not null,
    closing   bigint not null,
    build     int not null,
    from_day  date not null,
    to_day    date not null,
    bank      text collate "C" not null,
    currency  text collate "C" not null,
    statement text collate "C" not null,
    account   text collate "C",
    file      text collate "C",
    primary key (build, number)
);
create index bank_statements_by_day on projected.bank_statements (build, bank, currency, to_day, from_day, number);
comment on table projected.bank_statements is
    'What banks say that accounts held. Made by `banking`.';
comment on column projected.bank_statements.number is 'The record that says so.';
comment on column projected.bank_statements.statement is 'The bank''s own name of the statement.';
comment on column projected.bank_statements.from_day is 'Its first day.';
comment on column projected.bank_statements.to_day is 'Its last day.';
comment on column projected.bank_statements.opening is 'What the account held before its first line.';
comment on column projected.bank_statements.closing is 'What the account held after its last line.';
comment on column projected.bank_statements.account is 'The account as the bank calls it.';
comment on column projected.bank_statements.file is 'The file that it came in.';

create table projected.bank_files (
    lines           bigint not null,
    posted          bigint,
    known           bigint,
    suspense        bigint,
    findings        bigint,
    begun_number    bigint not null,
    finished_number bigint,
    build           int not null,
    bank            text collate "C" not null,
    file            text collate "C" not null,
    format          text collate "C" not null,
    sha256          text collate "C" not null,
    name            text collate "C",
    primary key (build, bank, file)
);
create index bank_files_by_number on projected.bank_files (build, begun_number);
comment on table projected.bank_files is 'The files that banks sent. Made by `banking`.';
comment on column projected.bank_files.file is 'The bank''s own name of it.';
comment on column projected.bank_files.format is 'Such as camt.053, camt.054, pain.002, nacha or csv.';
comment on column projected.bank_files.sha256 is 'Over all of its bytes.';
comment on column projected.bank_files.name is 'How the file itself was called.';
comment on column projected.bank_files.lines is 'How many lines it has that say something.';
comment on column projected.bank_files.posted is 'What of them was posted; none before it is finished.';
comment on column projected.bank_files.known is 'What of them had been posted before.';
comment on column projected.bank_files.suspense is 'What of them nobody knew.';
comment on column projected.bank_files.findings is 'Of how many a person has to know.';
comment on column projected.bank_files.begun_number is 'The record that begins it.';
comment on column projected.bank_files.finished_number is 'The record that ends it; none while it is under way.';

create table projected.payments (
    number         bigint not null,
    amount         bigint not null,
    assigned       bigint not null,
    at             timestamptz not null,
    build          int not null,
    paid_on        date not null,
    last_assigned  date,
    bank           text collate "C" not null,
    bank_reference text collate "C" not null,
    currency       text collate "C" not null,
    primary key (build, number)
);
create index payments_by_reference on projected.payments (bank_reference, build);
comment on table projected.payments is
    'Money that left a bank and nobody knew what for, and what was found out. Made by `banking`.';
comment on column projected.payments.number is 'The record of the payment.';
comment on column projected.payments.amount is 'What left.';
comment on column projected.payments.assigned is 'What of it has been assigned.';
comment on column projected.payments.at is 'When it was recorded.';
comment on column projected.payments.paid_on is 'The day that it counts for.';
comment on column projected.payments.last_assigned is 'When something of it was assigned last.';
comment on column projected.payments.bank_reference is 'The bank''s own reference.';

create table projected.processor_reports (
    number      bigint not null,
    gross       bigint not null,
    refunds     bigint not null,
    chargebacks bigint not null,
    fees        bigint not null,
    reserve     bigint not null,
    payout      bigint not null,
    build       int not null,
    on_day      date not null,
    processor   text collate "C" not null,
    currency    text collate "C" not null,
    sha256      text collate "C" not null,
    primary key (build, on_day, processor, currency)
);
comment on table projected.processor_reports is
    'What processors say of each day, as they last said it. Made by `banking`.';
comment on column projected.processor_reports.number is 'The record that says so.';
comment on column projected.processor_reports.processor is 'The processor; empty if the platform has one.';
comment on column projected.processor_reports.on_day is 'The day that it is about.';
comment on column projected.processor_reports.gross is 'What it took from fans.';
comment on column projected.processor_reports.refunds is 'What of that it gave back to fans.';
comment on column projected.processor_reports.chargebacks is 'What it lost to disputes, with what it charges for them.';
comment on column projected.processor_reports.fees is 'What it kept for itself.';
comment on column projected.processor_reports.reserve is 'What it kept back, less what it gave back of that.';
comment on column projected.processor_reports.payout is 'What it paid to the bank.';
comment on column projected.processor_reports.sha256 is 'Over the report that was read.';

create table projected.processor_days (
    gross     bigint not null,
    fees      bigint not null,
    kept      bigint not null,
    net       bigint not null,
    build     int not null,
    on_day    date not null,
    processor text collate "C" not null,
    currency  text collate "C" not null,
    primary key (build, on_day, processor, currency)
);
comment on table projected.processor_days is
    'What the ledger has of processors'' settlements, by day. Made by `banking`.';
comment on column projected.processor_days.processor is 'The processor; empty if the platform has one.';
comment on column projected.processor_days.on_day is 'The day that they count for.';
comment on column projected.processor_days.gross is 'What was settled.';
comment on column projected.processor_days.fees is 'What of it were fees.';
comment on column projected.processor_days.kept is 'What of it was kept back, less what was given back of that.';
comment on column projected.processor_days.net is 'What reached the bank.';

grant select, insert, update, delete on projected.bank_entries, projected.bank_lines, projected.bank_findings,
    projected.bank_statements, projected.bank_files, projected.payments, projected.processor_reports,
    projected.processor_days
to ledger_writer;

create temporary table words (word name, meaning text) on commit drop;
insert into words values
    ('tenant', 'The organisation whose book it is.'),
    ('platform', 'Its site; _ is the treasury of the tenant.'),
    ('bank', 'The bank, as in cash.bank; empty if the platform has one.'),
    ('currency', 'ISO 4217.');
select ledger.show('projected.bank_entries', 'What each transaction moved on a bank account.',
    'compliance_ro', 'auditor_ro');
select ledger.show('projected.bank_lines', 'The lines of banks'' statements, each once.',
    'compliance_ro', 'auditor_ro');
select ledger.show('projected.bank_findings', 'What a person has to know of lines of banks'' files.',
    'compliance_ro', 'auditor_ro');
select ledger.show('projected.bank_statements', 'What banks say that accounts held.',
    'compliance_ro', 'auditor_ro');
select ledger.show('projected.bank_files', 'The files that banks sent.', 'compliance_ro', 'auditor_ro');
select ledger.show('projected.payments', 'Money that left unannounced, and what was found out.',
    'compliance_ro', 'auditor_ro');
select ledger.show('projected.processor_reports', 'What processors say of each day.',
    'compliance_ro', 'auditor_ro');
select ledger.show('projected.processor_days', 'What the ledger has of processors'' settlements, by day.',
    'compliance_ro', 'auditor_ro');
comment on column finance.current_to.follower is
    'Who keeps them: balances, rates, earnings, transactions, subscriptions, tax, receipts, payouts, banking.';
