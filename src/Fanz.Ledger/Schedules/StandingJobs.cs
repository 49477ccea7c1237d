using NodaTime;

namespace Fanz.Ledger.Schedules;

/// <summary>
/// What can be scheduled, in the order in which it is done where several are due at once, and the schedule that a job
/// has while nobody has set another. What needs terms that only people can agree upon has none. A host has a job of
/// each of these names.
/// </summary>
public static class StandingJobs
{
    public const string ExpireAuthorisations = "expire-authorisations";
    public const string ExpirePromos = "expire-promos";
    public const string RecogniseRevenue = "recognise-revenue";
    public const string ExpireSubscriptions = "expire-subscriptions";
    public const string ReleaseHolds = "release-holds";
    public const string ReleaseReserves = "release-reserves";
    public const string ReleaseAffiliates = "release-affiliates";
    public const string ImportBankFiles = "import-bank-files";
    public const string Reconcile = "reconcile";
    public const string FormPayouts = "form-payouts";
    public const string SubmitPayouts = "submit-payouts";
    public const string PollPayouts = "poll-payouts";
    public const string ExpireProposals = "expire-proposals";
    public const string ForgetPersons = "forget-persons";
    public const string DailyChecks = "daily-checks";

    private static readonly LocalTime Night = new(3, 0);
    private static readonly LocalTime LateNight = new(4, 0);

    private static readonly (string Job, LocalTime? At)[] All =
    [
        (ExpireAuthorisations, Night),
        (ExpirePromos, Night),
        (RecogniseRevenue, Night),
        (ExpireSubscriptions, Night),
        (ReleaseHolds, Night),
        (ReleaseReserves, Night),
        (ReleaseAffiliates, Night),
        (ImportBankFiles, null),
        (Reconcile, null),
        (FormPayouts, null),
        (SubmitPayouts, null),
        (PollPayouts, null),
        (ExpireProposals, null),
        (ForgetPersons, Night),
        (DailyChecks, LateNight),
    ];

    private static readonly Dictionary<string, Schedule> Schedules = All.Where(one => one.At is not null)
        .ToDictionary(one => one.Job, one => EveryDay(one.Job, one.At!.Value), StringComparer.Ordinal);

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(one => one.Job)];

    public static bool IsKnown(string? job) => job is not null && Names.Contains(job);

    /// <summary>The schedule that a job has of itself; null when it has none.</summary>
    public static Schedule? ScheduleOf(string job) => Schedules.GetValueOrDefault(job);

    // Every day of the year: money that has matured is somebody's, whether banks work or not.
    private static Schedule EveryDay(string job, LocalTime at) => new(
        job, Schedule.Main, Cadence.Daily, at, BusinessCalendar.None, Roll.Next, IsEnabled: true,
        new Dictionary<string, string>());
}
