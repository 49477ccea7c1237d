using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Access;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Secrets;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Webhooks;

/// <summary>
/// Which webhooks there are. A new one is told what happens from then on: its cursors begin at the heads as they were
/// when it was made; in a book that is opened later it begins at the first record.
/// </summary>
public sealed class WebhookStore(NpgsqlDataSource source)
{
    internal const string HeadsSql =
        """
        select b.id, head.last_number, tip.hash
        from ledger.books b
        cross join lateral (
            select last_number from ledger.seals s where s.book_id = b.id
            order by last_number desc, sequence desc limit 1) head
        cross join lateral (
            select hash from ledger.seals s where s.book_id = b.id and s.last_number >= head.last_number
            order by last_number, sequence limit 1) tip
        where b.tenant = $1 and ($2::text is null or b.platform = $2)
        """;

    private const string InsertSql =
        """
        insert into ledger.webhooks (id, tenant, platform, url, types, created_by, secret)
        values ($1, $2, $3, $4, $5, $6, $7)
        """;

    private const string InsertCursorsSql =
        """
        insert into ledger.webhook_cursors (webhook, book_id, number, place)
        select $1, * from unnest($2::int[], $3::bigint[], $4::text[])
        """;

    internal const string FindSql = $"select {Webhook.Columns} from ledger.webhooks where id = $1";

    internal const string ListSql =
        $"""
        select {Webhook.Columns} from ledger.webhooks where tenant = $1 and state <> 'removed' order by created_at, id
        """;

    private const string SetStateSql =
        """
        update ledger.webhooks
        set state = $2, secret = case when $2 = 'removed' then '' else secret end,
            verified_at = case when $2 = 'active' then coalesce(verified_at, clock_timestamp()) else verified_at end
        where id = $1 and state = any ($3)
        """;

    private const string ResealSql =
        """
        update ledger.webhooks w set secret = one.anew
        from unnest($1::text[], $2::bytea[], $3::bytea[]) as one (id, was, anew)
        where w.id = one.id and w.secret = one.was
        """;

    internal const string ProgressSql =
        """
        select b.tenant, b.platform, c.number, head.last_number, c.trying, c.attempt, c.next_attempt_at, c.failure,
            c.stopped
        from ledger.webhook_cursors c
        join ledger.books b on b.id = c.book_id
        cross join lateral (
            select last_number from ledger.seals s where s.book_id = b.id
            order by last_number desc, sequence desc limit 1) head
        where c.webhook = $1
        order by b.platform
        """;

    /// <summary>Makes it, unverified; unless the same receiver is told of the same already.</summary>
    public async Task<bool> Create(
        string id, string tenant, string? platform, string url, IReadOnlyList<string>? types, string createdBy,
        byte[] sealedSecret, CancellationToken token)
    {
        var heads = await Heads(tenant, platform, token);
        await using var batch = source.CreateBatch();
        ByIndex.Add(batch, InsertSql, id, tenant);
        AddMaybe(batch, platform, NpgsqlDbType.Text);
        AddMaybe(batch, url, NpgsqlDbType.Text);
        AddMaybe(batch, types?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
        AddMaybe(batch, createdBy, NpgsqlDbType.Text);
        AddMaybe(batch, sealedSecret, NpgsqlDbType.Bytea);
        ByIndex.Add(batch, InsertCursorsSql,
            id, heads.Select(head => head.Book).ToArray(), heads.Select(head => head.Place.Number).ToArray(),
            heads.Select(head => head.Place.ToString()).ToArray());
        try
        {
            await batch.ExecuteNonQueryAsync(token);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }

    public async Task<Webhook?> Find(string id, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, FindSql, id);
        await using var reader = await ByIndex.Read(batch, token);
        return await reader.ReadAsync(token) ? Webhook.Read(reader) : null;
    }

    /// <summary>All of a tenant's but the removed ones, the oldest first.</summary>
    public async Task<IReadOnlyList<Webhook>> List(string tenant, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, ListSql, tenant);
        await using var reader = await ByIndex.Read(batch, token);
        var list = new List<Webhook>();
        while (await reader.ReadAsync(token)) list.Add(Webhook.Read(reader));
        return list;
    }

