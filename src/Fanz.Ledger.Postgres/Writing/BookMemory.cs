using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using NodaTime;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>The last seal of a book: what everything known of the book is fenced by.</summary>
internal sealed record Head(long Sequence, byte[] Hash, long Number, long Position, int Vocabulary, Instant At)
{
    /// <summary>The last record that was archived when the head was read; 0 where none is.</summary>
    public long ArchivedUpTo { get; init; }

    public bool Is(Head other) => Sequence == other.Sequence && Hash.AsSpan().SequenceEqual(other.Hash);

    /// <summary>The head as it will be when this seal is committed.</summary>
    public static Head Of(Seal seal, byte[] hash) =>
        new(seal.Sequence, hash, seal.LastNumber, seal.LastPosition, seal.Vocabulary, seal.At);
}

/// <summary>
/// What a lane knows of one book. Up to <see cref="Committed"/> the database has confirmed it; up to
/// <see cref="Decided"/> it rests on the batch whose commit is under way.
/// </summary>
internal sealed class BookMemory(OpenedBook opened, Head head)
{
    public Book Book { get; } = Started(opened, head);

    public Head Committed { get; set; } = head;

    public Head Decided { get; set; } = head;

    /// <summary>
    /// When a batch is decided: recorded time is the database's clock, and always later than what the book has recorded
    /// before.
    /// </summary>
    public Moment Next(Instant clock)
    {
        var after = Decided.At.PlusNanoseconds(1_000);
        return Book.At(clock > after ? clock : after);
    }

    /// <summary>Takes back what was decided upon the committed head and did not come to be.</summary>
    public void TakeBack(BookPart part)
    {
        foreach (var account in part.Touched) Book.Forget(account);
        foreach (var stream in part.TouchedStreams) Book.Forget(stream);
        RestartFrom(Committed);
    }

    /// <summary>What is remembered of accounts and streams holds at this head.</summary>
    public void RestartFrom(Head head)
    {
        Committed = Decided = head;
        Book.ForgetHistory();
        Book.Needs.Clear();
        Book.StartFrom(head.Number, head.Position);
    }

    private static Book Started(OpenedBook opened, Head head)
    {
        var book = new Book(opened.Id, opened.Settings) { ArchivedUpTo = head.ArchivedUpTo };
        book.StartFrom(head.Number, head.Position);
        return book;
    }
}
