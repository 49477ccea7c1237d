using Fanz.Ledger.Accounts;
using Fanz.Ledger.Audit;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Fanz.Ledger.Postgres.Tests.Journal;

/// <summary>
/// Fills a database the plain way, straight from the domain: a batch is decided in memory, sealed and copied in. It
/// shares no code with the book writer, so what reads its rows is tested against what the format says.
/// </summary>
internal sealed class SeededLedger(string connectionString) : IAsyncDisposable
{
    private readonly NpgsqlDataSource source = NpgsqlDataSource.Create(connectionString);
    private readonly Dictionary<BookName, Book> books = [];
    private readonly Dictionary<Book, Seal> heads = [];
    private readonly Dictionary<(Book, long), PastTransaction> past = [];
    private readonly AccountIds ids = new();
    private int keys;

    public Instant Now { get; private set; } = Instant.FromUtc(2026, 1, 15, 12, 0);

    public Book this[BookName name] => books[name];

    /// <summary>Earlier transactions are only remembered where something may be reversed.</summary>
    public bool Remembers { get; init; } = true;

    public async Task Open(BookName name, string currency = "USD")
    {
        var settings = new BookSettings(
            name, DateTimeZoneProviders.Tzdb["America/New_York"], "us", Currency.Of(currency));
        await using var insert = source.CreateCommand(
            """
            insert into ledger.books (tenant, platform, time_zone, calendar, reporting_currency)
            values ($1, $2, $3, $4, $5) returning id
            """);
        foreach (var value in new[] { name.Tenant, name.Platform, settings.TimeZone.Id, settings.Calendar, currency })
            insert.Parameters.Add(new() { Value = value });
        var book = books[name] = new Book((int)(await insert.ExecuteScalarAsync())!, settings);
        Now += Duration.FromSeconds(1);
        var batch = new SeededBatch(book, Now);
        batch.Add(book.Append(settings.Opening(), book.At(Now), "tests", ids), null);
        await Write([batch]);
    }

    /// <summary>
    /// One batch, which may span books. Says what became of each command: its number, or null if refused.
    /// </summary>
    public async Task<long?[]> Post(params (BookName Book, Command Command)[] commands)
    {
        Now += Duration.FromMilliseconds(1_500);
        var batches = new Dictionary<Book, SeededBatch>();
        var answers = commands.Select(command => Decide(command.Book, command.Command, batches)).ToArray();
        await Write([.. batches.Values.OrderBy(batch => batch.Book.Id)]);
        return answers;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private long? Decide(BookName name, Command command, Dictionary<Book, SeededBatch> batches)
    {
        var (submission, faults) = Submission.Of(name, command, new Actor("tests", "ann"), $"key-{++keys}");
        if (submission is null) throw new ArgumentException(string.Join(", ", faults));
        var home = books[name];
        var other = submission.OtherBook is { } away ? books[away] : null;
        var decision = Decider.Decide(command, home, other, home.At(Now));
        while (Fill(home) | (other is not null && Fill(other)))
            decision = Decider.Decide(command, home, other, home.At(Now));
        if (decision is Decision.Refused refused)
        {
            BatchOf(home).Refuse(submission, refused.Refusal);
            return null;
        }

        long? number = null;
        foreach (var (book, draft) in ((Decision.Accepted)decision).Drafts)
        {
            if (ids.Left < 20_000)
            {
                nextId += 1_000_000;
                ids.Add(nextId - 1_000_000, 1_000_000);
            }

            var appended = book.Append(draft, book.At(Now), "tests/ann", ids);
            BatchOf(book).Add(appended, book == home ? submission : null);
            number ??= appended.Record.Number;
            if (Remembers) Remember(book, appended);
        }

        return number;

        SeededBatch BatchOf(Book book) =>
            batches.TryGetValue(book, out var batch) ? batch : batches[book] = new SeededBatch(book, Now);
    }

    private long nextId = 1;

    private void Remember(Book book, Appended appended)
    {
        var legs = appended.Entries.Select(entry => new Leg(entry.Account, entry.Amount));
        past[(book, appended.Record.Number)] = new PastTransaction(appended.Record.Type, [.. legs], null);
    }

    /// <summary>Everything that was ever used is still in memory, so what a decision misses was never used.</summary>
    private bool Fill(Book book)
    {
        if (!book.HasNeeds) return false;
        foreach (var key in book.NeededAccounts.ToArray())
            book.Learn(AccountState.Loaded(key, 0, 0, 0, Life.Open));
        foreach (var number in book.NeededTransactions.ToArray()) book.Learn(number, past[(book, number)]);
        return true;
    }

    private async Task Write(IReadOnlyList<SeededBatch> batches)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var batch in batches)
        {
            var leaves = batch.Leaves();
            var before = heads.GetValueOrDefault(batch.Book);
            var seal = heads[batch.Book] = new Seal(
                (before?.Sequence ?? 0) + 1, EventFormat.Vocabulary, batch.Book.LastNumber, batch.Book.LastPosition,
                Now, Merkle.Root(leaves), before?.HashIn(batch.Book.Name) ?? Seal.None);
            await batch.Copy(connection, seal, leaves);
        }

        await transaction.CommitAsync();
    }
}
