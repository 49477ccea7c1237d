using System.Collections.Immutable;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using NodaTime;
using Npgsql;
using IsolationLevel = System.Data.IsolationLevel;

namespace Fanz.Ledger.Postgres.Writing;

/// <summary>
/// Decides a command as the writer would, and writes nothing: upon one snapshot, with nothing in memory. A copy of the
/// database that may only be read will do.
/// Round trips: begin; heads; needs, until there are none.
/// </summary>
/// <param name="database">Where the books are.</param>
/// <param name="registry">Which books there are.</param>
/// <param name="clock">The clock of a simulation, if the writer has one; otherwise it is the database's time.</param>
public sealed class Preview(NpgsqlDataSource database, BookRegistry registry, IClock? clock = null)
{
    /// <summary>A preview has no key of its own; only the form of one is asked for.</summary>
    private const string NoKey = "preview";

    /// <summary>Replaced in tests, as the writer's is.</summary>
    internal Func<Command, Book, Book?, Moment, Decision> Decide { get; init; } = Decider.Decide;

    public async Task<Previewed> Of(
        BookName book, Command command, Actor actor, CancellationToken cancellation = default) =>
        (await Of(book, [command], actor, cancellation))[0];

    /// <summary>Decides several commands, each as if those before it were posted.</summary>
    public async Task<IReadOnlyList<Previewed>> Of(
        BookName book, IReadOnlyList<Command> commands, Actor actor, CancellationToken cancellation = default)
    {
        await using var session = await Session.OpenToRead(database, cancellation);
        await using var snapshot =
            await session.Connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using var begin = new NpgsqlBatch(session.Connection)
        {
            BatchCommands = { new("set transaction read only"), new(session.SettingsOfTransaction!) },
        };
        await begin.ExecuteNonQueryAsync(cancellation);
        var shelf = new Shelf(new Lookups(session, ownsTransaction: false), clock);
        var previewed = new Previewed[commands.Count];
        for (var i = 0; i < previewed.Length; i++)
            previewed[i] = await Of(book, commands[i], actor, shelf, cancellation);
        return previewed;
    }

    private async Task<Previewed> Of(
        BookName book, Command command, Actor actor, Shelf shelf, CancellationToken cancellation)
    {
        var (submission, faults) = Submission.Of(book, command, actor, NoKey);
        if (submission is null) return new Previewed.Malformed(faults);
        try
        {
            if (await shelf.Take(registry, submission.Book, cancellation) is not { } home)
                return new Previewed.Malformed([BookRegistry.Unknown(submission.Book)]);
            if (submission.OtherBook is not { } other) return await Of(submission, home, null, shelf, cancellation);
            return await shelf.Take(registry, other, cancellation) is { } away
                ? await Of(submission, home, away, shelf, cancellation)
                : new Previewed.Malformed([BookRegistry.Unknown(other)]);
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
        Submission submission, BookMemory home, BookMemory? away, Shelf shelf, CancellationToken cancellation)
    {
        for (var round = 1; round <= Deciding.MostRounds; round++)
        {
            var decision = Deciding.DecideOnce(
                Decide, submission.Command, home.Book, away?.Book, home.Next(shelf.Clock));
            switch (decision)
            {
                case Decision.Refused refused:
                    return new Previewed.Refused(refused.Refusal);
                case Decision.Accepted accepted:
                    return new Previewed.Posts([.. Append(accepted, shelf.MomentOf, submission.Actor)]);
            }

            cancellation.ThrowIfCancellationRequested();
            var needing = shelf.Memories.Select(memory => memory.Book).Where(book => book.Needs.Any).ToArray();
            await shelf.Lookups.TryFill(needing, _ => true, new Unread());
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

    /// <summary>The books as they are taken up, all of them read in one snapshot.</summary>
    private sealed class Shelf(Lookups lookups, IClock? clock)
    {
        private readonly Dictionary<BookName, BookMemory> memories = [];

        public Lookups Lookups { get; } = lookups;

        public Instant Clock { get; private set; }

        public IEnumerable<BookMemory> Memories => memories.Values;

        public Moment MomentOf(Book book) => memories[book.Name].Next(Clock);

        /// <summary>A book that is to be decided upon; null when there is none of that name.</summary>
        public async Task<BookMemory?> Take(BookRegistry registry, BookName name, CancellationToken cancellation)
        {
            if (memories.TryGetValue(name, out var memory)) return memory;
            if (await registry.Find(name, cancellation) is not { } book) return null;
            var found = await Lookups.Find([book.Id], []);
            if (!found.Heads.TryGetValue(book.Id, out var head) || found.Names[book.Id] != book.Name)
                throw new BookStopped($"This database does not have book {book.Name} where it was.");
            LaneMemory.Refuse(book, head);
            Clock = clock?.GetCurrentInstant() ?? found.Clock;
            return memories[name] = new BookMemory(book, head);
        }
    }
}
