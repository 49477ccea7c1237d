using System.Diagnostics.Metrics;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Following;
using Npgsql;

namespace Fanz.Ledger.Host.Telemetry;

/// <summary>How far one follower is behind, over all books.</summary>
internal sealed record FollowerState(string Name, double LagSeconds, long Behind, int StoppedBooks);

/// <summary>
/// Looks every few seconds how far behind the journal its followers are, for those who watch. Readiness tells it too,
/// and never depends on it: a host whose followers are late posts as well as any.
/// </summary>
internal sealed class FollowerLags : IAsyncDisposable
{
    /// <summary>Books that are named by a tag; the others are told of together.</summary>
    private const int MostBooks = 100;
    private const string OtherBooks = "other";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    private readonly Builds builds;
    private readonly Meter meter = new("Fanz.Ledger.Following");
    private readonly CancellationTokenSource ending = new();
    private readonly HashSet<BookName> named = [];
    private readonly Task looking;
    private volatile IReadOnlyList<Build> seen = [];

    public FollowerLags(NpgsqlDataSource source)
    {
        builds = new Builds(source);
        meter.CreateObservableGauge(
            "ledger.follower.lag", () => PerBook(seen).Select(book => book.Lag), "s",
            "For how long the next record has been waiting for a follower");
        meter.CreateObservableGauge(
            "ledger.follower.behind", () => PerBook(seen).Select(book => book.Behind), "{record}",
            "Records that a follower has not seen yet");
        meter.CreateObservableGauge(
            "ledger.follower.stopped",
            () => States.Select(state => new Measurement<int>(state.StoppedBooks, Tag("follower", state.Name))),
            "{book}", "Books in which a follower goes no further");
        looking = Task.Run(Look);
    }

    /// <summary>The followers, as of the last look.</summary>
    public IReadOnlyList<FollowerState> States =>
        [
            .. from build in seen
               group build by build.Follower into follower
               select new FollowerState(
                   follower.Key,
                   Math.Round(follower.Max(build => build.Lag.TotalSeconds), 3),
                   follower.Sum(build => build.Behind),
                   follower.Count(build => build.Stopped is not null)),
        ];

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await looking;
        ending.Dispose();
        meter.Dispose();
    }

    private async Task Look()
    {
        using var timer = new PeriodicTimer(BetweenLooks);
        try
        {
            do
            {
                try
                {
                    seen = [.. (await builds.List(ending.Token)).Where(build => build.State == Build.Live)];
                }
                catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
                {
                    // Readiness says that the database is away; what was seen last stays until it is back.
                }
            }
            while (await timer.WaitForNextTickAsync(ending.Token));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Nobody watches any more.
        }
    }

    private IEnumerable<(Measurement<double> Lag, Measurement<long> Behind)> PerBook(IReadOnlyList<Build> all) =>
        from build in all
        group build by (build.Follower, Book: NameOf(build.Book)) into place
        let tags = (KeyValuePair<string, object?>[])[Tag("follower", place.Key.Follower), Tag("book", place.Key.Book)]
        select (
            new Measurement<double>(place.Max(build => build.Lag.TotalSeconds), tags),
            new Measurement<long>(place.Sum(build => build.Behind), tags));

    /// <summary>Once a book is named it stays so, so that there are never more than a hundred names.</summary>
    private string NameOf(BookName book)
    {
        lock (named)
        {
            return named.Contains(book) || (named.Count < MostBooks && named.Add(book)) ? book.ToString() : OtherBooks;
        }
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
