using System.Numerics;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Subscriptions;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using static Fanz.Ledger.Tests.Subscribing;

namespace Fanz.Ledger.Tests;

public class RecognitionTests
{
    [Fact]
    public void A_year_is_earned_in_twelve_months()
    {
        var book = new BookInMemory().Posted(Yearly());
        for (var period = 1; period <= 12; period++)
        {
            var over = new LocalDate(2026, 1, 1).PlusMonths(period);
            book.On(over.Year, over.Month, over.Day).Posted(Recognise(2, period));
        }

        book.ShouldRead("""
            subscription_started
              debit   psp.receivable                           120.00 USD   leaves 120.00 USD
              credit  creator.unearned of bea                   96.00 USD   leaves  96.00 USD
              credit  deferred.revenue                          24.00 USD   leaves  24.00 USD
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves  88.00 USD
              debit   deferred.revenue                           2.00 USD   leaves  22.00 USD
              credit  creator.pending of bea until 2026-02-08    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2026-05-02    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves   2.00 USD
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves  80.00 USD
              debit   deferred.revenue                           2.00 USD   leaves  20.00 USD
              credit  creator.pending of bea until 2026-03-08    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2026-05-30    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves   4.00 USD
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves  72.00 USD
              debit   deferred.revenue                           2.00 USD   leaves  18.00 USD
              credit  creator.pending of bea until 2026-04-08    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2026-06-30    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves   6.00 USD
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves  64.00 USD
              debit   deferred.revenue                           2.00 USD   leaves  16.00 USD
              credit  creator.pending of bea until 2026-05-08    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2026-07-30    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves   8.00 USD
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves  56.00 USD
              debit   deferred.revenue                           2.00 USD   leaves  14.00 USD
              credit  creator.pending of bea until 2026-06-08    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2026-08-30    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves  10.00 USD
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves  48.00 USD
              debit   deferred.revenue                           2.00 USD   leaves  12.00 USD
              credit  creator.pending of bea until 2026-07-08    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2026-09-29    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves  12.00 USD
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves  40.00 USD
              debit   deferred.revenue                           2.00 USD   leaves  10.00 USD
              credit  creator.pending of bea until 2026-08-08    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2026-10-30    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves  14.00 USD
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves  32.00 USD
              debit   deferred.revenue                           2.00 USD   leaves   8.00 USD
              credit  creator.pending of bea until 2026-09-08    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2026-11-30    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves  16.00 USD
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves  24.00 USD
              debit   deferred.revenue                           2.00 USD   leaves   6.00 USD
              credit  creator.pending of bea until 2026-10-08    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2026-12-30    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves  18.00 USD
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves  16.00 USD
              debit   deferred.revenue                           2.00 USD   leaves   4.00 USD
              credit  creator.pending of bea until 2026-11-08    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2027-01-30    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves  20.00 USD
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves   8.00 USD
              debit   deferred.revenue                           2.00 USD   leaves   2.00 USD
              credit  creator.pending of bea until 2026-12-08    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2027-03-01    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves  22.00 USD
            revenue_recognised
              debit   creator.unearned of bea                    8.00 USD   leaves   0.00 USD
              debit   deferred.revenue                           2.00 USD   leaves   0.00 USD
              credit  creator.pending of bea until 2027-01-08    7.20 USD   leaves   7.20 USD
              credit  creator.reserve of bea until 2027-04-01    0.80 USD   leaves   0.80 USD
              credit  revenue.subscription                       2.00 USD   leaves  24.00 USD
            """);
    }

    [Fact]
    public void A_lifetime_is_earned_over_the_months_that_the_platform_set_when_it_was_sold()
    {
        var book = new BookInMemory()
            .Posted(new Command.SetPolicy("fred", "gina") { LifetimeMonths = 3 })
            .Posted(Start(SubscriptionPeriod.Lifetime, 300_00))
            .Posted(new Command.SetPolicy("fred", "gina") { LifetimeMonths = 36 })
            .On(2026, 4, 1);
        for (var period = 1; period <= 3; period++) book.Posted(Recognise(3, period));
        book.ShouldRead("""
            policy_set
            subscription_started
              debit   psp.receivable                           300.00 USD   leaves 300.00 USD
              credit  creator.unearned of bea                  240.00 USD   leaves 240.00 USD
              credit  deferred.revenue                          60.00 USD   leaves  60.00 USD
            policy_set
            revenue_recognised
              debit   creator.unearned of bea                   80.00 USD   leaves 160.00 USD
              debit   deferred.revenue                          20.00 USD   leaves  40.00 USD
              credit  creator.pending of bea until 2026-04-08   72.00 USD   leaves  72.00 USD
              credit  creator.reserve of bea until 2026-06-30    8.00 USD   leaves   8.00 USD
              credit  revenue.subscription                      20.00 USD   leaves  20.00 USD
            revenue_recognised
              debit   creator.unearned of bea                   80.00 USD   leaves  80.00 USD
              debit   deferred.revenue                          20.00 USD   leaves  20.00 USD
              credit  creator.pending of bea until 2026-04-08   72.00 USD   leaves 144.00 USD
              credit  creator.reserve of bea until 2026-06-30    8.00 USD   leaves  16.00 USD
              credit  revenue.subscription                      20.00 USD   leaves  40.00 USD
            revenue_recognised
              debit   creator.unearned of bea                   80.00 USD   leaves   0.00 USD
              debit   deferred.revenue                          20.00 USD   leaves   0.00 USD
              credit  creator.pending of bea until 2026-04-08   72.00 USD   leaves 216.00 USD
              credit  creator.reserve of bea until 2026-06-30    8.00 USD   leaves  24.00 USD
              credit  revenue.subscription                      20.00 USD   leaves  60.00 USD
            """);
    }

