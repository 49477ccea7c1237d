using System.Diagnostics;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// The commands that wait for a lane, in order of arrival, bounded by count and bytes. What is added together enters
/// whole or not at all.
/// </summary>
internal sealed class LaneQueue(int maxCommands, long maxBytes)
{
    private readonly Lock gate = new();
    private readonly Queue<Pending> waiting = new();
    private TaskCompletionSource? signal;
    private long bytes;
    private bool completed;

    /// <summary>
    /// Commands that were taken and wait elsewhere, for a book that another host has locked. They count too.
    /// </summary>
    private int parked;
    private long parkedBytes;

    /// <summary>How many can be taken.</summary>
    public int Count
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    /// <summary>How many wait, here or parked.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return waiting.Count + parked;
        }
    }

    public bool IsCompleted
    {
        get
        {
            lock (gate) return completed;
        }
    }

    /// <summary>How its commands were answered.</summary>
    public Tally Tally { get; } = new();

    public bool TryAdd(ReadOnlySpan<Pending> added)
    {
        long size = 0;
        var (now, caller) = (Stopwatch.GetTimestamp(), WriterTraces.Caller);
        foreach (var pending in added)
        {
            pending.Enter(Tally, now, caller);
            size += pending.Submission.Size;
        }

        lock (gate)
        {
            // One batch larger than the whole bound may still enter an empty queue.
            var isOver = waiting.Count + parked + added.Length > maxCommands
                || bytes + parkedBytes + size > maxBytes;
            if (completed || (isOver && waiting.Count + parked > 0)) return false;
            foreach (var pending in added) waiting.Enqueue(pending);
            bytes += size;
            signal?.TrySetResult();
            signal = null;
            return true;
        }
    }

    /// <summary>Completes when there is something to take, or will never be any more.</summary>
    public Task WaitToTake()
    {
        lock (gate)
        {
            if (waiting.Count > 0 || completed) return Task.CompletedTask;
            signal ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return signal.Task;
        }
    }

    /// <summary>
    /// Takes what waits, as far as the batch has room for it, up to commands that are posted all or none.
    /// </summary>
    public List<Pending> Take(Batch batch)
    {
        var taken = new List<Pending>();
        lock (gate)
        {
            while (waiting.TryPeek(out var next) && next.Together is null && batch.TryReserve(next))
                taken.Add(Dequeue());
            if (waiting.TryPeek(out var first) && first.Together is not null) batch.IsFull = true;
        }

        return taken;
    }

    /// <summary>Takes the commands that are posted all or none, if they are next.</summary>
    public List<Pending> TakeTogether()
    {
        var taken = new List<Pending>();
        lock (gate)
        {
            if (waiting.TryPeek(out var next) && next.Together is { } together)
                for (var i = 0; i < together.Length; i++) taken.Add(Dequeue());
        }

        return taken;
    }

    private Pending Dequeue()
    {
        var pending = waiting.Dequeue();
        bytes -= pending.Submission.Size;
        return pending;
    }

    public void SetParked(List<Pending> commands)
    {
        var size = commands.Sum(pending => (long)pending.Submission.Size);
        lock (gate) (parked, parkedBytes) = (commands.Count, size);
    }

    /// <summary>Nothing more is added; what waits is still taken.</summary>
    public void Complete()
    {
        lock (gate)
        {
            completed = true;
            signal?.TrySetResult();
            signal = null;
        }
    }
}
