using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// A book does not stand where what is in memory says, or was read in a state that nobody can vouch for.
/// </summary>
internal sealed class MemoryInDoubt(string message) : Exception(message);

/// <summary>
/// Decides commands into a batch, in the order of their arrival. What a decision needs and nobody knows is fetched for
/// all of them at once, and then the first that lacked something is decided again.
/// </summary>
internal sealed class Deciding(WriterOptions options, AccountIds ids, Func<OpenedBook, BookMemory> memoryOf)
{
    public const string NeverDecided = "The decision always needs to know something more.";

    /// <summary>How often one command is decided. Each round learns something, so only a fault needs as many.</summary>
    public const int MostRounds = 1_000;

    /// <param name="batch">Where decisions and replies go.</param>
    /// <param name="commands">What is to be decided.</param>
    /// <param name="found">Heads, clock and answers as just read.</param>
    /// <param name="underWay">
    /// The batch that is being committed; its answers count although they cannot be read yet.
    /// </param>
    /// <param name="fill">Fetches what the books need.</param>
    public async Task Decide(
        Batch batch, List<Pending> commands, Found found, Batch? underWay, Func<IReadOnlyCollection<Book>, Task> fill)
    {
        for (var next = 0; next < commands.Count; next++)
        {
            for (var round = 1; !TryDecide(batch, commands[next], found, underWay); round++)
            {
                if (round == MostRounds)
                {
                    foreach (var part in batch.Parts.Values) part.Memory.Book.Needs.Clear();
                    batch.Reply(commands[next], new Reply.Failed(NeverDecided));
                    break;
                }

                for (var later = next + 1; later < commands.Count; later++) NoteNeeds(batch, commands[later], found);
                await fill([.. batch.Parts.Values.Select(part => part.Memory.Book).Where(book => book.Needs.Any)]);
            }
        }
    }

    /// <summary>Refuses a command with what was decided before, upon the same state.</summary>
    public void Refuse(Batch batch, Pending pending, Refusal refusal, Found found) =>
        batch.Refuse(pending, PartOf(batch, pending.Book, found), refusal);

    /// <summary>
    /// Decides a command upon what is known. A decision that left needs is void, and so is its failure: it may have
    /// stumbled over what merely stood in for something.
    /// </summary>
    public static Decision? DecideOnce(
        Func<Command, Book, Book?, Moment, Decision> decide, Command command, Book home, Book? away, Moment moment)
    {
        bool IsVoid() => home.Needs.Any || away is { Needs.Any: true };
        try
        {
            var decision = decide(command, home, away, moment);
            return IsVoid() ? null : decision;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && IsVoid())
        {
            return null;
        }
    }

    private bool TryDecide(Batch batch, Pending pending, Found found, Batch? underWay)
    {
        if (FindGiven(batch, pending, found, underWay) is { } given)
        {
            // What this host itself sent and heard nothing of is no replay to the one who sent it.
            var isOwn = pending.MayHaveLanded
                && given.RequestHash.AsSpan().SequenceEqual(pending.Submission.RequestHash);
            batch.Reply(pending, isOwn ? given.Reply : given.To(pending.Submission));
            return true;
        }

        var home = PartOf(batch, pending.Book, found);
        var away = pending.OtherBook is { } other ? PartOf(batch, other, found) : null;
        Decision? decision;
        try
        {
            decision = DecideOnce(
                options.Decide, pending.Submission.Command, home.Memory.Book, away?.Memory.Book, home.Moment);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Nothing was changed yet: the fault is this command's alone.
            batch.Reply(pending, new Reply.Failed(exception.Message));
            return true;
        }

        switch (decision)
        {
            case null:
                return false;
            case Decision.Refused refused:
                batch.Refuse(pending, home, refused.Refusal);
                break;
            case Decision.Accepted accepted:
                Post(batch, pending, accepted);
                break;
        }

        return true;
    }

    private void Post(Batch batch, Pending pending, Decision.Accepted accepted)
    {
        var actor = pending.Submission.Actor.ToString();
        var appended = new (BookPart, Appended)[accepted.Drafts.Length];
        for (var i = 0; i < appended.Length; i++)
        {
            var (book, draft) = accepted.Drafts[i];
            var part = batch.Parts[book.Id];
            // Noted before the first change, so that whatever happens from here on can be taken back.
            part.Touch(draft);
            appended[i] = (part, book.Append(draft, part.Moment, actor, ids));
        }

        batch.Post(pending, appended);
    }

    /// <summary>Looks at a command that comes later, only for what it will need.</summary>
    private void NoteNeeds(Batch batch, Pending pending, Found found)
    {
        if (found.Answers.ContainsKey(pending.Key)) return;
        var home = PartOf(batch, pending.Book, found);
        var away = pending.OtherBook is { } other ? PartOf(batch, other, found) : null;
        try
        {
            options.Decide(pending.Submission.Command, home.Memory.Book, away?.Memory.Book, home.Moment);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // It will be decided again in its turn, and answered then.
        }
    }

    private Given? FindGiven(Batch batch, Pending pending, Found found, Batch? underWay)
    {
        if (batch.TryFindGiven(pending, out var given)) return given;
        if (underWay is not null && underWay.TryFindGiven(pending, out given)) return given;
        if (!found.Answers.TryGetValue(pending.Key, out given)) return null;
        batch.RepeatsAnswers = true;
        // What was read here is told only if the book stands there where the batch is committed.
        PartOf(batch, pending.Book, found);
        return given;
    }

    private BookPart PartOf(Batch batch, OpenedBook opened, Found found)
    {
        if (batch.Parts.TryGetValue(opened.Id, out var part)) return part;
        var memory = memoryOf(opened);
        var now = options.Clock?.GetCurrentInstant() ?? found.Clock;
        return batch.Parts[opened.Id] = new BookPart(memory, memory.Next(now));
    }
}
