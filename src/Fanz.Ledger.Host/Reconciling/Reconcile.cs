using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Banking;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Reconciling;

/// <summary>Reconciles every day: what differs is what the run finds.</summary>
internal sealed class Reconcile : Job
{
    private const string Days = "days";

    public override string Name => StandingJobs.Reconcile;

    public override IReadOnlyList<string> Followers =>
        [.. ReconcileVerb.Followed.Select(follower => follower.Name)];

    public override IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>
    {
        [Days] = "For how many days a bank may be silent about a payout; otherwise 5.",
    };

    public override Task<RunPlan> Plan(RunScope scope, CancellationToken token) => Task.FromResult(new RunPlan());

    public override async Task Work(RunWork work, CancellationToken token)
    {
        var scope = work.Scope;
        var days = scope.Options.TryGetValue(Days, out var text) && int.TryParse(text, out var given)
            ? given
            : ReconcileVerb.UsualDays;
        var found = await new ReconciliationReader(scope.Source, scope.Book).Read(scope.Run.On, days, token);
        foreach (var one in found.Differences)
            work.Find(new RunFinding(
                one.Check, one.BankReference is { } line ? $"{one.Subject} {line}" : one.Subject, one.Currency,
                Found: one.Amount));
    }

    public override Counted? Count(Event happened) => null;
}
