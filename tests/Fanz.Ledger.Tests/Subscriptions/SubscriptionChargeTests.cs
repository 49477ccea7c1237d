using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Subscriptions;
using static Fanz.Ledger.Tests.Subscribing;

namespace Fanz.Ledger.Tests;

public class SubscriptionChargeTests
{
    [Fact]
    public void A_month_is_the_creators_at_once_and_the_platforms_when_it_is_over() =>
        new BookInMemory().Posted(Monthly()).On(2026, 2, 1).Posted(Recognise(2, 1)).ShouldRead("""
            subscription_started
              debit   psp.receivable                             9.99 USD   leaves 9.99 USD
              credit  creator.pending of bea until 2026-01-08    7.19 USD   leaves 7.19 USD
              credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves 0.80 USD
              credit  deferred.revenue                           2.00 USD   leaves 2.00 USD
            revenue_recognised
              debit   deferred.revenue                           2.00 USD   leaves 0.00 USD
              credit  revenue.subscription                       2.00 USD   leaves 2.00 USD
            """);

    [Fact]
    public void A_renewal_is_charged_as_the_first_period_was() =>
        new BookInMemory().Posted(Monthly()).On(2026, 1, 29).Posted(Renew()).ShouldRead("""
            subscription_started
              debit   psp.receivable                             9.99 USD   leaves  9.99 USD
              credit  creator.pending of bea until 2026-01-08    7.19 USD   leaves  7.19 USD
              credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
              credit  deferred.revenue                           2.00 USD   leaves  2.00 USD
            subscription_renewed
              debit   psp.receivable                             9.99 USD   leaves 19.98 USD
              credit  creator.pending of bea until 2026-02-05    7.19 USD   leaves  7.19 USD
              credit  creator.reserve of bea until 2026-04-29    0.80 USD   leaves  0.80 USD
              credit  deferred.revenue                           2.00 USD   leaves  4.00 USD
            """);

    [Fact]
    public void A_trial_posts_nothing_and_its_first_renewal_is_the_first_charge()
    {
        var book = new BookInMemory().Posted(Trial(days: 14)).On(2026, 1, 15).Posted(Renew());
        book.ShouldRead("""
            trial_started
            subscription_renewed
              debit   psp.receivable                             9.99 USD   leaves 9.99 USD
              credit  creator.pending of bea until 2026-01-22    7.19 USD   leaves 7.19 USD
              credit  creator.reserve of bea until 2026-04-15    0.80 USD   leaves 0.80 USD
              credit  deferred.revenue                           2.00 USD   leaves 2.00 USD
            """);
        Assert.Equal("2026-01-15 to 2026-02-15 in 1", book.LastPeriod());
    }

    [Fact]
    public void A_payment_that_failed_is_recovered_by_a_charge_like_any_other() =>
        new BookInMemory().Posted(Monthly()).On(2026, 2, 3).Posted(PastDue()).Posted(Retry()).ShouldRead("""
            subscription_started
              debit   psp.receivable                             9.99 USD   leaves  9.99 USD
              credit  creator.pending of bea until 2026-01-08    7.19 USD   leaves  7.19 USD
              credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
              credit  deferred.revenue                           2.00 USD   leaves  2.00 USD
            subscription_past_due
            subscription_recovered
              debit   psp.receivable                             9.99 USD   leaves 19.98 USD
              credit  creator.pending of bea until 2026-02-10    7.19 USD   leaves  7.19 USD
              credit  creator.reserve of bea until 2026-05-04    0.80 USD   leaves  0.80 USD
              credit  deferred.revenue                           2.00 USD   leaves  4.00 USD
            """);

    [Fact]
    public void Out_of_the_wallet_with_VAT_on_top() =>
        new BookInMemory()
            .Posted(new Command.TopUp("ann", 20_00, "USD"))
            .Posted(Monthly() with
            {
                Funding = Funding.Wallet,
                Taxes = [new TaxLine(TaxKind.Vat, "DE", 1_90, 1_900)],
            })
            .ShouldRead("""
                wallet_topped_up
                  debit   psp.receivable                            20.00 USD   leaves 20.00 USD
                  credit  fan.wallet of ann                         20.00 USD   leaves 20.00 USD
                subscription_started
                  debit   fan.wallet of ann                         11.89 USD   leaves  8.11 USD
                  credit  creator.pending of bea until 2026-01-08    7.19 USD   leaves  7.19 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
                  credit  deferred.revenue                           2.00 USD   leaves  2.00 USD
                  credit  vat.payable of DE                          1.90 USD   leaves  1.90 USD
                """);

