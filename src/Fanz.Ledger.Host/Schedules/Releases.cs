using System.Runtime.CompilerServices;
using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Balances;
using Fanz.Ledger.Postgres.Schedules;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Schedules;
using Fanz.Ledger.Tax;
using NodaTime.Text;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>
/// Releases whole cohorts that have matured by the day of the run, one command for each owner, currency and cohort. Who
/// is sanctioned, held or frozen is skipped and keeps what is held; the next day's run asks again. Where the ledger
/// withholds tax from creators, each says where its money came from.
/// </summary>
internal abstract class ReleaseOfCohorts(AccountCode held) : ItemJob
{
    private const int CohortsAtATime = 2_000;

    public override IReadOnlyList<string> Followers => [BalanceFollower.FollowerName, TaxFollower.FollowerName];

    public override async IAsyncEnumerable<RunItem> Items(
        RunScope scope, [EnumeratorCancellation] CancellationToken token)
    {
        var page = new List<MaturedCohort>(CohortsAtATime);
        await foreach (var cohort in new MaturedCohorts(scope.Source).In(scope.Book, held, scope.Run.On, token))
        {
            page.Add(cohort);
            if (page.Count < CohortsAtATime) continue;
            foreach (var item in await Items(scope, page, token)) yield return item;
            page.Clear();
        }

        foreach (var item in await Items(scope, page, token)) yield return item;
    }

    protected abstract Command Release(MaturedCohort cohort, string run, IReadOnlyList<IncomeSource>? sources);

    /// <summary>Where money came from is told of creators alone: the ledger has no tax forms of affiliates.</summary>
    private async Task<IEnumerable<RunItem>> Items(
        RunScope scope, IReadOnlyList<MaturedCohort> cohorts, CancellationToken token)
    {
        var found = held == Chart.AffiliatePending || cohorts.Count == 0
            ? null
            : await new CohortSources(scope.Source).Wanted(
                scope.Book, scope.Run.On, [.. cohorts.Select(one => new HeldCohort(AccountOf(one), one.Amount))], token);
        var run = scope.Run.ToString();
        return cohorts.Select(cohort => new RunItem(
            $"{cohort.Owner}/{cohort.Currency}/{LocalDatePattern.Iso.Format(cohort.Cohort)}",
            Release(cohort, run, found?.Of(AccountOf(cohort))), cohort.Currency, cohort.Amount)).ToArray();
    }

    private AccountKey AccountOf(MaturedCohort cohort) =>
        new(held, cohort.Owner, Money.Currency.Of(cohort.Currency), cohort.Cohort);
}

internal sealed class ReleaseHolds() : ReleaseOfCohorts(Chart.CreatorPending)
{
    public override string Name => StandingJobs.ReleaseHolds;

    public override Counted? Count(Event happened) =>
        happened is Event.HoldReleased released ? new Counted(released.Currency, released.Amount) : null;

    protected override Command Release(
        MaturedCohort cohort, string run, IReadOnlyList<IncomeSource>? sources) =>
        new Command.ReleaseHold(cohort.Owner, cohort.Currency, cohort.Cohort, run) { Sources = sources };
}

internal sealed class ReleaseReserves() : ReleaseOfCohorts(Chart.CreatorReserve)
{
    public override string Name => StandingJobs.ReleaseReserves;

    public override Counted? Count(Event happened) =>
        happened is Event.ReserveReleased released ? new Counted(released.Currency, released.Amount) : null;

    protected override Command Release(
        MaturedCohort cohort, string run, IReadOnlyList<IncomeSource>? sources) =>
        new Command.ReleaseReserve(cohort.Owner, cohort.Currency, cohort.Cohort, run) { Sources = sources };
}

internal sealed class ReleaseAffiliates() : ReleaseOfCohorts(Chart.AffiliatePending)
{
    public override string Name => StandingJobs.ReleaseAffiliates;

    public override Counted? Count(Event happened) =>
        happened is Event.AffiliateReleased released ? new Counted(released.Currency, released.Amount) : null;

    protected override Command Release(
        MaturedCohort cohort, string run, IReadOnlyList<IncomeSource>? sources) =>
        new Command.ReleaseAffiliate(cohort.Owner, cohort.Currency, cohort.Cohort, run);
}
