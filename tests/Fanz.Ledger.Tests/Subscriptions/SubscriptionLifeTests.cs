using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using FsCheck.Fluent;
using NodaTime;
using static Fanz.Ledger.Tests.Subscribing;

namespace Fanz.Ledger.Tests;

public class SubscriptionLifeTests
{
    [Fact]
    public void An_id_is_used_once()
    {
        var book = new BookInMemory().Posted(Monthly()).Posted(Trial(days: 7) with { Subscription = "s-2" });
        book.ShouldRefuse(Monthly(), "subscription_exists", ("subscription", "s-1"));
        book.ShouldRefuse(Trial(days: 7), "subscription_exists");
        book.ShouldRefuse(Monthly() with { Subscription = "s-2" }, "subscription_exists");
        book.Posted(Cancel()).On(2026, 2, 1).Posted(Expire());
        book.ShouldRefuse(Monthly(), "subscription_exists");
        book.Posted(Monthly() with { Subscription = "s-3" });
    }

    [Fact]
    public void What_was_never_started_can_be_nothing_else()
    {
        var book = new BookInMemory();
        foreach (var command in new Command[]
        {
            Renew(), Retry(), Upgrade(20_00), PastDue(), Cancel(), Resume(), Expire(),
        })
            book.ShouldRefuse(command, "subscription_unknown", ("subscription", "s-1"));
    }

    [Fact]
    public void A_period_is_renewed_from_three_days_before_its_end_on_and_begins_where_the_last_one_ended()
    {
        var book = new BookInMemory().Posted(Monthly());
        Assert.Equal("2026-01-01 to 2026-02-01 in 1", book.LastPeriod());
        book.On(2026, 1, 28).ShouldRefuse(Renew(), "too_early", ("from", "2026-01-29"));
        book.On(2026, 1, 29).Posted(Renew());
        Assert.Equal("2026-02-01 to 2026-03-01 in 1", book.LastPeriod());
        book.ShouldRefuse(Renew(), "too_early", ("from", "2026-02-26"));
        book.On(2026, 3, 20).Posted(Renew());
        Assert.Equal("2026-03-01 to 2026-04-01 in 1", book.LastPeriod());
    }

    [Fact]
    public void Nobody_pays_for_a_period_that_is_over()
    {
        var book = new BookInMemory().Posted(Monthly()).On(2026, 3, 1).Posted(Renew());
        Assert.Equal("2026-03-01 to 2026-04-01 in 1", book.LastPeriod());
        book.On(2026, 7, 31).Posted(PastDue()).Posted(Retry());
        Assert.Equal("2026-07-31 to 2026-08-31 in 1", book.LastPeriod());
        book.On(2026, 8, 31).Posted(Renew());
        Assert.Equal("2026-08-31 to 2026-09-30 in 1", book.LastPeriod());
    }

    [Fact]
    public void A_trial_is_first_charged_when_it_is_over()
    {
        var book = new BookInMemory().Posted(Trial(days: 14));
        book.On(2026, 1, 14).ShouldRefuse(Renew(), "too_early", ("from", "2026-01-15"));
        book.On(2026, 1, 15).Posted(Renew());
        book.ShouldRefuse(Renew(), "too_early", ("from", "2026-02-12"));
    }

    [Fact]
    public void A_trial_of_a_lifetime_is_charged_once()
    {
        var book = new BookInMemory().Posted(Trial(days: 7, SubscriptionPeriod.Lifetime, 300_00));
        book.On(2026, 1, 8).Posted(Renew());
        Assert.Equal("2026-01-08 to 2028-01-08 in 24", book.LastPeriod());
        book.On(2028, 1, 8).ShouldRefuse(Renew(), "subscription_not_in_state", ("state", "lifetime"));
    }

    [Fact]
    public void A_trial_that_is_cancelled_or_not_paid_ends()
    {
        var book = new BookInMemory().Posted(Trial(days: 7)).Posted(Cancel());
        Assert.Equal(new LocalDate(2026, 1, 8), Assert.IsType<Event.SubscriptionCancelled>(book.LastEvent()).EndsOn);
        book.Posted(Resume()).ShouldRefuse(PastDue(), "too_early", ("from", "2026-01-08"));
        book.On(2026, 1, 8).Posted(PastDue()).Posted(Expire());
        Assert.Equal("subscription_not_in_state", book.Post(Renew())?.Code);
    }

    [Fact]
    public void A_lifetime_is_paid_once_and_never_ends()
    {
        var book = new BookInMemory().Posted(Start(SubscriptionPeriod.Lifetime, 300_00)).On(2030, 1, 1);
        foreach (var command in new Command[]
        {
            Renew(), Retry(), Upgrade(400_00), PastDue(), Cancel(), Resume(), Expire(),
        })
            book.ShouldRefuse(command, "subscription_not_in_state", ("state", "lifetime"));
    }

