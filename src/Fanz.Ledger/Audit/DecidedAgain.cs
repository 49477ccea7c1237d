using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;

namespace Fanz.Ledger.Audit;

/// <summary>A record that its recipe does not give.</summary>
public sealed record DecidedOtherwise(long Number, string Why);

/// <summary>
/// Follows the journal of a book and decides each record once more: the command it came from, read back from it, is
/// given to its recipe upon the state of that time, and must come to the same event and the same movements. Records
/// come in order, all of a seal together, because one decision may write several.
/// </summary>
public sealed class DecidedAgain
{
    /// <summary>How often one command is decided. Each round learns something, so only a fault needs as many.</summary>
    private const int MostRounds = 1_000;

    private const int AccountsInMind = 200_000;

    /// <summary>What a decision asked for is not among the records that were told.</summary>
    public const string Before = "it needs what lies before";

    /// <summary>The record keeps what came of a choice, and not enough of the choice.</summary>
    public const string NotTold = "its record does not tell all that was asked";

    private readonly Book book;
    private readonly PastRecords past;
    private readonly Dictionary<AccountKey, AccountState> states = [];
    private readonly SortedDictionary<string, long> notDecided = new(StringComparer.Ordinal);
    private readonly HashSet<string> continued = new(StringComparer.Ordinal);

    /// <param name="recordOf">Gives a record that was told before, by its number.</param>
    /// <param name="start">The first record that will be told; everything is known of a book from its first.</param>
    /// <param name="lastPosition">The position of the last entry before it.</param>
    /// <param name="archivedUpTo">Of records up to here it is not told what all refers to them.</param>
    public DecidedAgain(
        BookSettings settings, Func<long, KeptRecord> recordOf, long start = 1, long lastPosition = 0,
        long archivedUpTo = 0)
    {
        book = new Book(id: 1, settings);
        book.StartFrom(start - 1, lastPosition);
        past = new PastRecords(recordOf, start, archivedUpTo);
    }

    /// <summary>How many records were decided again and came to the same.</summary>
    public long Decided { get; private set; }

    /// <summary>How many of the decisions were made from the very request that was answered, by its hash.</summary>
    public long AsRequested { get; private set; }

    /// <summary>How many records were not decided again, by what stood in the way.</summary>
    public IReadOnlyDictionary<string, long> NotDecided => notDecided;

    /// <summary>How an account stood before the first record.</summary>
    public void Begin(AccountState account)
    {
        states[account.Key] = account;
        past.Add(account);
    }

    /// <summary>Every stream of this beginning is told completely by <see cref="Earlier"/>.</summary>
    public void IsWhole(string streams) => past.IsWhole(streams);

    /// <summary>A record from before the first, that later decisions may ask for.</summary>
    public void Earlier(KeptRecord kept)
    {
        past.AddEarlier(kept);
        Live(kept);
    }

    /// <summary>Decides what was written under one seal; says which record is another one.</summary>
    /// <param name="requestOf">The hash of the request that a record answers, or null.</param>
    public DecidedOtherwise? Follow(IReadOnlyList<KeptRecord> records, Func<long, ReadOnlyMemory<byte>?> requestOf)
    {
        continued.Clear();
        foreach (var kept in records)
            if (kept.Record.Stream is { } stream) continued.Add(stream);
        for (var next = 0; next < records.Count;)
        {
            var (count, wrong) = Decide(records, next, requestOf(records[next].Number));
            if (wrong is not null) return new DecidedOtherwise(records[next].Number, wrong);
            next += count;
        }

        if (book.AccountsInUse > AccountsInMind) book.LetGoOfAccounts();
        book.LetGoOfTheRest();
        return null;
    }

