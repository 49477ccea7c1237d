using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>What came of one step.</summary>
internal enum Stepped
{
    /// <summary>A page was made something of, and there may be more.</summary>
    On,

    /// <summary>Everything there is has been seen.</summary>
    CaughtUp,

    /// <summary>Another host is at it, or it is stopped.</summary>
    NotOurs,
}

/// <summary>
/// One follower's next page of one book, in one transaction.
/// Round trips: begin and lock the checkpoint; look at the chain and read the page; write, move the checkpoint, commit.
/// Lock order: the checkpoint's row, skipped if another host has it; then what the follower itself writes.
/// Limits: the follower's page. Its commit does not wait for the disk: what a crash loses is lost together with the
/// checkpoint, and is made again.
/// </summary>
internal sealed class FollowStep(Session session, Follower follower)
{
    internal const string LockSql =
        """
        select number, last_position, seal from ledger.checkpoints
        where follower = $1 and book_id = $2 and stopped is null
        for update skip locked
        """;

    /// <summary>The seal that closed the batch of a record: the same one for ever, while nothing is lost.</summary>
    internal const string CoveringSealSql =
        """
        select hash from ledger.seals where book_id = $1 and last_number >= $2
        order by last_number, sequence
        limit 1
        """;

    private const string MoveSql =
        """
        update ledger.checkpoints
        set number = $3, last_position = $4, at = $5, seal = (
            select hash from ledger.seals where book_id = $2 and last_number >= $3
            order by last_number, sequence
            limit 1)
        where follower = $1 and book_id = $2
        """;

    private const string StopSql =
        """
        update ledger.checkpoints set stopped = $3, stopped_at = clock_timestamp()
        where follower = $1 and book_id = $2
        """;

    private const string MayBeLostInACrash = "select set_config('synchronous_commit', 'off', true)";

    /// <summary>Takes the next page, of at most so many records.</summary>
    public async Task<(Stepped Stepped, int Records)> Take(BehindBook book, int limit, CancellationToken token)
    {
        var isCommitted = false;
        try
        {
            if (await BeginAndLock(book, token) is not var (place, seal)) return (Stepped.NotOurs, 0);
            var (isLost, records) = await Read(book, place, seal, limit, token);
            await using var writes = new NpgsqlBatch(session.Connection);
            if (isLost)
            {
                Add(writes, StopSql, follower.Name, book.Id, LostTimeline(place.Number));
                Add(writes, "commit");
                await writes.ExecuteNonQueryAsync(token);
                isCommitted = true;
                throw new FollowerStopped(LostTimeline(place.Number));
            }

            var known = records.TakeWhile(record => EventFormat.IsKnown(record.Type)).ToArray();
            if (known.Length == 0)
                return records.Count == 0 ? (Stepped.CaughtUp, 0) : throw new UnknownEvent(records[0].Type);
            await Apply(new FollowedPage(book.Id, book.Name, place, known), writes, token);
            Add(writes, MoveSql, follower.Name, book.Id, known[^1].Number, known[^1].LastPosition,
                known[^1].At.ToDateTimeUtc());
            Add(writes, "commit");
            // From here on it may be committed; whether it was is in the checkpoint.
            await writes.ExecuteNonQueryAsync(CancellationToken.None);
            isCommitted = true;
            return (records.Count < limit ? Stepped.CaughtUp : Stepped.On, known.Length);
        }
        finally
        {
            if (!isCommitted) await Rollback();
        }
    }

    /// <summary>Stops it in this book for good, with a report of the record that it cannot get over.</summary>
    public async Task<string?> StopBefore(BehindBook book, Exception fault, CancellationToken token)
    {
        try
        {
            if (await BeginAndLock(book, token) is not var (place, seal)) return null;
            var (_, records) = await Read(book, place, seal, limit: 1, token);
            if (records.Count == 0) return null;
            var why = $"Record {records[0].Number} ({records[0].Type}): {fault.GetType().Name}: {InOneLine(fault)}";
            await using var writes = new NpgsqlBatch(session.Connection);
            Add(writes, StopSql, follower.Name, book.Id, why);
            Add(writes, "commit");
            await writes.ExecuteNonQueryAsync(token);
            return why;
        }
        finally
        {
            await Rollback();
        }
    }

    internal static string LostTimeline(long number) =>
        $"The book no longer has the seal of record {number}: what was recorded since an earlier one was lost.";

    /// <summary>Without what a database may add about the rows.</summary>
    private static string InOneLine(Exception fault) =>
        fault is PostgresException postgres ? $"{postgres.SqlState}: {postgres.MessageText}" : fault.Message;

    private async Task<(Place Place, byte[]? Seal)?> BeginAndLock(BehindBook book, CancellationToken token)
    {
        await using var batch = new NpgsqlBatch(session.Connection);
        Add(batch, "begin isolation level read committed");
        if (session.SettingsOfTransaction is { } settings) Add(batch, settings);
        Add(batch, MayBeLostInACrash);
        Add(batch, LockSql, follower.Name, book.Id);
        await using var reader = await batch.ExecuteReaderAsync(token);
        // Settings are rows too; the checkpoint is the last result.
        while (reader.FieldCount != 3 && await reader.NextResultAsync(token))
        {
        }

        if (!await reader.ReadAsync(token)) return null;
        return (new Place(reader.GetInt64(0), reader.GetInt64(1)),
            reader.IsDBNull(2) ? null : reader.GetFieldValue<byte[]>(2));
    }

    private async Task<(bool IsLost, List<JournalRecord> Records)> Read(
        BehindBook book, Place place, byte[]? seal, int limit, CancellationToken token)
    {
        await using var batch = new NpgsqlBatch(session.Connection);
        Add(batch, CoveringSealSql, book.Id, place.Number);
        Add(batch, JournalReader.RecordsSql, book.Id, place.Number, long.MaxValue, limit);
        await using var reader = await batch.ExecuteReaderAsync(token);
        var covering = await reader.ReadAsync(token) ? reader.GetFieldValue<byte[]>(0) : null;
        if (place.Number > 0 && (seal is null || covering is null || !covering.AsSpan().SequenceEqual(seal)))
            return (true, []);
        await reader.NextResultAsync(token);
        var records = new List<JournalRecord>();
        while (await reader.ReadAsync(token)) records.Add(JournalReader.ReadRecord(reader));
        return (false, records);
    }

    private async Task Apply(FollowedPage page, NpgsqlBatch writes, CancellationToken token)
    {
        try
        {
            await follower.Apply(page, writes, token);
        }
        catch (Exception exception) when (
            exception is not (NpgsqlException or OperationCanceledException or OutOfMemoryException))
        {
            throw new Indigestible(exception);
        }
    }

    private async Task Rollback()
    {
        // A connection that broke has nothing to take back, and is not used again.
        if (session.Connection.State != System.Data.ConnectionState.Open) return;
        try
        {
            await using var command = new NpgsqlCommand("rollback", session.Connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or InvalidOperationException)
        {
            // The fault that led here is the one to tell.
        }
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        batch.BatchCommands.Add(command);
    }
}

/// <summary>A follower met something in a page that it can make nothing of.</summary>
internal sealed class Indigestible(Exception inner) : Exception(inner.Message, inner);

/// <summary>A follower does not go on in a book until somebody has looked at it.</summary>
internal sealed class FollowerStopped(string why) : Exception(why);
