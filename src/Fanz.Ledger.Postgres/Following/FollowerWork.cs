using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Writing;
using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>
/// The work of all followers in some of the books. Followers that stand at the same place of a book are shown a page
/// together, and one that is behind catches up with the others a page at a time, so that it holds none of them up. What
/// stops one in a book holds up no other book and no other follower.
/// </summary>
internal sealed class FollowerWork(
    NpgsqlDataSource database, IReadOnlyList<Follower> followers, FollowerOptions options, FollowerMeter meter)
{
    /// <summary>So many pages of one book, and then it is the next one's turn.</summary>
    private const int PagesATurn = 4;

    // Books with a record that only a newer program knows are left to the hosts that run one.
    private readonly HashSet<int> leftToNewer = [];
    private Task<bool> underWay = Task.FromResult(false);
    private string? trouble;

    public bool IsIdle => underWay.IsCompleted;

    /// <summary>Why it could not go on when it was last tried; null when it could.</summary>
    public string? Trouble => Volatile.Read(ref trouble);

    /// <summary>Begins with these books. The bell rings when it is through and has done something.</summary>
    public void Begin(IEnumerable<BehindBook> behind, Bell done, CancellationToken token)
    {
        var books = behind.Where(book => !leftToNewer.Contains(book.Id)).GroupBy(book => book.Id)
            .Select(book => book.ToArray()).ToArray();
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

    private async Task<bool> Work(IReadOnlyList<BehindBook[]> books, CancellationToken token)
    {
        var hasMoved = false;
        try
        {
            var bounds = new WriterOptions { PooledByTransaction = options.PooledByTransaction };
            await using var session = await Session.Open(database, bounds);
            var step = new FollowStep(session, new PageReader(session.Connection));
            foreach (var book in books)
            {
                if (token.IsCancellationRequested) break;
                hasMoved |= await Turn(step, book, token);
            }

            trouble = null;
        }
        catch (OperationCanceledException)
        {
            // It is to stop; the builds say where to go on.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Say($"Followers wait: {exception.Message}");
            await Bell.Rest(options.PauseAfterFault, token);
        }

        return hasMoved;
    }

    private async Task<bool> Turn(FollowStep step, BehindBook[] book, CancellationToken token)
    {
        var hasMoved = false;
        var places = book.ToDictionary(behind => behind.Follower, behind => behind.Number);
        for (var page = 0; page < PagesATurn && places.Count > 0 && !token.IsCancellationRequested; page++)
        {
            // Whoever is furthest behind goes up to where the next ones are, and then goes with them.
            var numbers = places.Values.Distinct().Order().ToArray();
            foreach (var (index, number) in numbers.Index())
            {
                var group = new FollowGroup(
                    book[0].Id, book[0].Name, book[0].TimeZone, number,
                    [.. followers.Where(follower => places.TryGetValue(follower.Name, out var at) && at == number)]);
                var most = index + 1 < numbers.Length ? numbers[index + 1] - number : long.MaxValue;
                var moved = await Follow(step, group, most, token);
                foreach (var follower in group.Followers) places.Remove(follower.Name);
                foreach (var (follower, at) in moved) places[follower.Name] = at;
                hasMoved |= moved.Count > 0;
            }
        }

        return hasMoved;
    }

    /// <summary>A page for a group; says where those are that may have more before them.</summary>
    private async Task<List<(Follower Follower, long At)>> Follow(
        FollowStep step, FollowGroup group, long most, CancellationToken token)
    {
        if (group.Followers.Count == 1) return await Alone(step, group, most, token);
        try
        {
            var limit = (int)Math.Min(most, group.Followers.Min(follower => follower.RecordsAPage));
            var (stepped, records) = await step.Take(group, limit, token);
            return Moved(group, stepped, records);
        }
        catch (Exception exception) when (exception is FollowerStopped || IsOfThePage(exception))
        {
            // Somebody cannot go on: each for itself, so that it is known who.
            var moved = new List<(Follower, long)>();
            foreach (var follower in group.Followers)
                moved.AddRange(await Alone(step, group with { Followers = [follower] }, most, token));
            return moved;
        }
        catch (UnknownEvent exception)
        {
            Leave(group, exception);
            return [];
        }
    }

    /// <summary>
    /// A page that holds something indigestible is halved until that one record is alone, so that everything before
    /// it is still made something of.
    /// </summary>
    private async Task<List<(Follower Follower, long At)>> Alone(
        FollowStep step, FollowGroup group, long most, CancellationToken token)
    {
        var follower = group.Followers[0];
        var limit = (int)Math.Min(most, follower.RecordsAPage);
        while (true)
        {
            try
            {
                var (stepped, records) = await step.Take(group, limit, token);
                return Moved(group, stepped, records);
            }
            catch (FollowerStopped stopped)
            {
                meter.Stopped(follower.Name);
                options.Tell?.Invoke($"{follower.Name} has stopped in {group.Book}. {stopped.Message}");
                return [];
            }
            catch (UnknownEvent exception)
            {
                Leave(group, exception);
                return [];
            }
            catch (Exception exception) when (IsOfThePage(exception))
            {
                if (limit > 1)
                {
                    limit = Math.Max(1, limit / 2);
                    continue;
                }

                var why = await step.StopBefore(group, exception.InnerException ?? exception, token);
                if (why is null) return [];
                meter.Stopped(follower.Name);
                options.Tell?.Invoke($"{follower.Name} has stopped in {group.Book}. {why}");
                return [];
            }
        }
    }

    private List<(Follower Follower, long At)> Moved(FollowGroup group, Stepped stepped, int records)
    {
        if (stepped == Stepped.NotOurs) return [];
        foreach (var follower in group.Followers) meter.Followed(follower.Name, records);
        return stepped == Stepped.CaughtUp && records == 0
            ? []
            : [.. group.Followers.Select(follower => (follower, group.Number + records))];
    }

    private void Leave(FollowGroup group, UnknownEvent exception)
    {
        if (leftToNewer.Add(group.BookId))
            options.Tell?.Invoke($"Followers leave {group.Book} to a newer program. {exception.Message}");
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