    /// <summary>How many records one decision gives from here on, or what it gives instead.</summary>
    private (int Count, string? Wrong) Decide(IReadOnlyList<KeptRecord> records, int at, ReadOnlyMemory<byte>? request)
    {
        var kept = records[at];
        string? wrong = null;
        string? unknown = null;
        foreach (var (command, other) in Candidates(kept, ref unknown))
        {
            var decision = Decide(command, other, kept, out var missing, out var failure);
            unknown ??= missing;
            if (decision is null)
            {
                if (missing is null) wrong ??= failure;
                continue;
            }

            var drafts = DraftsOf(decision);
            var difference = decision is Decision.Refused refused
                ? $"its recipe refuses it: {refused.Refusal.Code}"
                : Difference(drafts, records, at);
            if (difference is null)
            {
                for (var i = 0; i < drafts.Count; i++) Append(drafts[i], records[at + i]);
                Decided += drafts.Count;
                if (request is { } hash && other is null && IsRequest(command, hash.Span)) AsRequested++;
                return (drafts.Count, null);
            }

            wrong ??= difference;
        }

        if (wrong is not null && unknown is null) return (0, wrong);
        Take(kept);
        var why = unknown is not null ? $"{kept.Record.Type}: {Before}"
            : RecordedCommands.Of(kept.Record.Type) is not null ? $"{kept.Record.Type}: {NotTold}"
            : kept.Record.Type;
        notDecided[why] = notDecided.GetValueOrDefault(why) + 1;
        return (1, null);
    }

    /// <summary>What it may have been decided from, and by which other book where that one decided it.</summary>
    private List<(Command Command, Book? Other)> Candidates(KeptRecord kept, ref string? unknown)
    {
        if (kept.Event is Event.TransferredFromBook arrived) return [Arrival(arrived)];
        var asked = Ask(() => AskedWith.Of(kept, book).ToList(), out unknown);
        return [.. (asked ?? []).Select(command => (
            command, command.OtherBook(book.Name) is { } name ? Elsewhere(name) : null))];
    }

    private (Command Command, Book? Other) Arrival(Event.TransferredFromBook arrived) => (
        new Command.TransferToBook(
            book.Name.Platform, arrived.From, arrived.To, arrived.Amount, arrived.Currency, arrived.Memo),
        Elsewhere(new BookName(book.Name.Tenant, arrived.Platform)));

    /// <summary>The other book of a transfer is not here. It is taken to have agreed, as its own journal shows.</summary>
    private Book Elsewhere(BookName name) => new(id: 2, book.Settings with { Name = name });

    private Decision? Decide(
        Command command, Book? other, KeptRecord kept, out string? missing, out string? failure)
    {
        var moment = book.At(kept.Record.At);
        var isArrival = kept.Event is Event.TransferredFromBook;
        string? failed = null;
        var decision = Ask(
            () =>
            {
                try
                {
                    failed = null;
                    return isArrival
                        ? Decider.Decide(command, other!, book, moment)
                        : Decider.Decide(command, book, other, moment);
                }
                catch (Exception exception) when (exception is not OutOfMemoryException)
                {
                    // Upon what merely stands in for something a recipe may stumble; else the record makes no sense.
                    failed = $"its recipe fails: {exception.Message}";
                    return null;
                }
            },
            out missing, other);
        failure = failed;
        return decision;
    }

    /// <summary>Asks until all is known that the answer needs; null when something cannot be known here.</summary>
    private T? Ask<T>(Func<T?> question, out string? missing, Book? other = null)
        where T : class
    {
        missing = null;
        for (var round = 0; round < MostRounds; round++)
        {
            var answer = question();
            if (!book.Needs.Any && other?.Needs.Any != true) return answer;
            if (other is not null) FillElsewhere(other);
            if ((missing = past.Fill(book, StateOf, continued)) is null) continue;
            book.Needs.Clear();
            return null;
        }

        throw new InvariantBroken("The decision always needs to know something more.");
    }

    private static void FillElsewhere(Book other)
    {
        foreach (var key in other.Needs.Accounts.ToArray())
        {
            var plenty = key.Code.NormalSide == Side.Debit ? Money.Money.Limit : -Money.Money.Limit;
            other.Learn(AccountState.Loaded(key, id: 1, version: 1, plenty, Life.Open));
        }

        foreach (var (stream, blank) in other.Needs.Streams.ToArray()) other.Learn(stream, blank);
    }

