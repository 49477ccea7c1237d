using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Npgsql;
using IsolationLevel = System.Data.IsolationLevel;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// Decides a command as the writer would, and writes nothing: upon one snapshot, with nothing in memory. A copy of the
/// database that may only be read will do.
/// Round trips: begin; heads; needs, until there are none.
/// </summary>
public sealed class Preview(NpgsqlDataSource database, BookRegistry registry)
{
    /// <summary>A preview has no key of its own; only the form of one is asked for.</summary>
    private const string NoKey = "preview";

    /// <summary>Replaced in tests, as the writer's is.</summary>
    internal Func<Command, Book, Book?, Moment, Decision> Decide { get; init; } = Decider.Decide;

    public async Task<Previewed> Of(
        BookName book, Command command, Actor actor, CancellationToken cancellation = default)
    {
        var (submission, faults) = Submission.Of(book, command, actor, NoKey);
        if (submission is null) return new Previewed.Malformed(faults);
        var books = new List<OpenedBook>();
        foreach (var name in submission.OtherBook is { } other ? new[] { book, other } : [book])
        {
            if (await registry.Find(name, cancellation) is not { } opened)
                return new Previewed.Malformed([BookRegistry.Unknown(name)]);
            books.Add(opened);
        }

        await using var session = await Session.OpenToRead(database, cancellation);
        await using var snapshot =
            await session.Connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using var begin = new NpgsqlBatch(session.Connection)
        {
            BatchCommands = { new("set transaction read only"), new(session.SettingsOfTransaction!) },
        };
        await begin.ExecuteNonQueryAsync(cancellation);
        try
        {
            return await Of(submission, books, new Lookups(session, ownsTransaction: false), cancellation);
        }
        catch (BookStopped exception)
        {
            return new Previewed.Unavailable(exception.Message);
        }
        catch (Exception exception) when (!IsOfTheDatabase(exception))
        {
            return new Previewed.Failed(exception.Message);
        }
    }

    private async Task<Previewed> Of(
        Submission submission, List<OpenedBook> books, Lookups lookups, CancellationToken cancellation)
    {
        var found = await lookups.Find([.. books.Select(book => book.Id)], []);
        var memories = new Dictionary<int, BookMemory>();
        foreach (var book in books)
        {
            if (!found.Heads.TryGetValue(book.Id, out var head) || found.Names[book.Id] != book.Name)
                throw new BookStopped($"This database does not have book {book.Name} where it was.");
            LaneMemory.Refuse(book, head);
            memories[book.Id] = new BookMemory(book, head);
        }

        var (home, away) = (memories[books[0].Id], books.Count > 1 ? memories[books[1].Id] : null);
        for (var round = 1; round <= Deciding.MostRounds; round++)
        {
            var decision = Deciding.DecideOnce(
                Decide, submission.Command, home.Book, away?.Book, home.Next(found.Clock));
            switch (decision)
            {
                case Decision.Refused refused:
                    return new Previewed.Refused(refused.Refusal);
                case Decision.Accepted accepted:
                    return new Previewed.Posts(
                        [.. Append(accepted, book => memories[book.Id].Next(found.Clock), submission.Actor)]);
            }

            cancellation.ThrowIfCancellationRequested();
            var needing = memories.Values.Select(memory => memory.Book).Where(book => book.Needs.Any).ToArray();
            await lookups.TryFill(needing, _ => true, new Unread());
        }

        return new Previewed.Failed(Deciding.NeverDecided);
    }

    /// <summary>
    /// Appends to books in memory that nobody will see, so that every rule of appending is kept as well.
    /// </summary>
    private static IEnumerable<PreviewedRecord> Append(
        Decision.Accepted accepted, Func<Book, Moment> momentOf, Actor actor)
    {
        // These accounts are never opened, so any ids will do.
        var ids = new AccountIds();
        foreach (var (book, draft) in accepted.Drafts)
        {
            if (draft.Posting is { } posting) ids.Add(1, posting.Legs.Length);
            var (record, entries) = book.Append(draft, momentOf(book), actor.ToString(), ids);
            yield return new PreviewedRecord(
                book.Name, record.Type, record.Data, record.EffectiveOn, record.RefersTo,
                [
                    .. entries.Select(entry => new PreviewedLeg(
                        entry.Account, entry.Amount, entry.BalanceBefore, entry.Balance)),
                ]);
        }
    }

    private static bool IsOfTheDatabase(Exception exception) => exception is
        NpgsqlException or IOException or TimeoutException or OperationCanceledException or OutOfMemoryException;
}
