using System.Diagnostics;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Npgsql;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// One lane decides and commits batches for its share of the books. It owns its memory: two lanes, like two hosts, meet
/// only in the database.
/// While one batch commits, the next is read (on a second connection) and decided in memory upon it; when the commit is
/// done the next is sent in one round trip that locks its books, insists on their heads, inserts and commits. There is
/// no timer: a batch is whatever waited while the last one was committing.
/// Whatever goes differently (another host wrote, the connection broke, the database refused) is taken back and done
/// again the plain way by <see cref="LockedPosting"/>: lock first, then read, decide and commit.
/// No reply leaves before every commit it was decided on.
/// </summary>
internal sealed class Lane
{
    /// <summary>After another host wrote to a book, this many batches lock first instead of hoping.</summary>
    private const int BatchesAfterContention = 16;
    private const int TurnsBetweenLettingGo = 64;
    /// <summary>How long a book that is locked elsewhere is left alone while others wait.</summary>
    private static readonly TimeSpan PauseOfParked = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(100);

    private readonly NpgsqlDataSource database;
    private readonly WriterOptions options;
    private readonly LaneQueue queue;
    private readonly WriterMeter meter;
    private readonly LaneMemory memory;
    private readonly Deciding deciding;
    private readonly LockedPosting locked;
    private readonly Room room;
    private List<Pending> taken = [];
    private List<Pending> parked = [];
    private long parkedSince;
    private Task? sent;
    private WriterConnection? writing;
    private Session? reading;
    private volatile int knownAccounts;
    private int lockFirst;
    private int turnsUntilLettingGo = TurnsBetweenLettingGo;

    public Lane(
        NpgsqlDataSource database, BookRegistry registry, WriterOptions options, LaneQueue queue, WriterMeter meter)
    {
        this.database = database;
        this.options = options;
        this.queue = queue;
        this.meter = meter;
        memory = new LaneMemory(registry);
        room = new Room(database);
        deciding = new Deciding(options, room.Ids, memory.Of);
        locked = new LockedPosting(database, options, memory, deciding, room, meter);
    }

    /// <summary>As of a few batches ago; only the lane itself looks into its memory.</summary>
    public int KnownAccounts => knownAccounts;

    /// <summary>
    /// Works until the queue is completed and empty. Whatever happens, everyone who waits is answered.
    /// </summary>
    public async Task Run()
    {
        Flight? flight = null;
        while (true)
        {
            if (flight is null)
            {
                if (parked.Count == 0) await queue.WaitToTake();
                if (queue.IsCompleted && queue.Count == 0 && parked.Count == 0) break;
            }

            try
            {
                flight = await Turn(flight);
            }
            catch (Exception exception)
            {
                await Abandon(flight, exception);
                flight = null;
            }
        }

        await CloseWriting();
        await CloseReading();
    }

    /// <summary>
    /// One turn: fill the next batch while the last one commits, then land that one and send the next.
    /// </summary>
    private async Task<Flight?> Turn(Flight? flight)
    {
        var batch = new Batch(options);
        taken = [];
        if (flight is null && IsTimeForParked()) await PostParked();
        if (flight is null && await PostTogether()) return null;
        var isSound = true;
        if (--turnsUntilLettingGo == 0)
        {
            turnsUntilLettingGo = TurnsBetweenLettingGo;
            memory.LetGo(options.MaxKnownAccounts);
            knownAccounts = memory.KnownAccounts;
        }

        try
        {
            // A lane that is never idle lands what is under way, and comes to what it has parked in its next turn.
            if (lockFirst == 0 && (flight is null || !IsParkedDue())) await Fill(batch, flight);
            else if (flight is null) taken.AddRange(Take(batch));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Nothing of this batch was sent. It is done again under the lock, after the one under way.
            isSound = false;
            if (exception is not (MemoryInDoubt or InvariantBroken)) await CloseReading();
        }

        if (flight is not null && !await flight.HasLanded())
        {
            // The next batch was decided upon one that may not be.
            meter.Retried(flight.Failure);
            if (flight.Failure == Failure.OutcomeUnknown) flight.Batch.MarkSent();
            batch.TakeBack();
            flight.Batch.TakeBack();
            if (flight.Failure is Failure.HeadMoved or Failure.Passing) lockFirst = BatchesAfterContention;
            if (writing is not null) writing = await LockedPosting.Recover(writing, flight.Failure);
            await PostLocked([.. flight.Batch.Commands, .. taken]);
            return null;
        }

        if (!isSound || lockFirst > 0)
        {
            if (lockFirst > 0) lockFirst--;
            Land(flight);
            batch.TakeBack();
            await PostLocked(taken);
            return null;
        }

        batch.Seal();
        var next = batch.NeedsCommit ? new Flight(batch, sent = Send(batch)) : null;
        // The next batch is on its way; only now the callers of the last one are told, so that the database never
        // waits.
        Land(flight);
        if (next is null)
        {
            batch.Answer();
            meter.Landed(batch, isLocked: false);
        }

        return next;
    }

