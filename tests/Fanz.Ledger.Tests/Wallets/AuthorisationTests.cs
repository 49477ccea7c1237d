using Fanz.Ledger.Accounts;
using Fanz.Ledger.Books;
using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Wallets;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class AuthorisationTests
{
    private static readonly LocalDate LastDay = new(2026, 1, 10);
    private static readonly Command.TopUp TopUp = new("ann", 50_00, "USD");
    private static readonly Command.Authorise Authorise = new("a-7", "ann", 30_00, "USD", LastDay);
    private static readonly Command.VoidAuthorisation Void = new("a-7", "order cancelled");
    private static readonly Command.ExpireAuthorisation Expire = new("a-7");

    [Fact]
    public void What_is_authorised_is_set_aside_captured_by_sales_and_the_rest_is_given_back() =>
        Authorised()
            .Posted(Capture(10_00))
            .Posted(new Command.UnlockContent("ann", "cat", 5_00, "USD", Funding.Authorisation)
            {
                Authorisation = "a-7", Content = "clip-7",
            })
            .Posted(Void)
            .ShouldRead("""
                wallet_topped_up
                  debit   psp.receivable                            50.00 USD   leaves 50.00 USD
                  credit  fan.wallet of ann                         50.00 USD   leaves 50.00 USD
                authorised
                  debit   fan.wallet of ann                         30.00 USD   leaves 20.00 USD
                  credit  fan.reserved of ann                       30.00 USD   leaves 30.00 USD
                tip_sent
                  debit   fan.reserved of ann                       10.00 USD   leaves 20.00 USD
                  credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
                  credit  revenue.tip                                2.00 USD   leaves  2.00 USD
                content_unlocked
                  debit   fan.reserved of ann                        5.00 USD   leaves 15.00 USD
                  credit  creator.pending of cat until 2026-01-08    3.60 USD   leaves  3.60 USD
                  credit  creator.reserve of cat until 2026-04-01    0.40 USD   leaves  0.40 USD
                  credit  revenue.ppv                                1.00 USD   leaves  1.00 USD
                authorisation_voided
                  debit   fan.reserved of ann                       15.00 USD   leaves  0.00 USD
                  credit  fan.wallet of ann                         15.00 USD   leaves 35.00 USD
                """);

    [Fact]
    public void A_capture_takes_the_tax_and_leaves_out_the_discount() =>
        Authorised()
            .Posted(Capture(10_00) with
            {
                Taxes = [new TaxLine(TaxKind.Vat, "DE", 2_00, 2_000)],
                Discount = new Discount("spring", 1_00, Bearer.Platform),
            })
            .Posted(Void)
            .ShouldRead("""
                wallet_topped_up
                  debit   psp.receivable                            50.00 USD   leaves 50.00 USD
                  credit  fan.wallet of ann                         50.00 USD   leaves 50.00 USD
                authorised
                  debit   fan.wallet of ann                         30.00 USD   leaves 20.00 USD
                  credit  fan.reserved of ann                       30.00 USD   leaves 30.00 USD
                tip_sent
                  debit   fan.reserved of ann                       11.00 USD   leaves 19.00 USD
                  debit   expense.promo                              1.00 USD   leaves  1.00 USD
                  credit  creator.pending of bea until 2026-01-08    7.20 USD   leaves  7.20 USD
                  credit  creator.reserve of bea until 2026-04-01    0.80 USD   leaves  0.80 USD
                  credit  revenue.tip                                2.00 USD   leaves  2.00 USD
                  credit  vat.payable of DE                          2.00 USD   leaves  2.00 USD
                authorisation_voided
                  debit   fan.reserved of ann                       19.00 USD   leaves  0.00 USD
                  credit  fan.wallet of ann                         19.00 USD   leaves 39.00 USD
                """);

    [Fact]
    public void What_nobody_captured_is_given_back_after_the_last_day()
    {
        var book = new BookInMemory().Posted(TopUp with { Currency = "KWD" })
            .Posted(Authorise with { Currency = "KWD" });
        book.Wait(Duration.FromDays(10));
        book.Posted(Expire).ShouldRead("""
            wallet_topped_up
              debit   psp.receivable         5.000 KWD   leaves 5.000 KWD
              credit  fan.wallet of ann      5.000 KWD   leaves 5.000 KWD
            authorised
              debit   fan.wallet of ann      3.000 KWD   leaves 2.000 KWD
              credit  fan.reserved of ann    3.000 KWD   leaves 3.000 KWD
            authorisation_expired
              debit   fan.reserved of ann    3.000 KWD   leaves 0.000 KWD
              credit  fan.wallet of ann      3.000 KWD   leaves 5.000 KWD
            """);
    }

    [Fact]
    public void It_is_good_up_to_and_including_its_last_day()
    {
        var book = Authorised();
        book.Wait(Duration.FromDays(9));
        book.ShouldRefuse(
            Expire, "authorisation_not_expired_yet",
            ("authorisation", "a-7"), ("expires_on", "2026-01-10"), ("lifts_on", "2026-01-11"));
        book.Posted(Capture(1_00)).Wait(Duration.FromDays(1));
        book.ShouldRefuse(Capture(1_00), "authorisation_lapsed", ("expires_on", "2026-01-10"));
        book.Posted(Expire);
    }

    [Fact]
    public void Captures_never_take_more_than_was_authorised()
    {
        var book = Authorised().Posted(Capture(20_00)).Posted(Authorise with { Authorisation = "a-8", Amount = 5_00 });
        book.ShouldRefuse(
            Capture(10_01), "authorisation_exceeded", ("authorisation", "a-7"), ("remains", "1000"), ("needed", "1001"));
        book.Posted(Capture(10_00));
        book.ShouldRefuse(Capture(1), "authorisation_exceeded", ("remains", "0"));
        book.ShouldRefuse(Void, "authorisation_used_up", ("authorisation", "a-7"));
        Assert.Equal(-5_00, book.State("fan.reserved/USD//ann").Balance);
    }

    [Fact]
    public void It_pays_for_its_own_fan_in_its_own_currency_alone()
    {
        var book = Authorised();
        book.ShouldRefuse(
            Capture(1) with { Fan = "bob" }, "authorisation_of_another", ("authorisation", "a-7"), ("fan", "bob"));
        book.ShouldRefuse(
            Capture(1) with { Currency = "JPY" }, "authorisation_in_other_currency",
            ("currency", "USD"), ("asked", "JPY"));
    }

    [Fact]
    public void What_is_over_stays_over()
    {
        var voided = Authorised().Posted(Void);
        foreach (var command in new Command[] { Void, Expire, Capture(1) })
            voided.ShouldRefuse(command, "authorisation_over", ("authorisation", "a-7"), ("end", "voided"));
        var expired = Authorised();
        expired.Wait(Duration.FromDays(10));
        expired.Posted(Expire);
        foreach (var command in new Command[] { Void, Expire, Capture(1) })
            expired.ShouldRefuse(command, "authorisation_over", ("authorisation", "a-7"), ("end", "expired"));
    }

    [Fact]
    public void What_was_never_authorised_is_not_known()
    {
        foreach (var command in new Command[] { Void, Expire, Capture(1) })
            new BookInMemory().ShouldRefuse(command, "authorisation_unknown", ("authorisation", "a-7"));
    }

    [Fact]
    public void A_name_is_used_once_also_when_it_is_over()
    {
        var book = Authorised();
        book.ShouldRefuse(Authorise with { Amount = 1 }, "authorisation_exists", ("authorisation", "a-7"));
        book.Posted(Void).ShouldRefuse(Authorise, "authorisation_exists", ("authorisation", "a-7"));
    }

    [Fact]
    public void Names_that_only_end_differently_are_two_authorisations()
    {
        var (one, other) = (new string('a', 127) + "1", new string('a', 127) + "2");
        var book = new BookInMemory().Posted(TopUp).Posted(Authorise with { Authorisation = one, Amount = 10_00 });
        book.ShouldRefuse(Void with { Authorisation = other }, "authorisation_unknown");
        book.ShouldRefuse(Capture(1) with { Authorisation = other }, "authorisation_unknown");
        book.Posted(Authorise with { Authorisation = other, Amount = 5_00 });
        book.ShouldRefuse(Capture(5_01) with { Authorisation = other }, "authorisation_exceeded", ("remains", "500"));
        book.Posted(Void with { Authorisation = one });
        Assert.Equal(5_00, book.Holds("fan.reserved/USD//ann"));
    }

    [Fact]
    public void A_wallet_sets_no_more_aside_than_it_has() =>
        Authorised().ShouldRefuse(
            Authorise with { Authorisation = "a-8", Amount = 20_01 }, "insufficient_funds", ("available", "2000"));

    [Fact]
    public void An_authorisation_that_is_over_already_is_refused() =>
        new BookInMemory().Posted(TopUp).ShouldRefuse(
            Authorise with { ExpiresOn = new LocalDate(2025, 12, 31) }, "expires_in_past",
            ("expires_on", "2025-12-31"), ("today", "2026-01-01"));

    [Fact]
    public void Nothing_is_set_aside_for_a_sanctioned_fan_or_of_a_frozen_wallet()
    {
        new BookInMemory().Posted(TopUp).Posted(new Command.SanctionParty(Role.Fan, "ann", "listed"))
            .ShouldRefuse(Authorise, "party_sanctioned", ("party", "ann"));
        new BookInMemory().Posted(TopUp)
            .Posted(new Command.FreezeAccount(new AccountName("fan.wallet", "ann", "USD"), "court order"))
            .ShouldRefuse(Authorise, "account_frozen");
    }

    [Fact]
    public void Limits_hold_and_count_what_is_authorised_and_not_again_what_is_captured()
    {
        var book = new BookInMemory().Posted(TopUp).Posted(new Command.SetLimits("USD") { PerDay = 30_00 });
        book.ShouldRefuse(
            Authorise with { Amount = 30_01 }, "over_limit", ("limit", "per_day"), ("most", "3000"), ("paid", "3001"));
        book.Posted(Authorise with { Amount = 25_00 }).Posted(Capture(20_00));
        book.ShouldRefuse(
            new Command.SendTip("ann", "bea", 5_01, "USD", Funding.Wallet), "over_limit",
            ("limit", "per_day"), ("spent", "2500"), ("lifts_on", "2026-01-02"));
        book.Posted(Void).Posted(new Command.SendTip("ann", "bea", 5_00, "USD", Funding.Wallet));
        Assert.Equal(
            ["limits_set", "authorised", "spending_counted", "tip_sent", "authorisation_voided", "tip_sent"],
            book.Journal.Skip(2).Select(appended => appended.Record.Type));
    }

    [Fact]
    public void A_capture_is_given_back_in_its_own_way_and_not_reversed() =>
        Authorised().Posted(Capture(10_00)).ShouldRefuse(new Command.Reverse(4, "mistake"), "not_reversible");

    [Fact]
    public void Everything_is_known_again_after_it_was_forgotten()
    {
        var book = Authorised().Posted(Capture(10_00));
        book.Book.Forget(Authorisations.StreamOf("a-7"));
        book.ShouldRefuse(Capture(20_01), "authorisation_exceeded", ("remains", "2000"));
    }

    [Fact]
    public void What_cannot_have_happened_to_an_authorisation_is_not_believed()
    {
        var authorised = new Event.Authorised("a-7", "ann", 30_00, "USD", LastDay);
        var open = new Authorisation().After(Recorded(authorised));
        Assert.All(
            new Event[]
            {
                authorised,
                new Event.AuthorisationVoided("a-7", "ann", 29_99, "USD"),
                new Event.AuthorisationExpired("a-7", "ann", 30_01, "USD"),
                new Event.TipSent("ann", "bea", 30_01, "USD", Funding.Authorisation, 0, 1, 2, LastDay, 3, LastDay),
                new Event.TipSent("bob", "bea", 30_00, "USD", Funding.Authorisation, 0, 1, 2, LastDay, 3, LastDay),
                new Event.Reversed(7, "why"),
            },
            @event => Assert.Throws<InvariantBroken>(() => open.After(Recorded(@event))));
    }

    private static Recorded Recorded(Event @event) => new(3, default, LastDay, @event);

    private static BookInMemory Authorised() => new BookInMemory().Posted(TopUp).Posted(Authorise);

    private static Command.SendTip Capture(long amount) =>
        new("ann", "bea", amount, "USD", Funding.Authorisation) { Authorisation = "a-7" };
}
