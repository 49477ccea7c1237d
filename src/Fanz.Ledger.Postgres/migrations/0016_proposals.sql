-- What one person proposed and another one decides upon, as it stands: who is to approve something finds it here.

create table projected.proposals (
    number         bigint not null,
    changed_number bigint not null,
    record         bigint,
    build          int not null,
    proposed_at    timestamptz not null,
    expires_on     date not null,
    proposal       text collate "C" not null,
    command        text collate "C" not null,
    state          text collate "C" not null check (state in (
        'open', 'approved', 'rejected', 'withdrawn', 'expired')),
    proposed_by    text collate "C" not null,
    decided_by     text collate "C",
    reason         text collate "C" not null,
    objection      text collate "C",
    body           text collate "C" not null,
    primary key (build, proposal)
);
create index proposals_by_number on projected.proposals (build, number);
create index proposals_by_state on projected.proposals (build, state, number);
comment on table projected.proposals is
    'What takes two people and was proposed by one of them, as it stands. Made by `proposals`.';
comment on column projected.proposals.proposal is 'Its name.';
comment on column projected.proposals.command is 'The command that is proposed.';
comment on column projected.proposals.state is
    'open: nobody has decided upon it, and after its last day nobody can approve it any more; approved: it was done;
    rejected, withdrawn by its proposer, or said to be expired: it never will be.';
comment on column projected.proposals.body is
    'The fields of the command, as JSON; who proposed and who approved it stands beside.';
comment on column projected.proposals.reason is 'Why it was proposed.';
comment on column projected.proposals.proposed_by is 'The person who proposed it.';
comment on column projected.proposals.proposed_at is 'When that was recorded.';
comment on column projected.proposals.expires_on is 'The last day on which it can be approved.';
comment on column projected.proposals.decided_by is 'The person who approved or rejected it.';
comment on column projected.proposals.objection is 'Why it was rejected or withdrawn.';
comment on column projected.proposals.record is 'The record by which it was done.';
comment on column projected.proposals.number is 'The record that proposed it.';
comment on column projected.proposals.changed_number is 'The record that brought it to its state.';

grant select, insert, update, delete on projected.proposals to ledger_writer;

create temporary table words (word name, meaning text) on commit drop;
insert into words values
    ('tenant', 'The organisation whose book it is.'),
    ('platform', 'Its site; _ is the treasury of the tenant.');
select ledger.show('projected.proposals', 'What one person proposed and another one decides upon.',
    'compliance_ro', 'auditor_ro');
comment on column finance.current_to.follower is
    'Who keeps them: balances, rates, earnings, transactions, subscriptions, tax, receipts, payouts, banking, proposals.';
