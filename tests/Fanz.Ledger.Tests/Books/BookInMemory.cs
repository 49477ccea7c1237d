using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// A book with a record of its own beside it, in place of a store: it tells the book what it asks for and keeps what
/// the book appends.
/// </summary>
internal sealed class BookInMemory
{
    private readonly AccountIds ids = new();
    private readonly Dictionary<AccountKey, AccountState> states = [];
    private Instant lastAt = Instant.FromUtc(2026, 1, 1, 12, 0);

    public BookInMemory(
        string name = "acme/fans", long firstId = 1, string reportingCurrency = "USD", int id = 1)
    {
        ids.Add(firstId, 1_000_000);
        Assert.True(BookName.TryParse(name, out var bookName));
        var settings = new BookSettings(
            bookName.Value, DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of(reportingCurrency));
        Book = new Book(id, settings);
        Append(settings.Opening());
    }

    public Book Book { get; }

    public List<Appended> Journal { get; } = [];

    public IEnumerable<AccountState> Accounts => states.Values;

    /// <summary>
    /// How many times the last command was decided: once, and once more after each look at the store.
    /// </summary>
    public int Rounds { get; private set; }

    public Moment Now => Book.At(lastAt);

    public void Wait(Duration time) => lastAt += time;

    public AccountState State(string account)
    {
        Assert.True(AccountKey.TryParse(account, out var key), account);
        return State(key.Value);
    }

    public AccountState State(AccountKey key) => states.TryGetValue(key, out var state) ? state : new AccountState(key);

    /// <summary>Decides a command, appends what was accepted, and answers the refusal or null.</summary>
    public Refusal? Post(Command command, BookInMemory? other = null)
    {
        var (_, faults) = Submission.Of(Book.Name, command, new Actor("tests"), "key");
        Assert.Empty(faults);
        var decision = Decide(command, other);
        if (decision is Decision.Refused refused) return refused.Refusal;
        foreach (var (book, draft) in ((Decision.Accepted)decision).Drafts)
            (ReferenceEquals(book, Book) ? this : other!).Append(draft);
        return null;
    }

    public BookInMemory Posted(Command command, BookInMemory? other = null)
    {
        Assert.Null(Post(command, other));
        return this;
    }

    /// <summary>Gives an account a balance as if it had been loaded from a store.</summary>
    public void Load(AccountState state)
    {
        states[state.Key] = state;
        Book.Learn(state);
    }

    /// <summary>Asks the book for something until it knows all that the answer needs.</summary>
    public T Ask<T>(Func<Book, T> question)
    {
        for (var round = 0; ; round++)
        {
            var answer = question(Book);
            if (!Book.Needs.Any) return answer;
            Assert.InRange(round, 0, 50);
            FillNeeds();
        }
    }

    /// <summary>Forgets what every stream has come to; what is asked for again is read from the journal.</summary>
    public void ForgetStreams()
    {
        foreach (var stream in Journal.Select(appended => appended.Record.Stream).OfType<string>().Distinct())
            if (!AccountLife.TryReadStream(stream, out _)) Book.Forget(stream);
    }

    /// <summary>Everything that a refusal must leave alone.</summary>
    public string Snapshot()
    {
        var text = new StringBuilder($"{Book.LastNumber} {Book.LastPosition} {Journal.Count}\n");
        foreach (var state in states.Values.Where(s => s.Version > 0).OrderBy(s => s.Key.ToString(), StringComparer.Ordinal))
            text.AppendLine($"{state.Key} {state.Id} {state.Version} {state.Balance} {state.Life}");
        return text.ToString();
    }

    /// <summary>The same for comparing alone, many thousand times.</summary>
    public (long, long, int) Fingerprint()
    {
        var sum = 0;
        foreach (var state in states.Values)
            if (state.Version > 0)
                sum = unchecked(sum + HashCode.Combine(state.Key, state.Id, state.Version, state.Balance, state.Life));
        return (Book.LastNumber, Book.LastPosition, sum);
    }

    private Decision Decide(Command command, BookInMemory? other)
    {
        for (Rounds = 1; ; Rounds++)
        {
            var decision = Decider.Decide(command, Book, other?.Book, Now);
            if (!Book.Needs.Any && other?.Book.Needs.Any != true) return decision;
            Assert.InRange(Rounds, 1, 50);
            FillNeeds();
            other?.FillNeeds();
        }
    }

    private void FillNeeds()
    {
        var needs = Book.Needs;
        foreach (var key in needs.Accounts.ToArray())
        {
            if (!states.TryGetValue(key, out var state)) states[key] = state = new AccountState(key);
            Book.Learn(state);
        }

        foreach (var number in needs.Transactions.ToArray())
            Book.Learn(number, new PastTransaction(Past(number), Since(number)));
        foreach (var (stream, blank) in needs.Streams.ToArray())
        {
            var records = blank.IsInItsLastRecord ? InStream(stream).TakeLast(1) : InStream(stream);
            Book.Learn(stream, records.Aggregate(blank, (state, next) => state.After(next)));
        }

        foreach (var account in needs.Cohorts.ToArray())
        {
            Book.LearnCohorts(account, states.Values
                .Where(state => state.Balance != 0 && state.Key.Cohort is not null)
                .Where(state => state.Key with { Cohort = null } == account)
                .Select(state => state.Key.Cohort!.Value));
        }

        foreach (var wanted in needs.Spending.ToArray())
        {
            Book.Learn(wanted, [.. Journal
                .Where(appended => appended.Record.Number > wanted.After)
                .Where(appended => appended.Entries.Any(entry => entry.Account == wanted.Account && entry.Amount > 0))
                .Select(appended => appended.Record.Number)
                .Reverse()
                .Take(Spending.Most)]);
        }
    }

    private PastRecord Past(long number)
    {
        var (record, entries) = Journal[(int)number - 1];
        return new PastRecord(
            Read(record), record.Type, record.Stream, [.. entries.Select(entry => new Leg(entry.Account, entry.Amount))]);
    }

    private IEnumerable<PastRecord> Since(long number) => Journal
        .Where(appended => appended.Record.RefersTo == number)
        .Select(appended => Past(appended.Record.Number));

    private IEnumerable<Recorded> InStream(string stream) => Journal
        .Where(appended => appended.Record.Stream == stream)
        .Select(appended => Read(appended.Record));

    private static Recorded Read(JournalRecord record) =>
        new(record.Number, record.At, record.EffectiveOn, EventFormat.Read(record.Type, record.Data.Span));

    internal void Append(Draft draft)
    {
        lastAt += Duration.FromSeconds(1);
        Journal.Add(Book.Append(draft, Now, "tests", ids));
    }
}
