using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>A newer version of the program has written to the book what this one could misread.</summary>
internal sealed class BookStopped(string message) : Exception(message);

/// <summary>What a lane knows of its books, each fenced by its head.</summary>
internal sealed class LaneMemory(BookRegistry registry)
{
    /// <summary>
    /// When another host has written more than this, it is cheaper to forget than to find out what changed.
    /// </summary>
    private const int MostToCatchUp = 20_000;

    private readonly Dictionary<int, BookMemory> books = [];

    public int KnownAccounts => books.Values.Sum(memory => memory.Book.KnownAccounts);

    public BookMemory Of(OpenedBook book) => Of(book.Id);

    public BookMemory Of(int book) => books[book];

    /// <summary>Starts to remember a book of which nothing is known yet.</summary>
    public void Begin(OpenedBook book, Head head)
    {
        Refuse(book, head);
        if (books.TryGetValue(book.Id, out var known)) known.Book.ArchivedUpTo = head.ArchivedUpTo;
        else books[book.Id] = new BookMemory(book, head);
    }

    /// <summary>
    /// Brings what is known of a locked book to its head. If the remembered head is an ancestor of it, what was touched
    /// since is forgotten; if it is not, the commits it rests on were lost with a primary, and so is everything known.
    /// </summary>
    /// <returns>Whether the book went on from where this host knew it; otherwise nothing of the database's past is
    /// sure.</returns>
    public async Task<bool> CatchUp(OpenedBook book, Head head, Lookups lookups)
    {
        Refuse(book, head);
        if (!books.TryGetValue(book.Id, out var memory))
        {
            books[book.Id] = new BookMemory(book, head);
            return true;
        }

        memory.Book.ArchivedUpTo = head.ArchivedUpTo;
        if (memory.Committed.Is(head)) return true;
        if (!await lookups.IsAncestor(book.Id, memory.Committed))
        {
            books[book.Id] = new BookMemory(book, head);
            return false;
        }

        if (head.Position - memory.Committed.Position > MostToCatchUp
            || head.Number - memory.Committed.Number > MostToCatchUp)
        {
            books[book.Id] = new BookMemory(book, head);
            return true;
        }

        var (accounts, streams) = await lookups.TouchedSince(book.Id, memory.Committed);
        foreach (var account in accounts) memory.Book.Forget(account);
        foreach (var stream in streams) memory.Book.Forget(stream);
        memory.RestartFrom(head);
        return true;
    }

    /// <summary>The database is not the one that this book was found in.</summary>
    public void Forget(OpenedBook book)
    {
        books.Remove(book.Id);
        registry.Forget(book.Name);
    }

    public void ForgetAll() => books.Clear();

    /// <summary>Keeps within the bound, by letting go of what was not used lately. Never within a batch.</summary>
    public void LetGo(int maxKnownAccounts)
    {
        var isOver = books.Values.Sum(memory => memory.Book.AccountsInUse) > maxKnownAccounts / 2;
        foreach (var memory in books.Values)
        {
            if (isOver) memory.Book.LetGoOfAccounts();
            memory.Book.LetGoOfTheRest();
        }
    }

    /// <summary>Keeps away from a book in which this version could misread something.</summary>
    public static void Refuse(OpenedBook book, Head head)
    {
        if (head.Vocabulary > EventFormat.Vocabulary)
        {
            throw new BookStopped(
                $"Book {book.Name} has records of vocabulary {head.Vocabulary} and this version knows " +
                $"{EventFormat.Vocabulary}; a newer version wrote it.");
        }
    }
}
