using System.Text;
using Fanz.Ledger.Books;
using Fanz.Ledger.Host.Importing;
using Fanz.Ledger.Host.Tests.Databases;
using Fanz.Ledger.Host.Taxes;
using Fanz.Ledger.Host.Terminal;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Postgres.Books;
using Fanz.Ledger.Postgres.Tax;
using Fanz.Ledger.Tax;
using NodaTime;

namespace Fanz.Ledger.Host.Tests.Taxes;

/// <summary>What authorities are told, as the files have it.</summary>
public sealed class TaxReportTests
{
    private static readonly OpenedBook Fans = Book(1, "fans");
    private static readonly OpenedBook Shop = Book(2, "shop");

    [Fact]
    public void Residents_are_told_from_the_threshold_of_their_year_on_and_from_the_first_cent_if_tax_was_withheld() =>
        ShouldBe(
            InformationReturns.Nec(Material(2026, [
                Earned("amy", released: 1_999_99), Earned("bea", released: 2_000_00),
                Earned("cat", released: 5_00), Earned("dan", released: 900_000_00), Earned("eva", released: 1_000_00),
                Earned("eva", quarter: 2, released: 1_000_00), Earned("fay"), Earned("gus", released: 1, currency: "EUR"),
            ])),
            """
            creator,currency,form_on_file,number,box_1_nonemployee_compensation,box_4_federal_income_tax_withheld
            bea,USD,bea-1,···0002,200000,0
            cat,USD,,,500,120
            eva,USD,,,200000,0
            gus,EUR,,,1,0

            """,
            leftOut: 1, elsewhere: 1);

    [Fact]
    public void Of_an_earlier_year_its_own_threshold_counts() =>
        ShouldBe(
            InformationReturns.Nec(Material(2025, [Earned("amy", released: 599_99), Earned("bea", released: 600_00)])),
            """
            creator,currency,form_on_file,number,box_1_nonemployee_compensation,box_4_federal_income_tax_withheld
            bea,USD,bea-1,···0002,60000,0
            cat,USD,,,0,120

            """.Replace("cat,USD,,,0,120\n", "", StringComparison.Ordinal),
            leftOut: 1);

    [Fact]
    public void Royalties_and_other_income_stand_in_their_boxes_by_the_terms_of_each_platform() =>
        ShouldBe(
            InformationReturns.Misc(Material(
                2026,
                [
                    Earned("bea", released: 10_00), Earned("bea", released: 1_00, book: Shop),
                    Earned("amy", released: 9_99), Earned("eva", released: 1_999_99, book: Shop),
                ],
                terms: (InformationReturn.MiscRoyalties, null))),
            """
            creator,currency,form_on_file,number,box_2_royalties,box_3_other_income,box_4_federal_income_tax_withheld
            bea,USD,bea-1,···0002,1000,100,0

            """,
            leftOut: 2);

    [Fact]
    public void What_a_platform_reports_on_another_form_is_not_told_on_this_one() =>
        ShouldBe(
            InformationReturns.Nec(Material(
                2026, [Earned("bea", released: 5_000_00), Earned("bea", released: 3_000_00, book: Shop)],
                terms: (InformationReturn.MiscRoyalties, null))),
            """
            creator,currency,form_on_file,number,box_1_nonemployee_compensation,box_4_federal_income_tax_withheld
            bea,USD,bea-1,···0002,300000,0

            """);

    [Fact]
    public void Payments_are_told_before_fees_if_there_are_more_than_both_thresholds_say() =>
        ShouldBe(
            InformationReturns.K(Material(2026, [
                Earned("amy", payments: 201, paid: 20_000_00), Earned("bea", payments: 100, paid: 20_000_00),
                Earned("bea", quarter: 3, payments: 101, paid: 1), Earned("eva", payments: 200, paid: 99_000_00),
            ])),
            """
            creator,currency,form_on_file,number,box_1a_gross_amount,box_3_payments,box_4_federal_income_tax_withheld,gross_quarter_1,gross_quarter_2,gross_quarter_3,gross_quarter_4
            bea,USD,bea-1,···0002,2000001,201,0,2000000,0,1,0

            """,
            leftOut: 2);

