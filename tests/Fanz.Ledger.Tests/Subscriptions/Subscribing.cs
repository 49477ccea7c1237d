using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>The words that the tests of subscriptions share: ann subscribes to bea.</summary>
internal static class Subscribing
{
    public static Command.StartSubscription Start(
        SubscriptionPeriod period, long amount, string currency = "USD", Funding funding = Funding.Card) =>
        new("s-1", "ann", "bea", amount, currency, funding, period);

    public static Command.StartSubscription Monthly(long amount = 9_99, string currency = "USD") =>
        Start(SubscriptionPeriod.Monthly, amount, currency);

    public static Command.StartSubscription Yearly(long amount = 120_00, string currency = "USD") =>
        Start(SubscriptionPeriod.Yearly, amount, currency);

    public static Command.StartTrial Trial(
        int days, SubscriptionPeriod period = SubscriptionPeriod.Monthly, long amount = 9_99) =>
        new("s-1", "ann", "bea", amount, "USD", period, days);

    public static Command.RenewSubscription Renew(long? amount = null) => new("s-1", Funding.Card, amount);

    public static Command.RetrySubscription Retry(long? amount = null) => new("s-1", Funding.Card, amount);

    public static Command.UpgradeSubscription Upgrade(long price) => new("s-1", Funding.Card, price);

    public static Command.MarkPastDue PastDue() => new("s-1", "card declined");

    public static Command.CancelSubscription Cancel() => new("s-1");

    public static Command.ResumeSubscription Resume() => new("s-1");

    public static Command.ExpireSubscription Expire() => new("s-1");

    public static Command.RecogniseRevenue Recognise(long charge, int period) => new(charge, period);

    /// <summary>Waits for a day to come.</summary>
    public static BookInMemory On(this BookInMemory book, int year, int month, int day)
    {
        book.Wait(Duration.FromDays(Period.DaysBetween(book.Now.Today, new LocalDate(year, month, day))));
        return book;
    }

    public static long LastNumber(this BookInMemory book) => book.Journal[^1].Record.Number;

    public static Event LastEvent(this BookInMemory book)
    {
        var record = book.Journal[^1].Record;
        return EventFormat.Read(record.Type, record.Data.Span);
    }

    /// <summary>What the last record charged for: "2026-01-01 to 2026-02-01 in 1".</summary>
    public static string LastPeriod(this BookInMemory book)
    {
        var paid = Assert.IsType<Event.SubscriptionCharge>(book.LastEvent(), exactMatch: false).PaidFor;
        return $"{paid.Start:uuuu-MM-dd} to {paid.End:uuuu-MM-dd} in {paid.Months}";
    }
}
