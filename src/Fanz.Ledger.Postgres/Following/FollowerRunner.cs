using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>
/// Lets followers follow all books. One look at the heads serves all of them; each works on its own, so that a slow
/// one holds up none. Hosts share the books by the locks on their checkpoints: whoever has the lock takes the next
/// page, and the others pass on.
/// </summary>
public sealed class FollowerRunner : IAsyncDisposable
{
    private readonly NpgsqlDataSource database;
    private readonly FollowerOptions options;
    private readonly FollowerWork[] works;
    private readonly Bell bell;
    private readonly FollowerMeter meter;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;

    /// <param name="database">The primary; what is made of the journal is kept beside it.</param>
    /// <param name="followers">Each under a name of its own.</param>
    /// <param name="bell">Rung when this process has written something.</param>
    /// <param name="options">How often to look.</param>
    public FollowerRunner(
        NpgsqlDataSource database, IEnumerable<Follower> followers, Bell bell, FollowerOptions? options = null)
    {
        this.database = database;
        this.bell = bell;
        this.options = options ?? new FollowerOptions();
        meter = new FollowerMeter();
        works = [.. followers.Select(follower => new FollowerWork(database, follower, this.options, meter))];
        running = Task.Run(Run);
    }

    /// <summary>The meter and its instruments' first word.</summary>
    public const string TelemetryName = "Fanz.Ledger.Following";

    /// <summary>What keeps followers from going on now, by name; those that can are not in it.</summary>
    public IReadOnlyDictionary<string, string> Troubles => works
        .Where(work => work.Trouble is not null)
        .ToDictionary(work => work.Name, work => work.Trouble!);

    /// <summary>Begins nothing more, and ends with what is under way committed or taken back.</summary>
    public async Task Stop()
    {
        await stopping.CancelAsync();
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        stopping.Dispose();
        meter.Dispose();
    }

    private async Task Run()
    {
        var token = stopping.Token;
        var done = new Bell();
        while (!token.IsCancellationRequested)
        {
            Task news = Task.WhenAny(bell.NextRing, done.NextRing);
            try
            {
                await BeginWhatIsBehind(done, token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
            {
                // The works say what is wrong with the database when they meet it themselves.
                await Bell.Rest(options.PauseAfterFault, token);
            }

            await Bell.Wait(news, options.LookEvery, token);
            await Bell.Rest(options.Breath, token);
        }

        await Task.WhenAll(works.Select(work => work.Finish()));
    }

    private async Task BeginWhatIsBehind(Bell done, CancellationToken token)
    {
        var idle = works.Where(work => work.IsIdle).ToDictionary(work => work.Name);
        if (idle.Count == 0) return;
        var behind = await BehindBook.Look(database, [.. idle.Keys], token);
        foreach (var books in behind.GroupBy(book => book.Follower))
            idle[books.Key].Begin(books, done, token);
    }
}
