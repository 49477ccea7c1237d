using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Audit;

/// <summary>
/// What decisions ask of the records before them, found by what indexes a journal has: streams, references, the
/// cohorts of an owner, what was taken from a fan. Only numbers are kept here; whoever has the records gives them.
/// </summary>
/// <param name="start">The first record that is looked at. What is before it is known as far as it was told.</param>
/// <param name="archivedUpTo">Of records up to here streams are told, and not what all refers to them.</param>
internal sealed class PastRecords(Func<long, KeptRecord> recordOf, long start, long archivedUpTo = 0)
{
    private readonly Dictionary<string, List<long>> streams = new(StringComparer.Ordinal);
    private readonly Dictionary<long, List<long>> references = [];
    private readonly HashSet<long> earlier = [];
    private readonly Dictionary<AccountKey, List<AccountState>> cohorts = [];
    private readonly Dictionary<AccountKey, int> lastTaken = [];
    private readonly List<(long Number, long Version, int Before)> taken = [];
    private readonly HashSet<string> whole = new(StringComparer.Ordinal);

    /// <summary>Every stream of this beginning is told from its first record on.</summary>
    public void IsWhole(string beginning) => whole.Add(beginning);

    public void AddEarlier(KeptRecord kept)
    {
        earlier.Add(kept.Number);
        Add(kept);
    }

    public void Add(KeptRecord kept)
    {
        var number = kept.Number;
        if (kept.Record.Stream is { } stream) NumbersOf(streams, stream).Add(number);
        if (kept.Record.RefersTo is { } other) NumbersOf(references, other).Add(number);
        foreach (var entry in kept.Entries)
        {
            if (entry.Amount <= 0 || entry.Account.Code.Holder != Holder.Fan || number < start) continue;
            var before = lastTaken.GetValueOrDefault(entry.Account, -1);
            lastTaken[entry.Account] = taken.Count;
            taken.Add((number, entry.Version, before));
        }
    }

    /// <summary>An account that was opened: where it is one of a cohort, it is found by its owner from now on.</summary>
    public void Add(AccountState account)
    {
        if (account.Key.Cohort is null) return;
        var key = account.Key with { Cohort = null };
        if (!cohorts.TryGetValue(key, out var some)) cohorts[key] = some = [];
        some.Add(account);
    }

    /// <summary>Fills what a book needs; says what cannot be known here, or null.</summary>
    /// <param name="continued">Streams of what is being decided: whatever of them lies before was told.</param>
    public string? Fill(Book book, Func<AccountKey, AccountState> stateOf, IReadOnlySet<string> continued)
    {
        foreach (var key in book.Needs.Accounts.ToArray()) book.Learn(stateOf(key));
        foreach (var number in book.Needs.Transactions.ToArray())
        {
            if (!IsKnown(number)) return $"record {number}";
            book.Learn(number, new PastTransaction(
                recordOf(number).Past, NumbersAbout(number).Select(other => recordOf(other).Past)));
        }

        foreach (var (stream, blank) in book.Needs.Streams.ToArray())
        {
            if (!IsKnown(stream) && !continued.Contains(stream)) return $"the stream {stream}";
            IEnumerable<long> numbers = streams.GetValueOrDefault(stream, []);
            if (blank.IsInItsLastRecord) numbers = numbers.TakeLast(1);
            book.Learn(stream, numbers.Aggregate(blank, (state, number) => state.After(recordOf(number).Recorded)));
        }

        foreach (var account in book.Needs.Cohorts.ToArray())
            book.LearnCohorts(account, cohorts.GetValueOrDefault(account, [])
                .Where(state => state.Balance != 0).Select(state => state.Key.Cohort!.Value));
        foreach (var wanted in book.Needs.Spending.ToArray())
        {
            if (wanted.After < start - 1) return $"what was taken from {wanted.Account} since {wanted.After}";
            book.Learn(wanted, Taken(wanted));
        }

        return null;
    }

    private bool IsKnown(long number) => number >= start || (number > archivedUpTo && earlier.Contains(number));

    /// <summary>Of a stream of which anything is told, everything is.</summary>
    private bool IsKnown(string stream) => start <= 1 || streams.ContainsKey(stream) || whole.Any(
        beginning => stream.StartsWith(beginning, StringComparison.Ordinal));

    private IEnumerable<long> NumbersAbout(long number) => references.GetValueOrDefault(number, []);

    /// <summary>As a store finds it: of an account that nearly always receives, the newest entries alone.</summary>
    private List<long> Taken(Spending wanted)
    {
        const int entriesLookedAt = 10 * Spending.Most;
        var numbers = new List<long>();
        if (!lastTaken.TryGetValue(wanted.Account, out var at)) return numbers;
        for (var oldest = taken[at].Version - entriesLookedAt; at >= 0; at = taken[at].Before)
        {
            var (number, version, _) = taken[at];
            if (number <= wanted.After || version <= oldest || numbers.Count == Spending.Most) break;
            numbers.Add(number);
        }

        return numbers;
    }

    private static List<long> NumbersOf<TKey>(Dictionary<TKey, List<long>> index, TKey key)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var numbers)) index[key] = numbers = [];
        return numbers;
    }
}