    [Fact]
    public void Tokens_pay_as_money_does() =>
        new BookInMemory()
            .Posted(Sales.Tokens(1_000))
            .Posted(Monthly() with { Funding = Funding.Tokens })
            .ShouldRead("""
                transferred
                  debit   psp.receivable                            10.00 USD   leaves 10.00 USD
                  credit  token.liability                           10.00 USD   leaves 10.00 USD
                  debit   token.issued                               1000 TKN   leaves  1000 TKN
                  credit  fan.tokens of ann                          1000 TKN   leaves  1000 TKN
                subscription_started
                  debit   token.liability                            9.99 USD   leaves 0.01 USD
                  credit  creator.pending of bea until 2026-01-08    7.19 USD   leaves 7.19 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves 0.80 USD
                  credit  deferred.revenue                           2.00 USD   leaves 2.00 USD
                  debit   fan.tokens of ann                           999 TKN   leaves    1 TKN
                  credit  token.issued                                999 TKN   leaves    1 TKN
                """);

    [Fact]
    public void An_affiliate_earns_of_each_charge_when_it_is_made_also_of_a_year() =>
        new BookInMemory().Posted(Sales.Rule())
            .Posted(Monthly() with { Affiliate = "aff" })
            .Posted(Yearly() with { Affiliate = "aff", Subscription = "s-2", Creator = "cat" })
            .ShouldRead("""
                revenue_rule_set
                subscription_started
                  debit   psp.receivable                             9.99 USD   leaves   9.99 USD
                  debit   expense.affiliate                          0.50 USD   leaves   0.50 USD
                  credit  creator.pending of bea until 2026-01-08    7.19 USD   leaves   7.19 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves   0.80 USD
                  credit  affiliate.pending of aff until 2026-01-08  0.50 USD   leaves   0.50 USD
                  credit  deferred.revenue                           2.00 USD   leaves   2.00 USD
                subscription_started
                  debit   psp.receivable                           120.00 USD   leaves 129.99 USD
                  debit   expense.affiliate                          6.00 USD   leaves   6.50 USD
                  credit  creator.unearned of cat                   96.00 USD   leaves  96.00 USD
                  credit  affiliate.pending of aff until 2026-01-08  6.00 USD   leaves   6.50 USD
                  credit  deferred.revenue                          24.00 USD   leaves  26.00 USD
                """);

    [Fact]
    public void An_affiliate_whom_the_creator_pays_leaves_them_less_to_earn() =>
        new BookInMemory().Posted(Sales.Rule(AffiliateBasis.CreatorNet, Bearer.Creator))
            .Posted(Yearly() with { Affiliate = "aff" })
            .ShouldRead("""
                revenue_rule_set
                subscription_started
                  debit   psp.receivable                           120.00 USD   leaves 120.00 USD
                  credit  creator.unearned of bea                   91.20 USD   leaves  91.20 USD
                  credit  affiliate.pending of aff until 2026-01-08  4.80 USD   leaves   4.80 USD
                  credit  deferred.revenue                          24.00 USD   leaves  24.00 USD
                """);

    [Fact]
    public void A_year_is_earned_by_the_rule_under_which_it_was_sold()
    {
        var book = new BookInMemory().Posted(Sales.Rule()).Posted(Yearly());
        book.Posted(Sales.Rule() with { FeeBasisPoints = 5_000, ReserveBasisPoints = 0, HoldDays = 30 });
        book.On(2026, 2, 1).Posted(Recognise(3, 1));
        Assert.Equal(
            new Event.RevenueRecognised(3, 1, 2_00, 7_20, new(2026, 2, 8), 80, new(2026, 5, 2)), book.LastEvent());
    }

    [Fact]
    public void A_subscription_counts_for_no_limit_of_spending_but_has_a_least_and_a_most()
    {
        var book = new BookInMemory().Posted(new Command.SetLimits("USD")
        {
            Minimum = 5_00, Maximum = 200_00, PerPurchase = 5_00, PerDay = 5_00, PerWeek = 5_00,
        });
        book.ShouldRefuse(Monthly(4_99), "below_minimum", ("minimum", "500"));
        book.ShouldRefuse(Trial(days: 7, amount: 200_01), "over_maximum", ("maximum", "20000"));
        book.Posted(Monthly()).Posted(Sales.Tip with { Amount = 5_00 });
    }

    [Fact]
    public void Nobody_subscribes_to_themselves_not_even_on_trial()
    {
        var book = new BookInMemory();
        book.ShouldRefuse(Monthly() with { Fan = "bea" }, "self_tip");
        book.ShouldRefuse(Trial(days: 7) with { Fan = "bea" }, "self_tip");
    }

    [Fact]
    public void A_creator_who_was_closed_is_not_paid_for_another_period()
    {
        var book = new BookInMemory().Posted(Monthly()).On(2026, 2, 1);
        book.Posted(new Command.CloseParty(Fanz.Ledger.Standing.Role.Creator, "bea", "gone"));
        book.ShouldRefuse(Renew(), "party_closed");
        book.Posted(Recognise(2, 1));
    }

