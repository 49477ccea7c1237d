using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Postgres.Settlement;
using Fanz.Ledger.Postgres.Subscriptions;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>
/// Holds a book's figures against each other every day. What differs is a finding: the run is finished with it, the log
/// says so and a metric counts it, and nothing is changed.
/// </summary>
internal sealed class DailyChecks : Job
{
    private const string NotCurrent = "not_current";
    private const int Attempts = 50;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

    public override string Name => StandingJobs.DailyChecks;

    public override IReadOnlyList<string> Followers =>
        [
            BalanceFollower.FollowerName, SubscriptionFollower.FollowerName, ReceiptFollower.FollowerName,
            BankingFollower.FollowerName,
        ];

    public override Task<RunPlan> Plan(RunScope scope, CancellationToken token)
    {
        var plan = new RunPlan();
        foreach (var _ in ControlChecks.Names) plan.Add(new Counted());
        return Task.FromResult(plan);
    }

    public override async Task Work(RunWork work, CancellationToken token)
    {
        var checks = new ControlChecks(work.Scope.Source);
        foreach (var name in ControlChecks.Names)
        {
            if (await Make(checks, work.Scope, name, token) is not { } differences)
            {
                await work.Skip(new SkippedItem(name, NotCurrent), token);
                continue;
            }

            foreach (var one in differences)
                work.Find(new RunFinding(
                    one.Check, one.Subject, one.Currency, decimal.ToInt64(one.Expected), decimal.ToInt64(one.Found)));
            work.Checked();
        }
    }

    /// <summary>A check posts nothing; what was checked is counted by the work itself.</summary>
    public override Counted? Count(Event happened) => null;

    /// <summary>While much is posted the tables are at different records most of the time, but not always.</summary>
    private static async Task<IReadOnlyList<ControlDifference>?> Make(
        ControlChecks checks, RunScope scope, string name, CancellationToken token)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await checks.Make(scope.Book, name, token) is { } differences) return differences;
            await Task.Delay(BetweenAttempts, token);
        }

        return null;
    }
}
