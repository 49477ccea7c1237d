namespace Fanz.Ledger.Postgres.Tests.Marten;

/// <summary>What Marten sends to the schema `shown`, as its sources have it.</summary>
internal static class MartenSql
{
    public const string Fields =
        """
        d.data, d.type, d.mt_dotnet_type, d.seq_id, d.id, d.stream_id, d.version, d.timestamp, d.tenant_id,
        d.correlation_id, d.causation_id, d.headers, d.is_archived, d.bdata
        """;

    /// <summary>A page of events for a projection that runs by itself.</summary>
    public const string Page =
        $"""
        select {Fields}, s.type as stream_type
        from shown.mt_events as d inner join shown.mt_streams as s on d.stream_id = s.id
        where d.seq_id > $1 and d.seq_id <= $2
        order by d.seq_id limit 500
        """;

    public const string PageOfTypes =
        $"""
        select {Fields}, s.type as stream_type
        from shown.mt_events as d inner join shown.mt_streams as s on d.stream_id = s.id
        where d.seq_id > $1 and d.seq_id <= $2 and d.type = any($3) and d.is_archived = false
        order by d.seq_id limit 500
        """;

    public const string NextOfTypes =
        "select d.seq_id from shown.mt_events as d where d.seq_id > $1 and d.type = any($2) order by d.seq_id limit 1";

    /// <summary>A stream, whole or up to a version; and what was appended to it since.</summary>
    public const string Stream =
        $"select {Fields} from shown.mt_events as d where d.stream_id = $1 order by d.version";

    public const string StreamUpTo =
        $"select {Fields} from shown.mt_events as d where d.stream_id = $1 and d.version <= $2 order by d.version";

    public const string StreamSince =
        $"""
        select {Fields} from shown.mt_events as d
        where d.stream_id = $1 and d.version >= $2 and d.timestamp <= $3 order by d.version
        """;

    public const string StreamState =
        "select id, version, type, timestamp, created, is_archived from shown.mt_streams where id = $1";

    public const string Sequence =
        """
        select (select last_value from shown.mt_events_sequence) as highest_sequence,
            (select case when is_called then last_value else last_value - 1 end from shown.mt_events_sequence),
            transaction_timestamp(), p.last_seq_id, p.last_updated
        from (values (1)) as one (row)
        left join shown.mt_event_progression p on p.name = 'HighWaterMark'
        """;

    public const string Gap =
        """
        select seq_id
        from (
            select seq_id, lead(seq_id) over (order by seq_id) as no from shown.mt_events where seq_id >= $1) ct
        where no is not null and no - seq_id > 1
        limit 1
        """;

    public const string Highest = "select max(seq_id) from shown.mt_events where seq_id >= $1";

    /// <summary>LINQ over raw events.</summary>
    public const string Raw =
        $"""
        select {Fields} from shown.mt_events as d
        where d.is_archived = false and d.seq_id > $1 order by d.seq_id limit $2
        """;

    public const string RawOfStreams =
        $"""
        select {Fields} from shown.mt_events as d
        where d.is_archived = false and d.stream_id = any($1) order by d.seq_id
        """;

    public const string Newest = $"select {Fields} from shown.mt_events as d order by d.seq_id desc limit 10";

    public const string Count = "select count(*) from shown.mt_events";
}