    [Fact]
    public void A_discount_that_the_platform_bears_costs_the_creator_nothing() =>
        new BookInMemory()
            .Posted(Monthly() with { Discount = new Discount("first month half price", 5_00, Bearer.Platform) })
            .ShouldRead("""
                subscription_started
                  debit   psp.receivable                             4.99 USD   leaves 4.99 USD
                  debit   expense.promo                              5.00 USD   leaves 5.00 USD
                  credit  creator.pending of bea until 2026-01-08    7.19 USD   leaves 7.19 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves 0.80 USD
                  credit  deferred.revenue                           2.00 USD   leaves 2.00 USD
                """);

    [Fact]
    public void A_discount_of_the_first_month_does_not_lower_the_price_of_the_second()
    {
        var book = new BookInMemory()
            .Posted(Monthly() with { Discount = new Discount("spring", 5_00, Bearer.Creator) })
            .On(2026, 2, 1).Posted(Renew());
        Assert.Equal((9_99, 9_99), (((Event.Sale)book.LastEvent()).Amount, ((Event.Sale)book.LastEvent()).Paid));
    }

    [Fact]
    public void Promotional_credit_pays_as_money_does()
    {
        var book = new BookInMemory();
        book.Posted(new Command.Transfer(
            [new(new("expense.promo", "", "USD"), 9_99), new(new("fan.promo", "ann", "USD"), -9_99)], "granted"));
        book.Posted(Monthly() with { Funding = Funding.Promo }).ShouldRead("""
            transferred
              debit   expense.promo                              9.99 USD   leaves 9.99 USD
              credit  fan.promo of ann                           9.99 USD   leaves 9.99 USD
            subscription_started
              debit   fan.promo of ann                           9.99 USD   leaves 0.00 USD
              credit  creator.pending of bea until 2026-01-08    7.19 USD   leaves 7.19 USD
              credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves 0.80 USD
              credit  deferred.revenue                           2.00 USD   leaves 2.00 USD
            """);
    }

    [Fact]
    public void Collaborators_share_the_first_charge_and_all_that_follow() =>
        new BookInMemory()
            .Posted(Monthly(10_00) with { Collaborators = [new("bea", 60), new("cat", 40)] })
            .On(2026, 2, 1).Posted(Renew())
            .ShouldRead("""
                subscription_started
                  debit   psp.receivable                            10.00 USD   leaves 10.00 USD
                  credit  creator.pending of bea until 2026-01-08    4.32 USD   leaves  4.32 USD
                  credit  creator.reserve of bea until 2026-04-01    0.48 USD   leaves  0.48 USD
                  credit  creator.pending of cat until 2026-01-08    2.88 USD   leaves  2.88 USD
                  credit  creator.reserve of cat until 2026-04-01    0.32 USD   leaves  0.32 USD
                  credit  deferred.revenue                           2.00 USD   leaves  2.00 USD
                subscription_renewed
                  debit   psp.receivable                            10.00 USD   leaves 20.00 USD
                  credit  creator.pending of bea until 2026-02-08    4.32 USD   leaves  4.32 USD
                  credit  creator.reserve of bea until 2026-05-02    0.48 USD   leaves  0.48 USD
                  credit  creator.pending of cat until 2026-02-08    2.88 USD   leaves  2.88 USD
                  credit  creator.reserve of cat until 2026-05-02    0.32 USD   leaves  0.32 USD
                  credit  deferred.revenue                           2.00 USD   leaves  4.00 USD
                """);

    [Fact]
    public void A_year_is_owed_to_collaborators_each_by_their_part() =>
        new BookInMemory()
            .Posted(Yearly() with { Collaborators = [new("bea", 2), new("cat", 1)] })
            .On(2026, 2, 1).Posted(Recognise(2, 1))
            .ShouldRead("""
                subscription_started
                  debit   psp.receivable                           120.00 USD   leaves 120.00 USD
                  credit  creator.unearned of bea                   64.00 USD   leaves  64.00 USD
                  credit  creator.unearned of cat                   32.00 USD   leaves  32.00 USD
                  credit  deferred.revenue                          24.00 USD   leaves  24.00 USD
                revenue_recognised
                  debit   creator.unearned of bea                    5.33 USD   leaves  58.67 USD
                  debit   creator.unearned of cat                    2.66 USD   leaves  29.34 USD
                  debit   deferred.revenue                           2.00 USD   leaves  22.00 USD
                  credit  creator.pending of bea until 2026-02-08    4.80 USD   leaves   4.80 USD
                  credit  creator.reserve of bea until 2026-05-02    0.53 USD   leaves   0.53 USD
                  credit  creator.pending of cat until 2026-02-08    2.39 USD   leaves   2.39 USD
                  credit  creator.reserve of cat until 2026-05-02    0.27 USD   leaves   0.27 USD
                  credit  revenue.subscription                       2.00 USD   leaves   2.00 USD
                """);