    [Fact]
    public void Where_nothing_was_set_a_lifetime_is_24_months()
    {
        var book = new BookInMemory().Posted(Start(SubscriptionPeriod.Lifetime, 300_00));
        Assert.Equal("2026-01-01 to 2028-01-01 in 24", book.LastPeriod());
    }

    [Fact]
    public void A_month_that_brings_nothing_is_over_all_the_same() =>
        new BookInMemory().Posted(Yearly(20, "JPY")).On(2026, 4, 1)
            .Posted(Recognise(2, 1)).Posted(Recognise(2, 2)).Posted(Recognise(2, 3))
            .ShouldRead("""
                subscription_started
                  debit   psp.receivable             20 JPY   leaves 20 JPY
                  credit  creator.unearned of bea    16 JPY   leaves 16 JPY
                  credit  deferred.revenue            4 JPY   leaves  4 JPY
                revenue_recognised
                  debit   creator.unearned of bea                    1 JPY   leaves 15 JPY
                  credit  creator.pending of bea until 2026-04-08    1 JPY   leaves  1 JPY
                revenue_recognised
                  debit   creator.unearned of bea                    1 JPY   leaves 14 JPY
                  credit  creator.pending of bea until 2026-04-08    1 JPY   leaves  2 JPY
                revenue_recognised
                  debit   creator.unearned of bea                    2 JPY   leaves 12 JPY
                  debit   deferred.revenue                           1 JPY   leaves  3 JPY
                  credit  creator.pending of bea until 2026-04-08    2 JPY   leaves  4 JPY
                  credit  revenue.subscription                       1 JPY   leaves  1 JPY
                """);

    [Fact]
    public void Of_a_single_yen_eleven_months_bring_nothing_and_the_last_brings_it()
    {
        var book = new BookInMemory().Posted(Yearly(1, "JPY")).On(2027, 1, 1);
        for (var period = 1; period <= 11; period++)
        {
            book.Posted(Recognise(2, period));
            Assert.Empty(book.Journal[^1].Entries);
        }

        book.Posted(Recognise(2, 12));
        Assert.Equal(2, book.Journal[^1].Entries.Length);
        book.ShouldRefuse(Recognise(2, 13), "nothing_to_recognise", ("transaction", "2"));
    }

    [Fact]
    public void Months_are_recognised_one_after_the_other_and_when_they_are_over()
    {
        var book = new BookInMemory().Posted(Yearly());
        book.ShouldRefuse(Recognise(2, 1), "too_early", ("from", "2026-02-01"));
        book.On(2026, 1, 31).ShouldRefuse(Recognise(2, 1), "too_early", ("from", "2026-02-01"));
        book.On(2026, 3, 1);
        book.ShouldRefuse(Recognise(2, 2), "not_next_period", ("transaction", "2"), ("period", "2"), ("next", "1"));
        book.Posted(Recognise(2, 1));
        book.ShouldRefuse(Recognise(2, 1), "not_next_period", ("next", "2"));
        book.Posted(Recognise(2, 2));
        book.ShouldRefuse(Recognise(2, 3), "too_early", ("from", "2026-04-01"));
    }

    [Fact]
    public void Only_charges_of_subscriptions_are_recognised()
    {
        var book = new BookInMemory()
            .Posted(new Command.SendTip("ann", "bea", 10_00, "USD", Funding.Card))
            .Posted(Trial(days: 14));
        book.ShouldRefuse(Recognise(2, 1), "not_a_charge", ("transaction", "2"));
        book.ShouldRefuse(Recognise(3, 1), "not_a_charge", ("transaction", "3"));
        book.ShouldRefuse(Recognise(4, 1), "transaction_unknown", ("transaction", "4"));
    }