    [Fact]
    public void Failed_payments_are_counted_until_one_succeeds()
    {
        var book = new BookInMemory().Posted(Monthly());
        book.ShouldRefuse(PastDue(), "too_early", ("from", "2026-01-29"));
        book.ShouldRefuse(Retry(), "subscription_not_in_state", ("state", "active"), ("needed", "past_due"));
        book.On(2026, 1, 30);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            book.Posted(PastDue());
            Assert.Equal(new Event.SubscriptionPastDue("s-1", "card declined", attempt), book.LastEvent());
        }

        book.ShouldRefuse(Renew(), "subscription_not_in_state", ("state", "past_due"), ("needed", "trial or active"));
        book.Posted(Retry());
        Assert.Equal("2026-02-01 to 2026-03-01 in 1", book.LastPeriod());
        book.On(2026, 3, 1).Posted(PastDue());
        Assert.Equal(1, Assert.IsType<Event.SubscriptionPastDue>(book.LastEvent()).Attempt);
    }

    [Fact]
    public void What_is_cancelled_goes_on_to_the_end_of_its_period_and_may_be_resumed_until_then()
    {
        var book = new BookInMemory().Posted(Monthly()).Posted(Cancel());
        book.ShouldRefuse(Cancel(), "subscription_not_in_state", ("state", "cancelled"));
        book.ShouldRefuse(Expire(), "too_early", ("from", "2026-02-01"));
        book.On(2026, 1, 31).ShouldRefuse(Renew(), "subscription_not_in_state", ("state", "cancelled"));
        book.Posted(Resume()).ShouldRefuse(Resume(), "subscription_not_in_state", ("state", "active"));
        book.Posted(Cancel()).On(2026, 2, 1).ShouldRefuse(Resume(), "too_late", ("until", "2026-02-01"));
        book.Posted(Expire());
        foreach (var command in new Command[]
        {
            Renew(), Retry(), Upgrade(20_00), PastDue(), Cancel(), Resume(), Expire(),
        })
            book.ShouldRefuse(command, "subscription_not_in_state", ("state", "expired"));
    }

    [Fact]
    public void What_was_past_due_when_it_was_cancelled_is_past_due_when_it_is_resumed()
    {
        var book = new BookInMemory().Posted(Monthly()).On(2026, 1, 30).Posted(PastDue());
        book.Posted(Cancel()).Posted(Resume());
        book.ShouldRefuse(Renew(), "subscription_not_in_state", ("state", "past_due"));
        book.Posted(Retry());
    }

    [Fact]
    public void Only_what_is_cancelled_or_past_due_expires_and_not_before_its_period_ends()
    {
        var book = new BookInMemory().Posted(Monthly()).On(2026, 3, 1);
        book.ShouldRefuse(
            Expire(), "subscription_not_in_state", ("state", "active"), ("needed", "cancelled or past_due"));
        book.Posted(PastDue()).Posted(Expire());
        var early = new BookInMemory().Posted(Monthly()).On(2026, 1, 30).Posted(PastDue());
        early.ShouldRefuse(Expire(), "too_early", ("from", "2026-02-01"));
    }

    [Fact]
    public void A_renewal_may_change_the_price_either_way_and_for_good()
    {
        var book = new BookInMemory().Posted(Monthly()).On(2026, 2, 1).Posted(Renew(5_00));
        book.On(2026, 3, 1).Posted(Renew());
        Assert.Equal(5_00, ((Event.Sale)book.LastEvent()).Amount);
        book.On(2026, 4, 1).Posted(PastDue()).Posted(Retry(20_00)).On(2026, 5, 1).Posted(Renew());
        Assert.Equal(20_00, ((Event.Sale)book.LastEvent()).Amount);
    }

    [Fact]
    public void Only_a_higher_price_with_days_left_to_pay_for_is_an_upgrade()
    {
        var book = new BookInMemory().Posted(Monthly());
        book.ShouldRefuse(
            Upgrade(9_98), "not_an_upgrade", ("price", "999"), ("new_price", "998"), ("difference", "-1"));
        book.ShouldRefuse(Upgrade(9_99), "not_an_upgrade", ("difference", "0"));
        // A cent more for 31 days is nothing that could be paid for the last three.
        book.On(2026, 1, 29).ShouldRefuse(Upgrade(10_00), "not_an_upgrade", ("difference", "0"));
        book.On(2026, 2, 1).ShouldRefuse(Upgrade(20_00), "not_an_upgrade", ("difference", "0"));
        book.Posted(PastDue()).ShouldRefuse(Upgrade(20_00), "subscription_not_in_state", ("state", "past_due"));
        var trial = new BookInMemory().Posted(Trial(days: 7));
        trial.ShouldRefuse(Upgrade(20_00), "subscription_not_in_state", ("state", "trial"));
    }

    [Fact]
    public void What_is_renewed_before_its_time_is_upgraded_from_the_start_of_the_next_period()
    {
        var book = new BookInMemory().Posted(Monthly()).On(2026, 1, 30).Posted(Renew()).Posted(Upgrade(19_99));
        Assert.Equal("2026-02-01 to 2026-03-01 in 1", book.LastPeriod());
        Assert.Equal(10_00, ((Event.Sale)book.LastEvent()).Amount);
    }

    [Fact]
    public void A_discount_is_no_larger_than_the_price_that_was_agreed()
    {
        var book = new BookInMemory().Posted(Monthly()).On(2026, 2, 1);
        book.ShouldRefuse(
            Renew() with { Discount = new Discount("spring", 10_00, Bearer.Platform) },
            "discount_over_price", ("discount", "1000"), ("most", "999"));
        book.ShouldRefuse(
            Renew() with { Discount = new Discount("spring", 9_99, Bearer.Creator) },
            "discount_over_price", ("discount", "999"), ("most", "998"));
        book.Posted(Renew() with { Discount = new Discount("spring", 9_99, Bearer.Platform) });
        book.ShouldRefuse(
            Upgrade(10_99) with { Discount = new Discount("spring", 2_00, Bearer.Platform) },
            "discount_over_price", ("discount", "200"), ("most", "100"));
    }

    [Fact]
    public void A_wallet_that_has_too_little_leaves_the_subscription_as_it_was()
    {
        var book = new BookInMemory();
        book.ShouldRefuse(Monthly() with { Funding = Funding.Wallet }, "insufficient_funds");
        book.Posted(Monthly()).On(2026, 2, 1).ShouldRefuse(
            Renew() with { Funding = Funding.Wallet }, "insufficient_funds", ("needed", "999"));
        book.Posted(Renew());
    }

    [Fact]
    public void A_subscription_of_the_31st_comes_back_to_the_31st()
    {
        var book = new BookInMemory().On(2026, 1, 31).Posted(Monthly());
        var ends = new List<string>();
        for (var i = 0; i < 14; i++)
        {
            var end = ((Event.SubscriptionCharge)book.LastEvent()).PeriodEnd;
            ends.Add(end.ToString("uuuu-MM-dd", null));
            book.On(end.Year, end.Month, end.Day).Posted(Renew());
        }

        Assert.Equal(
            "2026-02-28 2026-03-31 2026-04-30 2026-05-31 2026-06-30 2026-07-31 2026-08-31 2026-09-30 2026-10-31 "
            + "2026-11-30 2026-12-31 2027-01-31 2027-02-28 2027-03-31",
            string.Join(' ', ends));
    }

    [Fact]
    public void Periods_follow_each_other_without_gap_and_never_leave_the_day_they_began_on() => Properties.Hold(
        from day in Gen.Choose(0, 3_000)
        from length in Gen.Elements(1, 12, 24)
        from count in Gen.Choose(1, 60)
        select (Anchor: new LocalDate(2024, 1, 1).PlusDays(day), length, count),
        c =>
        {
            var period = PaidPeriod.From(c.Anchor, c.Anchor, c.length);
            for (var i = 1; i <= c.count; i++)
            {
                Assert.Equal(c.Anchor.PlusMonths(c.length * i), period.End);
                for (var k = 1; k <= c.length; k++)
                    Assert.Equal(c.Anchor.PlusMonths((c.length * (i - 1)) + k), period.EndOfMonth(k));
                Assert.Equal(period.End, period.EndOfMonth(c.length));
                var next = PaidPeriod.From(c.Anchor, period.End, c.length);
                Assert.Equal(period.End, next.Start);
                period = next;
            }
        });

    [Fact]
    public void What_is_left_of_a_period_ends_in_the_same_months() => Properties.Hold(
        from day in Gen.Choose(0, 1_500)
        from length in Gen.Elements(1, 12, 24)
        from later in Gen.Choose(-10, 800)
        select (Anchor: new LocalDate(2024, 1, 1).PlusDays(day), length, later),
        c =>
        {
            var whole = PaidPeriod.From(c.Anchor, c.Anchor, c.length);
            var left = whole.LeftFrom(c.Anchor.PlusDays(c.later));
            Assert.Equal(whole.End, left.End);
            Assert.Equal(Math.Clamp(whole.Days - c.later, 0, whole.Days), left.Days);
            Assert.Equal(
                Enumerable.Range(1, c.length).Select(whole.EndOfMonth).Where(end => end > left.Start),
                Enumerable.Range(1, left.Months).Select(left.EndOfMonth));
        });
}
