namespace Fanz.Ledger.Postgres.Marten;

/// <summary>
/// The real tables of the schema: how far the projections of a reader have come. They are the reader's to write, and
/// nothing in them is the ledger's.
/// </summary>
internal static class MartenProgress
{
    // Positions have no gaps, so every event up to the head is there to be read: with that as the first mark nobody has
    // to walk through a long book to find it out.
    public const string Sql =
        """
        create table if not exists mt_event_progression (
            name         varchar constraint pk_mt_event_progression primary key,
            last_seq_id  bigint,
            last_updated timestamptz default transaction_timestamp()
        );
        create table if not exists mt_high_water_skips (
            ending_sequence   bigint constraint pkey_mt_high_water_skips_ending_sequence primary key,
            starting_sequence bigint not null,
            timestamp         timestamptz default transaction_timestamp()
        );

        create or replace function mt_mark_event_progression(shard varchar, reached bigint) returns void
            language sql set search_path from current as $$
            insert into mt_event_progression (name, last_seq_id, last_updated)
            values (shard, reached, transaction_timestamp())
            on conflict (name) do update
            set last_seq_id = excluded.last_seq_id, last_updated = excluded.last_updated
        $$;

        -- Goes from a mark to another and notes what lay between, unless someone else has gone on from there; says
        -- where the mark is afterwards.
        create or replace function mt_mark_progression_with_skip(shard varchar, ending bigint, starting bigint)
            returns bigint language plpgsql set search_path from current as $$
        declare here bigint;
        begin
            insert into mt_event_progression (name) values (shard) on conflict (name) do nothing;
            select last_seq_id into here from mt_event_progression where name = shard for update;
            if here <> starting then return here; end if;
            update mt_event_progression set last_seq_id = ending, last_updated = transaction_timestamp()
            where name = shard;
            if ending > starting then
                insert into mt_high_water_skips (ending_sequence, starting_sequence) values (ending, starting)
                on conflict (ending_sequence) do nothing;
            end if;
            return ending;
        end $$;
        revoke all on function mt_mark_event_progression, mt_mark_progression_with_skip from public;

        select mt_mark_event_progression('HighWaterMark', last_value) from mt_events_sequence
        where is_called and not exists (select from mt_event_progression where name = 'HighWaterMark')
        """;
}
