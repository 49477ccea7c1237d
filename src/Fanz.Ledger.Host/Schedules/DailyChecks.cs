using Fanz.Ledger.Host.Checking;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Postgres.Settlement;
using Fanz.Ledger.Postgres.Subscriptions;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>
/// Makes the control checks of a book every day, as `ledger check` does. What is wrong is a finding: the run ends
/// with it, the log says so and a metric counts it, and nothing is changed.
/// </summary>
internal sealed class DailyChecks : Job
{
    private const string NotCurrent = "not_current";

    public override string Name => StandingJobs.DailyChecks;

    public override IReadOnlyList<string> Followers =>
        [
            BalanceFollower.FollowerName, SubscriptionFollower.FollowerName, ReceiptFollower.FollowerName,
            BankingFollower.FollowerName, PayoutFollower.FollowerName,
        ];

    public override IReadOnlyDictionary<string, string> Options => CheckTerms.Options;

    public override Task<RunPlan> Plan(RunScope scope, CancellationToken token)
    {
        var terms = CheckTerms.Of(scope.Run.On, scope.Options);
        var plan = new RunPlan();
        foreach (var _ in scope.ChecksThoroughly ? terms.Names : ControlChecks.Names) plan.Add(new Counted());
        return Task.FromResult(plan);
    }

    public override async Task Work(RunWork work, CancellationToken token)
    {
        var scope = work.Scope;
        var check = new BookCheck(scope.Source, scope.Book, CheckTerms.Of(scope.Run.On, scope.Options));
        if (scope.ChecksThoroughly)
        {
            await foreach (var line in check.All(token)) await Tell(work, line, token);
            return;
        }

        foreach (var name in ControlChecks.Names) await Tell(work, await check.Control(name, token), token);
    }

    /// <summary>A check posts nothing; what was checked is counted by the work itself.</summary>
    public override Counted? Count(Event happened) => null;

    private static async Task Tell(RunWork work, CheckLine line, CancellationToken token)
    {
        if (line.State == CheckState.NotMade)
        {
            await work.Skip(new SkippedItem(line.Check, NotCurrent), token);
            return;
        }

        foreach (var one in line.Findings)
        {
            var subject = one.BankReference is { } reference ? $"{one.Subject} {reference}" : one.Subject;
            work.Find(new RunFinding(one.Check, subject, one.Currency, one.Expected, one.Found));
        }

        work.Checked();
    }
}
