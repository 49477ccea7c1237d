using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>
/// One follower's work in this process: the books it is behind in, one after the other, each to its head. What stops it
/// in one book holds it up in no other, and no other follower at all.
/// </summary>
internal sealed class FollowerWork(
    NpgsqlDataSource database, Follower follower, FollowerOptions options, FollowerMeter meter)
{
    // Books with a record that only a newer program knows are left to the hosts that run one.
    private readonly HashSet<int> leftToNewer = [];
    private Task<bool> underWay = Task.FromResult(false);
    private string? trouble;

    public string Name => follower.Name;

    public bool IsIdle => underWay.IsCompleted;

    /// <summary>Why it could not go on when it was last tried; null when it could.</summary>
    public string? Trouble => Volatile.Read(ref trouble);

    /// <summary>Begins with these books. The bell rings when it is through and has done something.</summary>
    public void Begin(IEnumerable<BehindBook> behind, Bell done, CancellationToken token)
    {
        BehindBook[] books = [.. behind.Where(book => !leftToNewer.Contains(book.Id))];
        if (books.Length == 0) return;
        underWay = Task.Run(() => Work(books, token), CancellationToken.None);
        underWay.ContinueWith(
            ended =>
            {
                if (ended.Result) done.Ring();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public Task Finish() => underWay;

    private async Task<bool> Work(IReadOnlyList<BehindBook> books, CancellationToken token)
    {
        var hasMoved = false;
        try
        {
            var bounds = new WriterOptions { PooledByTransaction = options.PooledByTransaction };
            await using var session = await Session.Open(database, bounds);
            var step = new FollowStep(session, follower);
            foreach (var book in books)
            {
                if (token.IsCancellationRequested) break;
                hasMoved |= await ToTheHead(step, book, token);
            }

            trouble = null;
        }
        catch (OperationCanceledException)
        {
            // It is to stop; the checkpoints say where to go on.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Say($"{Name} waits: {exception.Message}");
            await Bell.Rest(options.PauseAfterFault, token);
        }

        return hasMoved;
    }

    /// <summary>
    /// A page that holds something indigestible is halved until that one record is alone, so that everything before
    /// it is still made something of.
    /// </summary>
    private async Task<bool> ToTheHead(FollowStep step, BehindBook book, CancellationToken token)
    {
        var (limit, hasMoved) = (follower.RecordsAPage, false);
        while (!token.IsCancellationRequested)
        {
            try
            {
                var (stepped, records) = await step.Take(book, limit, token);
                if (records > 0) meter.Followed(Name, records);
                if (stepped != Stepped.NotOurs) hasMoved = true;
                if (stepped != Stepped.On) return hasMoved;
            }
            catch (FollowerStopped stopped)
            {
                meter.Stopped(Name);
                options.Tell?.Invoke($"{Name} has stopped in {book.Name}. {stopped.Message}");
                return hasMoved;
            }
            catch (UnknownEvent exception)
            {
                leftToNewer.Add(book.Id);
                options.Tell?.Invoke($"{Name} leaves {book.Name} to a newer program. {exception.Message}");
                return hasMoved;
            }
            catch (Exception exception) when (IsOfThePage(exception))
            {
                if (limit > 1)
                {
                    limit = Math.Max(1, limit / 2);
                    continue;
                }

                var why = await step.StopBefore(book, exception.InnerException ?? exception, token);
                if (why is null) return hasMoved;
                meter.Stopped(Name);
                options.Tell?.Invoke($"{Name} has stopped in {book.Name}. {why}");
                return hasMoved;
            }
        }

        return hasMoved;
    }

    /// <summary>Something in the page, not the database's health.</summary>
    private static bool IsOfThePage(Exception exception) =>
        exception is Indigestible
        || (exception is PostgresException && SqlStates.Judge(exception) == Failure.Content);

    private void Say(string why)
    {
        // Once, not every second for as long as a database is away.
        if (Interlocked.Exchange(ref trouble, why) != why) options.Tell?.Invoke(why);
    }
}