    [Fact]
    public void A_year_whose_threshold_nobody_has_said_is_an_error_and_terms_say_it()
    {
        var mistake = Assert.Throws<Mistake>(() => InformationReturns.Nec(Material(2027, [])));
        Assert.Contains("nec is reported for 2027", mistake.Message, StringComparison.Ordinal);
        Assert.Throws<Mistake>(() => InformationReturns.K(Material(2024, [])));
        var said = new ReportingThreshold(InformationReturn.Nec, 2027, "USD", 2_100_00);
        ShouldBe(
            InformationReturns.Nec(Material(
                2027, [Earned("bea", released: 2_099_99), Earned("eva", released: 2_100_00)], thresholds: [said])),
            """
            creator,currency,form_on_file,number,box_1_nonemployee_compensation,box_4_federal_income_tax_withheld
            eva,USD,,,210000,0

            """,
            leftOut: 1);
    }

    [Fact]
    public void Foreign_persons_are_told_by_kind_of_income_and_rate_with_what_was_given_back()
    {
        var dan = new WithheldKey(
            "dan", "USD", WithholdingKind.NonResident, IncomeClass.Royalties, 0, WithholdingRule.Treaty, "DE", "12");
        var full = dan with
        {
            Income = IncomeClass.Services, RateBasisPoints = 3_000, Rule = WithholdingRule.NonResident, Article = null,
        };
        var lines = new Dictionary<WithheldKey, WithheldSum>
        {
            [dan] = new(100_00, 0), [full] = new(50_00, 15_00),
            [full with { Rule = WithholdingRule.TreatyRateMissing }] = new(10_00, 3_00),
            [dan with { Creator = "eci", Rule = WithholdingRule.EffectivelyConnected, Article = null }] = new(7_00, 0),
            [dan with { Kind = WithholdingKind.Backup }] = new(1, 1),
        };
        var corrections = new Dictionary<(string, string, WithholdingKind), long>
        {
            [("dan", "USD", WithholdingKind.NonResident)] = -4_00, [("dan", "USD", WithholdingKind.Backup)] = -1,
        };
        var material = Material(2026, [], lines: new YearWithheld(lines, corrections));
        ShouldBe(
            ForeignPersons.Of(material),
            """
            creator,currency,income,box_3b_rate_basis_points,box_3a_exemption_code,country,treaty_article,box_1_income_code,form_on_file,number,box_2_gross_income,box_7_tax_withheld
            dan,USD,royalties,0,04,DE,12,12,dan-1,···0004,10000,0
            dan,USD,services,3000,00,DE,,17,dan-1,···0004,6000,1400
            eci,USD,royalties,0,01,DE,,12,,,700,0

            """);
    }

    [Fact]
    public void Sellers_are_told_by_quarter_and_class_and_those_who_live_elsewhere_are_not()
    {
        var material = Material(2026, [
            Earned("dan", "goods", gross: 100_00, fees: 20_00, sales: 2),
            Earned("dan", "personalised_service", gross: 50_00, fees: 10_00, refunds: 5_00, sales: 1),
            Earned("dan", "pre_recorded", quarter: 2, gross: 10_00, fees: 2_00, sales: 1),
            Earned("dan", "", adjustments: -3_00, withheld: 4_00, released: 1), Earned("bea", "goods", gross: 1, sales: 1),
            Earned("amy", "goods", gross: 1_00, later: 2_00, sales: 1),
        ]);
        ShouldBe(
            SellersOfPlatforms.OfUnion(material, null),
            """
            creator,quarter,currency,country,number,goods_count,goods_consideration,service_count,service_consideration,recorded_count,recorded_consideration,other_consideration,fees,taxes,is_relevant
            amy,1,USD,,,1,-100,0,0,0,0,0,0,0,yes
            dan,1,USD,DE,···0004,2,8000,1,3500,0,0,-300,3000,400,yes
            dan,2,USD,DE,···0004,0,0,0,0,1,800,0,200,0,no

            """,
            elsewhere: 1);
        Assert.Equal(2, SellersOfPlatforms.OfUnion(material, 1).Rows.Count);
        Assert.Equal(["amy"], SellersOfPlatforms.OfKingdom(material, 1).Rows.Select(row => row[0]));
    }

