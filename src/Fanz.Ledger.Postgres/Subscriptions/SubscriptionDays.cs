using Fanz.Ledger.Journal;
using Fanz.Ledger.Postgres.Following;
using NodaTime;

namespace Fanz.Ledger.Postgres.Subscriptions;

/// <summary>What happened to subscriptions on the days of a page.</summary>
internal sealed class SubscriptionDays
{
    private const string AddSql =
        """
        insert into projected.subscription_days as d (
            build, day, trials, started, opened, renewed, recovered, upgraded, failed, cancelled, resumed, expired,
            trial_change, active_change, past_due_change, ending_change)
        select $1, new.*
        from unnest(
            $2::date[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[],
            $16::bigint[]) new
        order by 2
        on conflict (build, day) do update set
            trials = d.trials + excluded.trials, started = d.started + excluded.started,
            opened = d.opened + excluded.opened, renewed = d.renewed + excluded.renewed,
            recovered = d.recovered + excluded.recovered, upgraded = d.upgraded + excluded.upgraded,
            failed = d.failed + excluded.failed, cancelled = d.cancelled + excluded.cancelled,
            resumed = d.resumed + excluded.resumed, expired = d.expired + excluded.expired,
            trial_change = d.trial_change + excluded.trial_change,
            active_change = d.active_change + excluded.active_change,
            past_due_change = d.past_due_change + excluded.past_due_change,
            ending_change = d.ending_change + excluded.ending_change
        """;

    // In the order of the columns.
    private enum Count
    {
        Trials,
        Started,
        Opened,
        Renewed,
        Recovered,
        Upgraded,
        Failed,
        Cancelled,
        Resumed,
        Expired,
        TrialChange,
        ActiveChange,
        PastDueChange,
        EndingChange,
    }

    private static readonly int Columns = Enum.GetValues<Count>().Length;

    private readonly SortedDictionary<LocalDate, long[]> days = [];

    /// <summary>Counts what happened, and the change from one state to another.</summary>
    public void Add(LocalDate day, Event happened, string? before, string? after)
    {
        if (Counted(happened) is not { } count) return;
        if (!days.TryGetValue(day, out var counts)) days[day] = counts = new long[Columns];
        counts[(int)count]++;
        if (Column(before) is { } left) counts[(int)left]--;
        if (Column(after) is { } entered) counts[(int)entered]++;
    }

    public void Write(BuildWrites writes)
    {
        if (days.Count == 0) return;
        object[] parameters =
            [
                days.Keys.Select(day => day.ToDateOnly()).ToArray(),
                .. Enumerable.Range(0, Columns)
                    .Select(column => days.Values.Select(counts => counts[column]).ToArray()),
            ];
        writes.Add(AddSql, parameters);
    }

    /// <summary>An imported rest of a payment is no event of its day.</summary>
    private static Count? Counted(Event happened) => happened switch
    {
        Event.ChargeOpened => null,
        Event.TrialStarted => Count.Trials,
        Event.SubscriptionStarted => Count.Started,
        Event.SubscriptionOpened => Count.Opened,
        Event.SubscriptionRenewed => Count.Renewed,
        Event.SubscriptionRecovered => Count.Recovered,
        Event.SubscriptionUpgraded => Count.Upgraded,
        Event.SubscriptionPastDue => Count.Failed,
        Event.SubscriptionCancelled => Count.Cancelled,
        Event.SubscriptionResumed => Count.Resumed,
        Event.SubscriptionExpired => Count.Expired,
        _ => throw new InvariantBroken($"{happened.GetType().Name} is nothing that happens to a subscription."),
    };

    private static Count? Column(string? state) => state switch
    {
        SubscriptionStates.Trial => Count.TrialChange,
        SubscriptionStates.Active or SubscriptionStates.Lifetime => Count.ActiveChange,
        SubscriptionStates.PastDue => Count.PastDueChange,
        SubscriptionStates.Cancelled => Count.EndingChange,
        null or SubscriptionStates.Expired => null,
        _ => throw new InvariantBroken($"{state} is no state of a subscription."),
    };
}
