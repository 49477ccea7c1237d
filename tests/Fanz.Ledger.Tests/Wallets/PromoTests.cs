using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class PromoTests
{
    private static readonly LocalDate Today = new(2026, 1, 1);
    private static readonly Command.GrantPromo Grant = new("ann", 5_00, "USD", "spring", Today.PlusDays(9));

    [Fact]
    public void What_is_granted_is_an_expense_and_is_spent_as_other_money() =>
        new BookInMemory().Posted(Grant).Posted(Tip(5_00)).ShouldRead("""
            promo_granted
              debit   expense.promo                              5.00 USD   leaves  5.00 USD
              credit  fan.promo of ann                           5.00 USD   leaves  5.00 USD
            tip_sent
              debit   fan.promo of ann                           5.00 USD   leaves  0.00 USD
              credit  creator.pending of bea until 2026-01-08    3.60 USD   leaves  3.60 USD
              credit  creator.reserve of bea until 2026-04-01    0.40 USD   leaves  0.40 USD
              credit  revenue.tip                                1.00 USD   leaves  1.00 USD
            """);

    [Fact]
    public void Promotional_yen_are_spent_with_tax_and_by_parts() =>
        new BookInMemory().Posted(Grant with { Currency = "JPY", Amount = 500 })
            .Posted(Tip(100) with { Currency = "JPY", Taxes = [new TaxLine(TaxKind.Vat, "JP", 10)] })
            .ShouldRead("""
                promo_granted
                  debit   expense.promo                               500 JPY   leaves   500 JPY
                  credit  fan.promo of ann                            500 JPY   leaves   500 JPY
                tip_sent
                  debit   fan.promo of ann                            110 JPY   leaves   390 JPY
                  credit  creator.pending of bea until 2026-01-08      72 JPY   leaves    72 JPY
                  credit  creator.reserve of bea until 2026-04-01       8 JPY   leaves     8 JPY
                  credit  revenue.tip                                  20 JPY   leaves    20 JPY
                  credit  vat.payable of JP                            10 JPY   leaves    10 JPY
                """);

    [Fact]
    public void What_nobody_spent_of_a_grant_is_taken_back_after_its_last_day()
    {
        var book = new BookInMemory().Posted(Grant).Posted(Tip(2_00));
        book.Wait(Duration.FromDays(10));
        book.Posted(new Command.ExpirePromo(2, "end of season")).ShouldRead("""
            promo_granted
              debit   expense.promo                              5.00 USD   leaves  5.00 USD
              credit  fan.promo of ann                           5.00 USD   leaves  5.00 USD
            tip_sent
              debit   fan.promo of ann                           2.00 USD   leaves  3.00 USD
              credit  creator.pending of bea until 2026-01-08    1.44 USD   leaves  1.44 USD
              credit  creator.reserve of bea until 2026-04-01    0.16 USD   leaves  0.16 USD
              credit  revenue.tip                                0.40 USD   leaves  0.40 USD
            promo_expired
              debit   fan.promo of ann                           3.00 USD   leaves  0.00 USD
              credit  expense.promo                              3.00 USD   leaves  2.00 USD
            """);
        book.ShouldRefuse(new Command.ExpirePromo(2), "nothing_left_of_promo", ("transaction", "2"));
    }

    [Fact]
    public void What_expires_soonest_is_spent_first()
    {
        var book = new BookInMemory()
            .Posted(Grant with { ExpiresOn = null, Amount = 1_00 })
            .Posted(Grant with { ExpiresOn = Today.PlusDays(2), Amount = 3_00 })
            .Posted(Grant with { ExpiresOn = Today.PlusDays(1), Amount = 2_00 })
            .Posted(Tip(4_00));
        book.Wait(Duration.FromDays(5));
        book.ShouldRefuse(new Command.ExpirePromo(4), "nothing_left_of_promo");
        book.Posted(new Command.ExpirePromo(3));
        Assert.Equal(-1_00, book.State("fan.promo/USD//ann").Balance);
        book.ShouldRefuse(new Command.ExpirePromo(3), "nothing_left_of_promo");
    }

    [Fact]
    public void What_is_given_back_of_an_expired_grant_expires_in_turn()
    {
        var book = new BookInMemory().Posted(Grant).Posted(Tip(2_00));
        book.Wait(Duration.FromDays(10));
        book.Posted(new Command.ExpirePromo(2)).Posted(new Command.Reverse(3, "never delivered"));
        Assert.Equal(-2_00, book.State("fan.promo/USD//ann").Balance);
        book.Posted(new Command.ExpirePromo(2));
        Assert.Equal(0, book.State("fan.promo/USD//ann").Balance);
    }

    [Fact]
    public void A_grant_is_good_up_to_and_including_its_last_day()
    {
        var book = new BookInMemory().Posted(Grant);
        book.Wait(Duration.FromDays(9));
        book.ShouldRefuse(
            new Command.ExpirePromo(2), "promo_not_expired_yet",
            ("transaction", "2"), ("expires_on", "2026-01-10"), ("lifts_on", "2026-01-11"));
        book.Wait(Duration.FromDays(1));
        book.Posted(new Command.ExpirePromo(2));
    }

    [Fact]
    public void Only_a_grant_with_an_end_expires()
    {
        var book = new BookInMemory().Posted(Grant with { ExpiresOn = null }).Posted(new Command.TopUp("ann", 1, "USD"));
        book.ShouldRefuse(new Command.ExpirePromo(2), "promo_never_expires", ("transaction", "2"));
        book.ShouldRefuse(new Command.ExpirePromo(3), "not_a_promo_grant", ("transaction", "3"));
        book.ShouldRefuse(new Command.ExpirePromo(4), "transaction_unknown", ("transaction", "4"));
    }

    [Fact]
    public void A_grant_that_is_over_already_is_refused()
    {
        new BookInMemory().Posted(Grant with { ExpiresOn = Today }).ShouldRefuse(
            Grant with { ExpiresOn = Today.PlusDays(-1) }, "expires_in_past",
            ("expires_on", "2025-12-31"), ("today", "2026-01-01"));
    }

    [Fact]
    public void A_grant_expires_and_is_not_reversed() =>
        new BookInMemory().Posted(Grant).ShouldRefuse(new Command.Reverse(2, "mistake"), "not_reversible");

    [Fact]
    public void A_sanctioned_or_closed_fan_is_granted_nothing()
    {
        new BookInMemory().Posted(new Command.SanctionParty(Role.Fan, "ann", "listed"))
            .ShouldRefuse(Grant, "party_sanctioned", ("party", "ann"));
        new BookInMemory().Posted(new Command.CloseParty(Role.Fan, "ann", "gone"))
            .ShouldRefuse(Grant, "party_closed", ("party", "ann"));
    }

    [Fact]
    public void A_fan_spends_no_more_than_they_were_granted() =>
        new BookInMemory().Posted(Grant).ShouldRefuse(
            Tip(5_01), "insufficient_funds", ("account", "fan.promo/USD//ann"), ("available", "500"));

    private static Command.SendTip Tip(long amount) => new("ann", "bea", amount, "USD", Funding.Promo);
}
