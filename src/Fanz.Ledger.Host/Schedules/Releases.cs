using System.Runtime.CompilerServices;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Schedules;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>
/// Releases whole cohorts that have matured by the day of the run, one command for each owner, currency and cohort. Who
/// is sanctioned, held or frozen is skipped and keeps what is held; the next day's run asks again.
/// </summary>
internal abstract class ReleaseOfCohorts(AccountCode held) : ItemJob
{
    public override IReadOnlyList<string> Followers => [BalanceFollower.FollowerName];

    public override async IAsyncEnumerable<RunItem> Items(
        RunScope scope, [EnumeratorCancellation] CancellationToken token)
    {
        var run = scope.Run.ToString();
        var matured = new MaturedCohorts(scope.Source);
        await foreach (var cohort in matured.In(scope.Book, held, scope.Run.On, token))
        {
            yield return new RunItem(
                $"{cohort.Owner}/{cohort.Currency}/{LocalDatePattern.Iso.Format(cohort.Cohort)}",
                Release(cohort, run), cohort.Currency, cohort.Amount);
        }
    }

    protected abstract Command Release(MaturedCohort cohort, string run);
}

internal sealed class ReleaseHolds() : ReleaseOfCohorts(Chart.CreatorPending)
{
    public override string Name => StandingJobs.ReleaseHolds;

    public override Counted? Count(Event happened) =>
        happened is Event.HoldReleased released ? new Counted(released.Currency, released.Amount) : null;

    protected override Command Release(MaturedCohort cohort, string run) =>
        new Command.ReleaseHold(cohort.Owner, cohort.Currency, cohort.Cohort, run);
}

internal sealed class ReleaseReserves() : ReleaseOfCohorts(Chart.CreatorReserve)
{
    public override string Name => StandingJobs.ReleaseReserves;

    public override Counted? Count(Event happened) =>
        happened is Event.ReserveReleased released ? new Counted(released.Currency, released.Amount) : null;

    protected override Command Release(MaturedCohort cohort, string run) =>
        new Command.ReleaseReserve(cohort.Owner, cohort.Currency, cohort.Cohort, run);
}

internal sealed class ReleaseAffiliates() : ReleaseOfCohorts(Chart.AffiliatePending)
{
    public override string Name => StandingJobs.ReleaseAffiliates;

    public override Counted? Count(Event happened) =>
        happened is Event.AffiliateReleased released ? new Counted(released.Currency, released.Amount) : null;

    protected override Command Release(MaturedCohort cohort, string run) =>
        new Command.ReleaseAffiliate(cohort.Owner, cohort.Currency, cohort.Cohort, run);
}
