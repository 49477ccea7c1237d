using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Webhooks;

/// <summary>A webhook and a book of which there is something to send.</summary>
public readonly record struct DueDelivery(string Webhook, int BookId, BookName Book);

/// <summary>How far a delivery has got, and what it is at.</summary>
/// <param name="Place">Everything up to there is done with.</param>
/// <param name="Trying">The record under way.</param>
/// <param name="Attempt">How often it was begun.</param>
public sealed record DeliveryState(
    JournalCursor Place, long? Trying = null, int Attempt = 0, Instant? FirstTriedAt = null,
    Instant? NextAttemptAt = null, string? Failure = null);

/// <summary>What became of a change to a delivery's state.</summary>
public enum Kept
{
    Yes,

    /// <summary>It is kept, and nothing more is to be sent: the webhook was paused or removed.</summary>
    ButNoMore,

    /// <summary>The lease ran out and another host has taken it.</summary>
    No,
}

/// <summary>
/// Who delivers what, and how far it has got. A lease is a row of its own that nobody locks for longer than a
/// statement: whoever has it delivers, one host at a time, and renews it with every step; if he stops, it runs out.
/// Leases go by the database's clock; attempts by the host's.
/// What was delivered is kept without waiting for the disk: a crash makes it be delivered again, which it may.
/// </summary>
public sealed class WebhookCursors(NpgsqlDataSource source, Duration lease)
{
    internal const string DueSql =
        """
        select w.id, b.id, b.tenant, b.platform
        from ledger.webhooks w
        join ledger.books b on b.tenant = w.tenant and (w.platform is null or w.platform = b.platform)
        cross join lateral (
            select last_number from ledger.seals s where s.book_id = b.id
            order by last_number desc, sequence desc
            limit 1) head
        left join ledger.webhook_cursors c on c.webhook = w.id and c.book_id = b.id
        where w.state = 'active' and c.stopped is null and (c.leased_until is null or c.leased_until < clock_timestamp() or c.leased_by = $2)
            and ((c.number is distinct from head.last_number
                    and (c.next_attempt_at is null or c.next_attempt_at <= $1))
                or exists (
                    select from ledger.webhook_dead_letters d
                    where d.webhook = w.id and d.book_id = b.id and d.replay_asked_at is not null))
        """;

    private const string TakeSql =
        """
        insert into ledger.webhook_cursors as c (webhook, book_id, leased_by, leased_until)
        values ($1, $2, $3, clock_timestamp() + $4)
        on conflict (webhook, book_id) do update set leased_by = $3, leased_until = clock_timestamp() + $4
        where c.leased_until is null or c.leased_until < clock_timestamp() or c.leased_by = $3
        returning place, trying, attempt, first_tried_at, next_attempt_at, failure
        """;

    private const string KeepSql =
        """
        update ledger.webhook_cursors c
        set number = $4, place = $5, trying = $6, attempt = $7, first_tried_at = $8, next_attempt_at = $9,
            failure = $10,
            leased_by = case when $11 then leased_by end,
            leased_until = case when $11 then clock_timestamp() + $12 end
        where webhook = $1 and book_id = $2 and leased_by = $3
        returning (select w.state = 'active' from ledger.webhooks w where w.id = c.webhook)
        """;

    private const string BurySql =
        """
        insert into ledger.webhook_dead_letters
            (webhook, book_id, number, attempts, first_tried_at, failed_at, failure)
        select webhook, book_id, $4, $5, $6, $7, $8 from ledger.webhook_cursors
        where webhook = $1 and book_id = $2 and leased_by = $3
        on conflict (webhook, book_id, number) do update
        set attempts = excluded.attempts, failed_at = excluded.failed_at, failure = excluded.failure
        """;

    private const string StopSql =
        """
        update ledger.webhook_cursors set stopped = $4, leased_by = null, leased_until = null
        where webhook = $1 and book_id = $2 and leased_by = $3
        """;

    private const string HurrySql =
        "update ledger.webhook_cursors set next_attempt_at = null where webhook = $1 and next_attempt_at is not null";

    private const string RewindSql =
        """
        insert into ledger.webhook_cursors (webhook, book_id, number, place) values ($1, $2, $3, $4)
        on conflict (webhook, book_id) do update
        set number = $3, place = $4, stopped = null, trying = null, attempt = 0, first_tried_at = null,
            next_attempt_at = null, failure = null, leased_by = null, leased_until = null
        """;

    private const string MayBeLostInACrash = "select set_config('synchronous_commit', 'off', true)";

    private readonly Guid host = Guid.NewGuid();

    /// <summary>How long a delivery is safe from other hosts after each step.</summary>
    public Duration Lease { get; } = lease;

    /// <summary>One look at all books and webhooks: those that somebody should see to now.</summary>
    public async Task<IReadOnlyList<DueDelivery>> Due(Instant now, CancellationToken token)
    {
        await using var batch = ByIndex.Query(source, DueSql, now.ToDateTimeUtc(), host);
        await using var reader = await ByIndex.Read(batch, token);
        var due = new List<DueDelivery>();
        while (await reader.ReadAsync(token))
        {
            due.Add(new DueDelivery(
                reader.GetString(0), reader.GetInt32(1), new BookName(reader.GetString(2), reader.GetString(3))));
        }

        return due;
    }