    /// <summary>From one of some states to another. What was not in one of them stays as it is.</summary>
    public async Task<bool> Change(
        string id, WebhookState to, IEnumerable<WebhookState> from, CancellationToken token)
    {
        await using var command = source.CreateCommand(SetStateSql);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = Webhook.WordOf(to) });
        command.Parameters.Add(new() { Value = from.Select(Webhook.WordOf).ToArray() });
        return await command.ExecuteNonQueryAsync(token) > 0;
    }

    /// <summary>The sealed secrets of all that are not removed: for whoever brings them under another master key.</summary>
    public async Task<IReadOnlyList<(string Id, byte[] Sealed)>> Secrets(CancellationToken token)
    {
        await using var command = source.CreateCommand("select id, secret from ledger.webhooks where state <> 'removed'");
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new List<(string, byte[])>();
        while (await reader.ReadAsync(token)) found.Add((reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        return found;
    }

    /// <summary>
    /// Exchanges sealed secrets for the same under the current master key, with a line of the house's trail, all of
    /// them or none. One that is no longer what was seen was removed, and stays so. Says how many were exchanged.
    /// </summary>
    public async Task<long> Reseal(
        IReadOnlyList<(string Id, byte[] Was, byte[] Anew)> secrets, MasterKeys masters, string actor,
        CancellationToken token)
    {
        if (secrets.Count == 0) return 0;
        await using var connection = await source.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using var update = new NpgsqlCommand(ResealSql, connection)
        {
            Parameters =
            {
                new() { Value = secrets.Select(one => one.Id).ToArray() },
                new() { Value = secrets.Select(one => one.Was).ToArray() },
                new() { Value = secrets.Select(one => one.Anew).ToArray() },
            },
        };
        var count = await update.ExecuteNonQueryAsync(token);
        if (count > 0)
        {
            var note = MasterRotation.Note(masters, actor) with { Item = "webhooks", Times = count };
            await AccessTrail.Append(connection, AccessTrail.House, [note], token);
        }

        await transaction.CommitAsync(CancellationToken.None);
        return count;
    }

    public async Task<IReadOnlyList<WebhookProgress>> Progress(string id, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, ProgressSql, id);
        await using var reader = await ByIndex.Read(batch, token);
        var list = new List<WebhookProgress>();
        while (await reader.ReadAsync(token))
        {
            list.Add(new WebhookProgress(
                new BookName(reader.GetString(0), reader.GetString(1)),
                reader.GetInt64(2),
                reader.GetInt64(3),
                reader.IsDBNull(4) ? null : reader.GetInt64(4),
                reader.GetInt32(5),
                reader.IsDBNull(6) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(6)),
                reader.IsDBNull(7) ? null : reader.GetString(7),
                reader.IsDBNull(8) ? null : reader.GetString(8)));
        }

        return list;
    }

    private async Task<List<(int Book, JournalCursor Place)>> Heads(
        string tenant, string? platform, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, HeadsSql, tenant);
        AddMaybe(batch, platform, NpgsqlDbType.Text);
        await using var reader = await ByIndex.Read(batch, token);
        var heads = new List<(int, JournalCursor)>();
        while (await reader.ReadAsync(token))
        {
            heads.Add((reader.GetInt32(0),
                JournalCursor.Of(reader.GetInt64(1), reader.GetFieldValue<byte[]>(2))));
        }

        return heads;
    }

    /// <summary>A parameter that may be nothing has to say what it would be.</summary>
    private static void AddMaybe(NpgsqlBatch batch, object? value, NpgsqlDbType type) =>
        batch.BatchCommands[^1].Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
}
