using Fanz.Ledger.Host.Payouts;
using NodaTime;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>How runs are done. The defaults suit a host that serves.</summary>
internal sealed record RunOptions
{
    /// <summary>What there is to do, in the order in which it is done.</summary>
    public IReadOnlyList<Job> Jobs { get; init; } = Schedules.Jobs.All;

    /// <summary>The clock of a simulation, the same that its writer has. Without one, the database's.</summary>
    public IClock? Clock { get; init; }

    /// <summary>In how many books runs are done at once.</summary>
    public int BooksAtOnce { get; init; } = 2;

    /// <summary>How many items are posted together.</summary>
    public int ItemsAPage { get; init; } = 4_000;

    /// <summary>For how long followers are waited for, and what fails for a while is tried again.</summary>
    public Duration Patience { get; init; } = Duration.FromSeconds(60);

    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Where no host serves, the followers' work is done here.</summary>
    public bool FollowsItself { get; init; }

    /// <summary>
    /// Whether the daily checks look at banks, rows and what was made of them as well. A simulation whose days take
    /// milliseconds is checked once, at its end.
    /// </summary>
    public bool ChecksThoroughly { get; init; } = true;

    public bool PooledByTransaction { get; init; }

    /// <summary>What payouts are sent with; without it none are.</summary>
    public PayingTools? Paying { get; init; }

    public ILogger? Log { get; init; }

    /// <summary>Told after each write of a run, and before it goes on; tests break it off there.</summary>
    internal Action<string>? Wrote { get; init; }
}