    [Fact]
    public void A_month_of_the_31st_is_over_when_the_next_31st_or_the_last_day_before_it_comes()
    {
        var book = new BookInMemory().On(2026, 1, 31).Posted(Yearly());
        book.ShouldRefuse(Recognise(2, 1), "too_early", ("from", "2026-02-28"));
        book.On(2026, 2, 28).Posted(Recognise(2, 1));
        book.ShouldRefuse(Recognise(2, 2), "too_early", ("from", "2026-03-31"));
        book.On(2026, 3, 31).Posted(Recognise(2, 2));
        book.ShouldRefuse(Recognise(2, 3), "too_early", ("from", "2026-04-30"));
    }

    private sealed record Case(long Amount, int Months, int[] Weights);

    private static readonly Gen<Case> AnyCharge =
        from amount in Properties.Amounts(Money.Money.Limit - 1)
        from months in Gen.Frequency((1, Gen.Constant(1)), (1, Gen.Constant(12)), (3, Gen.Choose(1, 40)))
        from count in Gen.Choose(1, 4)
        from weights in Gen.Choose(1, 1_000).ArrayOf(count)
        select new Case(amount + 1, months, weights);

    [Fact]
    public void All_months_together_are_all_that_was_deferred_and_each_is_by_the_formula() =>
        Properties.Hold(AnyCharge, Recognised, times: 60);

    private static void Recognised(Case c)
    {
        var book = new BookInMemory().Posted(new Command.SetPolicy("fred", "gina") { LifetimeMonths = c.Months });
        string[] creators = ["bea", "cat", "dan", "eve"];
        book.Posted(Start(SubscriptionPeriod.Lifetime, c.Amount) with
        {
            Collaborators = c.Weights.Length == 1
                ? null
                : [.. c.Weights.Select((weight, i) => new Collaborator(creators[i], weight))],
        });
        var charged = book.Journal[^1].Entries.Where(entry => entry.Amount < 0)
            .ToDictionary(entry => entry.Account, entry => -entry.Amount);
        Assert.Equal(c.Amount, charged.Values.Sum());
        book.Wait(Duration.FromDays(31 * (c.Months + 1)));
        for (var k = 1; k <= c.Months; k++)
        {
            book.Posted(Recognise(3, k));
            var taken = book.Journal[^1].Entries.Where(entry => entry.Amount > 0)
                .ToDictionary(entry => entry.Account, entry => entry.Amount);
            foreach (var (account, whole) in charged)
            {
                BigInteger UpTo(int months) => new BigInteger(whole) * months / c.Months;
                Assert.Equal(UpTo(k) - UpTo(k - 1), taken.GetValueOrDefault(account));
            }
        }

        Assert.All(charged.Keys, account => Assert.Equal(0, book.State(account.ToString()).Balance));
        Assert.Equal(
            c.Amount,
            -book.Accounts.Where(state => state.Balance < 0).Sum(state => state.Balance));
        Assert.Equal("nothing_to_recognise", book.Post(Recognise(3, c.Months + 1))?.Code);
    }

    [Fact]
    public void What_is_left_after_a_refund_is_earned_over_the_months_that_are_left() =>
        new BookInMemory().Posted(Yearly()).On(2026, 4, 1)
            .Posted(Recognise(2, 1)).Posted(Recognise(2, 2))
            .Posted(new Command.RefundSale(2, "half of what is to come", 50_00) { UnearnedOnly = true })
            .Posted(Recognise(2, 3))
            .ShouldRead("""
                subscription_started
                  debit   psp.receivable                           120.00 USD   leaves 120.00 USD
                  credit  creator.unearned of bea                   96.00 USD   leaves  96.00 USD
                  credit  deferred.revenue                          24.00 USD   leaves  24.00 USD
                revenue_recognised
                  debit   creator.unearned of bea                    8.00 USD   leaves  88.00 USD
                  debit   deferred.revenue                           2.00 USD   leaves  22.00 USD
                  credit  creator.pending of bea until 2026-04-08    7.20 USD   leaves   7.20 USD
                  credit  creator.reserve of bea until 2026-06-30    0.80 USD   leaves   0.80 USD
                  credit  revenue.subscription                       2.00 USD   leaves   2.00 USD
                revenue_recognised
                  debit   creator.unearned of bea                    8.00 USD   leaves  80.00 USD
                  debit   deferred.revenue                           2.00 USD   leaves  20.00 USD
                  credit  creator.pending of bea until 2026-04-08    7.20 USD   leaves  14.40 USD
                  credit  creator.reserve of bea until 2026-06-30    0.80 USD   leaves   1.60 USD
                  credit  revenue.subscription                       2.00 USD   leaves   4.00 USD
                sale_refunded
                  debit   creator.unearned of bea                   40.00 USD   leaves  40.00 USD
                  debit   deferred.revenue                          10.00 USD   leaves  10.00 USD
                  credit  refund.payable                            50.00 USD   leaves  50.00 USD
                revenue_recognised
                  debit   creator.unearned of bea                    4.00 USD   leaves  36.00 USD
                  debit   deferred.revenue                           1.00 USD   leaves   9.00 USD
                  credit  creator.pending of bea until 2026-04-08    3.60 USD   leaves  18.00 USD
                  credit  creator.reserve of bea until 2026-06-30    0.40 USD   leaves   2.00 USD
                  credit  revenue.subscription                       1.00 USD   leaves   5.00 USD
                """);

