using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Importing;
using Fanz.Ledger.Money;
using Fanz.Ledger.Subscriptions;

namespace Fanz.Ledger.Journal;

/// <summary>What is wrong with the form of a subscription that was begun elsewhere.</summary>
public abstract partial record Command
{
    private const int LongestHoldOfOpened = 3_650;
    private const int LongestPeriodOfOpened = 1_200;

    private static IEnumerable<Fault> FaultsOfOpened(string field, OpenedSubscription? one, BookName book)
    {
        if (one is null) return [new Fault(field, "ill_formed", $"{field} is missing")];
        // Who pays whom what is judged as that of any subscription.
        var start = new StartSubscription(
            one.Subscription, one.Fan, one.Creator, one.Price, one.Currency, Funding.Card, one.Period, one.Reference)
        {
            Collaborators = one.Collaborators,
        };
        var faults = start.Faults(book)
            .Select(fault => fault.Field == "amount" ? fault with { Field = "price" } : fault)
            .Concat(FaultsOfPeriod(one))
            .ToList();
        if (faults.Count == 0) faults.AddRange(FaultsOfCharge(one));
        return faults.Select(fault => fault with { Field = $"{field}.{fault.Field}" });
    }

    private static IEnumerable<Fault> FaultsOfPeriod(OpenedSubscription one)
    {
        var form = Found(
            Fault.OfDate("period_start", one.PeriodStart),
            Fault.OfDate("period_end", one.PeriodEnd),
            Fault.OfDate("anchor", one.Anchor),
            Enum.IsDefined(one.State)
                ? null
                : new Fault("state", "ill_formed", "A state is trial, active, past_due or cancelled.")).ToList();
        if (form.Count > 0 || !Enum.IsDefined(one.Period)) return form;
        return Found(
            one.PeriodStart < one.PeriodEnd
                ? null
                : new Fault("period_end", "ill_formed", "A period ends after it has started."),
            one.Period == SubscriptionPeriod.Lifetime && one.State is OpenedState.PastDue or OpenedState.Cancelled
                ? new Fault("state", "ill_formed", "What was paid for good is active.")
                : null,
            FailedAttemptsFault(one),
            one.State == OpenedState.Trial ? AnchorOfTrialFault(one) : PeriodFault(one));
    }

    private static Fault? FailedAttemptsFault(OpenedSubscription one) => (one.State, one.FailedAttempts) switch
    {
        (OpenedState.PastDue, null or <= 0) =>
            new Fault("failed_attempts", "ill_formed", "What is past due has failed at least once."),
        (OpenedState.Trial or OpenedState.Active, not null) =>
            new Fault("failed_attempts", "ill_formed", "Nothing of it has failed."),
        (_, <= 0 or > 1_000) => new Fault("failed_attempts", "ill_formed", "There are 1 to 1000 attempts."),
        _ => null,
    };

    private static Fault? AnchorOfTrialFault(OpenedSubscription one) => one.Anchor is null
        ? null
        : new Fault("anchor", "ill_formed", "Months are counted from the end of a trial.");

    /// <summary>Months are counted from one day, so a period starts and ends on that day of its months.</summary>
    private static Fault? PeriodFault(OpenedSubscription one)
    {
        if (one.PeriodStart >= one.PeriodEnd) return null;
        var (anchor, months) = (one.CountedFrom, one.MonthsPaid);
        if (one.PeriodStart < anchor
            || anchor.PlusMonths(OpenedSubscription.MonthsBetween(anchor, one.PeriodStart)) != one.PeriodStart)
            return new Fault("period_start", "not_on_anchor", $"From {anchor:uuuu-MM-dd} on no month starts then.");
        if (months is 0 or > LongestPeriodOfOpened || one.Paid.End != one.PeriodEnd)
            return new Fault(
                "period_end", "not_on_anchor", $"Counted from {anchor:uuuu-MM-dd} the period does not end then.");
        return null;
    }

    private static IEnumerable<Fault> FaultsOfCharge(OpenedSubscription one)
    {
        if (one.Charge is not { } charge) yield break;
        if (one.State == OpenedState.Trial)
            yield return new Fault("charge", "ill_formed", "Nothing of a trial is paid.");
        if (charge.Funding is not (Funding.Card or Funding.Wallet))
            yield return new Fault("charge.funding", "ill_formed", "It was paid by card or wallet.");
        if (charge.Months < 1 || charge.Months > Math.Max(1, one.Paid.Months))
            yield return new Fault("charge.months", "ill_formed", "They are the last months of the period.");
        if (charge.Processor is not null && IdentifierFault("charge.processor", charge.Processor) is { } processor)
            yield return processor;
        if (charge.Processor is not null && charge.Funding != Funding.Card)
            yield return new Fault("charge.processor", "not_by_card", "Only a card has a processor.");
        if (charge.Deferred is < 0 or > Money.Money.Limit)
            yield return new Fault("charge.deferred", "ill_formed", $"{charge.Deferred} cannot be deferred.");
        foreach (var fault in FaultsOfUnearned(one, charge)) yield return fault;
        if (charge is { Deferred: 0, Unearned: null })
            yield return new Fault("charge", "ill_formed", "All of it is earned: then it is left out.");
        foreach (var fault in FaultsOfHold(charge)) yield return fault;
    }

    private static IEnumerable<Fault> FaultsOfUnearned(OpenedSubscription one, OpenedCharge charge)
    {
        if (charge.Unearned is not { } parts) yield break;
        if (parts.Count is 0 or > Collaborator.Most)
        {
            yield return new Fault("charge.unearned", "ill_formed", $"From 1 to {Collaborator.Most} are to earn it.");
            yield break;
        }

        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is null || !one.Sharing.Contains(parts[i].Creator, StringComparer.Ordinal))
                yield return new Fault($"charge.unearned[{i}].creator", "ill_formed", "Who earns it shares it.");
            if (AmountFault($"charge.unearned[{i}].amount", parts[i]?.Amount ?? 0) is { } amount) yield return amount;
        }

        if (parts.Select(part => part?.Creator).Distinct(StringComparer.Ordinal).Count() != parts.Count)
            yield return new Fault("charge.unearned", "repeated", "Someone is named twice.");
    }

    /// <summary>The terms by which creators will earn it are frozen with it, and only with that.</summary>
    private static IEnumerable<Fault> FaultsOfHold(OpenedCharge charge)
    {
        foreach (var (field, value, most) in new[]
        {
            ("charge.reserve_basis_points", charge.ReserveBasisPoints, Allocation.WholeInBasisPoints),
            ("charge.hold_days", charge.HoldDays, LongestHoldOfOpened),
            ("charge.reserve_days", charge.ReserveDays, LongestHoldOfOpened),
        })
        {
            if (charge.Unearned is null != value is null)
                yield return new Fault(field, "ill_formed", "It is said where creators are to earn, and else not.");
            else if (value is < 0 || value > most)
                yield return new Fault(field, "ill_formed", $"It is from 0 to {most}.");
        }
    }
}
