using System.Diagnostics;
using Fanz.Ledger.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// The plain way to post: lock the books, read their heads and the keys, catch up, decide, insert, commit. It is the
/// way out of every doubt: a command that may have been committed by a connection that died is looked up only when the
/// book's lock is held, because then its transaction has ended one way or the other.
/// Round trips: begin and lock; heads and keys; needs, until there are none; inserts and commit.
/// A group that the database refuses for its content is halved until the poisonous command fails alone.
/// </summary>
internal sealed class LockedPosting(
    NpgsqlDataSource database, WriterOptions options, LaneMemory memory, Deciding deciding, Room room,
    WriterMeter meter)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>The batch of the group at hand; nothing of it is remembered when it does not come to be.</summary>
    private Batch batch = new(options);

    private sealed record Group(List<Pending> Commands, bool IsWorthWaiting = false, bool HasFreshIds = false)
    {
        /// <summary>They are posted all or none, so they are neither parted nor halved.</summary>
        public bool IsTogether => Commands[0].Together is not null;
    }

    /// <summary>
    /// Answers every command, one way or another, but for those whose books another host keeps locked: they are
    /// parked, so that the lane's other books need not wait for them. Returns the connection if it is still good.
    /// </summary>
    public async Task<WriterConnection?> Post(
        List<Pending> commands, WriterConnection? connection, List<Pending> parked)
    {
        var groups = new LinkedList<Group>(Groups(commands));
        var since = Stopwatch.StartNew();
        var pause = FirstPause;
        while (groups.First?.Value is { } group)
        {
            groups.RemoveFirst();
            batch = new Batch(options);
            try
            {
                connection ??= await WriterConnection.Open(database, options);
                var left = await PostGroup(group, connection);
                if (left.Count > 0) groups.AddLast(new Group(left, IsWorthWaiting: true));
                pause = FirstPause;
                continue;
            }
            catch (OutOfMemoryException)
            {
                if (connection is not null) await connection.DisposeAsync();
                throw;
            }
            catch (Exception exception)
            {
                var failure = SqlStates.Judge(exception);
                meter.Retried(failure);
                batch.TakeBack();
                if (connection is not null) connection = await Recover(connection, failure);
                var isLockedElsewhere =
                    exception is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };
                if (isLockedElsewhere && connection is not null) connection = await EndStalled(connection);
                if (isLockedElsewhere)
                {
                    Park(group, parked, exception);
                }
                else if (failure is Failure.OutcomeUnknown or Failure.Passing or Failure.HeadMoved)
                {
                    if (failure == Failure.OutcomeUnknown) batch.MarkSent();
                    groups.AddFirst(group);
                    if (since.Elapsed > options.Patience.ToTimeSpan())
                    {
                        foreach (var given in groups) GiveUp(given, exception);
                        break;
                    }

                    await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()));
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
                else if (failure == Failure.Lasting && exception is NpgsqlException)
                {
                    GiveUp(group, exception);
                }
                else
                {
                    // Something in the commands themselves, or account ids that a promoted copy handed out twice.
                    room.Discard();
                    if (exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
                        && !group.HasFreshIds)
                        groups.AddFirst(group with { HasFreshIds = true });
                    else
                        foreach (var half in Halves(group, exception)) groups.AddFirst(half);
                }
            }
        }

        return connection;
    }

    /// <returns>The commands whose books another host has locked.</returns>
    private async Task<List<Pending>> PostGroup(Group group, WriterConnection connection)
    {
        batch.Times.Enter(Stage.Reading);
        await room.KeepIds(group.Commands.Sum(pending => pending.Legs));
        var books = group.Commands.SelectMany(pending => pending.Books).DistinctBy(book => book.Id).ToArray();
        var isWorthWaiting = group.IsWorthWaiting || books.Length == 1;
        var locked = await connection.Begin([.. books.Select(book => book.Id).Order()], isWorthWaiting);
        var found = await connection.Lookups.Find([.. locked.Keys], group.Commands);

        var stopped = new Dictionary<int, string>();
        foreach (var book in books)
        {
            if (locked.TryGetValue(book.Id, out var name) && name == book.Name && found.Heads.ContainsKey(book.Id))
            {
                try
                {
                    if (!await memory.CatchUp(book, found.Heads[book.Id], connection.Lookups)) room.Discard();
                }
                catch (BookStopped exception)
                {
                    stopped[book.Id] = exception.Message;
                }
                catch (UnknownEvent exception)
                {
                    stopped[book.Id] = exception.Message;
                }
            }
            else if (isWorthWaiting || locked.ContainsKey(book.Id))
            {
                memory.Forget(book);
                stopped[book.Id] = $"The database does not have book {book.Name} where it was.";
            }
        }

        var ready = new List<Pending>();
        var left = new List<Pending>();
        foreach (var pending in group.Commands)
        {
            var concerned = group.IsTogether ? books : pending.Books;
            if (concerned.FirstOrDefault(book => stopped.ContainsKey(book.Id)) is { } book)
                batch.Reply(pending, new Reply.Unavailable(stopped[book.Id]));
            else if (pending.Books.All(book => locked.ContainsKey(book.Id)))
                ready.Add(pending);
            else
                left.Add(pending);
        }

        if (group.IsTogether && ready.Count > 0) await DecideTogether(group, ready, found, connection);
        else await Decide(ready, found, connection);
        await room.KeepRoom(batch.Parts.Values);
        batch.Seal();
        if (batch.NeedsCommit) batch.Times.Enter(Stage.Committing);
        if (batch.NeedsCommit) await connection.SendLocked(batch);
        else await connection.Rollback();
        batch.Times.Enter(Stage.Resting);
        batch.Land();
        meter.Landed(batch, isLocked: true);
        return left;
    }

    private async Task Decide(List<Pending> commands, Found found, WriterConnection connection)
    {
        batch.Times.Enter(Stage.Deciding);
        await deciding.Decide(batch, commands, found, null, async needing =>
        {
            batch.Times.Enter(Stage.Reading);
            if (!await connection.Lookups.TryFill(needing, _ => true, new Unread(batch)))
                throw new InvariantBroken("A need was not filled.");
            batch.Times.Enter(Stage.Deciding);
        });
    }

    /// <summary>
    /// What was answered before is answered first. A refusal among it settles the matter as it did then, and none of
    /// the others is decided: on another day another one of them could be refused, and keep that for ever.
    /// </summary>
    private async Task DecideTogether(
        Group group, List<Pending> ready, Found found, WriterConnection connection)
    {
        var answered = ready.FindAll(pending => found.Answers.ContainsKey(pending.Key));
        await Decide(answered, found, connection);
        if (NotPosted() is null) await Decide([.. ready.Except(answered)], found, connection);
        if (NotPosted() is { } offender) SetAside(group, offender, found);
    }

    private Pending? NotPosted() =>
        batch.Commands.Zip(batch.Replies).FirstOrDefault(pair => pair.Second is not Reply.Posted).First;

    /// <summary>
    /// Where one of those that are posted all or none was not posted, none is: what was decided is taken back, and the
    /// one that was refused keeps its refusal, which is an answer for ever. The others' keys may be used again.
    /// </summary>
    private void SetAside(Group group, Pending offender, Found found)
    {
        var replies = batch.Commands.Zip(batch.Replies).ToDictionary(pair => pair.First, pair => pair.Second);
        batch.TakeBack();
        batch = new Batch(options);
        var aside = new Reply.SetAside($"Command {group.Commands.IndexOf(offender) + 1} of the batch was not posted.");
        foreach (var pending in group.Commands)
        {
            if (found.Answers.ContainsKey(pending.Key))
            {
                // What is told again is true only behind a commit.
                batch.RepeatsAnswers = true;
                batch.Reply(pending, replies[pending]);
            }
            else if (pending == offender && replies[pending] is Reply.Refused refused)
            {
                deciding.Refuse(batch, pending, refused.Refusal, found);
            }
            else
            {
                batch.Reply(pending, pending == offender ? replies[pending] : aside);
            }
        }
    }

    private IEnumerable<Group> Groups(List<Pending> commands)
    {
        var current = new List<Pending>();
        var bounds = new Batch(options);
        foreach (var pending in commands)
        {
            if (pending.Together is { } together)
            {
                if (pending != together[0]) continue;
                if (current.Count > 0) yield return new Group(current);
                yield return new Group([.. together], IsWorthWaiting: true);
                current = [];
                bounds = new Batch(options);
                continue;
            }

            if (!bounds.TryReserve(pending))
            {
                yield return new Group(current);
                current = [];
                bounds = new Batch(options);
                bounds.TryReserve(pending);
            }

            current.Add(pending);
        }

        if (current.Count > 0) yield return new Group(current);
    }

    private static IEnumerable<Group> Halves(Group group, Exception exception)
    {
        if (group.Commands.Count == 1 || group.IsTogether)
        {
            foreach (var pending in group.Commands) pending.Answer(new Reply.Failed(exception.Message));
            yield break;
        }

        var middle = group.Commands.Count / 2;
        // The later half is put in first, so that the earlier one comes out first.
        yield return group with { Commands = group.Commands[middle..] };
        yield return group with { Commands = group.Commands[..middle] };
    }

    private void Park(Group group, List<Pending> parked, Exception exception)
    {
        // One time for all, so that those that belong together are kept or given up together.
        var now = Stopwatch.GetTimestamp();
        foreach (var pending in group.Commands)
        {
            pending.FoundLockedAt ??= now;
            if (Stopwatch.GetElapsedTime(pending.FoundLockedAt.Value, now) > options.Patience.ToTimeSpan())
                pending.Answer(new Reply.Unavailable(exception.Message));
            else
                parked.Add(pending);
        }
    }

    private static void GiveUp(Group group, Exception exception)
    {
        foreach (var pending in group.Commands) pending.Answer(new Reply.Unavailable(exception.Message));
    }

    private async Task<WriterConnection?> EndStalled(WriterConnection connection)
    {
        try
        {
            await connection.EndStalled(options.IdleTimeout);
            return connection;
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or InvalidOperationException)
        {
            await connection.DisposeAsync();
            return null;
        }
    }

    /// <summary>Ends what was begun on a connection. Returns the connection if it is still good.</summary>
    public static async Task<WriterConnection?> Recover(WriterConnection connection, Failure failure)
    {
        try
        {
            if (failure is not Failure.OutcomeUnknown)
            {
                await connection.Rollback();
                return connection;
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or InvalidOperationException)
        {
            // The connection is no good any more; a new one is opened.
        }

        await connection.DisposeAsync();
        return null;
    }
}
