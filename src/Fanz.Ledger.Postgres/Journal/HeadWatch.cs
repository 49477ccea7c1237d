using Fanz.Ledger.Postgres.Books;
using Npgsql;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>
/// Wakes those who wait for a book to move on. What this host commits wakes them at once. What others commit is found
/// by one look for all who wait: a round trip a tick, with a statement for each book that is waited for, however many
/// wait; and none while nobody does. One who begins to wait has the next look brought forward, so that nothing falls
/// between having read and waiting.
/// </summary>
/// <param name="source">The database that is read from.</param>
/// <param name="isWrittenHere">What this host commits is there at once; otherwise a commit only hastens a look.</param>
/// <param name="places">How many may wait.</param>
public sealed class HeadWatch(NpgsqlDataSource source, bool isWrittenHere, int places) : IAsyncDisposable
{
    private const int SecondsToLook = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(500);

    internal const string TipSql =
        """
        select head.last_number, tip.hash
        from (
            select last_number from ledger.seals where book_id = $1
            order by last_number desc, sequence desc limit 1) head
        cross join lateral (
            select hash from ledger.seals where book_id = $1 and last_number >= head.last_number
            order by last_number, sequence limit 1) tip
        """;

    private readonly Lock gate = new();
    private readonly Dictionary<int, List<Waiter>> waiting = [];
    private readonly SemaphoreSlim hurry = new(0);
    private readonly CancellationTokenSource closing = new();
    private Task? looking;
    private volatile int waiters;
    private int taken;

    /// <summary>How many wait at this moment.</summary>
    public int Waiting => waiters;

    /// <summary>How many places are taken, by those who wait and by those who will.</summary>
    public int Taken => Volatile.Read(ref taken);

    /// <summary>Whoever waits is told at once that nothing came: the host stops.</summary>
    public bool IsClosed => closing.IsCancellationRequested;

    /// <summary>How often it has looked.</summary>
    internal long Looks { get; private set; }

    /// <summary>A place to wait in, given back when it is disposed of; null when all are taken.</summary>
    public IDisposable? TakePlace()
    {
        if (Interlocked.Increment(ref taken) <= places) return new Place(this);
        Interlocked.Decrement(ref taken);
        return null;
    }

    /// <summary>Told by the writer after each commit. Costs next to nothing while nobody waits.</summary>
    public void Landed(int book, long number)
    {
        if (waiters == 0) return;
        lock (gate)
        {
            if (!waiting.TryGetValue(book, out var those)) return;
            if (isWrittenHere) Wake(book, those, waiter => number > waiter.After);
            else Hurry();
        }
    }

    /// <summary>
    /// Waits until the book ends elsewhere than the reader has seen it end: further on, or on another timeline. Says
    /// whether it does; a reader who is told so looks for itself.
    /// </summary>
    /// <param name="book">Which book.</param>
    /// <param name="seen">Where it ended.</param>
    /// <param name="atMost">How long to wait.</param>
    /// <param name="token">Ends the wait.</param>
    /// <param name="isOnlyLonger">The reader has just waited and has missed nothing since.</param>
    public Task<bool> Moves(
        OpenedBook book, JournalCursor seen, TimeSpan atMost, CancellationToken token, bool isOnlyLonger = false) =>
        Wait(book, new Waiter(seen.Number, seen), atMost, token, mayTakeItsTime: isOnlyLonger);

    /// <summary>Waits until the book has a number.</summary>
    public Task<bool> Reaches(OpenedBook book, long number, TimeSpan atMost, CancellationToken token) =>
        Wait(book, new Waiter(number - 1, null), atMost, token);

    /// <summary>Nobody waits any longer: those who do are told that nothing came.</summary>
    public void Close() => closing.Cancel();

    public async ValueTask DisposeAsync()
    {
        Close();
        if (looking is not null) await looking;
        closing.Dispose();
        hurry.Dispose();
    }

    private async Task<bool> Wait(
        OpenedBook book, Waiter waiter, TimeSpan atMost, CancellationToken token, bool mayTakeItsTime = false)
    {
        if (closing.IsCancellationRequested) return false;
        Add(book.Id, waiter, mayTakeItsTime);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(token, closing.Token);
        try
        {
            return await waiter.News.Task.WaitAsync(atMost, ending.Token);
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            Remove(book.Id, waiter);
        }
    }

    private void Add(int book, Waiter waiter, bool mayTakeItsTime)
    {
        lock (gate)
        {
            if (!waiting.TryGetValue(book, out var those)) waiting[book] = those = [];
            those.Add(waiter);
            looking ??= Task.Run(KeepLooking);
            // Whoever looks for all sleeps deeply while nobody waits.
            if (!mayTakeItsTime || waiters == 0) Hurry();
            waiters++;
        }
    }

    private void Remove(int book, Waiter waiter)
    {
        lock (gate)
        {
            if (!waiting.TryGetValue(book, out var those) || !those.Remove(waiter)) return;
            waiters--;
            if (those.Count == 0) waiting.Remove(book);
        }
    }

    private void Hurry()
    {
        if (hurry.CurrentCount == 0) hurry.Release();
    }

    private void Wake(int book, List<Waiter> those, Predicate<Waiter> isNews)
    {
        waiters -= those.RemoveAll(waiter => isNews(waiter) && waiter.News.TrySetResult(true));
        if (those.Count == 0) waiting.Remove(book);
    }

    private async Task KeepLooking()
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                await hurry.WaitAsync(waiters == 0 ? Timeout.InfiniteTimeSpan : Tick, closing.Token);
                if (waiters == 0) continue;
                await Look();
                await Task.Delay(LeastPause, closing.Token);
            }
            catch (OperationCanceledException) when (closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // The database is away. Those who wait go on doing so, or hear of it when they look for themselves.
                await Task.Delay(PauseAfterFault, closing.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task Look()
    {
        int[] books;
        lock (gate) books = [.. waiting.Keys];
        if (books.Length == 0) return;
        Looks++;
        await using var batch = ByIndex.Query(source, TipSql, books[0]);
        foreach (var book in books.AsSpan(1)) ByIndex.Add(batch, TipSql, book);
        batch.Timeout = SecondsToLook;
        await using var reader = await ByIndex.Read(batch, closing.Token);
        foreach (var book in books)
        {
            var tip = await reader.ReadAsync(closing.Token)
                ? JournalCursor.Of(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1))
                : JournalCursor.Start;
            await reader.NextResultAsync(closing.Token);
            lock (gate)
            {
                if (!waiting.TryGetValue(book, out var those)) continue;
                Wake(book, those, waiter =>
                    tip.Number > waiter.After || (waiter.Seen is { } seen && seen != tip));
            }
        }
    }

    private sealed record Waiter(long After, JournalCursor? Seen)
    {
        public TaskCompletionSource<bool> News { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Equals(Waiter? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }

    private sealed class Place(HeadWatch watch) : IDisposable
    {
        private int isGiven;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isGiven, 1) == 0) Interlocked.Decrement(ref watch.taken);
        }
    }
}
