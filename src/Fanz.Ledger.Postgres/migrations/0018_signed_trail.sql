-- Checkpoints say how far the access trail had come as well, so that its end cannot be cut off, nor the chain be made
-- anew below one. Those that were signed before say nothing of it, and stay as they are.

alter table ledger.checkpoints
    add column trail_sequence bigint,
    add column trail_hash bytea,
    add constraint trail_is_whole check ((trail_sequence is null) = (trail_hash is null));
comment on column ledger.checkpoints.trail_sequence is
    'The last line of the trail that it is over; none where there was no line, or trails were not signed yet.';
comment on column ledger.checkpoints.trail_hash is 'The hash of that line.';
comment on column ledger.checkpoints.tenant is 'Whose books and trail; * is the house, which has a trail alone.';
