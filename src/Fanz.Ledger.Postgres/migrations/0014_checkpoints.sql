-- Signed checkpoints: how far each book of a tenant had come, and by which seal. All three tables only ever grow, and
-- `verify` makes them again from the seals. What is in them, byte by byte: ops/proof.md.

create table ledger.checkpoints (
    sequence   bigint not null,
    books      bigint not null,
    at         timestamptz not null,
    tenant     text collate "C" not null,
    previous   bytea not null,
    heads_root bytea not null,
    hash       bytea not null,
    key        bytea not null,
    next_key   bytea,
    signature  bytea not null,
    primary key (tenant, sequence)
);
create index checkpoints_by_handover on ledger.checkpoints (tenant, sequence) where next_key is not null;
comment on table ledger.checkpoints is
    'Statements of a tenant, each chained to the one before and signed with a key that is not in the database.';
comment on column ledger.checkpoints.sequence is 'Counts the tenant''s checkpoints from 1.';
comment on column ledger.checkpoints.books is 'How many heads it is over.';
comment on column ledger.checkpoints.previous is 'The hash of the one before; zeros before the first.';
comment on column ledger.checkpoints.heads_root is 'The Merkle root over the heads of all books of the tenant.';
comment on column ledger.checkpoints.hash is 'SHA-256 over what is signed.';
comment on column ledger.checkpoints.key is 'The public key that signs, as DER.';
comment on column ledger.checkpoints.next_key is
    'The public key that signs from the next one on, where this one hands over.';
comment on column ledger.checkpoints.signature is 'ECDSA over P-256 with SHA-256, as DER.';

create table ledger.checkpoint_heads (
    checkpoint    bigint not null,
    sequence      bigint not null,
    last_number   bigint not null,
    last_position bigint not null,
    book_id       int not null,
    seal          bytea not null,
    tree          bytea not null,
    primary key (book_id, checkpoint),
    unique (book_id, sequence)
);
comment on table ledger.checkpoint_heads is
    'The head of each book that had moved since the checkpoint before. At a checkpoint a book stands at its newest row
    up to it.';
comment on column ledger.checkpoint_heads.checkpoint is 'The sequence of the tenant''s checkpoint.';
comment on column ledger.checkpoint_heads.sequence is 'That of the book''s last seal, and so the size of its tree.';
comment on column ledger.checkpoint_heads.seal is 'The hash of that seal.';
comment on column ledger.checkpoint_heads.tree is 'The Merkle root over the hashes of all seals of the book up to it.';

create table ledger.seal_nodes (
    index       bigint not null,
    last_number bigint not null,
    book_id     int not null,
    level       int not null check (level > 0),
    hash        bytea not null,
    primary key (book_id, level, index)
);
comment on table ledger.seal_nodes is
    'Nodes of the tree over a book''s seals, over 256, 256², … of them each, so that a proof looks at few.';
comment on column ledger.seal_nodes.index is 'Counts the nodes of its level from 0.';
comment on column ledger.seal_nodes.last_number is
    'That of the last seal under it, by which the seals under it are found.';
comment on column ledger.seal_nodes.level is '1 is over 256 seals, 2 over 256 times as many.';

do $$
declare relation text;
begin
    foreach relation in array array['checkpoints', 'checkpoint_heads', 'seal_nodes'] loop
        execute format('create trigger append_only before update or delete on ledger.%I
            for each row execute function ledger.refuse_change()', relation);
        execute format('alter table ledger.%I enable always trigger append_only', relation);
        execute format('create trigger never_emptied before truncate on ledger.%I
            for each statement execute function ledger.refuse_change()', relation);
        execute format('alter table ledger.%I enable always trigger never_emptied', relation);
        execute format('alter table ledger.%I set (autovacuum_freeze_min_age = 0)', relation);
    end loop;
end $$;

-- Nobody but the host reads them: what is signed is told by files and proofs.
select ledger.guard('ledger.checkpoint_heads');
select ledger.guard('ledger.seal_nodes');
select ledger.guard('ledger.checkpoints', 'exists (select from ledger.sql_readers r where r.login = session_user
    and r.tenant = checkpoints.tenant and r.platform is null)');
grant select, insert on ledger.checkpoints, ledger.checkpoint_heads, ledger.seal_nodes to ledger_writer;
