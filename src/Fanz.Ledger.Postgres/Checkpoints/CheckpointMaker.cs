using Fanz.Ledger.Audit;
using Fanz.Ledger.Checkpoints;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Checkpoints;

/// <summary>What became of making a checkpoint.</summary>
public abstract record CheckpointMade
{
    private CheckpointMade()
    {
    }

    /// <summary>It was made, over so many books of which some had moved, and the trail up to its last line.</summary>
    public sealed record Made(SignedCheckpoint Signed, int Moved, TrailHead? Trail) : CheckpointMade;

    /// <summary>Nothing has moved since the last one, or that is not long ago; it stands, if there is one.</summary>
    public sealed record Standing(SignedCheckpoint? Last) : CheckpointMade;

    /// <summary>Another key signs for this tenant.</summary>
    public sealed record OtherKey(SignedCheckpoint Last, string Expected) : CheckpointMade;
}

/// <summary>
/// Makes checkpoints. One transaction a tenant: it takes the tenant's lock, so that of several hosts one makes them;
/// reads the last checkpoint, every book's head and the last line of the trail; reads, for each book that has moved,
/// the seals since; writes the nodes that became full, the heads and the signed statement. No book and no trail is
/// locked: whoever posts or is noted never waits for it, and what is committed while it reads is for the next one.
/// Round trips: five, and two and one for each 20,000 seals of a book that moved.
/// </summary>
public sealed class CheckpointMaker(NpgsqlDataSource source)
{
    private const string LockSql =
        """
        select set_config('idle_in_transaction_session_timeout', '0', true),
            pg_advisory_xact_lock(hashtext('ledger.checkpoints'), hashtext($1))
        """;

    internal const string HeadsSql =
        """
        select b.id, b.platform, head.sequence, head.last_number, head.last_position, head.hash,
            said.sequence, said.last_number, said.last_position, said.seal, said.tree
        from ledger.books b
        cross join lateral (
            select sequence, last_number, last_position, hash from ledger.seals
            where book_id = b.id
            order by last_number desc, sequence desc
            limit 1) head
        left join lateral (
            select sequence, last_number, last_position, seal, tree from ledger.checkpoint_heads
            where book_id = b.id
            order by checkpoint desc
            limit 1) said on true
        where b.tenant = $1
        order by b.platform
        """;

    /// <summary>The last line of a trail, and the line up to which it is signed: both by their key.</summary>
    internal const string TrailSql =
        """
        select head.sequence, head.hash, said.hash
        from (values (1)) as one (row)
        left join lateral (
            select sequence, hash from ledger.trail where tenant = $1 order by sequence desc limit 1) head on true
        left join lateral (
            select hash from ledger.trail where tenant = $1 and sequence = $2 limit 1) said on true
        """;

    /// <summary>Trails are as many as tenants, and long: from each the key leads to the next.</summary>
    internal const string TenantsSql =
        """
        with recursive trails (tenant) as (
            (select tenant from ledger.trail order by tenant, sequence limit 1)
            union all
            select next.tenant from trails
            cross join lateral (
                select t.tenant from ledger.trail t where t.tenant > trails.tenant
                order by t.tenant, t.sequence limit 1) next)
        select tenant from trails
        union
        select tenant from ledger.books
        order by tenant
        """;

    private const string InsertSql =
        """
        insert into ledger.checkpoints (sequence, books, at, tenant, previous, heads_root, hash, key, next_key,
            signature, trail_sequence, trail_hash)
        values ($1, $2, to_timestamp(0) + $3 * interval '1 microsecond', $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """;

    private const string InsertHeadsSql =
        """
        insert into ledger.checkpoint_heads (checkpoint, sequence, last_number, last_position, book_id, seal, tree)
        select $1, * from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::bytea[], $7::bytea[])
        """;

