using System.Threading.Channels;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Archiving;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>How far a rebuild is.</summary>
public readonly record struct RebuildProgress(BookName Book, long Number, long Head);

/// <summary>A rebuild could not be done; what is read is as it was.</summary>
public sealed class RebuildRefused(string why) : Exception(why);

/// <summary>
/// Makes what a follower has made of a book again from the first record, beside the rows that are read, and then lets
/// the new rows take their place in one transaction. Pages are read ahead by a task of their own. What is interrupted
/// goes on where it was; two at once are one too many, and the second is refused.
/// </summary>
/// <param name="database">The primary.</param>
/// <param name="pooledByTransaction">A pooler lends connections by the transaction.</param>
/// <param name="recordsAPage">Few large pages, because rows that many records change are written once a page.</param>
public sealed class Rebuild(
    NpgsqlDataSource database, bool pooledByTransaction = false, int recordsAPage = 50_000)
{
    private const int RowsAPurge = 50_000;

    private const string BeginSql =
        """
        insert into ledger.builds (follower, book_id, state) values ($1, $2, 'building') on conflict do nothing
        """;

    private const string PlaceSql =
        """
        select number, last_position, stopped from ledger.builds
        where follower = $1 and book_id = $2 and state = 'building' and state <> 'retired'
        """;

    // The old rows may claim to be beyond the book's head, if the book has lost what they were made of.
    private const string LockBothSql =
        """
        select b.state, least(b.number, (
            select s.last_number from ledger.seals s where s.book_id = $2
            order by s.last_number desc, s.sequence desc
            limit 1))
        from ledger.builds b where b.follower = $1 and b.book_id = $2 and b.state <> 'retired'
        order by b.state
        for update
        """;

    private const string StateSql =
        """
        update ledger.builds set state = $4 where follower = $1 and book_id = $2 and state = $3 and state <> 'retired'
        """;

    /// <summary>
    /// Rebuilds one follower's rows of one book, of which nothing may be archived: rows are made of all records.
    /// </summary>
    public async Task Run(
        Follower follower, OpenedBook book, IProgress<RebuildProgress>? progress, CancellationToken token)
    {
        await new ArchivedRanges(database).RequireAll(book.Id, token);
        await using var guard = await database.OpenConnectionAsync(token);
        if (!await Ask(guard, "select pg_try_advisory_lock(hashtext('rebuild ' || $1), $2)", follower, book, token))
            throw new RebuildRefused($"{follower.Name} of {book.Name} is being rebuilt already.");
        try
        {
            await Purge(follower, token);
            await Execute(guard, BeginSql, token, follower.Name, book.Id);
            do
            {
                await CatchUp(guard, follower, book, progress, token);
            }
            while (!await TrySwap(guard, follower, book, token));
            await Purge(follower, token);
        }
        finally
        {
            // A connection that broke has no lock any more.
            if (guard.State == System.Data.ConnectionState.Open)
            {
                await Ask(
                    guard, "select pg_advisory_unlock(hashtext('rebuild ' || $1), $2)", follower, book,
                    CancellationToken.None);
            }
        }
    }

    /// <summary>Deletes the rows of builds that are read no more, a slice at a time.</summary>
    public async Task Purge(Follower follower, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        foreach (var build in await RetiredBuilds(connection, follower, token))
        {
            foreach (var table in follower.Tables)
            {
                var sql =
                    $"""
                    delete from {table.Name} where ctid = any(array(
                        select ctid from {table.Name} where build = $1 limit $2))
                    """;
                while (await Execute(connection, sql, token, build, RowsAPurge) > 0)
                {
                }
            }

            await Execute(connection, "delete from ledger.builds where id = $1", token, build);
        }
    }

    private async Task CatchUp(
        NpgsqlConnection guard, Follower follower, OpenedBook book, IProgress<RebuildProgress>? progress,
        CancellationToken token)
    {
        var place = await PlaceOf(guard, follower, book, token);
        var head = (await new JournalReader(database).PlaceAsOf(book, AsOf.Head, token)).Number;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var pages = Channel.CreateBounded<FollowedPage>(2);
        var reading = Task.Run(() => ReadAhead(follower, book, place, head, pages.Writer, stop.Token), stop.Token);
        try
        {
            await using var session = await Session.Open(
                database, new WriterOptions { PooledByTransaction = pooledByTransaction });
            var step = new FollowStep(session, new PageReader(session.Connection));
            await foreach (var page in pages.Reader.ReadAllAsync(token))
            {
                var group = new FollowGroup(
                    book.Id, book.Name, book.Settings.TimeZone, page.After.Number, [follower], Build.Beside);
                var (stepped, _) = await step.Take(group, page.Records.Count, token, page);
                if (stepped == Stepped.NotOurs) throw new RebuildRefused("Something else has moved the new rows.");
                progress?.Report(new RebuildProgress(book.Name, page.Last.Number, head));
            }
        }
        catch (FollowerStopped stopped)
        {
            // The new rows were made of what the book has lost since; next time they are begun anew.
            await Execute(
                guard, StateSql, CancellationToken.None, follower.Name, book.Id, Build.Beside, Build.Retired);
            throw new RebuildRefused(stopped.Message);
        }
        catch (Exception exception) when (exception is Indigestible or UnknownEvent)
        {
            throw new RebuildRefused(exception.Message);
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// Lets the new rows be read instead of the old ones, if they have all that those have. With both locked, neither
    /// moves on meanwhile.
    /// </summary>
    private static async Task<bool> TrySwap(
        NpgsqlConnection connection, Follower follower, OpenedBook book, CancellationToken token)
    {
        await using var transaction = await connection.BeginTransactionAsync(token);
        var numbers = new Dictionary<string, long>();
        await using (var command = new NpgsqlCommand(LockBothSql, connection, transaction))
        {
            command.Parameters.Add(new() { Value = follower.Name });
            command.Parameters.Add(new() { Value = book.Id });
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token)) numbers.Add(reader.GetString(0), reader.GetInt64(1));
        }

        if (numbers[Build.Beside] < numbers.GetValueOrDefault(Build.Live)) return false;
        await Execute(connection, StateSql, token, follower.Name, book.Id, Build.Live, Build.Retired);
        await Execute(connection, StateSql, token, follower.Name, book.Id, Build.Beside, Build.Live);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    private async Task ReadAhead(
        Follower follower, OpenedBook book, Place place, long head, ChannelWriter<FollowedPage> pages,
        CancellationToken token)
    {
        try
        {
            await using var session = await Session.Open(
                database, new WriterOptions { PooledByTransaction = pooledByTransaction });
            var reader = new PageReader(session.Connection);
            while (place.Number < head)
            {
                var limit = (int)Math.Min(recordsAPage, head - place.Number);
                var (_, records) = await reader.Records(book.Id, place.Number, limit, token);
                foreach (var record in records)
                    if (!EventFormat.IsKnown(record.Type)) throw new UnknownEvent(record.Type);
                if (records.Count == 0) throw new RebuildRefused($"There is nothing behind record {place.Number}.");
                var page = await reader.Page(
                    book.Id, book.Name, book.Settings.TimeZone, place, records, follower.NeedsEntries,
                    follower.NeedsReferred, token);
                place = new Place(records[^1].Number, records[^1].LastPosition);
                await pages.WriteAsync(page, token);
            }

            pages.Complete();
        }
        catch (Exception exception)
        {
            pages.Complete(exception);
        }
    }

    /// <summary>Takes or gives back a lock that is held by the session, so that it ends with who rebuilds.</summary>
    private static async Task<bool> Ask(
        NpgsqlConnection connection, string sql, Follower follower, OpenedBook book, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = follower.Name });
        command.Parameters.Add(new() { Value = book.Id });
        return await command.ExecuteScalarAsync(token) is true;
    }

    private static async Task<Place> PlaceOf(
        NpgsqlConnection connection, Follower follower, OpenedBook book, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(PlaceSql, connection);
        command.Parameters.Add(new() { Value = follower.Name });
        command.Parameters.Add(new() { Value = book.Id });
        await using var reader = await command.ExecuteReaderAsync(token);
        if (!await reader.ReadAsync(token)) throw new RebuildRefused("Somebody took the new rows away.");
        return new Place(reader.GetInt64(0), reader.GetInt64(1));
    }

    private static async Task<List<int>> RetiredBuilds(
        NpgsqlConnection connection, Follower follower, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            "select id from ledger.builds where follower = $1 and state = 'retired' order by id", connection);
        command.Parameters.Add(new() { Value = follower.Name });
        await using var reader = await command.ExecuteReaderAsync(token);
        var builds = new List<int>();
        while (await reader.ReadAsync(token)) builds.Add(reader.GetInt32(0));
        return builds;
    }

    private static async Task<int> Execute(
        NpgsqlConnection connection, string sql, CancellationToken token, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in parameters) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(token);
    }
}
