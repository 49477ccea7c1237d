using Fanz.Ledger.Postgres.Lists;
using Fanz.Ledger.Standing;

namespace Fanz.Ledger.Postgres.Subscriptions;

/// <summary>Subscriptions as they stand, and how many there were.</summary>
public static class SubscriptionLists
{
    // Dressed up, so that the index by states is not walked, which has the days of each state by itself.
    private const string GoesOn = "s.state || '' in ('trial', 'active', 'past_due')";

    private static readonly ListKey[] ByPeriod =
        [new("s.period_end", ValueKind.Date), new("s.subscription", ValueKind.Text)];

    public static Listing Subscriptions { get; } = new(
        "subscriptions", SubscriptionFollower.FollowerName, "Subscriptions, by when what was paid for ends.",
        "projected.subscriptions s", "s.build = @build",
        [
            new("subscription", "s.subscription", ValueKind.Text, "Its id."),
            new("fan", "s.fan", ValueKind.Text, "Who pays."),
            new("creator", "s.creator", ValueKind.Text, "Who is paid."),
            new("period", "s.period", ValueKind.Text, "For how long a payment pays: monthly, yearly or lifetime."),
            new(
                "state", "s.state", ValueKind.Text,
                "trial, active, lifetime, past_due, cancelled (it ends with its period) or expired."),
            new("started_on", "s.started_on", ValueKind.Date, "The first day of its first period known here."),
            new("period_start", "s.period_start", ValueKind.Date, "The first day of the trial, or of what was paid last."),
            new("period_end", "s.period_end", ValueKind.Date, "The first day after that."),
            new(
                "renews_on", $"case when {GoesOn} then s.period_end end", ValueKind.Date,
                "When the next payment is due; none when nothing more is."),
            new("ended_on", "s.ended_on", ValueKind.Date, "The day on which it was found to be over."),
            new("attempts", "s.attempts::bigint", ValueKind.Whole, "How many payments have failed since the last."),
            new("currency", "s.currency", ValueKind.Text, "In which it is paid."),
            new("price", "s.price", ValueKind.Minor, "Of a period, before taxes and discounts."),
            new("charges", "s.charges", ValueKind.Whole, "How often it was paid here."),
            new("charged", "s.charged", ValueKind.Minor, "What the fan paid, with taxes and less discounts."),
            new("refunds", "s.refunds", ValueKind.Whole, "How often something of that was given back."),
            new("refunded", "s.refunded", ValueKind.Minor, "How much: refunds, lost disputes, what was taken back."),
            new(
                "deferred", "s.deferred", ValueKind.Minor,
                "What of it the platform has yet to earn: its part of deferred.revenue."),
            new(
                "unearned", "s.unearned", ValueKind.Minor,
                "What of it the creators have yet to earn: its part of creator.unearned."),
        ],
        [
            new("subscription", ValueKind.Text, "s.subscription = @value", "This one."),
            new("state", ValueKind.Text, "s.state = @value", "Stands so.") { Words = SubscriptionStates.All },
            new("creator", ValueKind.Text, "s.creator = @value", "Pays this creator."),
            new("fan", ValueKind.Text, "s.fan = @value", "Is paid by this fan."),
            new("ends_from", ValueKind.Date, "s.period_end >= @value", "Its period ends on this day or later."),
            new("ends_to", ValueKind.Date, "s.period_end <= @value", "Its period ends on this day or earlier."),
            new(
                "renews_from", ValueKind.Date, $"s.period_end >= @value and {GoesOn}",
                "Its next payment is due on this day or later."),
            new(
                "renews_to", ValueKind.Date, $"s.period_end <= @value and {GoesOn}",
                "Its next payment is due on this day or earlier."),
        ],
        [new("soonest", ByPeriod), new("latest", ByPeriod) { IsDescending = true }])
    {
        Text =
            "The sums of `deferred` and `unearned` in a currency are the balances of deferred.revenue and "
            + "creator.unearned in the trial balance, but for what belongs to no subscription: balances that were "
            + "imported bare or moved by hand, which projected.deferred_elsewhere keeps apart.",
        OwnerFilters = new Dictionary<Role, string> { [Role.Fan] = "fan", [Role.Creator] = "creator" },
    };

    public static Listing Days { get; } = new(
        "subscription_days", SubscriptionFollower.FollowerName, "What happened to subscriptions day by day.",
        "projected.subscription_days d", "d.build = @build",
        [
            new("day", "d.day", ValueKind.Date, "The effective day."),
            new("trials", "d.trials", ValueKind.Whole, "Trials that began."),
            new("started", "d.started", ValueKind.Whole, "Begun with a payment."),
            new("opened", "d.opened", ValueKind.Whole, "Brought in by an import."),
            new("renewed", "d.renewed", ValueKind.Whole, "Paid for another period."),
            new("recovered", "d.recovered", ValueKind.Whole, "Paid after a payment had failed."),
            new("upgraded", "d.upgraded", ValueKind.Whole, "Changed to a higher price."),
            new("failed", "d.failed", ValueKind.Whole, "Payments that failed, each attempt."),
            new("cancelled", "d.cancelled", ValueKind.Whole, "Cancelled: they end with their period."),
            new("resumed", "d.resumed", ValueKind.Whole, "Go on after all."),
            new("churned", "d.expired", ValueKind.Whole, "Over."),
            AtEnd("trial", "sum(x.trial_change)", "In their trial"),
            AtEnd("active", "sum(x.active_change)", "Active, those paid for good included,"),
            AtEnd("past_due", "sum(x.past_due_change)", "Past due"),
            AtEnd("ending", "sum(x.ending_change)", "Cancelled and not over yet"),
        ],
        [
            new("from", ValueKind.Date, "d.day >= @value", "This day or later."),
            new("to", ValueKind.Date, "d.day <= @value", "This day or earlier."),
        ],
        [
            new("newest", [new("d.day", ValueKind.Date)]) { IsDescending = true },
            new("oldest", [new("d.day", ValueKind.Date)]),
        ])
    {
        Text = "Days on which nothing happened have no row: there it is as it was at the end of the day before.",
    };

    /// <summary>A sum over the days up to this one: a row a day, so few.</summary>
    private static ListColumn AtEnd(string name, string sum, string meaning) => new(
        name,
        $"""
        (select coalesce({sum}, 0)::bigint from projected.subscription_days x
        where x.build = d.build and x.day <= d.day)
        """,
        ValueKind.Whole, $"{meaning} at the end of the day.");
}
