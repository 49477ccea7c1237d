using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Payouts;
using Fanz.Ledger.Standing;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class PayabilityTests
{
    private static readonly LocalDate Today = Payee.Today;
    private static readonly PayoutRequirements Strict = new(2, 5, Screening: true, TaxForm: false);
    private static readonly PayoutRequirements Lax = new(0, 0, Screening: false, TaxForm: false);

    /// <summary>Those that depend on the terms by which payouts are formed.</summary>
    internal static readonly Refusal[] Refusals =
    [
        Refusal.VerificationExpired("bea", Today, Today.PlusDays(1)),
        Refusal.NotScreened("bea"),
        Refusal.NoTaxForm("bea", Today),
        Refusal.PayoutMethodByOtherRail("bea", "iban", "sepa", "nacha"),
        Refusal.PayoutMethodCoolingDown("bea", "bank", Today.PlusDays(5)),
    ];

    [Fact]
    public void Of_all_that_is_missing_each_cure_leads_to_the_next_objection_until_there_is_none()
    {
        var book = new BookInMemory();
        Objects(book, "not_verified", 0);
        Objects(book.Posted(Payee.Verify with { Level = 1 }), "not_verified", 0);
        Objects(book.Posted(Payee.Verify), "not_screened", 0);
        Objects(book.Posted(Payee.Screen with { Outcome = ScreeningOutcome.Hit }), "screening_hit", 0);
        Objects(book.Posted(Payee.Screen), "no_payout_method", 0);
        Objects(book.Posted(Payee.Add), "payout_method_unverified", 0);
        Objects(book.Posted(Payee.Prove), "payout_method_cooling_down", 4);
        Objects(book, null, 5);
        Objects(book.Posted(Payee.Disable), "payout_method_disabled", 5);
        Objects(book.Posted(Payee.Enable), null, 5);
        Objects(book.Posted(new Command.HoldCreator("bea", "police")), "creator_held", 5);
    }

    [Fact]
    public void A_verification_counts_up_to_and_including_its_last_day_and_only_where_one_is_needed()
    {
        var book = Payee.Ready().Posted(Payee.Verify with { ExpiresOn = Today.PlusDays(10) });
        Objects(book, null, 10);
        Objects(book, "verification_expired", 11);
        Assert.Null(Ask(book, Lax, 11).Objection);
    }

    [Fact]
    public void A_tax_form_counts_up_to_and_including_its_last_day_while_it_is_not_ended_and_only_where_one_is_needed()
    {
        var needs = Lax with { TaxForm = true };
        var form = new Command.FileTaxForm(
            "bea", "w9-1", TaxFormKind.W9, "2024-03", Today, "US", Today.PlusDays(10));
        var book = Payee.Ready();
        Assert.Equal("no_tax_form", Ask(book, needs, 0).Objection?.Code);
        Assert.Null(Ask(book, Lax, 0).Objection);
        book.Posted(form);
        Assert.Null(Ask(book, needs, 10).Objection);
        Assert.Equal("no_tax_form", Ask(book, needs, 11).Objection?.Code);
        book.Posted(new Command.EndTaxForm("bea", "w9-1", "moved abroad"));
        Assert.Equal("no_tax_form", Ask(book, needs, 0).Objection?.Code);
        Assert.Null(Ask(book.Posted(form with { Form = "w9-2" }), needs, 0).Objection);
    }

    [Fact]
    public void Without_requirements_a_verified_method_is_enough_and_a_hit_still_stops_everything()
    {
        var book = new BookInMemory().Posted(Payee.Add).Posted(Payee.Prove);
        Assert.Null(Ask(book, Lax, 0).Objection);
        book.Posted(Payee.Screen with { Outcome = ScreeningOutcome.PossibleHit });
        Assert.Equal("screening_hit", Ask(book, Lax, 0).Objection?.Code);
    }

    [Fact]
    public void The_first_usable_method_is_paid_to_until_another_one_is_preferred()
    {
        var second = Payee.Add with { Method = "second", Details = "v1.b3RoZXI" };
        var book = Payee.Ready().Posted(second);
        Assert.Equal("bank", Ask(book, Lax, 0).Method?.Id);
        book.Posted(Payee.Prove with { Method = "second" });
        Assert.Equal("bank", Ask(book, Lax, 0).Method?.Id);
        Assert.Equal("second", Ask(book.Posted(Payee.Disable), Lax, 0).Method?.Id);
        book.Posted(Payee.Enable).Posted(Payee.Prefer with { Method = "second" });
        Assert.Equal("second", Ask(book, Lax, 0).Method?.Id);
        Assert.Equal("payout_method_cooling_down", Ask(book, Strict, 0).Objection?.Code);
    }

    [Fact]
    public void A_rail_finds_its_own_methods_and_is_told_when_another_one_is_preferred()
    {
        var book = Payee.Ready().Posted(Payee.Add with { Method = "iban", Rail = "sepa", Country = "DE" });
        Assert.Equal("payout_method_unverified", Ask(book, Lax, 0, "sepa").Objection?.Code);
        Assert.Equal("no_payout_method", Ask(book, Lax, 0, "csv").Objection?.Code);
        book.Posted(Payee.Prefer with { Method = "iban" });
        var (objection, method) = Ask(book, Lax, 0);
        Assert.Equal(("payout_method_by_other_rail", null), (objection?.Code, method));
        Assert.Equal("sepa", objection!.Facts["kept"]);
        Assert.Equal("no_payout_method", book.Ask(known => Payability.Objection(
            known, "bea", Currency.Of("JPY"), "nacha", Lax, Today, out _))?.Code);
    }

    [Fact]
    public void One_look_finds_all_that_is_needed()
    {
        var book = Payee.Ready();
        book.ForgetStreams();
        _ = Payability.Objection(book.Book, "bea", Currency.Of("USD"), "nacha", Strict with { TaxForm = true }, Today, out _);
        Assert.Equal(3, book.Book.Needs.Streams.Count);
        Objects(book, null, 5);
    }

    private static void Objects(BookInMemory book, string? code, int later) =>
        Assert.Equal(code, Ask(book, Strict, later).Objection?.Code);

    private static (Refusal? Objection, PayoutMethod? Method) Ask(
        BookInMemory book, PayoutRequirements needs, int later, string rail = "nacha") => book.Ask(known =>
        {
            var objection = Payability.Objection(
                known, "bea", Currency.Of("USD"), rail, needs, Today.PlusDays(later), out var method);
            return (objection, method);
        });
}
