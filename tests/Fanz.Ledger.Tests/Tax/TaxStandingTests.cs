using Fanz.Ledger.Journal;
using Fanz.Ledger.Tax;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class TaxStandingTests
{
    private const string Sealed = "v1.c2VhbGVkIHVuZGVyIGEga2V5";
    private static readonly LocalDate Today = new(2026, 1, 1);

    internal static readonly Command.FileTaxForm W9 =
        new("bea", "form-1", TaxFormKind.W9, "2024-03", new LocalDate(2025, 12, 30), "US")
        {
            Sealed = Sealed, Fingerprint = "9f86d081", Masked = "···1234", NumberKind = TaxNumberKind.Ssn,
        };

    internal static readonly Command.FileTaxForm W8Ben = W9 with
    {
        Kind = TaxFormKind.W8Ben, Version = "2021-10", Country = "DE", NumberKind = TaxNumberKind.Foreign,
        Claims = [new(IncomeClass.Royalties, "12")],
    };

    private static readonly Command.RecordTinMatch Match =
        new("bea", "form-1", TinResult.Matched, TinEvidence.TinMatching);
    private static readonly Command.RecordTinNotice Notice = new("bea", "cp2100-7", Today);
    private static readonly Command.EndTaxForm End = new("bea", "form-1", "moved away");

    internal static readonly Command.SetTaxTerms Terms = new("pia", "quentin")
    {
        PayerCountry = "US", Withholds = true, BackupBasisPoints = 2_400, NonResidentBasisPoints = 3_000,
        NoticeGraceDays = 30, NoticeGraceUnit = GraceUnit.BusinessDays,
    };

    internal static readonly (string, Event)[] Events =
    [
        ("tax_form_filed", new Event.TaxFormFiled("bea", "form-1", TaxFormKind.W9, "2024-03", Today, "US")),
        ("tax_form_filed.full", new Event.TaxFormFiled(
            "bea", "form-1", TaxFormKind.W8Ben, "2021-10", Today, "DE", new LocalDate(2029, 12, 31))
        {
            Sealed = Sealed, Fingerprint = "9f86d081", Masked = "···1234", NumberKind = TaxNumberKind.Foreign,
            Claims = [new(IncomeClass.Royalties, "12"), new(IncomeClass.Services)],
        }),
        ("tax_form_ended", new Event.TaxFormEnded("bea", "form-1", "moved away")),
        ("tin_match_recorded", new Event.TinMatchRecorded(
            "bea", "form-1", TinResult.Matched, TinEvidence.TinMatching)),
        ("tin_match_recorded.full", new Event.TinMatchRecorded(
            "bea", "form-1", TinResult.Mismatched, TinEvidence.AuthorityLetter, "147C")),
        ("tin_notice_recorded", new Event.TinNoticeRecorded(
            "bea", "cp2100-7", Today, IsSecond: false, new LocalDate(2026, 2, 13))),
        ("tin_notice_recorded.full", new Event.TinNoticeRecorded(
            "bea", "cp2100-7", Today, IsSecond: true, new LocalDate(2026, 2, 13), "letter 7")),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.TaxFormExists("bea", "form-1"),
        Refusal.TaxFormNotInForce("bea", "form-1"),
        Refusal.TaxFormLapsed("form-1", new LocalDate(2025, 12, 31), Today),
        Refusal.TreatyRateMissing("DE", IncomeClass.BusinessProfits, Today),
        Refusal.TinNoticeExists("bea", "cp2100-7"),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { W9, "" },
        { W8Ben, "" },
        { W9 with { Sealed = null, Fingerprint = null, Masked = null, NumberKind = null }, "" },
        { W9 with { Fingerprint = null, Masked = null, NumberKind = null }, "" },
        { W9 with { Sealed = "123-45-6789" }, "sealed not_sealed" },
        { W9 with { Sealed = "v1.123-45-6789" }, "sealed not_sealed" },
        { W9 with { Masked = "123-45-6789" }, "masked not_masked" },
        { W9 with { Masked = null }, "sealed ill_formed" },
        { W9 with { Sealed = null }, "sealed ill_formed" },
        { W9 with { NumberKind = TaxNumberKind.Foreign }, "number_kind not_of_this_form" },
        { W9 with { NumberKind = (TaxNumberKind)9 }, "number_kind ill_formed" },
        { W9 with { Claims = W8Ben.Claims }, "claims not_of_this_form" },
        { W8Ben with { Claims = [] }, "claims ill_formed" },
        { W8Ben with { Claims = [null!] }, "claims[0] ill_formed" },
        { W8Ben with { Claims = [new((IncomeClass)7, "")] },
            "claims[0].income ill_formed; claims[0].article ill_formed" },
        { W8Ben with { Claims = [new(IncomeClass.Other), new(IncomeClass.Other)] }, "claims[1].income repeated" },
        { W9 with { ExpiresOn = W9.SignedOn.PlusDays(-1) }, "expires_on ill_formed" },
        { new Command.FileTaxForm("", "\0", (TaxFormKind)9, "", new LocalDate(1, 1, 1), "usa"),
            "creator ill_formed; form ill_formed; kind ill_formed; version ill_formed; signed_on date_out_of_range; "
            + "country ill_formed" },
        { W9 with { Country = null! }, "country ill_formed" },
        { End, "" },
        { new Command.EndTaxForm("", "", " "), "creator ill_formed; form ill_formed; reason ill_formed" },
        { Match, "" },
        { new Command.RecordTinMatch("", "", (TinResult)9, (TinEvidence)9, ""),
            "creator ill_formed; form ill_formed; result ill_formed; by ill_formed; reference ill_formed" },
        { Notice, "" },
        { new Command.RecordTinNotice("", "", new LocalDate(3000, 1, 1), ""),
            "creator ill_formed; notice ill_formed; on date_out_of_range; reference ill_formed" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_command_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_foreign_form_counts_through_the_last_day_of_the_third_year_after_it_was_signed() =>
        Properties.Hold(
            from day in Gen.Choose(-1_000, 3_000) from kind in Gen.Elements(Enum.GetValues<TaxFormKind>())
            select (Signed: Today.PlusDays(day), Kind: kind),
            one =>
            {
                var last = TaxForms.LastDayOf(one.Kind, one.Signed);
                Assert.Equal(one.Kind == TaxFormKind.W9, last is null);
                if (last is not { } day) return;
                Assert.Equal((one.Signed.Year + 3, 12, 31), (day.Year, day.Month, day.Day));
            });

    [Fact]
    public void A_form_that_was_signed_on_29_february_lapses_on_31_december()
    {
        var standing = Filed(W8Ben with { SignedOn = new LocalDate(2024, 2, 29) });
        Assert.Equal(WithholdingKind.NonResident, standing.On(new LocalDate(2027, 12, 31)).Withholding);
        Assert.Equal(
            (WithholdingKind.Backup, WithholdingRule.FormLapsed),
            Told(standing.On(new LocalDate(2028, 1, 1))));
    }

    [Fact]
    public void The_last_day_may_be_said_and_an_entity_stays_foreign_without_its_claims()
    {
        var standing = Filed(W8Ben with { Kind = TaxFormKind.W8BenE, ExpiresOn = Today.PlusDays(9) });
        Assert.NotNull(standing.On(Today.PlusDays(9)).Claims);
        Assert.Equal(
            (WithholdingKind.NonResident, WithholdingRule.FormLapsed), Told(standing.On(Today.PlusDays(10))));
        Assert.Null(standing.On(Today.PlusDays(10)).Claims);
    }

    [Fact]
    public void Whoever_has_filed_nothing_has_tax_withheld_and_a_number_ends_that()
    {
        var book = Book();
        Assert.Equal((WithholdingKind.Backup, WithholdingRule.NoForm), Told(StatusOf(book)));
        book.Posted(W9 with { Sealed = null, Fingerprint = null, Masked = null, NumberKind = null });
        Assert.Equal((WithholdingKind.Backup, WithholdingRule.NoNumber), Told(StatusOf(book)));
        book.Posted(W9 with { Form = "form-2" });
        Assert.Null(StatusOf(book).Withholding);
        book.Posted(Match with { Form = "form-2", Result = TinResult.Mismatched });
        Assert.Equal((WithholdingKind.Backup, WithholdingRule.NumberMismatched), Told(StatusOf(book)));
        book.Posted(Match with { Form = "form-2" });
        Assert.Null(StatusOf(book).Withholding);
        book.Posted(End with { Form = "form-2" });
        Assert.Equal((WithholdingKind.Backup, WithholdingRule.FormEnded), Told(StatusOf(book)));
    }

    [Fact]
    public void A_treaty_is_nobodys_without_a_number()
    {
        Assert.Null(Filed(
            W8Ben with { Sealed = null, Fingerprint = null, Masked = null, NumberKind = null }).On(Today).Claims);
        Assert.Equal("12", Filed(W8Ben).On(Today).Claims!.Single().Article);
    }

    [Fact]
    public void A_form_is_filed_once_not_before_it_is_signed_and_not_after_its_last_day()
    {
        var book = Book().Posted(W9);
        book.ShouldRefuse(W9, "tax_form_exists", ("form", "form-1"));
        book.ShouldRefuse(
            W9 with { Form = "form-2", SignedOn = Today.PlusDays(1) }, "effective_in_future",
            ("effective_on", "2026-01-02"));
        book.ShouldRefuse(
            W8Ben with { Form = "form-2", SignedOn = new LocalDate(2022, 12, 31) }, "tax_form_lapsed",
            ("expires_on", "2025-12-31"), ("today", "2026-01-01"));
        book.Posted(W8Ben with { Form = "form-2", SignedOn = new LocalDate(2023, 1, 1) });
        book.ShouldRefuse(End, "tax_form_not_in_force", ("form", "form-1"));
        book.ShouldRefuse(Match, "tax_form_not_in_force");
        book.ShouldRefuse(End with { Creator = "cat" }, "tax_form_not_in_force");
        Assert.Equal("taxpayer/bea", book.Journal[^1].Record.Stream);
    }

    [Fact]
    public void A_claim_that_the_table_does_not_know_is_told_when_the_form_comes()
    {
        var book = Book().Posted(Terms);
        book.ShouldRefuse(
            W8Ben, "treaty_rate_missing", ("country", "DE"), ("income", "royalties"), ("on", "2026-01-01"));
        book.Posted(TreatyTests.Germany).Posted(W8Ben);
    }

    [Theory]
    // Thirty days without Saturdays and Sundays: 1 January 2026 is a Thursday.
    [InlineData(GraceUnit.BusinessDays, 30, "2026-02-13")]
    [InlineData(GraceUnit.BusinessDays, 1, "2026-01-03")]
    [InlineData(GraceUnit.BusinessDays, 2, "2026-01-06")]
    [InlineData(GraceUnit.BusinessDays, 0, "2026-01-02")]
    [InlineData(GraceUnit.CalendarDays, 30, "2026-02-01")]
    public void Tax_is_withheld_from_the_day_after_the_grace_of_a_notice(GraceUnit unit, int days, string from)
    {
        var day = NodaTime.Text.LocalDatePattern.Iso.Parse(from).Value;
        var book = Book().Posted(Terms with { NoticeGraceUnit = unit, NoticeGraceDays = days })
            .Posted(W9).Posted(Notice);
        Assert.Null(StatusOf(book, day.PlusDays(-1)).Withholding);
        Assert.Equal((WithholdingKind.Backup, WithholdingRule.TinNotice), Told(StatusOf(book, day)));
    }

    [Fact]
    public void A_first_notice_is_cured_by_a_new_form_and_a_second_by_the_authoritys_letter_alone()
    {
        var book = Book().Posted(Terms).Posted(W9).Posted(Notice with { On = new LocalDate(2024, 2, 29) });
        Assert.Equal((WithholdingKind.Backup, WithholdingRule.TinNotice), Told(StatusOf(book)));
        // What was signed before the notice says nothing about it.
        book.Posted(W9 with { Form = "form-0", SignedOn = new LocalDate(2024, 2, 28) });
        Assert.NotNull(StatusOf(book).Withholding);
        book.Posted(W9 with { Form = "form-2" });
        Assert.Null(StatusOf(book).Withholding);

        book.Posted(Notice with { Notice = "cp2100-8", On = new LocalDate(2025, 6, 2) });
        book.Posted(W9 with { Form = "form-3" });
        book.Posted(Match with { Form = "form-3" });
        Assert.Equal((WithholdingKind.Backup, WithholdingRule.TinNotice), Told(StatusOf(book)));
        book.Posted(Match with { Form = "form-3", By = TinEvidence.AuthorityLetter });
        Assert.Null(StatusOf(book).Withholding);
        book.ForgetStreams();
        Assert.Null(StatusOf(book).Withholding);
    }

    [Theory]
    [InlineData("2023-02-28", false)]
    [InlineData("2023-03-01", true)]
    [InlineData("2026-01-01", true)]
    public void A_notice_is_the_second_within_three_years(string on, bool isSecond)
    {
        var first = NodaTime.Text.LocalDatePattern.Iso.Parse(on).Value;
        var book = Book().Posted(Terms).Posted(Notice with { On = first });
        book.Wait(Duration.FromDays(59));
        book.Posted(Notice with { Notice = "cp2100-8", On = new LocalDate(2026, 3, 1) });
        var record = book.Journal[^1].Record;
        var noticed = Assert.IsType<Event.TinNoticeRecorded>(EventFormat.Read(record.Type, record.Data.Span));
        Assert.Equal(isSecond, noticed.IsSecond);
    }

    [Fact]
    public void A_notice_needs_terms_and_is_recorded_once()
    {
        var book = Book();
        book.ShouldRefuse(Notice, "tax_terms_incomplete", ("missing", "notice_grace_days"));
        book.Posted(Terms).Posted(Notice);
        book.ShouldRefuse(Notice, "tin_notice_exists", ("notice", "cp2100-7"));
        book.ShouldRefuse(Notice with { Notice = "n", On = Today.PlusDays(1) }, "effective_in_future");
    }

    private static BookInMemory Book() => new();

    private static TaxStanding Filed(Command.FileTaxForm form)
    {
        var book = Book();
        book.Posted(form);
        return book.Ask(known => known.Recall<TaxStanding>(TaxStanding.StreamOf("bea")));
    }

    private static TaxStatus StatusOf(BookInMemory book, LocalDate? on = null) =>
        book.Ask(known => known.Recall<TaxStanding>(TaxStanding.StreamOf("bea"))).On(on ?? Today);

    private static (WithholdingKind?, WithholdingRule?) Told(TaxStatus status) => (status.Withholding, status.Rule);
}
