using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>
/// Subscriptions, by the months that are paid: each is known by the day on which it is over, and is earned then.
/// </summary>
internal sealed partial class NaiveLedger
{
    private readonly Dictionary<(string Book, string Id), NaiveSubscription> subscriptions = [];

    private sealed class NaiveSubscription
    {
        public required Command.StartSubscription Terms { get; init; }

        public required string State { get; set; }

        public BigInteger Price { get; set; }

        /// <summary>The day that months are counted from, and how many of them are paid.</summary>
        public LocalDate Anchor { get; set; }

        public int MonthsPaid { get; set; }

        /// <summary>The first day of what was paid last.</summary>
        public LocalDate Start { get; set; }

        public bool WasCharged { get; set; }

        public int Failed { get; set; }

        /// <summary>The months of the last payment, by the day after each.</summary>
        public LocalDate[] Months { get; set; } = [];

        public LocalDate End => Anchor.PlusMonths(MonthsPaid);

        public LocalDate RenewableFrom => WasCharged ? End.PlusDays(-3) : End;
    }

    /// <summary>A charge is a sale that is earned at the end of each of its months.</summary>
    private sealed record NaiveCharge(NaiveSale Sale, LocalDate[] Months);

    private Answer? OfSubscriptions(Command command) => command switch
    {
        Command.StartSubscription c => Start(c),
        Command.StartTrial c => StartTrial(c),
        Command.RenewSubscription c => On(c.Subscription, "trial active", one => Renew(c, one, "subscription_renewed")),
        Command.RetrySubscription c => On(c.Subscription, "past_due", one => Renew(c, one, "subscription_recovered")),
        Command.UpgradeSubscription c => On(c.Subscription, "active", one => Upgrade(c, one)),
        Command.MarkPastDue c => On(c.Subscription, "trial active past_due", one =>
            today < one.RenewableFrom ? Refused("too_early") : Become(one, "past_due", "subscription_past_due")),
        Command.CancelSubscription c => On(
            c.Subscription, "trial active past_due", one => Become(one, "cancelled", "subscription_cancelled")),
        Command.ResumeSubscription c => On(c.Subscription, "cancelled", one =>
            today >= one.End
                ? Refused("too_late")
                : Become(
                    one, one.Failed > 0 ? "past_due" : one.WasCharged ? "active" : "trial", "subscription_resumed")),
        Command.ExpireSubscription c => On(c.Subscription, "cancelled past_due", one =>
            today < one.End ? Refused("too_early") : Become(one, "expired", "subscription_expired")),
        Command.RecogniseRevenue c => Recognise(c),
        _ => null,
    };

    private Answer On(string id, string states, Func<NaiveSubscription, Answer> then) =>
        !subscriptions.TryGetValue((here, id), out var one) ? Refused("subscription_unknown")
        : !states.Split(' ').Contains(one.State) ? Refused("subscription_not_in_state")
        : then(one);

    private Answer Become(NaiveSubscription one, string state, string type)
    {
        one.State = state;
        if (type == "subscription_past_due") one.Failed++;
        return Move(type);
    }

    private Answer Start(Command.StartSubscription c)
    {
        if (subscriptions.ContainsKey((here, c.Subscription))) return Refused("subscription_exists");
        var one = new NaiveSubscription { Terms = c, State = "", Price = c.Amount, Anchor = today, Start = today };
        var answer = Charge(c, "subscription_started", MonthsFrom(today, 0, c.Period));
        return answer.Refusal is null ? Subscribed(one, c.Period, answer) : answer;
    }

    private Answer StartTrial(Command.StartTrial c)
    {
        if (subscriptions.ContainsKey((here, c.Subscription))) return Refused("subscription_exists");
        var terms = new Command.StartSubscription(
            c.Subscription, c.Fan, c.Creator, c.Amount, c.Currency, Funding.Card, c.Period)
        {
            Collaborators = c.Collaborators,
        };
        if (ObjectionToSale(Shared(terms)) is { } objection) return Refused(objection);
        subscriptions[(here, c.Subscription)] = new NaiveSubscription
        {
            Terms = terms, State = "trial", Price = c.Amount, Anchor = today.PlusDays(c.TrialDays), Start = today,
        };
        return Move("trial_started");
    }

