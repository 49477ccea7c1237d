using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Journal;
using Npgsql;

namespace Fanz.Ledger.Postgres.Following;

/// <summary>
/// Brings what is made of the journal to where books are now, for those who read it once and serve nobody. Whoever
/// serves meanwhile does a part of the work.
/// </summary>
public static class CatchUp
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Follows until all is there, and says which builds have stopped or are paused before that.</summary>
    public static async Task<IReadOnlyList<Build>> With(
        NpgsqlDataSource database, IReadOnlyList<Follower> followers, IReadOnlyList<OpenedBook> books,
        FollowerOptions options, CancellationToken token, IProgress<long>? recordsLeft = null)
    {
        var heads = new Dictionary<BookName, long>();
        var journal = new JournalReader(database);
        foreach (var book in books) heads[book.Name] = (await journal.PlaceAsOf(book, AsOf.Head, token)).Number;
        var names = followers.Select(follower => follower.Name).ToHashSet();
        await using var runner = new FollowerRunner(database, followers, new Bell(), options);
        while (true)
        {
            var builds = (await new Builds(database).List(token))
                .Where(build => build.State == Build.Live && names.Contains(build.Follower)
                    && heads.ContainsKey(build.Book))
                .ToArray();
            var held = builds.Where(build => build.Stopped is not null || build.PausedAt is not null).ToArray();
            if (builds.Length == names.Count * heads.Count
                && builds.All(build => build.Number >= heads[build.Book] || held.Contains(build)))
                return held;
            recordsLeft?.Report(builds.Except(held).Sum(build => Math.Max(0, heads[build.Book] - build.Number)));
            await Task.Delay(BetweenLooks, token);
        }
    }
}