    [Fact]
    public void Vat_is_told_by_member_state_and_rate_with_corrections_of_earlier_quarters()
    {
        var material = Material(2026, [], supplied:
            [
                new(Fans, "DE", 2026, 1, 1_900, "EUR", 3, 300_00, 57_00), new(Shop, "DE", 2026, 1, 1_900, "EUR", 1, 100_00, 19_00),
                new(Fans, "FR", 2026, 1, null, "EUR", 1, 10_00, 2_00), new(Fans, "GB", 2026, 1, 2_000, "GBP", 1, 1, 1),
            ],
            givenBack:
            [
                new(Fans, "DE", 2026, 1, 1_900, "EUR", 1, 50_00, 9_50), new(Fans, "DE", 2025, 4, 1_900, "EUR", 1, 10_00, 1_90),
            ]);
        ShouldBe(
            UnionVat.Of(material, 1),
            """
            member_state,kind,of_year,of_quarter,rate_basis_points,currency,supplies,taxable_amount,vat
            DE,supply,2026,1,1900,EUR,4,35000,6650
            DE,correction,2025,4,1900,EUR,1,-1000,-190
            FR,supply,2026,1,,EUR,1,1000,200

            """,
            elsewhere: 1);
    }

    [Fact]
    public void Totals_are_by_column_and_currency() => Assert.Equal(
        [
            new("box_1_nonemployee_compensation", "EUR", 1), new("box_4_federal_income_tax_withheld", "EUR", 0),
            new("box_1_nonemployee_compensation", "USD", 5_000_00), new("box_4_federal_income_tax_withheld", "USD", 0),
        ],
        InformationReturns.Nec(Material(2026, [
            Earned("bea", released: 2_000_00), Earned("eva", released: 3_000_00), Earned("gus", released: 1, currency: "EUR"),
        ])).Totals());

    [Fact]
    public async Task A_later_run_tells_what_has_changed_since_a_file()
    {
        using var folder = new HomeFolder();
        var path = Path.Combine(folder.Path, "nec.csv");
        var first = InformationReturns.Nec(Material(2026, [
            Earned("bea", released: 2_000_00), Earned("eva", released: 3_000_00), Earned("=gus", released: 4_000_00),
        ]));
        await using (var file = File.Create(path)) await TaxReportVerb.WriteCsv(file, first, CancellationToken.None);
        var later = InformationReturns.Nec(Material(2026, [
            Earned("bea", released: 2_500_00), Earned("hal", released: 3_000_00), Earned("=gus", released: 4_000_00),
        ]));
        var problems = new Problems();
        ShouldBe(
            TaxCorrection.Of(later, path, problems),
            """
            creator,currency,change,form_on_file,number,box_1_nonemployee_compensation,box_4_federal_income_tax_withheld,box_1_nonemployee_compensation_before,box_4_federal_income_tax_withheld_before
            bea,USD,corrected,bea-1,···0002,250000,0,200000,0
            hal,USD,new,,,300000,0,0,0
            eva,USD,void,,,0,0,300000,0

            """);
        Assert.Equal(0, problems.Count);
        Assert.Empty(TaxCorrection.Of(first, path, problems).Rows);
    }

    [Theory]
    [InlineData("creator\nbea\n", "nec.csv:1: currency is missing")]
    [InlineData("", "nec.csv:1: is empty")]
    [InlineData("H\nbea,USD,,,x,0\n", "nec.csv:2: box_1_nonemployee_compensation is no whole number.")]
    [InlineData("H\nbea,USD,,,1,0\nbea,USD,,,1,0\n", "nec.csv:3: is there twice.")]
    [InlineData("H\nbea,USD,,,1\n", "nec.csv:2: has 5 fields, not 6.")]
    public void A_file_that_was_not_filed_so_is_told_by_line(string text, string problem)
    {
        using var folder = new HomeFolder();
        var path = Path.Combine(folder.Path, "nec.csv");
        const string header =
            "creator,currency,form_on_file,number,box_1_nonemployee_compensation,box_4_federal_income_tax_withheld";
        File.WriteAllText(path, text.Replace("H\n", header + "\n", StringComparison.Ordinal));
        var problems = new Problems();
        _ = TaxCorrection.Of(InformationReturns.Nec(Material(2026, [])), path, problems);
        Assert.StartsWith(problem, problems.Told.First(), StringComparison.Ordinal);
    }