    private void Land(Flight? flight)
    {
        if (flight is null) return;
        flight.Batch.Land();
        meter.Landed(flight.Batch, isLocked: false);
    }

    /// <summary>Takes and decides what waits, and goes on while the batch before is being committed.</summary>
    private async Task Fill(Batch batch, Flight? flight)
    {
        do
        {
            var chunk = Take(batch);
            if (chunk.Count > 0)
            {
                taken.AddRange(chunk);
                await Prepare(batch, chunk, flight?.Batch);
            }
            else if (flight is not null)
            {
                await Task.WhenAny(flight.Landed, queue.WaitToTake());
                if (queue.IsCompleted) break;
            }
        }
        while (flight is { Landed.IsCompleted: false } && !batch.IsFull);
    }

    /// <summary>
    /// Takes what waits, but for commands to a book that another host has locked: they join those parked.
    /// </summary>
    private List<Pending> Take(Batch batch)
    {
        var chunk = queue.Take(batch);
        if (parked.Count == 0) return chunk;
        var isLocked = IsLocked();
        parked.AddRange(chunk.Where(isLocked));
        queue.SetParked(parked);
        chunk.RemoveAll(new Predicate<Pending>(isLocked));
        return chunk;
    }

    /// <summary>
    /// Commands that are posted all or none are a batch of their own, and may have to be decided twice: they are posted
    /// the plain way, when nothing else is under way.
    /// </summary>
    private async Task<bool> PostTogether()
    {
        taken = queue.TakeTogether();
        if (taken.Count == 0) return false;
        if (parked.Count > 0 && taken.Any(IsLocked()))
        {
            parked.AddRange(taken);
            queue.SetParked(parked);
        }
        else
        {
            await PostLocked(taken);
        }

        return true;
    }

    private Func<Pending, bool> IsLocked()
    {
        var locked = parked.SelectMany(pending => pending.Books).Select(book => book.Id).ToHashSet();
        return pending => pending.Books.Any(book => locked.Contains(book.Id));
    }

    private bool IsTimeForParked() => IsParkedDue() || (parked.Count > 0 && queue.Count == 0);

    private bool IsParkedDue() => parked.Count > 0 && Stopwatch.GetElapsedTime(parkedSince) > PauseOfParked;

    private async Task PostParked()
    {
        (taken, parked) = (parked, []);
        await PostLocked(taken);
        taken = [];
    }

