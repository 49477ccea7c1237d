using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class TaxTermsTests
{
    private static readonly LocalDate Today = new(2026, 1, 1);
    private static readonly Command.SetTaxTerms Terms = TaxStandingTests.Terms;
    private static readonly Command.SetTaxTerms Nothing = new("pia", "quentin");
    private static readonly ReportingThreshold Nec = new(InformationReturn.Nec, 2026, "USD", 2_000_00);

    internal static readonly (string, Event)[] Events =
    [
        ("tax_terms_set", new Event.TaxTermsSet(Today, "pia", "quentin") { Withholds = false }),
        ("tax_terms_set.full", new Event.TaxTermsSet(Today, "pia", "quentin")
        {
            PayerCountry = "US", Withholds = true, BackupBasisPoints = 2_400, NonResidentBasisPoints = 3_000,
            NoticeGraceDays = 30, NoticeGraceUnit = GraceUnit.BusinessDays, InformationReturn = InformationReturn.Nec,
            Thresholds = [Nec, new(InformationReturn.K, 2026, "USD", 20_000_01, 201)],
        }),
    ];

    internal static readonly Refusal[] Refusals =
        [Refusal.TaxTermsIncomplete("payer_country", Today), Refusal.FormsOfAnotherCountry("GB")];

    public static TheoryData<Command, string> Faults => new()
    {
        { Terms, "" },
        { Nothing with { Thresholds = [Nec] }, "" },
        { Nothing, "terms says_nothing" },
        { Nothing with { Thresholds = [] }, "thresholds ill_formed" },
        { Nothing with { Thresholds = [Nec, null!, Nec] }, "thresholds[1] ill_formed; thresholds[2] repeated" },
        { Nothing with { Thresholds = [new((InformationReturn)9, 1, "TKN", 0, -1)] },
            "thresholds[0].return ill_formed; thresholds[0].year ill_formed; thresholds[0].currency wrong_currency; "
            + "thresholds[0].amount amount_not_positive; thresholds[0].payments ill_formed" },
        { new Command.SetTaxTerms("", null!, new LocalDate(1, 1, 1))
            {
                PayerCountry = "us", BackupBasisPoints = -1, NonResidentBasisPoints = 10_001, NoticeGraceDays = 367,
                NoticeGraceUnit = (GraceUnit)9, InformationReturn = (InformationReturn)9,
            },
            "proposed_by ill_formed; approved_by ill_formed; effective_on date_out_of_range; payer_country ill_formed; "
            + "backup_basis_points ill_formed; non_resident_basis_points ill_formed; notice_grace_days ill_formed; "
            + "notice_grace_unit ill_formed; information_return ill_formed" },
        { Terms with { ApprovedBy = "pia" }, "approved_by same_person" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_terms_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void What_is_not_said_stays_and_a_threshold_replaces_that_of_its_form_and_year()
    {
        var book = new BookInMemory()
            .Posted(Terms with { Thresholds = [Nec, Nec with { Year = 2025, Amount = 600_00 }] })
            .Posted(Nothing with { EffectiveOn = Today.PlusDays(9), BackupBasisPoints = 2_800, Thresholds = [Nec with { Amount = 5 }] });
        var (before, after) = (On(book, Today.PlusDays(8)), On(book, Today.PlusDays(9)));
        Assert.Equal((true, 2_400, 3_000), (before.Withholds, before.BackupBasisPoints, before.NonResidentBasisPoints));
        Assert.Equal((true, 2_800, 3_000), (after.Withholds, after.BackupBasisPoints, after.NonResidentBasisPoints));
        Assert.Equal(2_000_00, before.ThresholdOf(InformationReturn.Nec, 2026)?.Amount);
        Assert.Equal(5, after.ThresholdOf(InformationReturn.Nec, 2026)?.Amount);
        Assert.Equal(600_00, after.ThresholdOf(InformationReturn.Nec, 2025)?.Amount);
        Assert.Null(after.ThresholdOf(InformationReturn.K, 2026));
        Assert.False(On(book, Today.PlusDays(-1)).Withholds);
    }

    [Theory]
    [InlineData("payer_country")]
    [InlineData("backup_basis_points")]
    [InlineData("non_resident_basis_points")]
    [InlineData("notice_grace_days")]
    public void The_ledger_withholds_only_once_it_knows_every_rate(string missing)
    {
        var terms = missing switch
        {
            "payer_country" => Terms with { PayerCountry = null },
            "backup_basis_points" => Terms with { BackupBasisPoints = null },
            "non_resident_basis_points" => Terms with { NonResidentBasisPoints = null },
            _ => Terms with { NoticeGraceDays = null },
        };
        new BookInMemory().ShouldRefuse(terms, "tax_terms_incomplete", ("missing", missing), ("on", "2026-01-01"));
        // It may be said in parts, whatever the order, as long as no day is without one.
        new BookInMemory().Posted(terms with { Withholds = null }).Posted(Terms);
    }

    [Fact]
    public void No_earlier_day_may_take_from_what_was_announced()
    {
        var book = new BookInMemory().Posted(Terms with { EffectiveOn = Today.PlusDays(10), PayerCountry = null, Withholds = null })
            .Posted(Nothing with { EffectiveOn = Today.PlusDays(5), PayerCountry = "GB" });
        book.ShouldRefuse(
            Nothing with { EffectiveOn = Today.PlusDays(7), Withholds = true }, "tax_terms_incomplete",
            ("on", "2026-01-08"));
        book.ShouldRefuse(
            Nothing with { EffectiveOn = Today.PlusDays(10), Withholds = true }, "forms_of_another_country",
            ("payer_country", "GB"));
        book.ShouldRefuse(Terms with { EffectiveOn = Today.PlusDays(-1) }, "effective_in_past");
    }

    private static TaxTerms On(BookInMemory book, LocalDate day) => book.Ask(known => TaxTerms.Of(known, day));
}
