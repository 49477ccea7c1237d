using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Journal;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>An answer that a batch will write, and the request it answers.</summary>
internal readonly record struct Given(byte[] RequestHash, Reply Reply)
{
    /// <summary>What a second command under the same key is told.</summary>
    public Reply To(Submission again) =>
        !RequestHash.AsSpan().SequenceEqual(again.RequestHash) ? new Reply.KeyReused() : Reply switch
        {
            Reply.Posted posted => posted with { Replayed = true },
            Reply.Refused refused => refused with { Replayed = true },
            var other => throw new InvariantBroken($"{other} is no answer to keep."),
        };
}

/// <summary>What a batch does to one book.</summary>
internal sealed class BookPart(BookMemory memory, Moment moment)
{
    public BookMemory Memory { get; } = memory;

    /// <summary>The head that it is built upon.</summary>
    public Head From { get; } = memory.Decided;

    public Head? To { get; set; }

    /// <summary>One recorded time for all that the batch writes to the book.</summary>
    public Moment Moment { get; } = moment;

    public Leaves Leaves { get; } = new();

    public int Vocabulary { get; set; } = memory.Decided.Vocabulary;

    /// <summary>The accounts whose balance or life it may have changed.</summary>
    public HashSet<AccountKey> Touched { get; } = [];

    /// <summary>The streams whose aggregates it may have changed.</summary>
    public HashSet<string> TouchedStreams { get; } = [];

    public List<(Submission Submission, byte[] Refusal)> Refusals { get; } = [];

    public bool IsEmpty => Leaves.Count == 0 && Refusals.Count == 0;

    public void Touch(Draft draft)
    {
        if (draft.Posting is { } posting)
            foreach (var leg in posting.Legs) Touched.Add(leg.Account);
        if (draft.Account is { } account) Touched.Add(account);
        if (draft.Aggregate is { } stream) TouchedStreams.Add(stream);
    }
}

/// <summary>
/// Commands that are decided together and committed together: their rows, the seal of each book, and the replies that
/// may leave when the commit is done.
/// </summary>
internal sealed class Batch(WriterOptions options)
{
    private readonly CanonicalBytes bytes = new();
    private readonly Dictionary<(int Book, Guid KeyHash), Given> given = [];
    private int? reservedBook;
    private int reservedLegs;
    private int reservedBytes;

    public List<Pending> Commands { get; } = [];

    public BatchTimes Times { get; } = new();

    /// <summary>The replies, in the order of <see cref="Commands"/>.</summary>
    public List<Reply> Replies { get; } = [];

    public Dictionary<int, BookPart> Parts { get; } = [];

    public Rows Rows { get; } = new();

    /// <summary>
    /// It tells what the database holds. A commit there may be visible although its wait for a standby was cancelled;
    /// what is told of it is safe only behind a commit that was not.
    /// </summary>
    public bool RepeatsAnswers { get; set; }

    public bool NeedsCommit => !Rows.IsEmpty || RepeatsAnswers;

    public int Reserved { get; private set; }

    public bool IsFull { get; set; }

    /// <summary>Makes room for a command, or says that the batch is full. The first always fits.</summary>
    public bool TryReserve(Pending pending)
    {
        if (IsFull) return false;
        var isOver = Reserved + 1 > options.MaxBatchCommands
            || reservedLegs + pending.Legs > options.MaxBatchLegs
            || reservedBytes + pending.Submission.Size > options.MaxBatchBytes
            || (options.OneBookABatch && reservedBook != pending.Book.Id);
        if (isOver && Reserved > 0)
        {
            IsFull = true;
            return false;
        }

        Reserved++;
        reservedBook ??= pending.Book.Id;
        reservedLegs += pending.Legs;
        reservedBytes += pending.Submission.Size;
        return true;
    }

    public bool TryFindGiven(Pending pending, out Given answer) => given.TryGetValue(pending.Key, out answer);

    /// <summary>The reply to a command for which nothing is written: a replay, or a fault of its own.</summary>
    public void Reply(Pending pending, Reply reply)
    {
        Commands.Add(pending);
        Replies.Add(reply);
    }