    /// <summary>
    /// Takes the lease; null when another host has it. One that this host has and does not use any more, because it was
    /// disturbed, is its own to take again.
    /// </summary>
    public async Task<DeliveryState?> Take(DueDelivery due, CancellationToken token)
    {
        await using var command = source.CreateCommand(TakeSql);
        command.Parameters.Add(new() { Value = due.Webhook });
        command.Parameters.Add(new() { Value = due.BookId });
        command.Parameters.Add(new() { Value = host });
        command.Parameters.Add(new() { Value = Lease.ToTimeSpan() });
        await using var reader = await command.ExecuteReaderAsync(token);
        if (!await reader.ReadAsync(token)) return null;
        if (!JournalCursor.TryParse(reader.GetString(0), out var place))
            throw new InvalidOperationException($"{due} stands at no place: '{reader.GetString(0)}'.");
        return new DeliveryState(
            place,
            reader.IsDBNull(1) ? null : reader.GetInt64(1),
            reader.GetInt32(2),
            TimeIn(reader, 3),
            TimeIn(reader, 4),
            reader.IsDBNull(5) ? null : reader.GetString(5));
    }

    /// <summary>Keeps how far it has got, and goes on with it.</summary>
    public Task<Kept> Keep(DueDelivery due, DeliveryState state, CancellationToken token) =>
        Keep(due, state, goesOn: true, token);

    /// <summary>Keeps how far it has got, and lets anybody take it from there.</summary>
    public Task<Kept> Release(DueDelivery due, DeliveryState state, CancellationToken token) =>
        Keep(due, state, goesOn: false, token);

    /// <summary>Gives up the record under way, where it can be seen, and keeps that it is done with.</summary>
    public async Task<Kept> Bury(
        DueDelivery due, DeliveryState given, DeliveryState next, string failure, Instant now, CancellationToken token)
    {
        await using var batch = source.CreateBatch();
        ByIndex.Add(batch, BurySql, due.Webhook, due.BookId, host, given.Trying, given.Attempt,
            given.FirstTriedAt!.Value.ToDateTimeUtc(), now.ToDateTimeUtc(), failure);
        AddKeep(batch, due, next, goesOn: true);
        return await Read(batch, token);
    }

    /// <summary>Sends nothing more of this book until somebody has looked at it.</summary>
    public async Task Stop(DueDelivery due, string why, CancellationToken token)
    {
        await using var command = source.CreateCommand(StopSql);
        command.Parameters.Add(new() { Value = due.Webhook });
        command.Parameters.Add(new() { Value = due.BookId });
        command.Parameters.Add(new() { Value = host });
        command.Parameters.Add(new() { Value = why });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>Does not wait for the next attempt to be due.</summary>
    public async Task Hurry(string webhook, CancellationToken token)
    {
        await using var command = source.CreateCommand(HurrySql);
        command.Parameters.Add(new() { Value = webhook });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>
    /// Goes on behind another place, whether it had stopped or not. Whoever is delivering loses the lease by it.
    /// </summary>
    public async Task Rewind(string webhook, OpenedBook book, JournalCursor place, CancellationToken token)
    {
        await using var command = source.CreateCommand(RewindSql);
        command.Parameters.Add(new() { Value = webhook });
        command.Parameters.Add(new() { Value = book.Id });
        command.Parameters.Add(new() { Value = place.Number });
        command.Parameters.Add(new() { Value = place.ToString() });
        await command.ExecuteNonQueryAsync(token);
    }

    private async Task<Kept> Keep(DueDelivery due, DeliveryState state, bool goesOn, CancellationToken token)
    {
        await using var batch = source.CreateBatch();
        ByIndex.Add(batch, MayBeLostInACrash);
        AddKeep(batch, due, state, goesOn);
        return await Read(batch, token);
    }

    private void AddKeep(NpgsqlBatch batch, DueDelivery due, DeliveryState state, bool goesOn)
    {
        var keep = new NpgsqlBatchCommand(KeepSql);
        keep.Parameters.Add(new() { Value = due.Webhook });
        keep.Parameters.Add(new() { Value = due.BookId });
        keep.Parameters.Add(new() { Value = host });
        keep.Parameters.Add(new() { Value = state.Place.Number });
        keep.Parameters.Add(new() { Value = state.Place.ToString() });
        keep.Parameters.Add(Maybe(state.Trying, NpgsqlDbType.Bigint));
        keep.Parameters.Add(new() { Value = state.Attempt });
        keep.Parameters.Add(Maybe(state.FirstTriedAt?.ToDateTimeUtc(), NpgsqlDbType.TimestampTz));
        keep.Parameters.Add(Maybe(state.NextAttemptAt?.ToDateTimeUtc(), NpgsqlDbType.TimestampTz));
        keep.Parameters.Add(Maybe(state.Failure, NpgsqlDbType.Text));
        keep.Parameters.Add(new() { Value = goesOn });
        keep.Parameters.Add(new() { Value = Lease.ToTimeSpan() });
        batch.BatchCommands.Add(keep);
    }

    private static async Task<Kept> Read(NpgsqlBatch batch, CancellationToken token)
    {
        await using var reader = await batch.ExecuteReaderAsync(token);
        // A setting is a row of text; what was kept says whether to go on.
        while (reader.FieldCount == 0 || reader.GetFieldType(0) != typeof(bool))
            if (!await reader.NextResultAsync(token)) return Kept.No;
        if (!await reader.ReadAsync(token)) return Kept.No;
        return reader.GetBoolean(0) ? Kept.Yes : Kept.ButNoMore;
    }

    private static NpgsqlParameter Maybe(object? value, NpgsqlDbType type) =>
        new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    private static Instant? TimeIn(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Instant.FromDateTimeUtc(reader.GetDateTime(column));
}