    private async Task Prepare(Batch batch, List<Pending> chunk, Batch? underWay)
    {
        batch.Times.Enter(Stage.Reading);
        reading ??= await Session.Open(database, options);
        await room.KeepIds(chunk.Sum(pending => pending.Legs));
        var books = chunk.SelectMany(pending => pending.Books).DistinctBy(book => book.Id).ToArray();
        var lookups = new Lookups(reading, ownsTransaction: true);
        var found = await lookups.Find([.. books.Select(book => book.Id)], chunk);
        foreach (var book in books)
        {
            // After a failover to a copy that lost commits, the id may be nobody's, or another book's.
            if (!found.Heads.TryGetValue(book.Id, out var head) || found.Names[book.Id] != book.Name)
                throw new MemoryInDoubt($"Book {book.Name} is not where it was.");
            memory.Begin(book, head);
        }

        if (!AreTrusted(found.Heads, underWay)) throw new MemoryInDoubt("A book was written by another host.");
        batch.Times.Enter(Stage.Deciding);
        await deciding.Decide(batch, chunk, found, underWay, async needing =>
        {
            batch.Times.Enter(Stage.Reading);
            var unread = new Unread(underWay, batch);
            if (!await lookups.TryFill(needing, heads => AreTrusted(heads, underWay), unread))
                throw new MemoryInDoubt("A book was written by another host.");
            batch.Times.Enter(Stage.Deciding);
        });
        batch.Times.Enter(Stage.Resting);
        await room.KeepRoom(batch.Parts.Values);
    }

    /// <summary>
    /// Whether what was just read can be put beside what is in memory: each book was read at the committed head, or at
    /// the head that the batch under way gives it. Either will do: what that batch touched of accounts, streams and
    /// earlier transactions is in memory, and what it adds to a set that is read only now is added by
    /// <see cref="Unread"/>. But a transaction that only it knows of cannot be read before.
    /// </summary>
    private bool AreTrusted(IReadOnlyDictionary<int, Head> heads, Batch? underWay)
    {
        foreach (var (id, head) in heads)
        {
            var known = memory.Of(id);
            var isNew = underWay is not null && underWay.Parts.TryGetValue(id, out var part)
                && part.To is { } to && head.Is(to);
            if (!isNew && !head.Is(known.Committed)) return false;
            if (known.Book.Needs.Transactions.Any(number => number > head.Number)) return false;
        }

        return true;
    }

    private async Task Send(Batch batch)
    {
        writing ??= await WriterConnection.Open(database, options);
        batch.Times.Enter(Stage.Committing);
        await writing.Send(batch);
        batch.Times.Enter(Stage.Resting);
    }

    private async Task PostLocked(List<Pending> commands)
    {
        if (commands.Count == 0) return;
        // What was parked before waits no longer because others of the lane are posted.
        var isFirstParked = parked.Count == 0;
        // What was parked is known to the lane before anything can fail.
        writing = await locked.Post(commands, writing, parked);
        queue.SetParked(parked);
        if (isFirstParked) parkedSince = Stopwatch.GetTimestamp();
    }

    /// <summary>
    /// After a fault that nothing else has caught: what was under way ends, everyone is told that nobody knows, and the
    /// lane begins again with nothing in memory.
    /// </summary>
    private async Task Abandon(Flight? flight, Exception exception)
    {
        if (flight is not null && await flight.HasLanded()) flight.Batch.Answer();
        if (sent is not null) await sent.ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var pending in flight?.Batch.Commands ?? []) pending.Answer(new Reply.Unknown(exception.Message));
        foreach (var pending in taken.Concat(parked)) pending.Answer(new Reply.Unknown(exception.Message));
        parked = [];
        queue.SetParked(parked);
        memory.ForgetAll();
        await CloseWriting();
        await CloseReading();
        await Task.Delay(PauseAfterFault);
    }

    private async Task CloseWriting()
    {
        var closed = writing;
        writing = null;
        if (closed is not null) await closed.DisposeAsync();
    }

    private async Task CloseReading()
    {
        var closed = reading;
        reading = null;
        if (closed is not null) await closed.DisposeAsync();
    }
}

/// <summary>A batch on its way to be committed.</summary>
internal sealed class Flight(Batch batch, Task landed)
{
    public Batch Batch { get; } = batch;

    public Task Landed { get; } = landed;

    public Failure Failure { get; private set; }

    public async Task<bool> HasLanded()
    {
        try
        {
            await Landed;
            return true;
        }
        catch (Exception exception)
        {
            Failure = SqlStates.Judge(exception);
            return false;
        }
    }
}
