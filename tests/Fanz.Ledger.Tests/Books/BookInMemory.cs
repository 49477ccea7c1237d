using System.Collections.Immutable;
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
    private readonly Dictionary<long, long> reversals = [];
    private Instant lastAt = Instant.FromUtc(2026, 1, 1, 12, 0);

    public BookInMemory(string name = "acme/fans", long firstId = 1)
    {
        ids.Add(firstId, 1_000_000);
        Assert.True(BookName.TryParse(name, out var bookName));
        var settings = new BookSettings(
            bookName.Value, DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD"));
        Book = new Book(id: 1, settings);
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
        return states.TryGetValue(key.Value, out var state) ? state : new AccountState(key.Value);
    }

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

    /// <summary>Everything that a refusal must leave alone.</summary>
    public string Snapshot()
    {
        var text = new StringBuilder($"{Book.LastNumber} {Book.LastPosition} {Journal.Count}\n");
        foreach (var state in states.Values.Where(s => s.Version > 0).OrderBy(s => s.Key.ToString(), StringComparer.Ordinal))
            text.AppendLine($"{state.Key} {state.Id} {state.Version} {state.Balance} {state.Life}");
        foreach (var (number, by) in reversals) text.AppendLine($"{number} reversed by {by}");
        return text.ToString();
    }

    private Decision Decide(Command command, BookInMemory? other)
    {
        for (Rounds = 1; ; Rounds++)
        {
            var decision = Decider.Decide(command, Book, other?.Book, Now);
            if (!Book.HasNeeds && other?.Book.HasNeeds != true) return decision;
            FillNeeds();
            other?.FillNeeds();
        }
    }

    private void FillNeeds()
    {
        foreach (var key in Book.NeededAccounts.ToArray())
        {
            if (!states.TryGetValue(key, out var state)) states[key] = state = new AccountState(key);
            Book.Learn(state);
        }

        foreach (var number in Book.NeededTransactions.ToArray())
        {
            var past = Journal.Single(appended => appended.Record.Number == number);
            var legs = past.Entries.Select(entry => new Leg(entry.Account, entry.Amount)).ToImmutableArray();
            Book.Learn(number, new PastTransaction(
                past.Record.Type, legs, reversals.TryGetValue(number, out var by) ? by : null));
        }
    }

    private void Append(Draft draft)
    {
        lastAt += Duration.FromSeconds(1);
        var appended = Book.Append(draft, Now, "tests", ids);
        Journal.Add(appended);
        if (draft.Event is Event.Reversed reversed) reversals.Add(reversed.Transaction, appended.Record.Number);
    }
}
