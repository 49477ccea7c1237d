using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// The way into the books. Commands are judged by their form here, then wait in a bounded queue for the lane of their
/// book. A caller who stops waiting takes nothing back: the command may still be posted.
/// </summary>
public sealed class BookWriter : IAsyncDisposable
{
    /// <summary>The name of the meter and of the source of traces.</summary>
    public const string TelemetryName = "Fanz.Ledger.Writing";

    private static readonly Duration BusyPause = Duration.FromMilliseconds(100);

    private readonly LaneQueue[] queues;
    private readonly Lane[] lanes;
    private readonly Task[] running;
    private volatile bool isDraining;

    public BookWriter(NpgsqlDataSource database, BookRegistry registry, WriterOptions? options = null)
    {
        var bounds = options ?? new WriterOptions();
        Registry = registry;
        queues =
            [
                .. Enumerable.Range(0, bounds.Lanes).Select(_ => new LaneQueue(
                    Math.Max(1, bounds.MaxQueuedCommands / bounds.Lanes), bounds.MaxQueuedBytes / bounds.Lanes)),
            ];
        lanes = [.. queues.Select(queue => new Lane(database, registry, bounds, queue, Meter))];
        Meter.Watch(bounds, queues, lanes);
        running = [.. lanes.Select(lane => Task.Run(lane.Run))];
    }

    public BookRegistry Registry { get; }

    internal WriterMeter Meter { get; } = new();

    /// <summary>How many accounts the lanes remember, as of their last batches.</summary>
    public int KnownAccounts => lanes.Sum(lane => lane.KnownAccounts);

    public int Queued => queues.Sum(queue => queue.Waiting);

    /// <summary>It takes commands, and every lane is there to post them.</summary>
    public bool IsWorking => !isDraining && !running.Any(lane => lane.IsCompleted);

    public async Task<Reply> Post(
        BookName book, Command command, Actor actor, string key, CancellationToken cancellation = default)
    {
        var (pending, reply) = await Admit(book, command, actor, key, cancellation);
        if (pending is null) return AtOnce(reply!);
        if (!TryQueue([pending])) return AtOnce(NotTaken());
        return await pending.Answered.WaitAsync(cancellation);
    }

    /// <summary>
    /// Posts several commands to one book, in order; each is answered on its own. They are queued all together or, if
    /// there is no room for all, not at all.
    /// </summary>
    public async Task<IReadOnlyList<Reply>> PostAll(
        BookName book, IReadOnlyList<(Command Command, string Key)> commands, Actor actor,
        CancellationToken cancellation = default)
    {
        var (admitted, replies) = await Admit(book, commands, actor, cancellation);
        Pending[] queued = [.. admitted.OfType<Pending>()];
        return await Answers(admitted, replies, queued.Length == 0 || TryQueue(queued), cancellation);
    }

    /// <summary>
    /// Posts several commands to one book, in order, all or none. Where one is refused it is refused for ever, and the
    /// others are set aside.
    /// </summary>
    public async Task<IReadOnlyList<Reply>> PostTogether(
        BookName book, IReadOnlyList<(Command Command, string Key)> commands, Actor actor,
        CancellationToken cancellation = default)
    {
        var (admitted, replies) = await Admit(book, commands, actor, cancellation);
        if (Array.FindIndex(admitted, pending => pending is null) is >= 0 and var wrong)
        {
            var aside = new Reply.SetAside($"Command {wrong + 1} of the batch was not taken.");
            return [.. replies.Select(reply => AtOnce(reply ?? aside))];
        }

        if (admitted.Length == 0) return [];
        foreach (var pending in admitted) pending!.Together = admitted!;
        return await Answers(admitted, replies, TryQueue(admitted!), cancellation);
    }

    /// <summary>Takes no more commands, and answers all that wait.</summary>
    public async Task Drain()
    {
        isDraining = true;
        foreach (var queue in queues) queue.Complete();
        await Task.WhenAll(running);
    }

    public async ValueTask DisposeAsync()
    {
        await Drain();
        Meter.Dispose();
    }

    private async Task<(Pending?[] Admitted, Reply?[] Replies)> Admit(
        BookName book, IReadOnlyList<(Command Command, string Key)> commands, Actor actor,
        CancellationToken cancellation)
    {
        var (admitted, replies) = (new Pending?[commands.Count], new Reply?[commands.Count]);
        for (var i = 0; i < commands.Count; i++)
        {
            (admitted[i], replies[i]) =
                await Admit(book, commands[i].Command, actor, commands[i].Key, cancellation);
        }

        return (admitted, replies);
    }

    private async Task<IReadOnlyList<Reply>> Answers(
        Pending?[] admitted, Reply?[] replies, bool isTaken, CancellationToken cancellation)
    {
        for (var i = 0; i < replies.Length; i++)
        {
            replies[i] = admitted[i] is not { } pending ? AtOnce(replies[i]!)
                : isTaken ? await pending.Answered.WaitAsync(cancellation)
                : AtOnce(NotTaken());
        }

        return replies!;
    }

    private async ValueTask<(Pending? Pending, Reply? Reply)> Admit(
        BookName name, Command command, Actor actor, string key, CancellationToken cancellation)
    {
        var (submission, faults) = Submission.Of(name, command, actor, key);
        if (submission is null) return (null, new Reply.Malformed(faults));
        try
        {
            if (await Find(name, cancellation) is not { } book) return (null, UnknownBook(name));
            if (submission.OtherBook is not { } otherName) return (new Pending(submission, book, null), null);
            return await Find(otherName, cancellation) is { } other
                ? (new Pending(submission, book, other), null)
                : (null, UnknownBook(otherName));
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
        {
            return (null, new Reply.Unavailable(exception.Message));
        }
    }

    private ValueTask<OpenedBook?> Find(BookName name, CancellationToken cancellation) =>
        Registry.TryGetKnown(name, out var known)
            ? ValueTask.FromResult(known)
            : new ValueTask<OpenedBook?>(Registry.Find(name, cancellation));

    private bool TryQueue(Pending[] commands) => queues[commands[0].Book.Id % queues.Length].TryAdd(commands);

    private Reply NotTaken() =>
        isDraining ? new Reply.Unavailable("The host is shutting down.") : new Reply.Busy(BusyPause);

    /// <summary>An answer to what no lane was asked.</summary>
    private Reply AtOnce(Reply reply)
    {
        Meter.Admission.Count(reply);
        return reply;
    }

    private static Reply.Malformed UnknownBook(BookName name) => new([BookRegistry.Unknown(name)]);
}
