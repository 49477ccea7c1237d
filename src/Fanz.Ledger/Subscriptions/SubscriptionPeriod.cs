using System.Text.Json.Serialization;
using Fanz.Ledger.Books;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Policies;
using NodaTime;

namespace Fanz.Ledger.Subscriptions;

/// <summary>For how long one charge of a subscription pays.</summary>
[JsonConverter(typeof(WordJson<SubscriptionPeriod>))]
public enum SubscriptionPeriod
{
    [JsonStringEnumMemberName("monthly")]
    Monthly,
    [JsonStringEnumMemberName("yearly")]
    Yearly,

    /// <summary>Paid once and for good; earned over as many months as the platform set.</summary>
    [JsonStringEnumMemberName("lifetime")]
    Lifetime,
}

/// <summary>
/// What a charge pays for: the days from its start to before its end, which are earned in so many months. Months are
/// counted from the anchor, the day on which charging began: a subscription of the 31st is renewed on the last day of
/// February and then on the 31st of March again.
/// </summary>
public readonly record struct PaidPeriod(LocalDate Anchor, LocalDate Start, LocalDate End, int Months)
{
    public static PaidPeriod From(LocalDate anchor, LocalDate start, int months) =>
        new(anchor, start, anchor.PlusMonths(MonthsBetween(anchor, start) + months), months);

    /// <summary>The first day after the k-th month, the first being month 1.</summary>
    public LocalDate EndOfMonth(int k) => Anchor.PlusMonths(MonthsBetween(Anchor, End) - Months + k);

    /// <summary>What is left of it from a day on: the days, and the months that have not ended by then.</summary>
    public PaidPeriod LeftFrom(LocalDate day)
    {
        var start = LocalDate.Max(LocalDate.Min(day, End), Start);
        var months = Months;
        while (months > 0 && EndOfMonth(Months - months + 1) <= start) months--;
        return this with { Start = start, Months = months };
    }

    public int Days => Period.DaysBetween(Start, End);

    /// <summary>Both are days of the same series, so that the day of the month does not matter.</summary>
    private static int MonthsBetween(LocalDate anchor, LocalDate day) =>
        ((day.Year - anchor.Year) * 12) + day.Month - anchor.Month;
}

internal static class SubscriptionPeriods
{
    /// <summary>The months over which one charge is earned.</summary>
    public static int Months(this SubscriptionPeriod period, Book book, LocalDate on) => period switch
    {
        SubscriptionPeriod.Monthly => 1,
        SubscriptionPeriod.Yearly => 12,
        SubscriptionPeriod.Lifetime => Policy.Of(book, on).LifetimeMonths,
        _ => throw new InvariantBroken($"{period} is no period."),
    };
}