    [Fact]
    public void Yen_have_no_decimals() =>
        new BookInMemory().Posted(Monthly(999, "JPY")).On(2026, 2, 1).Posted(Recognise(2, 1)).ShouldRead("""
            subscription_started
              debit   psp.receivable                             999 JPY   leaves 999 JPY
              credit  creator.pending of bea until 2026-01-08    719 JPY   leaves 719 JPY
              credit  creator.reserve of bea until 2026-04-01     80 JPY   leaves  80 JPY
              credit  deferred.revenue                           200 JPY   leaves 200 JPY
            revenue_recognised
              debit   deferred.revenue                           200 JPY   leaves   0 JPY
              credit  revenue.subscription                       200 JPY   leaves 200 JPY
            """);

    [Fact]
    public void Kuwaiti_dinars_have_three_decimals() =>
        new BookInMemory().Posted(Yearly(10_000, "KWD")).On(2026, 2, 1).Posted(Recognise(2, 1)).ShouldRead("""
            subscription_started
              debit   psp.receivable                            10.000 KWD   leaves 10.000 KWD
              credit  creator.unearned of bea                    8.000 KWD   leaves  8.000 KWD
              credit  deferred.revenue                           2.000 KWD   leaves  2.000 KWD
            revenue_recognised
              debit   creator.unearned of bea                    0.666 KWD   leaves  7.334 KWD
              debit   deferred.revenue                           0.166 KWD   leaves  1.834 KWD
              credit  creator.pending of bea until 2026-02-08    0.599 KWD   leaves  0.599 KWD
              credit  creator.reserve of bea until 2026-05-02    0.067 KWD   leaves  0.067 KWD
              credit  revenue.subscription                       0.166 KWD   leaves  0.166 KWD
            """);

    [Fact]
    public void An_upgrade_costs_the_difference_for_the_days_that_are_left()
    {
        // 21 of 31 days are left of January: 13.55 of the new price, 6.77 of the old one.
        var book = new BookInMemory().Posted(Monthly()).On(2026, 1, 11).Posted(Upgrade(20_00));
        book.ShouldRead("""
            subscription_started
              debit   psp.receivable                             9.99 USD   leaves  9.99 USD
              credit  creator.pending of bea until 2026-01-08    7.19 USD   leaves  7.19 USD
              credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
              credit  deferred.revenue                           2.00 USD   leaves  2.00 USD
            subscription_upgraded
              debit   psp.receivable                             6.78 USD   leaves 16.77 USD
              credit  creator.pending of bea until 2026-01-18    4.88 USD   leaves  4.88 USD
              credit  creator.reserve of bea until 2026-04-11    0.54 USD   leaves  0.54 USD
              credit  deferred.revenue                           1.36 USD   leaves  3.36 USD
            """);
        Assert.Equal("2026-01-11 to 2026-02-01 in 1", book.LastPeriod());
        book.On(2026, 2, 1).Posted(Renew());
        Assert.Equal(20_00, ((Event.Sale)book.LastEvent()).Amount);
    }

    [Fact]
    public void An_upgrade_of_a_year_is_earned_in_the_months_that_are_left()
    {
        // From 11 March on 296 of 365 days are left: 194.63 of 240.00 and 97.32 of 120.00.
        var book = new BookInMemory().Posted(Yearly()).On(2026, 3, 11).Posted(Upgrade(240_00));
        Assert.Equal("2026-03-11 to 2027-01-01 in 10", book.LastPeriod());
        Assert.Equal(97_31, ((Event.Sale)book.LastEvent()).Amount);
        book.ShouldRefuse(Recognise(3, 1), "too_early", ("from", "2026-04-01"));
        book.On(2026, 4, 1).Posted(Recognise(3, 1)).On(2027, 1, 1);
        for (var period = 2; period <= 10; period++) book.Posted(Recognise(3, period));
        book.ShouldRefuse(Recognise(3, 11), "nothing_to_recognise", ("transaction", "3"));
    }

    [Fact]
    public void All_accounts_of_a_renewal_are_asked_for_in_one_look_after_its_terms()
    {
        var book = new BookInMemory().Posted(Monthly());
        Assert.Equal(2, book.Rounds);
        book.Book.LetGoOfTheRest();
        book.Book.Forget("subscription/s-1");
        book.Book.LetGoOfAccounts();
        book.Book.LetGoOfAccounts();
        book.On(2026, 2, 1).Posted(Renew());
        Assert.Equal(3, book.Rounds);
    }
}
