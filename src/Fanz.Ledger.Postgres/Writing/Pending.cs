using System.Diagnostics;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>A command that waits for its answer.</summary>
internal sealed class Pending(Submission submission, OpenedBook book, OpenedBook? otherBook)
{
    // Callers go on elsewhere: the lane that answers never runs their code.
    private readonly TaskCompletionSource<Reply> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Tally? tally;

    public Submission Submission { get; } = submission;

    public OpenedBook Book { get; } = book;

    public OpenedBook? OtherBook { get; } = otherBook;

    /// <summary>The commands, this one among them, that are posted all or none; null when it stands alone.</summary>
    public Pending[]? Together { get; set; }

    /// <summary>How many legs it may have, by which batches are bounded and account ids are kept ready.</summary>
    public int Legs { get; } = submission.MostLegs;

    /// <summary>The books that it posts to.</summary>
    public IEnumerable<OpenedBook> Books => OtherBook is null ? [Book] : [Book, OtherBook];

    public (int Book, Guid KeyHash) Key => (Book.Id, Submission.KeyHash);

    /// <summary>When it first met a book that another host had locked.</summary>
    public long? FoundLockedAt { get; set; }

    /// <summary>It was sent to the database once, and no answer came back: it may be there.</summary>
    public bool MayHaveLanded { get; set; }

    /// <summary>When it began to wait.</summary>
    public long QueuedAt { get; private set; }

    /// <summary>The request that it came with, if that is traced.</summary>
    public Activity? Caller { get; private set; }

    public Task<Reply> Answered => answered.Task;

    /// <summary>Notes that it waits from now on, and who counts its answer.</summary>
    public void Enter(Tally counting, long now, Activity? caller) => (tally, QueuedAt, Caller) = (counting, now, caller);

    /// <summary>Nobody is told that a command was not posted while it may be.</summary>
    public void Answer(Reply reply)
    {
        var told = reply switch
        {
            Reply.Failed failed when MayHaveLanded => new Reply.Unknown(failed.Why),
            Reply.Unavailable unavailable when MayHaveLanded => new Reply.Unknown(unavailable.Why),
            _ => reply,
        };
        if (answered.TrySetResult(told)) tally?.Count(told);
    }
}
