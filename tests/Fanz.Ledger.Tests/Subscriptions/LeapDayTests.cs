using Fanz.Ledger.Journal;
using NodaTime;

namespace Fanz.Ledger.Tests;

/// <summary>Subscriptions at the ends of months and years, where counting days goes wrong.</summary>
public class LeapDayTests
{
    private static readonly LocalDate LeapDay = new(2028, 2, 29);

    [Fact]
    public void A_year_from_a_leap_day_ends_before_the_28th_of_February_and_the_next_but_three_on_a_leap_day_again()
    {
        var book = On(LeapDay).Posted(Subscribing.Yearly());
        foreach (var (renewed, end) in new[]
        {
            (new LocalDate(2029, 2, 28), new LocalDate(2030, 2, 28)),
            (new LocalDate(2030, 2, 28), new LocalDate(2031, 2, 28)),
            (new LocalDate(2031, 2, 28), new LocalDate(2032, 2, 29)),
        })
        {
            book.Until(renewed).Posted(Subscribing.Renew());
            Assert.Equal($"{renewed:uuuu-MM-dd} to {end:uuuu-MM-dd} in 12", book.LastPeriod());
        }
    }

    [Fact]
    public void Each_month_of_a_leap_day_is_over_on_the_29th_and_the_last_on_the_28th()
    {
        var book = On(LeapDay).Posted(Subscribing.Yearly());
        for (var month = 1; month <= 12; month++)
        {
            var over = month == 12 ? new LocalDate(2029, 2, 28) : LeapDay.PlusMonths(month);
            book.Until(over.PlusDays(-1))
                .ShouldRefuse(Subscribing.Recognise(2, month), "too_early", ("from", $"{over:uuuu-MM-dd}"));
            book.Until(over).Posted(Subscribing.Recognise(2, month));
        }

        Assert.Equal(0, book.Has("creator.unearned/USD//bea") + book.Has("deferred.revenue/USD//"));
        Assert.Equal(24_00, book.Has("revenue.subscription/USD//"));
    }

    [Fact]
    public void On_the_last_day_a_yen_more_for_it_is_an_upgrade_and_all_the_creators()
    {
        var book = On(new LocalDate(2026, 1, 31)).Posted(Subscribing.Monthly(2_800, "JPY"));
        book.Until(new LocalDate(2026, 2, 27)).ShouldRefuse(Subscribing.Upgrade(2_813), "not_an_upgrade");
        book.Posted(Subscribing.Upgrade(2_814)).ShouldEndWith("""
            subscription_upgraded
              debit   psp.receivable                           1 JPY   leaves 2801 JPY
              credit  creator.pending of bea until 2026-03-06  1 JPY   leaves    1 JPY
            """);
        book.Until(new LocalDate(2026, 2, 28)).ShouldRefuse(Subscribing.Recognise(3, 1), "nothing_to_recognise");
        book.ShouldRefuse(Subscribing.Upgrade(99_999), "not_an_upgrade", ("difference", "0"));
    }

    [Fact]
    public void A_year_in_dinars_is_upgraded_on_its_last_day_and_earned_to_the_last_of_a_thousand_parts()
    {
        var book = On(LeapDay).Posted(Subscribing.Yearly(100_001, "KWD"));
        book.Until(new LocalDate(2029, 2, 27)).Posted(Subscribing.Upgrade(200_000));
        Assert.Equal(274, book.Last<Event.SubscriptionUpgraded>().Amount);
        Assert.Equal("2029-02-27 to 2029-02-28 in 1", book.LastPeriod());
        book.Until(new LocalDate(2029, 2, 28)).Posted(Subscribing.Recognise(3, 1));
        for (var month = 1; month <= 12; month++) book.Posted(Subscribing.Recognise(2, month));
        Assert.Equal(0, book.Has("creator.unearned/KWD//bea"));
        Assert.Equal(0, book.Has("deferred.revenue/KWD//"));
        Assert.Equal(20_000 + 55, book.Has("revenue.subscription/KWD//"));
    }

    private static BookInMemory On(LocalDate day) => new BookInMemory().On(day.Year, day.Month, day.Day);
}

file static class Waiting
{
    public static BookInMemory Until(this BookInMemory book, LocalDate day) => book.On(day.Year, day.Month, day.Day);
}
