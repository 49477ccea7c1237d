-- The alarm clock of scheduled runs: what Quartz keeps in its clustered store, so that of several hosts one wakes up.
-- It says when somebody looks, and nothing about what is due: that is in the journal, and nothing is lost with these.
-- The columns are those that Quartz 4.7 reads and writes; times are ticks.
create schema quartz;
comment on schema quartz is 'The alarm clock of scheduled runs. Nothing in it is worth a backup.';

create table quartz.qrtz_job_details (
    is_durable        boolean not null,
    is_nonconcurrent  boolean not null,
    is_update_data    boolean not null,
    requests_recovery boolean not null,
    sched_name        text not null,
    job_name          text not null,
    job_group         text not null,
    description       text,
    job_class_name    text not null,
    job_data          bytea,
    primary key (sched_name, job_name, job_group)
);
create index qrtz_job_details_by_group on quartz.qrtz_job_details (sched_name, job_group, job_name);

create table quartz.qrtz_triggers (
    next_fire_time          bigint,
    prev_fire_time          bigint,
    start_time              bigint not null,
    end_time                bigint,
    misfire_orig_fire_time  bigint,
    misfire_threshold       bigint,
    paused_at               bigint,
    priority                int,
    retry_attempt           int,
    continuation_condition  int,
    overlap_policy          int,
    misfire_instr           smallint,
    preferred_node_auto     boolean not null default false,
    fixed_delay             boolean,
    sched_name              text not null,
    trigger_name            text not null,
    trigger_group           text not null,
    job_name                text not null,
    job_group               text not null,
    description             text,
    trigger_state           text not null,
    trigger_type            text not null,
    calendar_name           text,
    execution_group         text,
    preferred_node          text,
    retry_policy            text,
    continues_trigger_name  text,
    continues_trigger_group text,
    pause_reason            text,
    paused_by               text,
    job_data                bytea,
    primary key (sched_name, trigger_name, trigger_group),
    foreign key (sched_name, job_name, job_group) references quartz.qrtz_job_details
);
create index qrtz_triggers_by_job on quartz.qrtz_triggers (sched_name, job_name, job_group);
create index qrtz_triggers_by_group on quartz.qrtz_triggers (sched_name, trigger_group, trigger_name);
create index qrtz_triggers_by_calendar on quartz.qrtz_triggers (sched_name, calendar_name);
create index qrtz_triggers_by_time on quartz.qrtz_triggers
    (sched_name, trigger_state, next_fire_time, priority desc, misfire_instr);

create table quartz.qrtz_simple_triggers (
    repeat_count    bigint not null,
    repeat_interval bigint not null,
    times_triggered bigint not null,
    sched_name      text not null,
    trigger_name    text not null,
    trigger_group   text not null,
    primary key (sched_name, trigger_name, trigger_group),
    foreign key (sched_name, trigger_name, trigger_group) references quartz.qrtz_triggers on delete cascade
);

create table quartz.qrtz_cron_triggers (
    sched_name      text not null,
    trigger_name    text not null,
    trigger_group   text not null,
    cron_expression text not null,
    time_zone_id    text,
    primary key (sched_name, trigger_name, trigger_group),
    foreign key (sched_name, trigger_name, trigger_group) references quartz.qrtz_triggers on delete cascade
);

create table quartz.qrtz_simprop_triggers (
    long_prop_1   bigint,
    long_prop_2   bigint,
    int_prop_1    int,
    int_prop_2    int,
    bool_prop_1   boolean,
    bool_prop_2   boolean,
    dec_prop_1    numeric,
    dec_prop_2    numeric,
    sched_name    text not null,
    trigger_name  text not null,
    trigger_group text not null,
    str_prop_1    text,
    str_prop_2    text,
    str_prop_3    text,
    time_zone_id  text,
    primary key (sched_name, trigger_name, trigger_group),
    foreign key (sched_name, trigger_name, trigger_group) references quartz.qrtz_triggers on delete cascade
);

create table quartz.qrtz_blob_triggers (
    sched_name    text not null,
    trigger_name  text not null,
    trigger_group text not null,
    blob_data     bytea,
    primary key (sched_name, trigger_name, trigger_group),
    foreign key (sched_name, trigger_name, trigger_group) references quartz.qrtz_triggers on delete cascade
);

create table quartz.qrtz_calendars (
    sched_name    text not null,
    calendar_name text not null,
    calendar      bytea not null,
    primary key (sched_name, calendar_name)
);

create table quartz.qrtz_paused_trigger_grps (
    paused_at     bigint,
    sched_name    text not null,
    trigger_group text not null,
    pause_reason  text,
    paused_by     text,
    primary key (sched_name, trigger_group)
);

