using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Periods;
using NodaTime;

namespace Fanz.Ledger.Books;

/// <summary>
/// What is known of one book in memory, as of its head. Decisions read it; <see cref="Append"/> is the only thing
/// that changes it. What a decision asks for and is not known is noted in <see cref="Needs"/>.
/// </summary>
public sealed class Book(int id, BookSettings settings)
{
    private const int TransactionsInUse = 5_000;
    private const int AggregatesInUse = 20_000;

    private readonly Recollection<AccountKey, AccountState> accounts = new();
    private readonly Recollection<string, Aggregate> aggregates = new();

    // The history is remembered only as long as nobody else writes to the book.
    private readonly Recollection<long, PastTransaction> transactions = new();
    private readonly Recollection<AccountKey, SortedSet<LocalDate>> cohorts = new();
    private readonly Dictionary<AccountKey, Dictionary<long, IReadOnlyList<long>>> spending = [];

    public int Id { get; } = id;

    public BookSettings Settings { get; } = settings;

    public BookName Name => Settings.Name;

    /// <summary>The number of the last record, and the position of the last entry.</summary>
    public long LastNumber { get; private set; }

    public long LastPosition { get; private set; }

    /// <summary>
    /// The last record that is archived; 0 where none is. Of those up to it only streams and accounts are known: what
    /// refers to one of them may be archived as well.
    /// </summary>
    public long ArchivedUpTo { get; set; }

    public Needs Needs { get; } = new();

    public int KnownAccounts => accounts.Count;

    /// <summary>How many accounts were used since accounts were last let go.</summary>
    public int AccountsInUse => accounts.InUse;

    /// <summary>The account, or a stand-in for one that is not known yet (and is then a need).</summary>
    public AccountState Account(AccountKey key)
    {
        if (accounts.TryGet(key, out var state)) return state;
        Needs.Accounts.Add(key);
        return new AccountState(key);
    }

    /// <summary>
    /// An earlier transaction, or null when the book has none of that number, or it is archived, or it is a need.
    /// </summary>
    public PastTransaction? Transaction(long number)
    {
        if (number <= ArchivedUpTo || number > LastNumber) return null;
        if (transactions.TryGet(number, out var past)) return past;
        Needs.Transactions.Add(number);
        return null;
    }

    /// <summary>Why there is no transaction of a number.</summary>
    public Refusal Absent(long number) => number > 0 && number <= ArchivedUpTo
        ? Refusal.TransactionArchived(number, ArchivedUpTo)
        : Refusal.TransactionUnknown(number);

    /// <summary>What a stream of records has come to, or how it begins while it is not known (and is a need).</summary>
    public T Recall<T>(string stream)
        where T : Aggregate, new()
    {
        if (aggregates.TryGet(stream, out var known))
            return known as T ?? throw new InvariantBroken($"The stream {stream} is no {typeof(T).Name}.");
        var blank = new T();
        Needs.Streams[stream] = blank;
        return blank;
    }

    /// <summary>
    /// The cohorts of a holding account that may hold something, newest first. None while they are not known.
    /// </summary>
    public IReadOnlyCollection<LocalDate> Cohorts(AccountCode code, string owner, Currency currency)
    {
        var key = new AccountKey(code, owner, currency);
        if (cohorts.TryGet(key, out var known)) return known;
        Needs.Cohorts.Add(key);
        return [];
    }

    /// <summary>
    /// The transactions after a record that took something from an account, newest first, and of very many the newest
    /// alone.
    /// </summary>
    public IReadOnlyList<long> Spent(AccountKey account, long after)
    {
        if (after >= LastNumber) return [];
        if (spending.TryGetValue(account, out var known) && known.TryGetValue(after, out var numbers)) return numbers;
        Needs.Spending.Add(new Spending(account, after));
        return [];
    }

    /// <summary>
    /// Why a posting may not be made now, or null: what the first leg that cannot be made objects. Changes nothing.
    /// Every leg is looked at even so, because one look must find all that is needed: a stand-in for an account that
    /// is not known yet has nothing and would object at once.
    /// </summary>
    public Refusal? Objection(Posting posting) => Objection(posting, isConsequence: false);

