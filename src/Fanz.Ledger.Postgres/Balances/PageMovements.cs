using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Following;
using NodaTime;

namespace Fanz.Ledger.Postgres.Balances;

/// <summary>The day that something is dated on, and the one on which it was recorded in the book's time zone.</summary>
internal readonly record struct BothDays(LocalDate EffectiveOn, LocalDate RecordedOn);

/// <summary>How an account stands after a page.</summary>
internal sealed class MovedAccount(long firstNumber)
{
    /// <summary>The record of its first entry of the page: the one that opened it, if it is new.</summary>
    public long FirstNumber => firstNumber;

    public Entry Last { get; set; }

    public LocalDate MovedOn { get; set; }

    /// <summary>The record with which it was last no longer empty, if that is one of the page.</summary>
    public long? SinceNumber { get; set; }

    public LocalDate? SinceOn { get; set; }
}

/// <summary>What a page moves on an account that has the same two days.</summary>
internal sealed class MovedAccountDay(long accountId, AccountKey account, BothDays days, long firstPosition)
{
    public long AccountId => accountId;

    public AccountKey Account => account;

    public BothDays Days => days;

    public long FirstPosition => firstPosition;

    public long LastPosition { get; set; }

    public long Entries { get; set; }

    public Int128 Debits { get; set; }

    public Int128 Credits { get; set; }
}

/// <summary>A line of the chart, with its owner where there are few of them.</summary>
internal readonly record struct ChartLine(AccountCode Code, string Owner, Currency Currency)
{
    public static ChartLine Of(AccountKey account) => new(
        account.Code,
        account.Code.Holder is Holder.Fan or Holder.Creator or Holder.Affiliate ? "" : account.Owner,
        account.Currency);
}

/// <summary>What a page moves on a line of the chart that has the same two days.</summary>
internal sealed class MovedCodeDay(ChartLine line, BothDays days)
{
    public ChartLine Line => line;

    public BothDays Days => days;

    public long Entries { get; set; }

    public Int128 Debits { get; set; }

    public Int128 Credits { get; set; }
}

/// <summary>
/// A page summed up. Almost all of it has one and the same pair of days, so what belongs to the last pair is at hand.
/// </summary>
internal sealed class PageMovements
{
    private readonly Dictionary<long, MovedAccount> accounts = [];
    private readonly Dictionary<BothDays, Dictionary<long, MovedAccountDay>> days = [];
    private readonly Dictionary<AccountKey, Life> lives = [];

    public PageMovements(FollowedPage page)
    {
        var (pair, at, today) = (default(BothDays), Instant.MinValue, default(LocalDate));
        Dictionary<long, MovedAccountDay>? ofPair = null;
        foreach (var followed in page.Records)
        {
            var record = followed.Record;
            if (record.Type is "account_frozen" or "account_unfrozen" or "account_closed") Live(followed.Event);
            if (followed.Entries.Count == 0) continue;
            // Records of a batch carry the same time.
            if (record.At != at) (at, today) = (record.At, record.At.InZone(page.TimeZone).Date);
            var its = new BothDays(record.EffectiveOn, today);
            if (ofPair is null || its != pair) (pair, ofPair) = (its, DaysOf(its));
            foreach (var entry in followed.Entries)
            {
                Move(entry, today);
                Move(entry, its, ofPair);
            }
        }
    }

    public IReadOnlyCollection<MovedAccount> Accounts => accounts.Values;

    public IReadOnlyList<MovedAccountDay> AccountDays => field ??= [.. days.Values.SelectMany(pair => pair.Values)];

    /// <summary>The lives of accounts that the page changes.</summary>
    public IReadOnlyDictionary<AccountKey, Life> Lives => lives;

    public IReadOnlyCollection<MovedCodeDay> CodeDays()
    {
        var lines = new Dictionary<(ChartLine, BothDays), MovedCodeDay>();
        foreach (var day in AccountDays)
        {
            var line = ChartLine.Of(day.Account);
            if (!lines.TryGetValue((line, day.Days), out var sum))
                lines.Add((line, day.Days), sum = new MovedCodeDay(line, day.Days));
            sum.Entries += day.Entries;
            sum.Debits += day.Debits;
            sum.Credits += day.Credits;
        }

        return lines.Values;
    }

    private Dictionary<long, MovedAccountDay> DaysOf(BothDays pair) =>
        days.TryGetValue(pair, out var known) ? known : days[pair] = [];

    private void Move(Entry entry, LocalDate today)
    {
        if (!accounts.TryGetValue(entry.AccountId, out var account))
            accounts.Add(entry.AccountId, account = new MovedAccount(entry.Number));
        if (entry.BalanceBefore == 0) (account.SinceNumber, account.SinceOn) = (entry.Number, today);
        if (entry.Balance == 0) (account.SinceNumber, account.SinceOn) = (null, null);
        (account.Last, account.MovedOn) = (entry, today);
    }

    private static void Move(Entry entry, BothDays its, Dictionary<long, MovedAccountDay> ofPair)
    {
        if (!ofPair.TryGetValue(entry.AccountId, out var day))
        {
            day = new MovedAccountDay(entry.AccountId, entry.Account, its, entry.Position);
            ofPair.Add(entry.AccountId, day);
        }

        if (entry.Amount > 0) day.Debits += entry.Amount;
        else day.Credits -= entry.Amount;
        day.Entries++;
        day.LastPosition = entry.Position;
    }

    private void Live(Event happened)
    {
        var account = happened switch
        {
            Event.AccountFrozen frozen => frozen.Account,
            Event.AccountUnfrozen unfrozen => unfrozen.Account,
            Event.AccountClosed closed => closed.Account,
            _ => throw new InvariantBroken($"{happened} is no event of an account's life."),
        };
        lives[new AccountKey(Chart.Find(account.Code), account.Owner, Currency.Of(account.Currency), account.Cohort)] =
            AccountLife.After(happened);
    }
}
