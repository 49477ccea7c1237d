using System.Collections.Concurrent;
using System.Threading.Channels;
using Fanz.Ledger.Postgres.Access;
using Npgsql;

namespace Fanz.Ledger.Host.Access;

/// <summary>A key, and the caller whom it makes of its bearer.</summary>
internal sealed record KnownKey(ApiKey Key, Caller Caller);

/// <summary>More keys are asked for than can be looked up. Nothing is known of the one that was asked for.</summary>
internal sealed class TooManyUnknownKeys() : Exception("Too many unknown keys are being looked up.");

/// <summary>
/// The keys that were used lately, so that a request costs no look-up. Those in use are read again every two seconds,
/// and none is believed for longer than five, so that a revocation anywhere ends a key here within seconds.
/// Round trips: one look-up at a time, for all that are asked for meanwhile. Ids that nobody has are remembered like
/// the others; and however many are tried, the database hears one question at a time, and the callers beyond a bound
/// are turned away.
/// </summary>
internal sealed class KeyRing : IAsyncDisposable
{
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Trust = TimeSpan.FromSeconds(5);
    private const int MostAsked = 1_000;
    private const int MostUnknown = 50_000;

    private readonly ConcurrentDictionary<string, Held> known = new();
    private readonly Channel<Asked> asked = Channel.CreateBounded<Asked>(
        new BoundedChannelOptions(MostAsked) { SingleReader = true });

    private readonly KeyStore store;
    private readonly Task looking;

    public KeyRing(KeyStore store)
    {
        this.store = store;
        looking = Task.Run(Look);
    }

    public KeyStore Store => store;

    /// <summary>The key as it was at most a few seconds ago, or null when there is none of that id.</summary>
    public async ValueTask<KnownKey?> Find(string id)
    {
        if (known.TryGetValue(id, out var held) && held.IsTrusted)
        {
            held.IsUsed = true;
            return held.Key;
        }

        var question = new Asked(id);
        if (!asked.Writer.TryWrite(question)) throw new TooManyUnknownKeys();
        return await question.Answer.Task;
    }

    /// <summary>
    /// Reads a key again that this host has changed: when it returns, the change is in force here. A look-up that is
    /// under way may have seen the key as it was, so the question waits for its turn.
    /// </summary>
    public async Task Reread(string id)
    {
        var question = new Asked(id);
        await asked.Writer.WriteAsync(question);
        await question.Answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        asked.Writer.TryComplete();
        await looking;
    }

    private async Task Look()
    {
        var refresh = Task.Delay(Refresh);
        var some = asked.Reader.WaitToReadAsync().AsTask();
        while (true)
        {
            await Task.WhenAny(some, refresh);
            if (some.IsCompleted && !await some) return;
            var questions = new List<Asked>();
            while (asked.Reader.TryRead(out var question)) questions.Add(question);
            var ids = questions.Select(question => question.Id).ToHashSet();
            if (refresh.IsCompleted)
            {
                ids.UnionWith(InUse());
                refresh = Task.Delay(Refresh);
            }

            if (ids.Count > 0) await LookUp(ids, questions);
            if (some.IsCompleted) some = asked.Reader.WaitToReadAsync().AsTask();
        }
    }

    /// <summary>Those used since the last time. What is not believed any more is let go.</summary>
    private List<string> InUse()
    {
        var used = new List<string>();
        foreach (var (id, held) in known)
        {
            if (held is { IsUsed: true, Key: not null }) used.Add(id);
            else if (!held.IsTrusted) known.TryRemove(id, out _);
        }

        return used;
    }

    private async Task LookUp(HashSet<string> ids, List<Asked> questions)
    {
        try
        {
            var readAt = Environment.TickCount64;
            var keys = await store.Find([.. ids], CancellationToken.None);
            var found = keys.ToDictionary(key => key.Id, key => new KnownKey(key, Caller.Of(key)));
            foreach (var id in ids)
            {
                if (found.GetValueOrDefault(id) is { } key) known[id] = new Held(key, readAt);
                else if (known.Count < MostUnknown) known[id] = new Held(null, readAt);
                else known.TryRemove(id, out _);
            }

            foreach (var question in questions) question.Answer.SetResult(found.GetValueOrDefault(question.Id));
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
        {
            // Those that are held are believed until they are too old; whoever asks now hears why.
            foreach (var question in questions) question.Answer.SetException(exception);
        }
    }

    private sealed class Held(KnownKey? key, long readAt)
    {
        public KnownKey? Key => key;

        public bool IsUsed { get; set; }

        public bool IsTrusted => Environment.TickCount64 - readAt < Trust.TotalMilliseconds;
    }

    private sealed record Asked(string Id)
    {
        public TaskCompletionSource<KnownKey?> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