    /// <summary>Whoever has a book or a trail: the tenants of this database, and the house.</summary>
    public async Task<IReadOnlyList<string>> Tenants(CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, TenantsSql);
        await using var reader = await ByIndex.Read(batch, token);
        var tenants = new List<string>();
        while (await reader.ReadAsync(token)) tenants.Add(reader.GetString(0));
        return tenants;
    }

    /// <param name="tenant">Whose books.</param>
    /// <param name="key">What signs it.</param>
    /// <param name="since">
    /// None is made within this time of the last one, which another host may have made: however often somebody is
    /// noted, there is one an interval.
    /// </param>
    public async Task<CheckpointMade> Make(
        string tenant, CheckpointKey key, Duration since, CancellationToken token) =>
        (await MakeAll(tenant, key, since, next: null, token))[^1];

    /// <summary>
    /// Hands over to another key: one checkpoint that names it, signed by the old key, and one that it signs itself, so
    /// that whoever has the new key alone finds all that was before under it.
    /// </summary>
    public async Task<CheckpointMade> HandOver(
        string tenant, CheckpointKey key, CheckpointKey next, CancellationToken token) =>
        (await MakeAll(tenant, key, Duration.Zero, next, token))[^1];

    private async Task<IReadOnlyList<CheckpointMade>> MakeAll(
        string tenant, CheckpointKey key, Duration since, CheckpointKey? next, CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using (var take = new NpgsqlCommand(LockSql, connection))
        {
            take.Parameters.Add(new() { Value = tenant });
            take.CommandTimeout = 0;
            await take.ExecuteNonQueryAsync(token);
        }

        var (last, said) = await Last(connection, tenant, token);
        if (last?.Statement is { } before && !(before.NextKey ?? before.Key).AsSpan().SequenceEqual(key.Public.Der))
            return [new CheckpointMade.OtherKey(last, CheckpointVerifier.Of(before.NextKey ?? before.Key)?.Id ?? "?")];
        var books = await Books(connection, tenant, token);
        var trail = await Trail(connection, tenant, said, token);
        var now = await Clock(connection, token);
        var isDue = last is null || now - last.Statement.At >= since;
        var moved = books.Where(book => book.Moved).ToList();
        var isAnew = moved.Count > 0 || (trail is not null && !trail.Is(said));
        if (next is null && (!isAnew || !isDue)) return [new CheckpointMade.Standing(last)];

        foreach (var book in moved)
            book.Head = await new TreeGrowing(source, connection, book.Id)
                .Grow(book.Head, book.Said?.Sequence ?? 0, token);
        var root = BookHead.Root(tenant, books.Select(book => book.Head));
        var made = new List<CheckpointMade>();
        foreach (var (signs, handsTo) in next is null
            ? [(key, (CheckpointKey?)null)]
            : new (CheckpointKey, CheckpointKey?)[] { (key, next), (next, null) })
        {
            var at = last is null ? now : Instant.Max(now, last.Statement.At + Duration.FromTicks(10));
            last = signs.Sign(new Checkpoint(
                tenant, (last?.Statement.Sequence ?? 0) + 1, at, last?.Statement.Hash() ?? Checkpoint.None, books.Count,
                root, signs.Public.Der, handsTo?.Public.Der, trail?.LeafOf(tenant)));
            await Insert(connection, last, trail, made.Count == 0 ? moved : [], token);
            made.Add(new CheckpointMade.Made(last, moved.Count, trail));
        }

        await transaction.CommitAsync(CancellationToken.None);
        return made;
    }

    private static async Task<(SignedCheckpoint? Signed, TrailHead? Trail)> Last(
        NpgsqlConnection connection, string tenant, CancellationToken token)
    {
        await using var batch = ByIndex.Query(connection, CheckpointReader.LastSql, tenant);
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token)
            ? (CheckpointReader.Read(reader), CheckpointReader.ReadTrail(reader))
            : (null, null);
    }

    private static async Task<Instant> Clock(NpgsqlConnection connection, CancellationToken token)
    {
        await using var query = new NpgsqlCommand("select clock_timestamp()", connection);
        await using var reader = await query.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return CheckpointReader.TimeOf(reader.GetFieldValue<long>(0));
    }

    private static async Task<List<MovingBook>> Books(
        NpgsqlConnection connection, string tenant, CancellationToken token)
    {
        await using var batch = ByIndex.Query(connection, HeadsSql, tenant);
        await using var reader = await ByIndex.Read(batch, token);
        var books = new List<MovingBook>();
        while (await reader.ReadAsync(token))
        {
            var platform = reader.GetString(1);
            var said = reader.IsDBNull(6) ? null : new BookHead(
                platform, reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8),
                reader.GetFieldValue<byte[]>(9), reader.GetFieldValue<byte[]>(10));
            var head = new BookHead(
                platform, reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.GetFieldValue<byte[]>(5), said?.Tree ?? []);
            books.Add(new MovingBook(reader.GetInt32(0), said) { Head = head });
        }

        return books;
    }

    /// <summary>
    /// How far the trail has come. One that was cut off or made anew below what was signed is not signed over: that
    /// would make good what somebody did to it.
    /// </summary>
    private static async Task<TrailHead?> Trail(
        NpgsqlConnection connection, string tenant, TrailHead? said, CancellationToken token)
    {
        await using var batch = ByIndex.Query(connection, TrailSql, tenant, said?.Sequence ?? 0);
        await using var reader = await ByIndex.Read(batch, token);
        await reader.ReadAsync(token);
        var isThere = said is null
            || (!reader.IsDBNull(2) && reader.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(said.Hash));
        if (!isThere)
            throw new CheckpointsBroken(
                $"Line {said!.Sequence} of the trail of {tenant} is not the one that was signed: nothing of "
                + $"{tenant} is signed any more, and `ledger verify` tells more.");
        return reader.IsDBNull(0) ? null : new TrailHead(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
    }

    private static async Task Insert(
        NpgsqlConnection connection, SignedCheckpoint signed, TrailHead? trail, List<MovingBook> moved,
        CancellationToken token)
    {
        var statement = signed.Statement;
        await using var insert = new NpgsqlCommand(InsertSql, connection);
        foreach (var value in new object?[]
        {
            statement.Sequence, statement.Books, CanonicalBytes.MicrosecondsOf(statement.At), statement.Tenant,
            statement.Previous, statement.HeadsRoot, statement.Hash(), statement.Key, statement.NextKey,
            signed.Signature, trail?.Sequence, trail?.Hash,
        })
            insert.Parameters.Add(new() { Value = value ?? DBNull.Value });
        await insert.ExecuteNonQueryAsync(token);
        if (moved.Count == 0) return;
        await using var heads = new NpgsqlCommand(InsertHeadsSql, connection);
        foreach (var value in new object[]
        {
            statement.Sequence, moved.Select(book => book.Head.Sequence).ToArray(),
            moved.Select(book => book.Head.LastNumber).ToArray(),
            moved.Select(book => book.Head.LastPosition).ToArray(), moved.Select(book => book.Id).ToArray(),
            moved.Select(book => book.Head.Seal).ToArray(), moved.Select(book => book.Head.Tree).ToArray(),
        })
            heads.Parameters.Add(new() { Value = value });
        await heads.ExecuteNonQueryAsync(token);
    }

    /// <summary>A book as it stands, and as the last checkpoint had it.</summary>
    private sealed record MovingBook(int Id, BookHead? Said)
    {
        public required BookHead Head { get; set; }

        public bool Moved => Said?.Sequence != Head.Sequence;
    }
}
