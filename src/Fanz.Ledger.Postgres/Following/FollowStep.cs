using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>What came of one step.</summary>
internal enum Stepped
{
    /// <summary>A page was made something of, and there may be more.</summary>
    On,

    /// <summary>Everything there is has been seen.</summary>
    CaughtUp,

    /// <summary>Another host is at it, or it is stopped, paused or elsewhere by now.</summary>
    NotOurs,
}

/// <summary>Some followers that stand at the same number of a book.</summary>
/// <param name="State">Which of their builds: the live ones, or those that are made beside them.</param>
internal sealed record FollowGroup(
    int BookId, BookName Book, DateTimeZone TimeZone, long Number, IReadOnlyList<Follower> Followers,
    string State = Build.Live)
{
    public bool NeedsEntries => Followers.Any(follower => follower.NeedsEntries);

    public bool NeedsReferred => Followers.Any(follower => follower.NeedsReferred);
}

/// <summary>
/// The next page of one book for the followers that stand at the same place, in one transaction: it is read once for
/// all of them.
/// Round trips: begin and lock the builds; read the page; write, move the builds, commit.
/// Lock order: the builds' rows, skipped where another host has them; then what the followers themselves write.
/// Limits: the smallest page of the followers. The commit does not wait for the disk: what a crash loses is lost
/// together with the place, and is made again.
/// </summary>
internal sealed class FollowStep(Session session, PageReader pages)
{
    internal const string LockSql =
        """
        select id, follower, last_position, seal from ledger.builds
        where follower = any($1) and book_id = $2 and state = $3 and state <> 'retired' and number = $4
            and stopped is null and paused_at is null
        for update skip locked
        """;

    private const string MoveSql =
        """
        update ledger.builds
        set number = $3, last_position = $4, at = $5, seal = (
            select hash from ledger.seals where book_id = $2 and last_number >= $3
            order by last_number, sequence
            limit 1)
        where id = any($1)
        """;

    private const string StopSql =
        "update ledger.builds set stopped = $2, stopped_at = clock_timestamp() where id = any($1)";

    private const string MayBeLostInACrash = "select set_config('synchronous_commit', 'off', true)";

    private sealed record Locked(int Id, Follower Follower, Place Place, byte[]? Seal);

    /// <summary>Takes the next page, of at most so many records.</summary>
    /// <param name="group">Who stands where.</param>
    /// <param name="limit">The most records.</param>
    /// <param name="token">Stops what has not been written yet.</param>
    /// <param name="ahead">A page that was read before, if it begins where the group stands.</param>
    public async Task<(Stepped Stepped, int Records)> Take(
        FollowGroup group, int limit, CancellationToken token, FollowedPage? ahead = null)
    {
        var isCommitted = false;
        try
        {
            var builds = await BeginAndLock(group, token);
            if (builds.Count == 0) return (Stepped.NotOurs, 0);
            var place = builds[0].Place;
            var (covering, records) = await pages.Records(
                group.BookId, place.Number, ahead is null ? limit : 1, token);
            await using var writes = new NpgsqlBatch(session.Connection);
            if (Lost(builds, covering) is { Length: > 0 } lost)
            {
                Add(writes, StopSql, lost, LostTimeline(place.Number));
                Add(writes, "commit");
                await writes.ExecuteNonQueryAsync(token);
                isCommitted = true;
                throw new FollowerStopped(LostTimeline(place.Number));
            }

            var page = ahead ?? await Known(group, place, records, token);
            if (page is null) return (Stepped.CaughtUp, 0);
            foreach (var build in builds) await Apply(build, page, writes, token);
            Add(writes, MoveSql, builds.Select(build => build.Id).ToArray(), group.BookId, page.Last.Number,
                page.Last.LastPosition, page.Last.At.ToDateTimeUtc());
            Add(writes, "commit");
            // From here on it may be committed; whether it was is in the builds.
            await writes.ExecuteNonQueryAsync(CancellationToken.None);
            isCommitted = true;
            return (ahead is null && records.Count < limit ? Stepped.CaughtUp : Stepped.On, page.Records.Count);
        }
        catch (RangeIsArchived away)
        {
            // Of several, not all may need what is missing: each is asked for itself.
            await Rollback();
            if (group.Followers.Count == 1) await Stop(group, away.Message, token);
            throw new FollowerStopped(away.Message);
        }
        finally
        {
            if (!isCommitted) await Rollback();
        }
    }

