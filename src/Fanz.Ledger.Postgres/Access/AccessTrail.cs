using Fanz.Ledger.Audit;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Access;

/// <summary>
/// Writes the trail of each tenant: who saw what is restricted, who did what only few may, who was refused. What is
/// done in the database is written in the same transaction; what is to be shown is written before it is.
/// Round trips: two, and a commit where there is no transaction yet. Locks: one advisory lock a tenant, taken after any
/// other and held until the commit, so that lines are chained one after the other. Posting never comes here.
/// </summary>
public sealed class AccessTrail(NpgsqlDataSource database)
{
    /// <summary>The chain of what is above all tenants: their schema, the master key, keys of the house.</summary>
    public const string House = "*";

    private const string LockSql = "select pg_advisory_xact_lock(hashtextextended('ledger trail ' || $1, 0))";

    /// <summary>The last line, with the time that the next one has: never before the last one's.</summary>
    internal const string HeadSql =
        """
        select greatest(clock_timestamp(), last.at), last.sequence, last.hash
        from (values (1)) as one (row)
        left join lateral (
            select at, sequence, hash from ledger.trail where tenant = $1 order by sequence desc limit 1) last on true
        """;

    private const string InsertSql =
        """
        insert into ledger.trail (tenant, sequence, at, times, number, kind, action, actor, key_id, platform, subject,
            item, request, previous, hash)
        select $1, * from unnest($2::bigint[], $3::timestamptz[], $4::int[], $5::bigint[], $6::text[], $7::text[],
            $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bytea[], $15::bytea[])
        """;

    public async Task Write(string tenant, IReadOnlyList<TrailNote> notes, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await Append(connection, tenant, notes, token);
        await transaction.CommitAsync(CancellationToken.None);
    }

    public Task Write(string tenant, TrailNote note, CancellationToken token) => Write(tenant, [note], token);

    /// <summary>Within the transaction that is open, and last in it: others of the tenant wait until it ends.</summary>
    internal static async Task Append(
        NpgsqlConnection connection, string tenant, IReadOnlyList<TrailNote> notes, CancellationToken token)
    {
        if (notes.Count == 0) return;
        var (at, sequence, hash) = await Head(connection, tenant, token);
        var lines = new List<(TrailLine Line, byte[] Hash)>(notes.Count);
        foreach (var note in notes)
        {
            var line = TrailLine.After(tenant, sequence, hash, at, note);
            (sequence, hash) = (line.Sequence, line.Hash());
            lines.Add((line, hash));
        }

        await using var insert = new NpgsqlCommand(InsertSql, connection);
        insert.Parameters.Add(new() { Value = tenant });
        Column(NpgsqlDbType.Bigint, line => line.Sequence);
        Column(NpgsqlDbType.TimestampTz, line => line.At.ToDateTimeUtc());
        Column(NpgsqlDbType.Integer, line => line.Times);
        Column(NpgsqlDbType.Bigint, line => line.Number);
        foreach (var text in new Func<TrailLine, string?>[]
        {
            line => line.Kind, line => line.Action, line => line.Actor, line => line.KeyId, line => line.Platform,
            line => line.Subject, line => line.Item, line => line.Request,
        })
            Column(NpgsqlDbType.Text, text);
        Column(NpgsqlDbType.Bytea, line => line.Previous);
        insert.Parameters.Add(new()
        {
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea, Value = lines.Select(line => line.Hash).ToArray(),
        });
        await insert.ExecuteNonQueryAsync(token);

        void Column<T>(NpgsqlDbType type, Func<TrailLine, T> value) => insert.Parameters.Add(new()
        {
            NpgsqlDbType = NpgsqlDbType.Array | type, Value = lines.Select(line => value(line.Line)).ToArray(),
        });
    }

    private static async Task<(Instant At, long Sequence, byte[] Hash)> Head(
        NpgsqlConnection connection, string tenant, CancellationToken token)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(LockSql) { Parameters = { new() { Value = tenant } } },
                new(HeadSql) { Parameters = { new() { Value = tenant } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(token);
        await reader.NextResultAsync(token);
        await reader.ReadAsync(token);
        return (
            Instant.FromDateTimeUtc(reader.GetDateTime(0)),
            reader.IsDBNull(1) ? 0 : reader.GetInt64(1),
            reader.IsDBNull(2) ? Seal.None : reader.GetFieldValue<byte[]>(2));
    }
}
