using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Tests.Journal;
using Fanz.Ledger.Postgres.Tests.Server;
using Fanz.Ledger.Tests;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Postgres.Tests.Earnings;

/// <summary>
/// A random history of every kind of command over two books, years of it, written to a database in pieces while it is
/// played in memory.
/// </summary>
internal sealed class WrittenHistory(TestDatabase database)
{
    private const int BetweenStories = 1_000;

    private static readonly (string Name, long FirstId, int Id)[] Books =
        [("acme/fans", 1, 101), ("acme/_", 5_000_000, 102)];

    private readonly BookInMemory[] books =
        [.. Books.Select(book => new BookInMemory(book.Name, book.FirstId, id: book.Id))];

    private readonly Seal?[] heads = new Seal?[Books.Length];
    private readonly int[] written = new int[Books.Length];
    private int played;

    public IReadOnlyList<OpenedBook> Opened { get; private set; } = [];

    public int Records => books.Sum(book => book.Journal.Count);

    /// <summary>How many records there are of each type.</summary>
    public Dictionary<string, int> Types => books.SelectMany(book => book.Journal)
        .GroupBy(appended => appended.Record.Type).ToDictionary(type => type.Key, type => type.Count());

    public long Head(int book) => books[book].Journal.Count;

    /// <summary>The steps of a seed. Each part of them has another family of commands in its focus, by turns.</summary>
    public static Step[] Steps(int seed, int parts, int length) =>
        [
            .. Enumerable.Range(0, parts).SelectMany(turn => HistorySteps.History(length, turn)
                .Sample(1, new Rnd((ulong)seed, (ulong)((2 * turn) + 1)), 30).Single()),
        ];

    public async Task Open()
    {
        foreach (var (name, _, id) in Books)
        {
            var parts = name.Split('/');
            await TestDatabase.Execute(
                database.SuperuserConnectionString,
                $"""
                insert into ledger.books (id, tenant, platform, time_zone, calendar, reporting_currency)
                overriding system value values ({id}, '{parts[0]}', '{parts[1]}', 'UTC', 'none', 'USD')
                """);
        }

        await Write();
        await using var source = NpgsqlDataSource.Create(database.HostConnectionString);
        var opened = new List<OpenedBook>();
        foreach (var book in books)
            opened.Add((await new BookRegistry(source).Find(book.Book.Name, CancellationToken.None))!);
        Opened = opened;
    }

    public void Play(IEnumerable<Step> steps)
    {
        foreach (var step in steps)
        {
            if (played++ % BetweenStories == BetweenStories / 2) Tell(books[0], books[1]);
            var (book, other) = (books[step.Book], books[1 - step.Book]);
            if (HistorySteps.CommandOf(step, book, other) is { } command) book.Post(command, other);
        }
    }

    private void Tell(BookInMemory book, BookInMemory other)
    {
        var isFirst = played == (BetweenStories / 2) + 1;
        foreach (var command in isFirst ? RareStory.Beginning : []) book.Post(command, other);
        var name = $"story-{book.Journal.Count}";
        foreach (var command in RareStory.Of(name, book)) book.Post(command, other);
        book.Wait(Duration.FromDays(2));
        foreach (var command in RareStory.AfterTrial(name)) book.Post(command, other);
    }

    /// <summary>What was played and is not written yet, as one batch of each book.</summary>
    public async Task Write()
    {
        await using var connection = new NpgsqlConnection(database.SuperuserConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        for (var i = 0; i < books.Length; i++)
        {
            var book = books[i];
            if (written[i] == book.Journal.Count) continue;
            var at = book.Journal[^1].Record.At;
            var batch = new SeededBatch(book.Book, at);
            foreach (var appended in book.Journal.Skip(written[i])) batch.Add(appended, null);
            var (before, leaves) = (heads[i], batch.Leaves());
            var seal = heads[i] = new Seal(
                (before?.Sequence ?? 0) + 1, Math.Max(before?.Vocabulary ?? 1, batch.Vocabulary), book.Book.LastNumber,
                book.Book.LastPosition, at, Merkle.Root(leaves), before?.HashIn(book.Book.Name) ?? Seal.None);
            await batch.Copy(connection, seal, leaves);
            written[i] = book.Journal.Count;
        }

        await transaction.CommitAsync();
    }
}
