using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Writing;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Bench;

/// <summary>
/// Makes batches of a book without posting them: the rows of the writer, decided and sealed as it would, for whoever
/// wants to know how fast they can be written at all, or needs a large book quickly.
/// </summary>
internal sealed class Prepared
{
    private const long FullWallet = 1_000_000_000;
    private const int Step = 1_000_000;
    private static readonly Actor Actor = new("bench");
    private static readonly Currency Dollar = Currency.Of("USD");

    private readonly WriterOptions options = new() { MaxBatchLegs = int.MaxValue, MaxBatchCommands = int.MaxValue };
    private readonly OpenedBook book;
    private readonly BookMemory memory;
    private readonly AccountIds ids = new();
    private readonly NpgsqlDataSource database;
    private Instant clock;
    private long made;

    private Prepared(NpgsqlDataSource database, OpenedBook book, BookMemory memory, Instant clock)
    {
        this.database = database;
        this.book = book;
        this.memory = memory;
        this.clock = clock;
    }

    /// <summary>Begins with a book that has nothing but its opening.</summary>
    public static async Task<Prepared> On(NpgsqlDataSource database, BookRegistry registry, string platform)
    {
        var book = await registry.Open(TipLoad.Book(platform), "bench", default);
        await using var session = await Session.Open(database, new WriterOptions());
        var found = await new Lookups(session, ownsTransaction: true).Find([book.Id], []);
        return new Prepared(database, book, new BookMemory(book, found.Heads[book.Id]), found.Clock);
    }

    public BookName Name => book.Name;

    /// <summary>A batch that tops many wallets up in transactions of many legs.</summary>
    public Task<Batch> TopUps(IEnumerable<string> fans, int legsEach) => Make(fans.Chunk(legsEach), some =>
    {
        var posting = Posting.Draw();
        foreach (var fan in some) posting.Credit(new AccountKey(Chart.FanWallet, fan, Dollar), FullWallet);
        posting.Debit(new AccountKey(Chart.ProcessorReceivable, "", Dollar), FullWallet * some.Length);
        var draft = new Draft(new Event.Transferred("wallets"), posting.Build());
        return memory.Book.Objection(draft.Posting!) is { } objection
            ? throw new InvalidOperationException($"The benchmark met {objection}.")
            : draft;
    });

    /// <summary>A batch of tips as the load sends them.</summary>
    public Task<Batch> Tips(IEnumerable<Command> tips)
    {
        var moment = memory.Book.At(clock.PlusNanoseconds(Step));
        return Make(tips, tip => Decider.Decide(tip, memory.Book, null, moment) switch
        {
            Decision.Accepted accepted => accepted.Drafts[0].Draft,
            _ when memory.Book.Needs.Any => null,
            var other => throw new InvalidOperationException($"The benchmark met {other}."),
        });
    }

    private async Task<Batch> Make<T>(IEnumerable<T> items, Func<T, Draft?> decide)
    {
        var batch = new Batch(options);
        clock = clock.PlusNanoseconds(Step);
        var part = new BookPart(memory, memory.Book.At(clock));
        batch.Parts[book.Id] = part;
        foreach (var item in items)
        {
            var draft = decide(item);
            while (memory.Book.Needs.Any)
            {
                LearnThatThereIsNothing();
                draft = decide(item);
            }

            await KeepIds(draft!.Posting!.Legs.Length);
            batch.Post(Stub(), [(part, memory.Book.Append(draft, part.Moment, Actor.ToString(), ids))]);
        }

        batch.Seal();
        return batch;
    }

    /// <summary>Everything of this book is made here: what is not known does not exist yet.</summary>
    private void LearnThatThereIsNothing()
    {
        var needs = memory.Book.Needs;
        foreach (var key in needs.Accounts.ToArray()) memory.Book.Learn(new AccountState(key));
        foreach (var (stream, blank) in needs.Streams.ToArray()) memory.Book.Learn(stream, blank);
    }

    private Pending Stub()
    {
        var (submission, _) = Submission.Of(Name, new Command.TopUp("bench", 1, "USD"), Actor, $"prepared-{made++}");
        return new Pending(submission!, book, null);
    }

    private async Task KeepIds(int needed)
    {
        if (ids.Left >= needed) return;
        await using var command = database.CreateCommand(
            "select nextval('ledger.account_ids') from generate_series(1, 100)");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) ids.Add(reader.GetInt64(0), 1_000);
    }
}
