using Fanz.Ledger.Host.Banking;
using Fanz.Ledger.Host.Erasure;
using Fanz.Ledger.Host.Payouts;
using Fanz.Ledger.Host.Payouts.Provider;
using Fanz.Ledger.Host.Proposals;
using Fanz.Ledger.Host.Reconciling;
using Fanz.Ledger.Schedules;

namespace Fanz.Ledger.Host.Schedules;

/// <summary>All that this host does on schedule, each under its name of <see cref="StandingJobs"/>.</summary>
internal static class Jobs
{
    public static IReadOnlyList<Job> All { get; } =
        [
            new ExpireAuthorisations(),
            new ExpirePromos(),
            new RecogniseRevenue(),
            new ExpireSubscriptions(),
            new ReleaseHolds(),
            new ReleaseReserves(),
            new ReleaseAffiliates(),
            new ImportBankFiles(),
            new Reconcile(),
            new FormPayouts(),
            new SubmitPayouts(),
            new PollPayouts(),
            new ExpireProposals(),
            new ForgetPersons(),
            new DailyChecks(),
        ];
}