    private static void ShouldBe(TaxTable table, string csv, int leftOut = 0, int elsewhere = 0)
    {
        using var stream = new MemoryStream();
        TaxReportVerb.WriteCsv(stream, table, CancellationToken.None).GetAwaiter().GetResult();
        Assert.Equal(
            csv.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(stream.ToArray()).ReplaceLineEndings("\n"));
        Assert.Equal((leftOut, elsewhere), (table.LeftOut, table.Elsewhere));
        // What tells rows apart does.
        Assert.Equal(
            table.Rows.Count, table.Rows.Select(row => string.Join('|', row.Take(table.Keys))).Distinct().Count());
        Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
    }

    private static TaxMaterial Material(
        int year, EarnedInQuarter[] earned, (InformationReturn? Fans, InformationReturn? Shop) terms = default,
        ReportingThreshold[]? thresholds = null, YearWithheld? lines = null, SuppliedInQuarter[]? supplied = null,
        SuppliedInQuarter[]? givenBack = null) => new()
    {
        Year = year,
        Data = TaxData.Load(),
        Books = [Fans, Shop],
        Terms = new Dictionary<OpenedBook, TaxTerms>
        {
            [Fans] = Terms(terms.Fans, thresholds), [Shop] = Terms(terms.Shop, null),
        },
        Earned = earned,
        Withheld = earned.Any(one => one.Creator == "cat")
            ? [
                new(Fans, "creator", "cat", 1, WithholdingKind.Backup, "USD", 5_00, 1_20),
                new(Fans, "affiliate", "eva", 1, WithholdingKind.Backup, "USD", 5_00, 1_20),
            ]
            : [],
        Lines = lines is null ? [] : [lines],
        Supplied = supplied ?? [],
        GivenBack = givenBack ?? [],
        Taxpayers = new[] { Taxpayer("bea", TaxFormKind.W9, "US", 2), Taxpayer("dan", TaxFormKind.W8Ben, "DE", 4) }
            .ToDictionary(one => one.Creator),
    };

    private static TaxTerms Terms(InformationReturn? form, ReportingThreshold[]? thresholds) => ((TaxTermsOverTime)new TaxTermsOverTime()
        .After(new Recorded(1, default, default, new Event.TaxTermsSet(new LocalDate(2026, 1, 1), "pia", "quentin")
        {
            InformationReturn = form, Thresholds = thresholds,
        }))).On(new LocalDate(2026, 12, 31));

    private static Taxpayer Taxpayer(string creator, TaxFormKind kind, string country, int number)
    {
        var filed = new Event.TaxFormFiled(creator, $"{creator}-1", kind, "2024-03", new LocalDate(2025, 1, 1), country)
        {
            Sealed = "v1.AAAAAAAAAAAAAAAAAAAA", Fingerprint = "f", Masked = $"···000{number}", NumberKind = TaxNumberKind.Ssn,
        };
        var standing = (TaxStanding)new TaxStanding().After(new Recorded(1, default, default, filed));
        return new Taxpayer(creator, standing.On(new LocalDate(2026, 12, 31)));
    }

    private static EarnedInQuarter Earned(
        string creator, string kind = "", int quarter = 1, string currency = "USD", long sales = 0, long gross = 0,
        long fees = 0, long refunds = 0, long later = 0, long adjustments = 0, long released = 0, long withheld = 0,
        long payments = 0, long paid = 0, OpenedBook? book = null) => new(
        book ?? Fans, creator, quarter, currency, "", kind, sales, gross, fees, refunds, later, adjustments, released,
        withheld, payments, paid);

    private static OpenedBook Book(int id, string platform) => new(
        id, new BookSettings(new BookName("acme", platform), DateTimeZone.Utc, BookSettings.NoHolidays, Currency.Of("USD")));
}
