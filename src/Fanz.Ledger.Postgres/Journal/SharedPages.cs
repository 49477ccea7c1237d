using System.Collections.Concurrent;
using Fanz.Ledger.Postgres.Books;

namespace Fanz.Ledger.Postgres.Journal;

/// <summary>
/// Pages for those who follow a book's end. A commit wakes all of them, and all stand at the same place: what one has
/// asked for and not yet got is the answer to the others too. It may have been read a moment before one of them asked.
/// </summary>
public sealed class SharedPages(JournalFeed feed)
{
    private readonly ConcurrentDictionary<(int Book, JournalCursor Place, int Limit), Lazy<Task<FeedPage?>>> underWay =
        new();

    /// <summary>As <see cref="JournalFeed.After"/>. Whoever goes away leaves the page to the others.</summary>
    public Task<FeedPage?> After(OpenedBook book, JournalCursor place, int limit, CancellationToken token)
    {
        var key = (book.Id, place, limit);
        return underWay.GetOrAdd(key, _ => new(() => Read(book, place, limit))).Value.WaitAsync(token);
    }

    private async Task<FeedPage?> Read(OpenedBook book, JournalCursor place, int limit)
    {
        try
        {
            return await feed.After(book, place, limit, CancellationToken.None);
        }
        finally
        {
            underWay.TryRemove((book.Id, place, limit), out _);
        }
    }
}