    public void Refuse(Pending pending, BookPart part, Refusal refusal)
    {
        part.Refusals.Add((pending.Submission, RefusalFormat.Write(refusal)));
        Give(pending, new Reply.Refused(refusal));
    }

    /// <summary>Writes down what was accepted. The first record answers the command, in its own book.</summary>
    public void Post(Pending pending, ReadOnlySpan<(BookPart Part, Appended Appended)> appended)
    {
        var (home, first) = appended[0];
        var number = first.Record.Number;
        Write(home, first);
        // The answer is sealed behind the record that it names, also where the command made others in this book.
        bytes.OfAnswer(home.Memory.Book.Name, pending.Submission.KeyHash, pending.Submission.RequestHash, number, []);
        home.Leaves.Add(bytes);
        foreach (var (part, next) in appended[1..]) Write(part, next);
        Rows.AddAnswer(pending.Book.Id, pending.Submission, number, null, home.Moment.At);
        Give(pending, new Reply.Posted(new Receipt(
            home.Memory.Book.Name, number, first.Record.Type, first.Record.At, first.Entries)));
    }

    private void Write(BookPart part, Appended appended)
    {
        var book = part.Memory.Book;
        foreach (var entry in appended.Entries)
        {
            if (!entry.OpensAccount) continue;
            bytes.OfAccount(book.Name, entry.AccountId, entry.Account);
            part.Leaves.Add(bytes);
        }

        bytes.OfRecord(book.Name, appended.Record, appended.Entries.AsSpan());
        part.Leaves.Add(bytes);
        part.Vocabulary = Math.Max(part.Vocabulary, EventFormat.VocabularyOf(appended.Record.Type));
        Rows.AddRecord(book.Id, appended.Record, appended.Entries);
    }

    /// <summary>Seals each book's part. After this the batch takes no more commands.</summary>
    public void Seal()
    {
        foreach (var part in Parts.Values)
        {
            if (part.IsEmpty) continue;
            var book = part.Memory.Book;
            var inOrder = part.Refusals
                .OrderBy(refusal => refusal.Submission.KeyHash.ToString("N"), StringComparer.Ordinal);
            foreach (var (submission, refusal) in inOrder)
            {
                bytes.OfAnswer(book.Name, submission.KeyHash, submission.RequestHash, null, refusal);
                part.Leaves.Add(bytes);
                Rows.AddAnswer(book.Id, submission, null, refusal, part.Moment.At);
            }

            var seal = new Seal(
                part.From.Sequence + 1, part.Vocabulary, book.LastNumber, book.LastPosition, part.Moment.At,
                part.Leaves.Root(), part.From.Hash);
            var hash = seal.HashIn(book.Name);
            part.To = Head.Of(seal, hash);
            part.Memory.Decided = part.To;
            Rows.AddSeal(book.Id, seal, hash, part.Leaves.ToArray());
        }
    }

    /// <summary>The commit is done: what was decided is so, and every caller is told.</summary>
    public void Land()
    {
        foreach (var part in Parts.Values)
            if (part.To is { } head) part.Memory.Committed = head;
        Answer();
        if (options.Landed is not { } landed) return;
        foreach (var (book, part) in Parts)
            if (part.To is { } head) landed(book, head.Number);
    }

    public void Answer()
    {
        for (var i = 0; i < Commands.Count; i++) Commands[i].Answer(Replies[i]);
    }

    /// <summary>The commit was not done, or nobody knows: nothing of this batch is remembered.</summary>
    public void TakeBack()
    {
        foreach (var part in Parts.Values) part.Memory.TakeBack(part);
    }

    /// <summary>Notes that the batch was sent and that nobody can tell whether it was committed.</summary>
    public void MarkSent()
    {
        foreach (var pending in Commands) pending.MayHaveLanded = true;
    }

    private void Give(Pending pending, Reply reply)
    {
        given.Add(pending.Key, new Given(pending.Submission.RequestHash, reply));
        Reply(pending, reply);
    }
}