    /// <summary>
    /// The same of a posting that follows from what was posted before, or brings on its way what somebody has already.
    /// It is nobody's choice any more, and a closed account does not stand in its way: else money that was frozen, held
    /// or sent could never come back from where it is.
    /// </summary>
    internal Refusal? ObjectionToConsequence(Posting posting) => Objection(posting, isConsequence: true);

    /// <summary>
    /// Writes an accepted draft down: numbers it, opens the accounts that it uses for the first time and moves the
    /// balances. The draft was decided on this very state, so nothing here can be refused any more.
    /// </summary>
    public Appended Append(Draft draft, Moment moment, string actor, AccountIds ids)
    {
        var legs = draft.Posting is { } posting ? posting.Legs : [];
        var entries = new Entry[legs.Length];
        // Whatever could fail comes before the first change.
        var type = EventFormat.NameOf(draft.Event);
        var data = EventFormat.Write(draft.Event);
        if (ids.Left < legs.Length && ids.Left < legs.Count(leg => !Account(leg.Account).IsOpened))
            throw new InvariantBroken("There are too few account ids for a record.");
        if (draft.RefersTo is { } earlier && !transactions.TryGet(earlier, out _))
            throw new InvariantBroken($"A record refers to {earlier}, which was not looked at.");
        if (draft is { Account: not null, Aggregate: not null })
            throw new InvariantBroken("A record is in one stream.");
        if (draft.Aggregate is { } changed && !aggregates.TryGet(changed, out _))
            throw new InvariantBroken($"A record changes {changed}, which was not looked at.");
        if (draft.EffectiveOn is { } dated && !IsKnownOpen(dated))
            throw new InvariantBroken($"A record is of {dated}, which is closed or was not looked at.");
        LastNumber++;
        for (var i = 0; i < entries.Length; i++)
        {
            var state = Account(legs[i].Account);
            if (!state.IsOpened) state.Id = ids.Next();
            state.Version++;
            state.Balance += legs[i].Amount;
            if (!state.Key.Code.Allows(state.Balance))
                throw new InvariantBroken($"Record {LastNumber} would leave {state.Key} at {state.Balance}.");
            entries[i] = new Entry(
                ++LastPosition, state.Id, state.Key, LastNumber, state.Version, legs[i].Amount, state.Balance);
        }

        if (draft.Account is { } account)
            Account(account).Life = AccountLife.Evolve(Account(account).Life, draft.Event);
        var effectiveOn = draft.EffectiveOn ?? moment.Today;
        var recorded = new Recorded(LastNumber, moment.At, effectiveOn, draft.Event);
        if (draft.RefersTo is { } number && transactions.TryGet(number, out var past))
            past.Add(new PastRecord(recorded, type, draft.Stream, legs));
        if (draft.Aggregate is { } stream && aggregates.TryGet(stream, out var aggregate))
            aggregates.Set(stream, aggregate.After(recorded));
        KeepHistory(legs);
        if (Needs.Any) throw new InvariantBroken("A record was appended on a state that was not known.");

        var record = new JournalRecord(
            LastNumber, type, moment.At, effectiveOn, LastPosition, draft.Stream, draft.RefersTo,
            actor, data);
        return new Appended(record, ImmutableCollectionsMarshal.AsImmutableArray(entries));
    }

    /// <summary>Begins from a head that a store found; everything else is learned when it is needed.</summary>
    public void StartFrom(long lastNumber, long lastPosition)
    {
        LastNumber = lastNumber;
        LastPosition = lastPosition;
    }

    public void Learn(AccountState state)
    {
        accounts.Set(state.Key, state);
        Needs.Accounts.Remove(state.Key);
    }

    /// <summary>Notes an earlier transaction. Numbers have no gaps, so one that is missing was lost.</summary>
    public void Learn(long number, PastTransaction? past)
    {
        if (past is null) throw new InvariantBroken($"{Name} has lost its record {number}.");
        transactions.Set(number, past);
        Needs.Transactions.Remove(number);
    }

    public void Learn(string stream, Aggregate aggregate)
    {
        aggregates.Set(stream, aggregate);
        Needs.Streams.Remove(stream);
    }