    /// <summary>Stops one in this book for good, with a report of the record that it cannot get over.</summary>
    public async Task<string?> StopBefore(FollowGroup group, Exception fault, CancellationToken token)
    {
        try
        {
            var builds = await BeginAndLock(group, token);
            if (builds.Count == 0) return null;
            var (_, records) = await pages.Records(group.BookId, group.Number, limit: 1, token);
            if (records.Count == 0) return null;
            var why = $"Record {records[0].Number} ({records[0].Type}): {fault.GetType().Name}: {InOneLine(fault)}";
            await using var writes = new NpgsqlBatch(session.Connection);
            Add(writes, StopSql, builds.Select(build => build.Id).ToArray(), why);
            Add(writes, "commit");
            await writes.ExecuteNonQueryAsync(token);
            return why;
        }
        finally
        {
            await Rollback();
        }
    }

    private async Task Stop(FollowGroup group, string why, CancellationToken token)
    {
        var builds = await BeginAndLock(group, token);
        await using var writes = new NpgsqlBatch(session.Connection);
        Add(writes, StopSql, builds.Select(build => build.Id).ToArray(), why);
        Add(writes, "commit");
        await writes.ExecuteNonQueryAsync(token);
    }

    internal static string LostTimeline(long number) =>
        $"The book no longer has the seal of record {number}: what was recorded since an earlier one was lost.";

    /// <summary>Without what a database may add about the rows.</summary>
    private static string InOneLine(Exception fault) =>
        fault is PostgresException postgres ? $"{postgres.SqlState}: {postgres.MessageText}" : fault.Message;

    private static int[] Lost(List<Locked> builds, byte[]? covering) =>
        [
            .. builds.Where(build => build.Place.Number > 0
                && (build.Seal is null || covering is null || !covering.AsSpan().SequenceEqual(build.Seal)))
                .Select(build => build.Id),
        ];

    private async Task<List<Locked>> BeginAndLock(FollowGroup group, CancellationToken token)
    {
        await using var batch = new NpgsqlBatch(session.Connection);
        Add(batch, "begin isolation level read committed");
        if (session.SettingsOfTransaction is { } settings) Add(batch, settings);
        Add(batch, MayBeLostInACrash);
        // A page changes rows one by one. Without this, those of a young table are all read or kept for each of them.
        Add(batch, ByIndex.Settings);
        Add(batch, "set local enable_material = off");
        Add(batch, LockSql, group.Followers.Select(follower => follower.Name).ToArray(), group.BookId, group.State,
            group.Number);
        await using var reader = await batch.ExecuteReaderAsync(token);
        // Settings are rows too; the builds are the last result.
        while (reader.FieldCount != 4 && await reader.NextResultAsync(token))
        {
        }

        var builds = new List<Locked>();
        while (await reader.ReadAsync(token))
        {
            builds.Add(new Locked(
                reader.GetInt32(0), group.Followers.Single(follower => follower.Name == reader.GetString(1)),
                new Place(group.Number, reader.GetInt64(2)),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<byte[]>(3)));
        }

        return builds;
    }

    /// <summary>What of the records this program knows; null when there are none.</summary>
    private async Task<FollowedPage?> Known(
        FollowGroup group, Place place, List<JournalRecord> records, CancellationToken token)
    {
        var known = records.TakeWhile(record => EventFormat.IsKnown(record.Type)).ToArray();
        if (known.Length == 0) return records.Count == 0 ? null : throw new UnknownEvent(records[0].Type);
        return await pages.Page(
            group.BookId, group.Book, group.TimeZone, place, known, group.NeedsEntries, group.NeedsReferred, token);
    }

    private async Task Apply(Locked build, FollowedPage page, NpgsqlBatch writes, CancellationToken token)
    {
        try
        {
            await build.Follower.Apply(page, new BuildWrites(build.Id, session.Connection, writes), token);
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
