using System.Globalization;
using Fanz.Ledger.Host.Schedules;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Payouts;
using Fanz.Ledger.Schedules;
using NodaTime;

namespace Fanz.Ledger.Host.Payouts.Provider;

/// <summary>
/// Asks providers about every payout on which they have not said the last word, and about those settled lately. Hosts
/// ask more often than that by themselves; a run of it is what is kept of how it stands: what went on, and what waits
/// for which reason.
/// </summary>
internal sealed class PollPayouts : Job
{
    private const string ReturnsWithin = "returns_within_days";
    private const int OtherwiseWithin = 5;
    private const int MostDays = 90;

    public override string Name => StandingJobs.PollPayouts;

    public override IReadOnlyList<string> Followers => [PayoutFollower.FollowerName];

    public override IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string>
    {
        [ReturnsWithin] = "For how many days after their settlement payouts are asked for: 0 to 90, otherwise 5.",
    };

    public override Counted? Count(Event happened) => happened switch
    {
        Event.PayoutAccepted accepted => new Counted(accepted.Currency, accepted.Amount),
        Event.PayoutSettled settled => new Counted(settled.Currency, settled.Amount),
        Event.PayoutRejected rejected => new Counted(rejected.Currency, rejected.Amount),
        Event.PayoutReturned returned => new Counted(returned.Currency, returned.Amount),
        _ => null,
    };

    public override async Task<RunPlan> Plan(RunScope scope, CancellationToken token)
    {
        var plan = new RunPlan();
        if (scope.Paying?.Providers is not { } providers) return plan;
        await foreach (var one in new ProviderPolling(scope.Source, providers).All(scope.Book, Since(scope), token))
            plan.Add(new Counted(one.Currency, one.Sent));
        return plan;
    }

    public override async Task Work(RunWork work, CancellationToken token)
    {
        var scope = work.Scope;
        // What a provider would say, nobody knows without asking; and what it says is not to be forgotten again.
        if (work.IsDry || scope.Paying?.Providers is not { } providers) return;
        var polling = new ProviderPolling(scope.Source, providers);
        await foreach (var (one, outcome) in polling.Ask(
            scope.Book, Since(scope), ProviderWay.StepsOf(work), token))
        {
            ProviderWay.Tell(work, outcome);
            if (outcome.Finding is { } code)
                await work.Skip(new SkippedItem(one.Payout, code, one.Currency, one.Sent), token);
        }
    }

    private static Instant? Since(RunScope scope)
    {
        var days = OtherwiseWithin;
        if (scope.Options.GetValueOrDefault(ReturnsWithin) is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out days) || days > MostDays))
            throw new RunBrokenOff($"{ReturnsWithin} is a whole number from 0 to {MostDays}.");
        return days == 0 ? null : scope.Now - Duration.FromDays(days);
    }
}