    private List<Draft> DraftsOf(Decision decision) => decision is Decision.Accepted accepted
        ? [.. accepted.Drafts.Where(one => ReferenceEquals(one.Book, book)).Select(one => one.Draft)]
        : [];

    private string? Difference(List<Draft> drafts, IReadOnlyList<KeptRecord> records, int at)
    {
        if (drafts.Count == 0) return "its recipe writes nothing";
        for (var i = 0; i < drafts.Count; i++)
        {
            var type = EventFormat.NameOf(drafts[i].Event);
            if (at + i == records.Count) return $"its recipe writes {type} as well, which is missing";
            if (Difference(drafts[i], records[at + i], type) is { } difference) return difference;
        }

        return null;
    }

    private string? Difference(Draft draft, KeptRecord kept, string type)
    {
        var record = kept.Record;
        if (type != record.Type) return $"its recipe writes {type}, not {record.Type}";
        var data = EventFormat.Write(draft.Event);
        if (!data.AsSpan().SequenceEqual(record.Data.Span))
            return $"its recipe says {Encoding.UTF8.GetString(data)}, not {Encoding.UTF8.GetString(record.Data.Span)}";
        var legs = draft.Posting?.Legs ?? [];
        if (!legs.AsSpan().SequenceEqual(kept.Legs.AsSpan()))
            return $"its recipe moves {Text(legs)}, not {Text(kept.Legs)}";
        if (draft.Stream != record.Stream) return $"its recipe has the stream {draft.Stream}, not {record.Stream}";
        if (draft.RefersTo != record.RefersTo) return $"its recipe refers to {draft.RefersTo}, not {record.RefersTo}";
        var effectiveOn = draft.EffectiveOn ?? book.At(record.At).Today;
        return effectiveOn == record.EffectiveOn
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"its recipe is of {effectiveOn}, not {record.EffectiveOn}");
    }

    private static string Text(ImmutableArray<Leg> legs) =>
        legs.IsEmpty ? "nothing" : string.Join(", ", legs.Select(leg => $"{leg.Account} {leg.Amount}"));

    private bool IsRequest(Command command, ReadOnlySpan<byte> hash) =>
        Submission.HashOfRequest(book.Name, command, CommandFormat.Write(command)).AsSpan().SequenceEqual(hash);

    private void Append(Draft draft, KeptRecord kept)
    {
        var ids = new AccountIds();
        foreach (var entry in kept.Entries)
            if (entry.OpensAccount) ids.Add(entry.AccountId, 1);
        book.Append(draft, book.At(kept.Record.At), kept.Record.Actor, ids);
        past.Add(kept);
        foreach (var entry in kept.Entries)
            if (entry.OpensAccount) past.Add(StateOf(entry.Account));
    }

    /// <summary>Takes a record as it is; what it changes is read again when it is next asked for.</summary>
    private void Take(KeptRecord kept)
    {
        book.StartFrom(kept.Number, kept.Record.LastPosition);
        foreach (var entry in kept.Entries)
        {
            var state = StateOf(entry.Account);
            (state.Id, state.Version, state.Balance) = (entry.AccountId, entry.Version, entry.Balance);
            if (entry.OpensAccount) past.Add(state);
        }

        past.Add(kept);
        Live(kept);
        if (kept.Record.Stream is { } stream && !AccountLife.TryReadStream(stream, out _)) book.Forget(stream);
        book.ForgetHistory();
    }

    private void Live(KeptRecord kept)
    {
        if (kept.Record.Stream is { } stream && AccountLife.TryReadStream(stream, out var account))
            StateOf(account.Value).Life = AccountLife.After(kept.Event);
    }

    private AccountState StateOf(AccountKey key)
    {
        if (!states.TryGetValue(key, out var state)) states[key] = state = new AccountState(key);
        return state;
    }
}
