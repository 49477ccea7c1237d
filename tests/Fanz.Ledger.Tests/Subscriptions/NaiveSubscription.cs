using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// One subscription, told as plainly as it can be: words for states, the calendar of the framework, decimal numbers.
/// It answers "refused code" or what was recorded, with the amount and the days that were charged for.
/// </summary>
internal sealed class NaiveSubscription
{
    private string state = "unknown";
    private SubscriptionPeriod period;
    private long price;
    private DateTime first;
    private int monthsPaid;
    private DateTime start;
    private int failures;
    private bool charged;

    private DateTime End => first.AddMonths(monthsPaid);

    private DateTime RenewableFrom => charged ? End.AddDays(-3) : End;

    private int Months => period switch
    {
        SubscriptionPeriod.Monthly => 1,
        SubscriptionPeriod.Yearly => 12,
        _ => 24,
    };

    public string Post(Command command, LocalDate date)
    {
        var today = date.ToDateTimeUnspecified();
        if (command is Command.StartSubscription or Command.StartTrial)
        {
            if (state != "unknown") return "refused subscription_exists";
        }
        else if (state == "unknown") return "refused subscription_unknown";

        switch (command)
        {
            case Command.StartSubscription start:
                (period, price, first, monthsPaid) = (start.Period, start.Amount, today, 0);
                return Charge("subscription_started", today);
            case Command.StartTrial trial:
                (state, period, price, first, monthsPaid) =
                    ("trial", trial.Period, trial.Amount, today.AddDays(trial.TrialDays), 0);
                return "trial_started";
            case Command.RenewSubscription renew:
                if (state is not ("trial" or "active")) return "refused subscription_not_in_state";
                if (today < RenewableFrom) return "refused too_early";
                price = renew.Amount ?? price;
                return Charge("subscription_renewed", today);
            case Command.RetrySubscription retry:
                if (state != "past due") return "refused subscription_not_in_state";
                price = retry.Amount ?? price;
                return Charge("subscription_recovered", today);
            case Command.UpgradeSubscription upgrade: return Upgrade(upgrade.Price, today);
            case Command.MarkPastDue:
                if (state is not ("trial" or "active" or "past due")) return "refused subscription_not_in_state";
                if (today < RenewableFrom) return "refused too_early";
                (state, failures) = ("past due", failures + 1);
                return $"subscription_past_due {failures}";
            case Command.CancelSubscription:
                if (state is not ("trial" or "active" or "past due")) return "refused subscription_not_in_state";
                state = "cancelled";
                return "subscription_cancelled";
            case Command.ResumeSubscription:
                if (state != "cancelled") return "refused subscription_not_in_state";
                if (today >= End) return "refused too_late";
                state = failures > 0 ? "past due" : charged ? "active" : "trial";
                return "subscription_resumed";
            case Command.ExpireSubscription:
                if (state is not ("cancelled" or "past due")) return "refused subscription_not_in_state";
                if (today < End) return "refused too_early";
                state = "expired";
                return "subscription_expired";
            default: throw new ArgumentException($"{command} is not of a subscription.");
        }
    }

    private string Charge(string what, DateTime today)
    {
        start = End;
        if (first.AddMonths(monthsPaid + Months) <= today) (first, monthsPaid, start) = (today, 0, today);
        monthsPaid += Months;
        (state, failures, charged) = (period == SubscriptionPeriod.Lifetime ? "lifetime" : "active", 0, true);
        return $"{what} {price} {start:yyyy-MM-dd} {End:yyyy-MM-dd} {Months}";
    }

    private string Upgrade(long newPrice, DateTime today)
    {
        if (state != "active") return "refused subscription_not_in_state";
        var from = today < start ? start : today;
        var (left, whole) = ((decimal)(End - from).Days, (decimal)(End - start).Days);
        if (left <= 0) return "refused not_an_upgrade";
        var due = Math.Round(newPrice * left / whole, MidpointRounding.AwayFromZero)
            - Math.Round(price * left / whole, MidpointRounding.AwayFromZero);
        if (due <= 0) return "refused not_an_upgrade";
        price = newPrice;
        var months = 0;
        while (months < Months && first.AddMonths(monthsPaid - months - 1) > from) months++;
        // The month that is going on counts as well.
        months = Math.Min(months + 1, Months);
        return $"subscription_upgraded {due:0} {from:yyyy-MM-dd} {End:yyyy-MM-dd} {months}";
    }
}
