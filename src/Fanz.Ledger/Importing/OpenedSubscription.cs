using System.Text.Json.Serialization;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Importing;

/// <summary>How a subscription stands that was begun elsewhere.</summary>
[JsonConverter(typeof(WordJson<OpenedState>))]
public enum OpenedState
{
    /// <summary>Nothing was charged yet.</summary>
    [JsonStringEnumMemberName("trial")]
    Trial,

    /// <summary>Paid; one for good has no other state.</summary>
    [JsonStringEnumMemberName("active")]
    Active,

    [JsonStringEnumMemberName("past_due")]
    PastDue,

    /// <summary>It ends with its period.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}

/// <summary>A subscription that was begun elsewhere and goes on here.</summary>
/// <param name="Subscription">Its id, by which it is renewed.</param>
/// <param name="Fan">Who pays.</param>
/// <param name="Creator">Who is paid.</param>
/// <param name="Price">Of a period.</param>
/// <param name="Currency">In which it is paid.</param>
/// <param name="Period">For how long a payment pays.</param>
/// <param name="State">How it stands.</param>
/// <param name="PeriodStart">The first day of the trial, or of what was paid last.</param>
/// <param name="PeriodEnd">The first day that is not paid: its next renewal.</param>
public sealed record OpenedSubscription(
    string Subscription, string Fan, string Creator, long Price, string Currency, SubscriptionPeriod Period,
    OpenedState State, LocalDate PeriodStart, LocalDate PeriodEnd)
{
    /// <summary>The day that months are counted from, where that is not the first day of the period.</summary>
    public LocalDate? Anchor { get; init; }

    /// <summary>How many payments have failed since the last that did not.</summary>
    public int? FailedAttempts { get; init; }

    /// <summary>All who share each charge, the creator included; weights are relative.</summary>
    public IReadOnlyList<Collaborator>? Collaborators { get; init; }

    public string? Reference { get; init; }

    /// <summary>What of the last payment is not earned yet.</summary>
    public OpenedCharge? Charge { get; init; }

    /// <summary>The trial, or what was paid last. Only of one without faults.</summary>
    internal PaidPeriod Paid => State == OpenedState.Trial
        ? new PaidPeriod(PeriodEnd, PeriodStart, PeriodEnd, Months: 0)
        : PaidPeriod.From(CountedFrom, PeriodStart, MonthsPaid);

    internal LocalDate CountedFrom => State == OpenedState.Trial ? PeriodEnd : Anchor ?? PeriodStart;

    /// <summary>The whole months of the period, however many they are.</summary>
    internal int MonthsPaid => Period switch
    {
        SubscriptionPeriod.Monthly => 1,
        SubscriptionPeriod.Yearly => 12,
        _ => MonthsBetween(PeriodStart, PeriodEnd),
    };

    internal IEnumerable<string> Sharing => Collaborators?.Select(one => one.Creator) ?? [Creator];

    internal static int MonthsBetween(LocalDate start, LocalDate end) =>
        ((end.Year - start.Year) * 12) + end.Month - start.Month;
}

/// <summary>What of a payment is not earned yet, and over how many months it will be.</summary>
/// <param name="Funding">How it was paid, by card or wallet: there a refund of it goes.</param>
/// <param name="Months">The last ones of the period.</param>
/// <param name="Deferred">The platform's part.</param>
public sealed record OpenedCharge(Funding Funding, int Months, long Deferred)
{
    /// <summary>The creators' parts, where they earn it by the month as well.</summary>
    public IReadOnlyList<UnearnedPart>? Unearned { get; init; }

    /// <summary>What of each month is kept back as a reserve, and for how long; how long the rest is held.</summary>
    public int? ReserveBasisPoints { get; init; }

    public int? HoldDays { get; init; }

    public int? ReserveDays { get; init; }

    public string? Processor { get; init; }

    internal long Amount => Deferred + (Unearned?.Sum(part => part.Amount) ?? 0);
}

/// <summary>What a creator is still to earn of a payment.</summary>
public sealed record UnearnedPart(string Creator, long Amount);