create table quartz.qrtz_paused_job_grps (
    paused_at    bigint,
    sched_name   text not null,
    job_group    text not null,
    pause_reason text,
    paused_by    text,
    primary key (sched_name, job_group)
);

create table quartz.qrtz_fired_triggers (
    fired_time               bigint not null,
    sched_time               bigint not null,
    interrupt_requested_time bigint,
    priority                 int not null,
    progress                 int,
    is_nonconcurrent         boolean not null,
    requests_recovery        boolean,
    sched_name               text not null,
    entry_id                 text not null,
    trigger_name             text not null,
    trigger_group            text not null,
    instance_name            text not null,
    state                    text not null,
    job_name                 text,
    job_group                text,
    execution_group          text,
    progress_message         text,
    primary key (sched_name, entry_id)
);
create index qrtz_fired_triggers_by_host on quartz.qrtz_fired_triggers (sched_name, instance_name, requests_recovery);
create index qrtz_fired_triggers_by_job on quartz.qrtz_fired_triggers (sched_name, job_name, job_group);
create index qrtz_fired_triggers_by_trigger on quartz.qrtz_fired_triggers (sched_name, trigger_name, trigger_group);

create table quartz.qrtz_scheduler_state (
    last_checkin_time bigint not null,
    checkin_interval  bigint not null,
    sched_name        text not null,
    instance_name     text not null,
    quartz_version    text,
    primary key (sched_name, instance_name)
);

create table quartz.qrtz_locks (
    sched_name text not null,
    lock_name  text not null,
    primary key (sched_name, lock_name)
);

do $$
declare told record;
begin
    for told in
        select * from (values
            ('job_details', 'What can be fired: the look for runs that are due.'),
            ('triggers', 'When it is fired next.'),
            ('simple_triggers', 'Triggers that fire at an interval.'),
            ('cron_triggers', 'Triggers of another kind; none is used.'),
            ('simprop_triggers', 'Triggers of another kind; none is used.'),
            ('blob_triggers', 'Triggers of another kind; none is used.'),
            ('calendars', 'Not used: the calendars of runs are in the journal.'),
            ('paused_trigger_grps', 'Groups of triggers that rest.'),
            ('paused_job_grps', 'Groups of jobs that rest.'),
            ('fired_triggers', 'What is being done, and by which host.'),
            ('scheduler_state', 'The hosts, and when each was last seen.'),
            ('locks', 'What hosts lock so that one of them fires.')) as meanings (name, meaning)
    loop
        execute format('comment on table quartz.%I is %L', 'qrtz_' || told.name, told.meaning);
    end loop;
end $$;
grant usage on schema quartz to ledger_writer;
grant select, insert, update, delete on all tables in schema quartz to ledger_writer;

-- What falls due by a date that is in no stream's name: months of payments to be earned, authorisations and promotional
-- credit to expire. Only what is still open is here.
create table projected.deadlines (
    number     bigint not null,
    amount     bigint not null,
    build      int not null,
    period     int not null,
    periods    int not null,
    due_on     date not null,
    anchor     date,
    period_end date,
    kind       text collate "C" not null check (kind in ('recognition', 'authorisation', 'promotion')),
    subject    text collate "C" not null,
    currency   text collate "C" not null,
    primary key (build, kind, subject)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
create index deadlines_by_day on projected.deadlines (build, kind, due_on, subject);
comment on table projected.deadlines is
    'What is open and falls due on a day: what scheduled runs look for. Made by `deadlines`.';
comment on column projected.deadlines.number is 'The record that it began with: a payment, an authorisation, a grant.';
comment on column projected.deadlines.amount is
    'Of an authorisation what was neither captured nor given back, of a grant what was given, of a payment the price.';
comment on column projected.deadlines.kind is
    'recognition: a month of a payment is earned; authorisation, promotion: what is left of it expires.';
comment on column projected.deadlines.subject is 'The name of the authorisation; of the others, the number once more.';
comment on column projected.deadlines.period is 'Of a payment: which month is earned next.';
comment on column projected.deadlines.periods is 'Of a payment: in how many months it is earned.';
comment on column projected.deadlines.due_on is 'The first day on which it can be done.';
comment on column projected.deadlines.anchor is 'Of a payment: the day that its months are counted from.';
comment on column projected.deadlines.period_end is 'Of a payment: the first day that it does not pay for any more.';
grant select, insert, update, delete on projected.deadlines to ledger_writer;
-- Runs read it; no view shows it.
select ledger.guard('projected.deadlines');
