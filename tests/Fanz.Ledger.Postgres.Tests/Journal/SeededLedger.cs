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
    private readonly Dictionary<Book, List<(PastRecord Record, long? RefersTo)>> past = [];
    private readonly AccountIds ids = new();
    private int keys;

    public Instant Now { get; private set; } = Instant.FromUtc(2026, 1, 15, 12, 0);

    public Book this[BookName name] => books[name];

    public void Pass(Duration time) => Now += time;

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
            if (Remembers) Remember(book, appended, draft.Event);
        }

        return number;

        SeededBatch BatchOf(Book book) =>
            batches.TryGetValue(book, out var batch) ? batch : batches[book] = new SeededBatch(book, Now);
    }

    private long nextId = 1;

    private void Remember(Book book, Appended appended, Event happened)
    {
        var record = appended.Record;
        var legs = appended.Entries.Select(entry => new Leg(entry.Account, entry.Amount));
        if (!past.ContainsKey(book)) past[book] = [];
        past[book].Add((
            new PastRecord(
                new Recorded(record.Number, record.At, record.EffectiveOn, happened), record.Type, record.Stream,
                [.. legs]),
            record.RefersTo));
    }

    private List<(PastRecord Record, long? RefersTo)> Past(Book book) => past.GetValueOrDefault(book, []);

    /// <summary>Everything that was ever used is still in memory, so what a decision misses was never used.</summary>
    private bool Fill(Book book)
    {
        var needs = book.Needs;
        if (!needs.Any) return false;
        foreach (var key in needs.Accounts.ToArray())
            book.Learn(AccountState.Loaded(key, 0, 0, 0, Life.Open));
        foreach (var number in needs.Transactions.ToArray())
        {
            var record = Past(book).Single(found => found.Record.Number == number).Record;
            var since = Past(book).Where(found => found.RefersTo == number).Select(found => found.Record);
            book.Learn(number, new PastTransaction(record, since));
        }

        foreach (var (stream, blank) in needs.Streams.ToArray())
        {
            var known = Past(book).Where(found => found.Record.Stream == stream);
            book.Learn(stream, known.Aggregate(blank, (aggregate, found) => aggregate.After(found.Record.Recorded)));
        }

        foreach (var account in needs.Cohorts.ToArray())
        {
            var keys = Past(book).SelectMany(found => found.Record.Legs).Select(leg => leg.Account);
            book.LearnCohorts(account, keys.Where(key => key with { Cohort = null } == account)
                .Select(key => key.Cohort).OfType<LocalDate>());
        }

        foreach (var wanted in needs.Spending.ToArray())
        {
            book.Learn(wanted, [.. Past(book).Select(found => found.Record)
                .Where(record => record.Number > wanted.After)
                .Where(record => record.Legs.Any(leg => leg.Account == wanted.Account && leg.Amount > 0))
                .Select(record => record.Number).Reverse().Take(Spending.Most)]);
        }

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
                (before?.Sequence ?? 0) + 1, Math.Max(before?.Vocabulary ?? 1, batch.Vocabulary),
                batch.Book.LastNumber, batch.Book.LastPosition, Now, Merkle.Root(leaves), before?.HashIn(batch.Book.Name) ?? Seal.None);
            await batch.Copy(connection, seal, leaves);
        }

        await transaction.CommitAsync();
    }
}