    public void LearnCohorts(AccountKey account, IEnumerable<LocalDate> days)
    {
        cohorts.Set(account, new SortedSet<LocalDate>(days, NewestFirst));
        Needs.Cohorts.Remove(account);
    }

    public void Learn(Spending wanted, IReadOnlyList<long> numbers)
    {
        if (!spending.TryGetValue(wanted.Account, out var known)) spending[wanted.Account] = known = [];
        known[wanted.After] = numbers;
        Needs.Spending.Remove(wanted);
    }

    public void Forget(AccountKey key) => accounts.Remove(key);

    /// <summary>Forgets what a stream has come to, or the life of the account that it is about.</summary>
    public void Forget(string stream)
    {
        if (AccountLife.TryReadStream(stream, out var account)) Forget(account.Value);
        else aggregates.Remove(stream);
    }

    public void ForgetHistory()
    {
        transactions.Clear();
        cohorts.Clear();
        spending.Clear();
    }

    /// <summary>
    /// Lets go of the accounts that were not used since the last time. Called between batches, at most once for
    /// each: what the batch before this one touched is then still known (see <see cref="Recollection{TKey,TValue}"/>).
    /// </summary>
    public void LetGoOfAccounts() => accounts.LetGo();

    /// <summary>The same for everything else, of which a book needs few at a time.</summary>
    public void LetGoOfTheRest()
    {
        if (transactions.InUse > TransactionsInUse) transactions.LetGo();
        if (cohorts.InUse > TransactionsInUse) cohorts.LetGo();
        if (aggregates.InUse > AggregatesInUse) aggregates.LetGo();
        if (spending.Count > TransactionsInUse) spending.Clear();
    }

    private Refusal? Objection(Posting posting, bool isConsequence)
    {
        Refusal? first = null;
        foreach (var leg in posting.Legs)
        {
            var state = Account(leg.Account);
            first ??= Objection(state, leg.Amount, isConsequence);
        }

        return first;
    }

    private static Refusal? Objection(AccountState state, long amount, bool isConsequence)
    {
        var key = state.Key;
        switch (state.Life)
        {
            case Life.Closed when !isConsequence && !Empties(state.Balance, amount): return Refusal.AccountClosed(key);
            case Life.Frozen: return Refusal.AccountFrozen(key);
            case Life.FrozenForDebits when amount > 0: return Refusal.AccountFrozen(key);
        }

        var balance = (Int128)state.Balance + amount;
        if (balance > long.MaxValue || balance < -long.MaxValue) return Refusal.BalanceOverflow(key);
        return key.Code.Allows((long)balance)
            ? null
            : Refusal.InsufficientFunds(key, key.Code.InWords(state.Balance), key.Code.InWords(-amount));
    }

    private bool IsKnownOpen(LocalDate day) =>
        aggregates.TryGet(ClosedPeriods.Stream, out var known) && known is ClosedPeriods periods && periods.IsOpen(day);

    /// <summary>Whether an amount takes off a balance, and at most all of it.</summary>
    private static bool Empties(long balance, long amount) => balance > 0
        ? amount < 0 && amount >= -balance
        : balance < 0 && amount > 0 && amount <= -balance;

    /// <summary>
    /// Brings what is remembered of the history up to what was just appended. What an account has spent is rarely asked
    /// for twice, so it is read again instead.
    /// </summary>
    private void KeepHistory(ImmutableArray<Leg> legs)
    {
        if (cohorts.Count == 0 && spending.Count == 0) return;
        foreach (var (account, amount) in legs)
        {
            if (account.Cohort is { } day && cohorts.TryGet(account with { Cohort = null }, out var days))
                days.Add(day);
            if (amount > 0) spending.Remove(account);
        }
    }

    private static readonly Comparer<LocalDate> NewestFirst =
        Comparer<LocalDate>.Create((one, other) => other.CompareTo(one));

    /// <summary>When a command is decided: the recorded time and the book's own date then.</summary>
    public Moment At(Instant at) => new(at, at.InZone(Settings.TimeZone).Date);
}
