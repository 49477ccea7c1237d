using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Subscriptions;

/// <summary>All that a subscription can be.</summary>
public enum SubscriptionState
{
    /// <summary>There is none of that id.</summary>
    Unknown,

    /// <summary>Nothing was charged yet; the first renewal is the first charge.</summary>
    Trial,

    Active,

    /// <summary>Charged for good. Nothing ends it, and nothing is renewed.</summary>
    Lifetime,

    /// <summary>A renewal was not paid. It may be tried again until the subscription is expired.</summary>
    PastDue,

    /// <summary>It ends with its period, unless it is resumed before.</summary>
    Cancelled,

    /// <summary>Over. Whoever comes back starts another one.</summary>
    Expired,
}

/// <summary>Who pays whom how much for how long.</summary>
public sealed record SubscriptionTerms(
    string Fan, string Creator, long Price, string Currency, SubscriptionPeriod Period,
    IReadOnlyList<Collaborator>? Collaborators);

/// <summary>A subscription, as the records of its stream have left it.</summary>
public sealed record Subscription : Aggregate
{
    /// <summary>From how many days before its end on a period can be renewed.</summary>
    public const int DaysOfRenewal = 3;

    private SubscriptionTerms? terms;

    public SubscriptionState State { get; private init; }

    public SubscriptionTerms Terms => terms ?? throw new InvariantBroken("A subscription without terms was asked for.");

    /// <summary>The trial, or what the last renewal paid for; its end is the first day that is not paid.</summary>
    public PaidPeriod Paid { get; private init; }

    /// <summary>How many payments have failed since the last charge.</summary>
    public int FailedAttempts { get; private init; }

    private bool WasCharged { get; init; }

    internal static string StreamOf(string subscription) => $"subscription/{subscription}";

    /// <summary>
    /// The first day on which the next period can be charged. A trial is not charged before it is over.
    /// </summary>
    public LocalDate RenewableFrom => WasCharged ? Paid.End.PlusDays(-DaysOfRenewal) : Paid.End;

    /// <summary>
    /// The period that the next charge pays for. It begins where the last one ended, however late it is paid; but
    /// nobody pays for a period that is over: then it begins on the day of the payment, and is counted from there.
    /// </summary>
    public PaidPeriod Next(LocalDate today, int months)
    {
        var next = PaidPeriod.From(Paid.Anchor, Paid.End, months);
        return today < next.End ? next : PaidPeriod.From(today, today, months);
    }

    public override Subscription After(Recorded recorded) => (State, recorded.Event) switch
    {
        (SubscriptionState.Unknown, Event.TrialStarted trial) => this with
        {
            State = SubscriptionState.Trial,
            terms = new SubscriptionTerms(
                trial.Fan, trial.Creator, trial.Amount, trial.Currency, trial.Period, trial.Collaborators),
            Paid = new PaidPeriod(trial.TrialEnd, trial.TrialStart, trial.TrialEnd, Months: 0),
        },
        (SubscriptionState.Unknown, Event.SubscriptionStarted started) => Charged(started) with
        {
            terms = new SubscriptionTerms(
                started.Fan, started.Creator, started.Amount, started.Currency, started.Period, started.Collaborators),
        },
        (SubscriptionState.Unknown, Event.SubscriptionOpened opened) => Opened(opened),
        // What is left of a payment from before: the terms and the period were opened beside it.
        (SubscriptionState.Active or SubscriptionState.Lifetime or SubscriptionState.PastDue
            or SubscriptionState.Cancelled, Event.ChargeOpened) => this,
        (SubscriptionState.Trial or SubscriptionState.Active, Event.SubscriptionRenewed renewed) =>
            Charged(renewed) with { terms = Terms with { Price = renewed.Amount } },
        (SubscriptionState.PastDue, Event.SubscriptionRecovered recovered) =>
            Charged(recovered) with { terms = Terms with { Price = recovered.Amount } },
        (SubscriptionState.Active, Event.SubscriptionUpgraded upgraded) =>
            this with { terms = Terms with { Price = upgraded.Price } },
        (SubscriptionState.Trial or SubscriptionState.Active or SubscriptionState.PastDue, Event.SubscriptionPastDue)
            => this with { State = SubscriptionState.PastDue, FailedAttempts = FailedAttempts + 1 },
        (SubscriptionState.Trial or SubscriptionState.Active or SubscriptionState.PastDue, Event.SubscriptionCancelled)
            => this with { State = SubscriptionState.Cancelled },
        (SubscriptionState.Cancelled, Event.SubscriptionResumed) => this with { State = BeforeItWasCancelled },
        (SubscriptionState.Cancelled or SubscriptionState.PastDue, Event.SubscriptionExpired) =>
            this with { State = SubscriptionState.Expired },
        _ => throw Impossible(recorded),
    };

    private SubscriptionState BeforeItWasCancelled =>
        FailedAttempts > 0 ? SubscriptionState.PastDue
        : WasCharged ? SubscriptionState.Active
        : SubscriptionState.Trial;

    private Subscription Opened(Event.SubscriptionOpened opened) => this with
    {
        State = opened.State switch
        {
            OpenedState.Trial => SubscriptionState.Trial,
            OpenedState.PastDue => SubscriptionState.PastDue,
            OpenedState.Cancelled => SubscriptionState.Cancelled,
            _ when opened.Period == SubscriptionPeriod.Lifetime => SubscriptionState.Lifetime,
            _ => SubscriptionState.Active,
        },
        terms = new SubscriptionTerms(
            opened.Fan, opened.Creator, opened.Price, opened.Currency, opened.Period, opened.Collaborators),
        Paid = opened.Paid,
        FailedAttempts = opened.FailedAttempts ?? 0,
        WasCharged = opened.State != OpenedState.Trial,
    };

    private Subscription Charged(Event.SubscriptionCharge charge) => this with
    {
        State = charge.Period == SubscriptionPeriod.Lifetime ? SubscriptionState.Lifetime : SubscriptionState.Active,
        Paid = charge.PaidFor,
        FailedAttempts = 0,
        WasCharged = true,
    };
}
