using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Postgres.Schedules;

/// <summary>What falls due.</summary>
public static class DeadlineKind
{
    /// <summary>A month of a payment for a subscription is over, and is earned.</summary>
    public const string Recognition = "recognition";

    public const string Authorisation = "authorisation";

    public const string Promotion = "promotion";
}

/// <summary>Something open that falls due on a day.</summary>
/// <param name="Subject">An authorisation's name; of a payment and a grant the number.</param>
/// <param name="Number">The record that it began with.</param>
/// <param name="DueOn">The first day on which it can be done.</param>
/// <param name="Period">Of a payment the month that is earned next, of so many.</param>
/// <param name="Paid">Of a payment what it pays for.</param>
public sealed record Deadline(
    string Kind, string Subject, long Number, LocalDate DueOn, string Currency, long Amount, int Period = 0,
    PaidPeriod? Paid = null)
{
    /// <summary>The months of a payment that are over by a day, from the one that is earned next.</summary>
    public IEnumerable<int> MonthsBy(LocalDate day)
    {
        if (Paid is not { } paid) yield break;
        for (var month = Period; month <= paid.Months && paid.EndOfMonth(month) <= day; month++) yield return month;
    }

    internal static Deadline? Of(long number, Event happened) => happened switch
    {
        Event.SubscriptionCharge { Periods: > 0 } charge => OfMonth(number, charge, 1),
        Event.Authorised one => new Deadline(
            DeadlineKind.Authorisation, one.Authorisation, number, one.ExpiresOn.PlusDays(1), one.Currency, one.Amount),
        Event.PromoGranted { ExpiresOn: { } day } one => new Deadline(
            DeadlineKind.Promotion, InWords(number), number, day.PlusDays(1), one.Currency, one.Amount),
        _ => null,
    };

    /// <summary>The next month of a payment; null when all are earned.</summary>
    internal static Deadline? OfMonth(long number, Event.SubscriptionCharge charge, int month) =>
        month > charge.Periods
            ? null
            : new Deadline(
                DeadlineKind.Recognition, InWords(number), number, charge.PaidFor.EndOfMonth(month), charge.Currency,
                charge.Amount, month, charge.PaidFor);

    internal static string InWords(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The names that runs give to what they do about deadlines, and how a follower reads what was skipped.</summary>
public static class DeadlineItems
{
    private const string ChargePrefix = "charge/";
    private const string PromoPrefix = "promo/";

    public static string OfMonth(long charge, int month) =>
        $"{ChargePrefix}{Deadline.InWords(charge)}/{Deadline.InWords(month)}";

    public static string OfPromo(long grant) => $"{PromoPrefix}{Deadline.InWords(grant)}";

    public static string OfAuthorisation(string authorisation) => $"authorisation/{authorisation}";

    /// <summary>
    /// What a run found to be over for good: of a payment that was given back nothing is left to earn, and of a grant
    /// that was spent nothing to expire. Nobody has to look at it again.
    /// </summary>
    internal static (string Kind, string Subject)? Over(SkippedAs skipped) => skipped switch
    {
        { Code: "nothing_to_recognise" } when skipped.Item.StartsWith(ChargePrefix, StringComparison.Ordinal) =>
            (DeadlineKind.Recognition, skipped.Item.Split('/')[1]),
        { Code: "nothing_left_of_promo" } when skipped.Item.StartsWith(PromoPrefix, StringComparison.Ordinal) =>
            (DeadlineKind.Promotion, skipped.Item[PromoPrefix.Length..]),
        _ => null,
    };

    internal readonly record struct SkippedAs(string Item, string Code);
}
