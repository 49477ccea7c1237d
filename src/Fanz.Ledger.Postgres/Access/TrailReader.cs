using Fanz.Ledger.Audit;
using Fanz.Ledger.Postgres.Checkpoints;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Access;

/// <summary>Which lines of a trail are asked for; what is null does not matter.</summary>
public sealed record TrailFilter
{
    public TrailKind? Kind { get; init; }

    public string? Action { get; init; }

    /// <summary>The service, with or without a person: `app` also finds `app/carol`.</summary>
    public string? Actor { get; init; }

    public string? Subject { get; init; }

    /// <summary>Lines of a time, from the first instant on and before the second.</summary>
    public Instant? From { get; init; }

    public Instant? Until { get; init; }
}

/// <summary>A line as it is stored, with the hash that was stored with it.</summary>
internal readonly record struct TrailRow(TrailLine Line, byte[] Hash);

/// <summary>Reads a tenant's trail for an auditor, the newest line first. Round trips: one a page.</summary>
public sealed class TrailReader(NpgsqlDataSource database)
{
    private const string Columns =
        """
        tenant, sequence, at, kind, action, actor, previous, key_id, platform, subject, item, number, times, request
        """;

    // Times never go back along the chain, so a time is first made a sequence, which the key leads to. Without statistics
    // the planner would rather walk the whole trail of the tenant for it: the tenant is compared as no index helps with.
    private const string Wanted =
        """
        sequence < $2
            and sequence >= coalesce((select sequence from ledger.trail where at >= $3 and tenant || '' = $1
                order by at, sequence limit 1), case when $3::timestamptz is null then 1 else $2 end)
            and ($4::timestamptz is null or at < $4)
            and ($5::text is null or kind = $5) and ($6::text is null or action = $6)
            and ($7::text is null or actor = $7 or starts_with(actor, $7 || '/'))
        order by sequence desc limit $8
        """;

    internal const string OfTenantSql = $"select {Columns} from ledger.trail where tenant = $1 and {Wanted}";

    // The same here: the subject leads.
    internal const string OfSubjectSql =
        $"select {Columns} from ledger.trail where subject = $9 and tenant || '' = $1 and {Wanted}";

    /// <summary>Every line of every chain with its hash, in order: for whoever makes the chains again.</summary>
    internal const string AllSql =
        $"select {Columns}, hash from ledger.trail where $1::text is null or tenant = $1 order by tenant, sequence";

    /// <param name="tenant">Whose trail.</param>
    /// <param name="filter">Which lines.</param>
    /// <param name="before">Those before this sequence; null for the newest.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="token">Stops it.</param>
    public async Task<IReadOnlyList<TrailLine>> Read(
        string tenant, TrailFilter filter, long? before, int most, CancellationToken token)
    {
        await using var batch = ByIndex.Query(
            database, filter.Subject is null ? OfTenantSql : OfSubjectSql, tenant, before ?? long.MaxValue);
        Add(NpgsqlDbType.TimestampTz, filter.From?.ToDateTimeUtc());
        Add(NpgsqlDbType.TimestampTz, filter.Until?.ToDateTimeUtc());
        Add(NpgsqlDbType.Text, filter.Kind is { } kind ? TrailNote.WordOf(kind) : null);
        Add(NpgsqlDbType.Text, filter.Action);
        Add(NpgsqlDbType.Text, filter.Actor);
        Add(NpgsqlDbType.Integer, most);
        if (filter.Subject is { } subject) Add(NpgsqlDbType.Text, subject);
        await using var reader = await ByIndex.Read(batch, token);
        var lines = new List<TrailLine>();
        while (await reader.ReadAsync(token)) lines.Add(Line(reader));
        return lines;

        void Add(NpgsqlDbType type, object? value) => batch.BatchCommands[^1].Parameters.Add(
            new() { NpgsqlDbType = type, Value = value ?? DBNull.Value });
    }

    /// <summary>A line with the hash that stands beside it.</summary>
    internal static TrailRow ReadRow(NpgsqlDataReader row) => new(Line(row), row.GetFieldValue<byte[]>(14));

    private static TrailLine Line(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt64(1), CheckpointReader.TimeOf(row.GetFieldValue<long>(2)), row.GetString(3),
        row.GetString(4), row.GetString(5), row.GetFieldValue<byte[]>(6))
    {
        KeyId = Text(row, 7),
        Platform = Text(row, 8),
        Subject = Text(row, 9),
        Item = Text(row, 10),
        Number = row.IsDBNull(11) ? null : row.GetInt64(11),
        Times = row.GetInt32(12),
        Request = Text(row, 13),
    };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
