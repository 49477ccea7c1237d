using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>
/// Lets followers follow all books. One look at the heads serves all of them, and they read each book together, some
/// of the books in one lane and some in another. Hosts share the books by the locks on the builds: whoever has the
/// lock takes the next page, and the others pass on.
/// </summary>
public sealed class FollowerRunner : IAsyncDisposable
{
    private readonly NpgsqlDataSource database;
    private readonly FollowerOptions options;
    private readonly string[] names;
    private readonly FollowerWork[] lanes;
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
        Follower[] all = [.. followers];
        names = [.. all.Select(follower => follower.Name)];
        lanes =
            [
                .. Enumerable.Range(0, Math.Max(1, this.options.Lanes))
                    .Select(_ => new FollowerWork(database, all, this.options, meter)),
            ];
        running = Task.Run(Run);
    }

    /// <summary>The meter and its instruments' first word.</summary>
    public const string TelemetryName = "Fanz.Ledger.Following";

    /// <summary>What keeps followers from going on now, if anything does.</summary>
    public string? Trouble => lanes.Select(lane => lane.Trouble).FirstOrDefault(trouble => trouble is not null);

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
                // The lanes say what is wrong with the database when they meet it themselves.
                await Bell.Rest(options.PauseAfterFault, token);
            }

            await Bell.Wait(news, options.LookEvery, token);
            await Bell.Rest(options.Breath, token);
        }

        await Task.WhenAll(lanes.Select(lane => lane.Finish()));
    }

    private async Task BeginWhatIsBehind(Bell done, CancellationToken token)
    {
        if (!lanes.Any(lane => lane.IsIdle)) return;
        var behind = await BehindBook.Look(database, names, token);
        foreach (var books in behind.GroupBy(book => book.Id % lanes.Length))
            if (lanes[books.Key].IsIdle) lanes[books.Key].Begin(books, done, token);
    }
}
