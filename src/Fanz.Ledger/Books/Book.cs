using System.Runtime.InteropServices;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Books;

/// <summary>
/// What is known of one book in memory, as of its head. Decisions read it; <see cref="Append"/> is the only thing
/// that changes it. What a decision asks for and is not known is noted in <see cref="NeededAccounts"/> and
/// <see cref="NeededTransactions"/>: a decision that left a need is void, and is made again once it is filled.
/// </summary>
public sealed class Book(int id, BookSettings settings)
{
    private const int TransactionsInUse = 5_000;

    private readonly Recollection<AccountKey, AccountState> accounts = new();
    private readonly Recollection<long, PastTransaction> transactions = new();

    public int Id { get; } = id;

    public BookSettings Settings { get; } = settings;

    public BookName Name => Settings.Name;

    /// <summary>The number of the last record, and the position of the last entry.</summary>
    public long LastNumber { get; private set; }

    public long LastPosition { get; private set; }

    public HashSet<AccountKey> NeededAccounts { get; } = [];

    public HashSet<long> NeededTransactions { get; } = [];

    public bool HasNeeds => NeededAccounts.Count > 0 || NeededTransactions.Count > 0;

    public int KnownAccounts => accounts.Count;

    /// <summary>How many accounts were used since accounts were last let go.</summary>
    public int AccountsInUse => accounts.InUse;

    /// <summary>The account, or a stand-in for one that is not known yet (and is then a need).</summary>
    public AccountState Account(AccountKey key)
    {
        if (accounts.TryGet(key, out var state)) return state;
        NeededAccounts.Add(key);
        return new AccountState(key);
    }

    /// <summary>An earlier transaction, or null when the book has none of that number (or it is a need).</summary>
    public PastTransaction? Transaction(long number)
    {
        if (number <= 0 || number > LastNumber) return null;
        if (transactions.TryGet(number, out var past)) return past;
        NeededTransactions.Add(number);
        return null;
    }

    /// <summary>
    /// Why a posting may not be made now, or null: what the first leg that cannot be made objects. Changes nothing.
    /// Every leg is looked at even so, because one look must find all that is needed: a stand-in for an account that
    /// is not known yet has nothing and would object at once.
    /// </summary>
    public Refusal? Objection(Posting posting)
    {
        Refusal? first = null;
        foreach (var leg in posting.Legs)
        {
            var state = Account(leg.Account);
            first ??= Objection(state, leg.Amount);
        }

        return first;
    }

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
        if (draft.RefersTo is { } number && draft.Event is Event.Reversed && Transaction(number) is { } reversed)
            reversed.ReversedBy = LastNumber;
        if (HasNeeds) throw new InvariantBroken("A record was appended on a state that was not known.");

        var record = new JournalRecord(
            LastNumber, type, moment.At, draft.EffectiveOn ?? moment.Today, LastPosition, draft.Stream, draft.RefersTo,
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
        NeededAccounts.Remove(state.Key);
    }

    /// <summary>Notes an earlier transaction. Numbers have no gaps, so one that is missing was lost.</summary>
    public void Learn(long number, PastTransaction? past)
    {
        if (past is null) throw new InvariantBroken($"{Name} has lost its record {number}.");
        transactions.Set(number, past);
        NeededTransactions.Remove(number);
    }

    public void Forget(AccountKey key) => accounts.Remove(key);

    public void ForgetTransactions() => transactions.Clear();

    public void ForgetNeeds()
    {
        NeededAccounts.Clear();
        NeededTransactions.Clear();
    }

    /// <summary>
    /// Lets go of the accounts that were not used since the last time. Called between batches, at most once for
    /// each: what the batch before this one touched is then still known (see <see cref="Recollection{TKey,TValue}"/>).
    /// </summary>
    public void LetGoOfAccounts() => accounts.LetGo();

    /// <summary>The same for earlier transactions, of which a book needs few at a time.</summary>
    public void LetGoOfTransactions()
    {
        if (transactions.InUse > TransactionsInUse) transactions.LetGo();
    }

    private static Refusal? Objection(AccountState state, long amount)
    {
        var key = state.Key;
        switch (state.Life)
        {
            case Life.Closed: return Refusal.AccountClosed(key);
            case Life.Frozen: return Refusal.AccountFrozen(key);
            case Life.FrozenForDebits when amount > 0: return Refusal.AccountFrozen(key);
        }

        var balance = (Int128)state.Balance + amount;
        if (balance > long.MaxValue || balance < -long.MaxValue) return Refusal.BalanceOverflow(key);
        return key.Code.Allows((long)balance)
            ? null
            : Refusal.InsufficientFunds(key, key.Code.InWords(state.Balance), key.Code.InWords(-amount));
    }

    /// <summary>When a command is decided: the recorded time and the book's own date then.</summary>
    public Moment At(Instant at) => new(at, at.InZone(Settings.TimeZone).Date);
}