    [Fact]
    public void What_was_given_back_is_not_earned_any_more()
    {
        var book = new BookInMemory().Posted(Yearly()).On(2026, 3, 1).Posted(Recognise(2, 1));
        book.Posted(new Command.RefundSale(2, "moved away") { UnearnedOnly = true });
        book.ShouldRefuse(Recognise(2, 2), "nothing_to_recognise", ("transaction", "2"));
    }

    [Fact]
    public void Nothing_is_earned_while_the_payment_is_disputed_and_what_was_missed_is_made_up_for()
    {
        var book = new BookInMemory().Posted(Yearly()).On(2026, 2, 1).Posted(Recognise(2, 1));
        book.Posted(new Command.OpenDispute("d-1", 2, Fee: 15_00)).On(2026, 4, 1);
        book.ShouldRefuse(Recognise(2, 2), "earning_during_dispute", ("transaction", "2"), ("dispute", "d-1"));
        book.Posted(new Command.WinDispute("d-1")).Posted(Recognise(2, 2)).Posted(Recognise(2, 3));
        Assert.Equal(8_00 * 9, Left(book, "creator.unearned/USD//bea"));
        Assert.Equal(2_00 * 9, Left(book, "deferred.revenue/USD//"));
    }

    private sealed record Refunded(long Amount, int[] Steps);

    private static readonly Gen<Refunded> AnyRefunds =
        from amount in Gen.Frequency((1, Gen.Choose(1, 50)), (3, Gen.Choose(1, 1_000_000)))
        from steps in Gen.Choose(0, 19).ArrayOf(18)
        select new Refunded(amount, steps);

    /// <summary>
    /// Each month is by the formula of what its account held after the last refund, whatever was refunded.
    /// </summary>
    [Fact]
    public void Whatever_is_refunded_in_between_the_months_take_all_that_is_left() => Properties.Hold(AnyRefunds, c =>
    {
        string[] accounts = ["creator.unearned/USD//bea", "creator.unearned/USD//cat", "deferred.revenue/USD//"];
        var book = new BookInMemory().Posted(Yearly(c.Amount) with { Collaborators = [new("bea", 2), new("cat", 1)] });
        book.On(2027, 1, 1);
        var basis = accounts.ToDictionary(account => account, account => Left(book, account));
        var (month, since) = (0, 0);
        foreach (var step in c.Steps)
        {
            if (accounts.All(account => Left(book, account) == 0) || month == 12) break;
            if (step >= 5)
            {
                var before = accounts.ToDictionary(account => account, account => Left(book, account));
                book.Posted(Recognise(2, ++month));
                Assert.All(accounts, account => Assert.Equal(
                    Amortisation.Part(basis[account], month - since, 12 - since),
                    before[account] - Left(book, account)));
                continue;
            }

            var some = Math.Max(1, accounts.Sum(account => Left(book, account)) * (step + 1) / 10);
            book.Posted(new Command.RefundSale(2, "some", some) { UnearnedOnly = step % 2 == 0 });
            basis = accounts.ToDictionary(account => account, account => Left(book, account));
            since = month;
        }

        while (month < 12 && accounts.Any(account => Left(book, account) > 0)) book.Posted(Recognise(2, ++month));
        Assert.All(accounts, account => Assert.Equal(0, Left(book, account)));
    }, times: 150);

    private static long Left(BookInMemory book, string account) => -book.State(account).Balance;

    [Fact]
    public void The_parts_of_an_amount_are_the_whole_and_never_differ_by_more_than_one() => Properties.Hold(
        from amount in Properties.Amounts(long.MaxValue)
        from n in Gen.Choose(1, 1_200)
        select (Amount: amount, N: n),
        c =>
        {
            var parts = Enumerable.Range(1, c.N).Select(k => Amortisation.Part(c.Amount, k, c.N)).ToArray();
            Assert.Equal(c.Amount, parts.Sum());
            Assert.InRange(parts.Max() - parts.Min(), 0, 1);
        });

    [Fact]
    public void What_cannot_be_spread_is_not()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Amortisation.Part(-1, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Amortisation.Part(1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Amortisation.Part(1, 2, 1));
    }
}
