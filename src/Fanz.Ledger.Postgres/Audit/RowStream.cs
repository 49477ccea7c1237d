using System.Threading.Channels;

namespace Fanz.Ledger.Postgres.Audit;

/// <summary>
/// Rows in pages, read ahead of their consumer by a task of their own. Two pages wait at most, so a verification
/// takes the same memory however long the book is.
/// </summary>
internal sealed class RowStream<T> : IAsyncDisposable
{
    private readonly Channel<List<T>> pages = Channel.CreateBounded<List<T>>(2);
    private readonly CancellationTokenSource stop;
    private readonly Task reading;
    private List<T> page = [];
    private int next;

    public RowStream(Func<CancellationToken, IAsyncEnumerable<List<T>>> read, CancellationToken token)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        reading = Task.Run(() => Pump(read(stop.Token)), CancellationToken.None);
    }

    public delegate bool Belongs(in T row);

    /// <summary>Whether there is another row, which <see cref="Current"/> then is.</summary>
    public async ValueTask<bool> HasCurrent()
    {
        while (next == page.Count)
        {
            if (!await pages.Reader.WaitToReadAsync() || !pages.Reader.TryRead(out var following)) return false;
            (page, next) = (following, 0);
        }

        return true;
    }

    public T Current => page[next];

    public void Advance() => next++;

    /// <summary>Takes rows for as long as they belong.</summary>
    public async ValueTask Take(List<T> into, Belongs belongs)
    {
        while (await HasCurrent())
        {
            var span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(page);
            var end = next;
            while (end < span.Length && belongs(in span[end])) end++;
            into.AddRange(span[next..end]);
            next = end;
            if (end < span.Length) return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        // What the reader failed with was told by HasCurrent, or nobody waits for it any more.
        await reading.ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        stop.Dispose();
    }

    private async Task Pump(IAsyncEnumerable<List<T>> source)
    {
        try
        {
            await foreach (var full in source) await pages.Writer.WriteAsync(full, stop.Token);
            pages.Writer.Complete();
        }
        catch (Exception failure)
        {
            pages.Writer.Complete(failure);
        }
    }
}