    private int MonthsOf(SubscriptionPeriod period) => period switch
    {
        SubscriptionPeriod.Monthly => 1,
        SubscriptionPeriod.Yearly => 12,
        _ => Policy(policy => policy.LifetimeMonths) ?? 24,
    };

    private LocalDate[] MonthsFrom(LocalDate anchor, int paid, SubscriptionPeriod period) =>
        [.. Enumerable.Range(paid + 1, MonthsOf(period)).Select(anchor.PlusMonths)];

    /// <summary>The subscription after a charge for the months that follow those which were paid before.</summary>
    private Answer Subscribed(NaiveSubscription one, SubscriptionPeriod period, Answer answer)
    {
        one.Start = one.MonthsPaid == 0 ? one.Anchor : one.End;
        one.Months = MonthsFrom(one.Anchor, one.MonthsPaid, period);
        one.MonthsPaid += one.Months.Length;
        (one.WasCharged, one.Failed) = (true, 0);
        one.State = period == SubscriptionPeriod.Lifetime ? "lifetime" : "active";
        subscriptions[(here, one.Terms.Subscription)] = one;
        return answer;
    }

    private Answer Renew(Command.SubscriptionPayment c, NaiveSubscription one, string type)
    {
        if (type == "subscription_renewed" && today < one.RenewableFrom) return Refused("too_early");
        var price = c switch
        {
            Command.RenewSubscription renew => renew.Amount,
            Command.RetrySubscription retry => retry.Amount,
            _ => null,
        } ?? one.Price;
        if (IsDiscountOver(c, price)) return Refused("discount_over_price");
        // Nobody pays for months that are over: then they are counted anew.
        var (anchor, paid) = (one.Anchor, one.MonthsPaid);
        if (today >= MonthsFrom(anchor, paid, one.Terms.Period)[^1]) (anchor, paid) = (today, 0);
        var answer = Charge(Payment(c, one, price), type, MonthsFrom(anchor, paid, one.Terms.Period));
        if (answer.Refusal is not null) return answer;
        (one.Anchor, one.MonthsPaid, one.Price) = (anchor, paid, price);
        return Subscribed(one, one.Terms.Period, answer);
    }

    private Answer Upgrade(Command.UpgradeSubscription c, NaiveSubscription one)
    {
        var from = LocalDate.Max(today, one.Start);
        BigInteger whole = Period.DaysBetween(one.Start, one.End);
        var left = BigInteger.Max(0, Period.DaysBetween(from, one.End));
        var due = Nearest(c.Price * left, whole) - Nearest(one.Price * left, whole);
        if (due <= 0) return Refused("not_an_upgrade");
        if (IsDiscountOver(c, due)) return Refused("discount_over_price");
        var answer = Charge(
            Payment(c, one, due), "subscription_upgraded", [.. one.Months.Where(month => month > from)]);
        if (answer.Refusal is null) one.Price = c.Price;
        return answer;
    }

    private static bool IsDiscountOver(Command.SubscriptionPayment c, BigInteger price) =>
        c.Discount is { } discount
        && discount.Amount > (discount.BorneBy == Bearer.Creator ? price - 1 : price);

    private static Command.StartSubscription Payment(
        Command.SubscriptionPayment c, NaiveSubscription one, BigInteger amount) => one.Terms with
        {
            Amount = (long)amount,
            Funding = c.Funding,
            Reference = c.Reference,
            Processor = c.Processor,
            Authorisation = null,
            Country = c.Country,
            Affiliate = c.Affiliate,
            Taxes = c.Taxes,
            Discount = c.Discount,
            Metadata = c.Metadata,
        };

