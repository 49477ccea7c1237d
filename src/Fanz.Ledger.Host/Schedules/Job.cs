using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Schedules;
using NodaTime;
using Npgsql;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>
/// What is done on schedule. To add a job:
/// name it in <see cref="StandingJobs"/> in the domain, in its place of the night's order, and with the schedule that it
/// has while nobody has set another (or with none); write its class, mostly an <see cref="ItemJob"/>; add a line to
/// <see cref="Jobs.All"/>. The engine does all else: when it is due, the lock, beginning and finishing the run,
/// idempotency keys, retries, what was skipped and why, going on with a run that was killed, the dry run, `ledger runs`.
/// A job has three rules to keep:
/// <list type="number">
/// <item>it changes books through <see cref="RunWork.Post"/> alone, which answers an item that was done before by the
/// same run as it did then; so whatever it does may be done again, from the start;</item>
/// <item>its items have names that say what is done, not how often it was tried, and that do not begin with '~';</item>
/// <item>what it does outside of books (a file, a request to a bank) it does only where <see cref="RunWork.IsDry"/> is
/// false, after what it intends is journalled, and in a way that can be done again.</item>
/// </list>
/// </summary>
internal abstract class Job
{
    /// <summary>One of <see cref="StandingJobs.Names"/>.</summary>
    public abstract string Name { get; }

    /// <summary>The followers whose rows it reads: a run waits until they have come to the book's head.</summary>
    public virtual IReadOnlyList<string> Followers => [];

    /// <summary>Which of its options there are, for those who set its schedules.</summary>
    public virtual IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>();

    /// <summary>What is due, before anything is done. It posts nothing.</summary>
    public abstract Task<RunPlan> Plan(RunScope scope, CancellationToken token);

    /// <summary>
    /// Does it: looks at what is due and posts it. It may be called again for the same run, by another host, after having
    /// been broken off anywhere.
    /// </summary>
    public abstract Task Work(RunWork work, CancellationToken token);

    /// <summary>
    /// What one of the run's records counts for in what the run has done; null for a record that is only a step on the
    /// way. It is asked of all that the run has posted, whichever host posted it.
    /// </summary>
    public abstract Counted? Count(Event happened);
}

/// <summary>A job that is done with when each of its items is: one command each, in any order.</summary>
internal abstract class ItemJob : Job
{
    private const int ItemsAtATime = 4_000;

    /// <summary>What is due, in pages of its own; what was done meanwhile may or may not be among it.</summary>
    public abstract IAsyncEnumerable<RunItem> Items(RunScope scope, CancellationToken token);

    public override async Task<RunPlan> Plan(RunScope scope, CancellationToken token)
    {
        var plan = new RunPlan();
        await foreach (var item in Items(scope, token)) plan.Add(item);
        return plan;
    }

    public override async Task Work(RunWork work, CancellationToken token)
    {
        var page = new List<RunItem>(ItemsAtATime);
        await foreach (var item in Items(work.Scope, token))
        {
            page.Add(item);
            if (page.Count < ItemsAtATime) continue;
            await work.Post(page, token);
            page.Clear();
        }

        if (page.Count > 0) await work.Post(page, token);
    }
}

/// <summary>Where and when a run works.</summary>
/// <param name="Book">The book.</param>
/// <param name="Run">Which run it is; its date is the day that the run is of, however late it is done.</param>
/// <param name="Now">The book's clock at its start: the database's, or a simulation's.</param>
/// <param name="Source">Where to read.</param>
/// <param name="Options">What its schedule says beside, by the names that the job knows.</param>
internal sealed record RunScope(
    OpenedBook Book, RunId Run, Instant Now, NpgsqlDataSource Source, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>What payouts are sent with; null on a host that has no part in it.</summary>
    public PayingTools? Paying { get; init; }

    /// <summary>See <see cref="RunOptions.ChecksThoroughly"/>.</summary>
    public bool ChecksThoroughly { get; init; }

    public ILogger? Log { get; init; }

    /// <summary>The book's own date now.</summary>
    public LocalDate Today => Now.InZone(Book.Settings.TimeZone).Date;
}

/// <summary>One thing to do: a command, under a name of its own.</summary>
/// <param name="Name">What it is about, as `bea/USD/2026-01-08`; the same whenever the run is taken up.</param>
/// <param name="Command">What is posted.</param>
/// <param name="Currency">The currency, where it is money.</param>
/// <param name="Amount">How much it comes to, as far as is known before.</param>
internal sealed record RunItem(string Name, Command Command, string? Currency = null, long? Amount = null)
{
    public SkippedItem Skipped(string code) => new(Name, code, Amount is null ? null : Currency, Currency is null ? null : Amount);
}

/// <summary>What a record counts for: one item, and its amount where it is money.</summary>
internal readonly record struct Counted(string? Currency = null, long Amount = 0);

/// <summary>Items and amounts by currency, as they are added up.</summary>
internal sealed class RunPlan
{
    private readonly SortedDictionary<string, (long Count, long Amount)> amounts = new(StringComparer.Ordinal);

    public long Items { get; private set; }

    public IReadOnlyList<RunAmount>? Amounts => amounts.Count == 0
        ? null
        : [.. amounts.Select(one => new RunAmount(one.Key, one.Value.Count, one.Value.Amount))];

    public void Add(RunItem item) => Add(new Counted(item.Currency, item.Amount ?? 0));

    public void Add(Counted counted)
    {
        Items++;
        if (counted.Currency is not { } currency) return;
        var (count, amount) = amounts.GetValueOrDefault(currency);
        amounts[currency] = (count + 1, amount + counted.Amount);
    }
}