    /// <summary>The creators earn a single month at once and several one by one; the platform always does.</summary>
    private Answer Charge(Command.StartSubscription c, string type, LocalDate[] months)
    {
        var sale = Shared(c);
        if (ObjectionToSale(sale) is { } refusal) return Refused(refusal);
        var (pendingUntil, reserveUntil) =
            (Day(today.PlusDays(sale.Terms.HoldDays)), Day(today.PlusDays(sale.Terms.ReserveDays)));
        var isMonthly = c.Period == SubscriptionPeriod.Monthly;
        return Move(new NaiveDraft(here, type,
        [
            .. Paying(sale, isEarned: true),
            .. sale.Creators.SelectMany(part => isMonthly
                ? new[]
                {
                    ($"creator.pending/{c.Currency}/{pendingUntil}/{part.Creator}", -part.Pending),
                    ($"creator.reserve/{c.Currency}/{reserveUntil}/{part.Creator}", -part.Reserve),
                }
                : [($"creator.unearned/{c.Currency}//{part.Creator}", -part.Pending - part.Reserve)]),
            ($"affiliate.pending/{c.Currency}/{pendingUntil}/{c.Affiliate}", -sale.Affiliate),
            ($"deferred.revenue/{c.Currency}//", -sale.Fee),
            .. Taxes(sale),
        ])
        {
            Stream = $"subscription/{c.Subscription}",
            About = new NaiveCharge(sale, months),
        });
    }

    /// <summary>
    /// Of what remained after the last refund, the k-th of the months that were then left; the last takes all there is.
    /// </summary>
    private Answer Recognise(Command.RecogniseRevenue c)
    {
        if (Past(c.Charge) is not { } past) return Refused("transaction_unknown");
        if (past.Draft.About is not NaiveCharge charge) return Refused("not_a_charge");
        if (IsDisputed(c.Charge)) return Refused("earning_during_dispute");
        var parts = new NaiveRemains(past).Parts
            .Where(part => Code(part.Account) is "creator.unearned" or "deferred.revenue").ToList();
        var (sale, recognised) = (charge.Sale, past.Since.Count(record => record.Type == "revenue_recognised"));
        if (parts.Count == 0) return Refused("nothing_to_recognise");
        if (c.Period != recognised + 1) return Refused("not_next_period");
        if (today < charge.Months[recognised]) return Refused("too_early");

        var lastReturn = past.Since.FindLastIndex(record => record.Draft.About is NaiveReturn);
        var since = past.Since.Skip(lastReturn + 1).Where(record => record.Type == "revenue_recognised").ToList();
        var left = charge.Months.Length - recognised + since.Count;
        BigInteger k = since.Count + 1;
        var earned = parts.ConvertAll(part =>
        {
            if (k == left) return part;
            var whole = part.Amount + Sum(since.SelectMany(record => record.Legs)
                .Where(leg => leg.Account == part.Account).Select(leg => leg.Amount));
            return (part.Account, Amount: (whole * k / left) - (whole * (k - 1) / left));
        });
        var holds = earned.Where(part => Code(part.Account) == "creator.unearned").ToList();
        var revenue = earned.Find(part => Code(part.Account) == "deferred.revenue").Amount;
        var (pendingUntil, reserveUntil) =
            (Day(today.PlusDays(sale.Terms.HoldDays)), Day(today.PlusDays(sale.Terms.ReserveDays)));
        return Move(new NaiveDraft(here, "revenue_recognised",
        [
            .. holds,
            ($"deferred.revenue/{sale.Currency}//", revenue),
            .. holds.SelectMany(part =>
            {
                var pending = BasisPoints(part.Amount, 10_000 - sale.Terms.Reserve);
                return new[]
                {
                    ($"creator.pending/{sale.Currency}/{pendingUntil}/{Owner(part.Account)}", -pending),
                    ($"creator.reserve/{sale.Currency}/{reserveUntil}/{Owner(part.Account)}", pending - part.Amount),
                };
            }),
            ($"revenue.subscription/{sale.Currency}//", -revenue),
        ])
        {
            RefersTo = c.Charge,
        });
    }
}
