using Fanz.Ledger.Accounts;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using Fanz.Ledger.Tax;
using FsCheck.Fluent;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class DecidedWithholdingTests
{
    private const string Pending = "creator.pending/USD/2026-01-01/bea";
    private static readonly LocalDate Day = new(2026, 1, 1);
    private static readonly Command.ReleaseHold Hold = new("bea", "USD", Day, "run-7");
    private static readonly AccountKey Held = new(Chart.CreatorPending, "bea", Currency.Of("USD"), Day);

    private static readonly Command.FileTaxForm W8Ben = TaxStandingTests.W8Ben;

    internal static readonly (string, Event)[] Events =
    [
        ("hold_released.decided", new Event.HoldReleased("bea", "USD", Day, "run-7", 500_00, 0, 440_00,
        [
            new(WithholdingKind.NonResident, 100_00, 0, 0)
            {
                Rule = WithholdingRule.Treaty, Income = IncomeClass.Royalties, Form = "form-1", Country = "DE",
                Article = "12",
            },
            new(WithholdingKind.NonResident, 200_00, 3_000, 60_00)
            {
                Rule = WithholdingRule.NonResident, Income = IncomeClass.Other, Form = "form-1", Country = "DE",
            },
        ])),
        ("hold_released.backup", new Event.HoldReleased("bea", "USD", Day, "run-7", 500_00, 0, 380_00,
            [new(WithholdingKind.Backup, 500_00, 2_400, 120_00) { Rule = WithholdingRule.NoForm }])),
    ];

    internal static readonly Refusal[] Refusals =
        [Refusal.WithholdingByLedger("bea"), Refusal.SourcesOverRelease(Held, 501, 500)];

    public static TheoryData<Command, string> Faults => new()
    {
        { Hold with { Sources = [new("US", IncomeClass.Other, 1)] }, "" },
        { Hold with { Sources = [] }, "sources ill_formed" },
        { Hold with { Sources = [null!] }, "sources[0] ill_formed" },
        { Hold with { Sources = [new("us", (IncomeClass)9, 0)] },
            "sources[0].country ill_formed; sources[0].income ill_formed; sources[0].amount amount_not_positive" },
        { Hold with { Sources = [new(null!, IncomeClass.Other, 1)] }, "sources[0].country ill_formed" },
        { Hold with { Sources = [new("US", IncomeClass.Other, 1), new("US", IncomeClass.Other, 2)] },
            "sources[1] repeated" },
        { new Command.ReleaseAffiliate("aff", "USD", Day, "r") { Sources = [new("US", IncomeClass.Other, 1)] },
            "sources not_for_affiliates" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_sources_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void Without_a_form_24_percent_of_all_of_it_is_withheld()
    {
        var book = Book(500_00).Posted(Hold);
        book.ShouldRead("""
            tax_terms_set
            hold_released
              debit   creator.pending of bea until 2026-01-01  500.00 USD   leaves   0.00 USD
              credit  wht.backup                               120.00 USD   leaves 120.00 USD
              credit  creator.available of bea                 380.00 USD   leaves 380.00 USD
            """);
        var line = Lines(book)!.Single();
        Assert.Equal((WithholdingRule.NoForm, null), (line.Rule, line.Form));
        Assert.Equal("withheld/2026/bea", book.Journal[^1].Record.Stream);
    }

    [Fact]
    public void Nothing_is_withheld_from_a_resident_with_a_number()
    {
        var book = Book(500_00).Posted(TaxStandingTests.W9).Posted(Hold);
        Assert.Equal(500_00, -book.State("creator.available/USD//bea").Balance);
        Assert.Null(Lines(book));
        Assert.Null(book.Journal[^1].Record.Stream);
    }

    [Fact]
    public void A_non_resident_pays_on_what_comes_from_the_payers_country_each_class_at_its_own_rate()
    {
        var book = Book(500_00).Posted(TreatyTests.Germany).Posted(W8Ben).Posted(Hold with
        {
            Sources =
            [
                new("US", IncomeClass.Royalties, 100_00), new("US", IncomeClass.Services, 50_00),
                new("DE", IncomeClass.Royalties, 150_00), new("US", IncomeClass.Other, 1_00),
            ],
        });
        // 1.00 is said to be something else, and of 199.00 nobody knows where it came from.
        Assert.Equal(
            [
                "Royalties 10000 0 0 Treaty 12", "Services 5000 3000 1500 NonResident ",
                "Other 20000 3000 6000 NonResident ",
            ],
            Lines(book)!.Select(line =>
                $"{line.Income} {line.Base} {line.RateBasisPoints} {line.Amount} {line.Rule} {line.Article}"));
        Assert.All(Lines(book)!, line => Assert.Equal(("form-1", "DE"), (line.Form, line.Country)));
        Assert.Equal(75_00, -book.State("wht.nra/USD//").Balance);
        Assert.Equal(425_00, -book.State("creator.available/USD//bea").Balance);
    }

    [Fact]
    public void A_treaty_that_ended_since_the_form_came_is_a_hole_at_the_rate_without_one()
    {
        var book = Book(500_00).Posted(TreatyTests.Germany).Posted(W8Ben)
            .Posted(TreatyTests.Germany with { EffectiveOn = Day, Rates = [] })
            .Posted(Hold with { Sources = [new("US", IncomeClass.Royalties, 500_00)] });
        var line = Lines(book)!.Single();
        Assert.Equal((WithholdingRule.TreatyRateMissing, 150_00), (line.Rule, line.Amount));
    }

    [Fact]
    public void Nothing_comes_from_the_payers_country_and_nothing_is_withheld_or_said()
    {
        var book = Book(500_00).Posted(TreatyTests.Germany).Posted(W8Ben)
            .Posted(Hold with { Sources = [new("DE", IncomeClass.Royalties, 500_00)] });
        Assert.Null(Lines(book));
    }

    [Fact]
    public void A_business_in_the_payers_country_pays_its_taxes_itself_and_its_income_is_on_record()
    {
        var book = Book(500_00).Posted(TaxStandingTests.W9 with { Kind = TaxFormKind.W8Eci, Country = "DE" })
            .Posted(Hold with { Sources = [new("US", IncomeClass.Services, 200_00), new("DE", IncomeClass.Services, 300_00)] });
        var line = Lines(book)!.Single();
        Assert.Equal(
            (WithholdingRule.EffectivelyConnected, 200_00, 0), (line.Rule, line.Base, line.RateBasisPoints));
    }

    [Fact]
    public void Where_the_ledger_decides_nobody_else_does()
    {
        var book = Book(500);
        book.ShouldRefuse(
            Hold with { Withholding = [new(WithholdingKind.Backup, 1, 0)] }, "withholding_by_ledger",
            ("creator", "bea"));
        book.ShouldRefuse(
            Hold with { Sources = [new("DE", IncomeClass.Other, 500), new("US", IncomeClass.Other, 1)] },
            "sources_over_release", ("sources", "501"), ("released", "500"));
        book.ShouldRefuse(
            Hold with { Creator = "cat", Withholding = [new(WithholdingKind.Backup, 1, 0)] }, "nothing_to_release");
        // Affiliates have no forms here: their releases state what is withheld.
        book.Holding("affiliate.pending/USD/2026-01-01/aff", 50).Posted(new Command.ReleaseAffiliate(
            "aff", "USD", Day, "r") { Withholding = [new(WithholdingKind.Backup, 50, 2_400)] });
    }

    [Fact]
    public void Without_terms_everything_stays_as_it_is_also_with_a_form_and_sources()
    {
        var book = new BookInMemory().Holding(Pending, 500).Posted(W8Ben)
            .Posted(Hold with { Sources = [new("US", IncomeClass.Other, 500)] });
        Assert.Null(Lines(book));
    }

    [Fact]
    public void What_is_withheld_repaid_and_available_is_what_was_released()
    {
        var releases =
            from amount in Gen.Choose(1, 100_000)
            from debt in Gen.Choose(0, 50_000)
            from backup in Gen.Choose(0, 10_000)
            from rate in Gen.Choose(0, 10_000)
            from kind in Gen.Elements<TaxFormKind?>(null, TaxFormKind.W9, TaxFormKind.W8Ben, TaxFormKind.W8Eci)
            from parts in Gen.Choose(0, 100_000).ListOf(4)
            select (amount, debt, backup, rate, kind, parts);
        Properties.Hold(releases, one =>
        {
            var book = new BookInMemory().Holding(Pending, one.amount).Posted(TreatyTests.Germany)
                .Posted(TaxStandingTests.Terms with
                {
                    BackupBasisPoints = one.backup, NonResidentBasisPoints = one.rate,
                });
            if (one.debt > 0) book.Holding("creator.debt/USD//bea", one.debt);
            if (one.kind is { } kind)
                book.Posted(kind == TaxFormKind.W8Ben ? W8Ben : TaxStandingTests.W9 with { Kind = kind });
            var sources = IncomeSource.Within(one.amount, "US", one.parts.Select((part, i) => new IncomeSource(
                i % 2 == 0 ? "US" : "DE", (IncomeClass)(i % 4), part)));
            Assert.True(sources.Sum(source => source.Amount) <= one.amount);
            book.Posted(Hold with { Sources = sources.Count > 0 ? sources : null });
            var lines = Lines(book) ?? [];
            Assert.All(lines, line => Assert.InRange(line.Amount, 0, line.Base));
            Assert.True(lines.Sum(line => line.Base) <= one.amount);
            var withheld = -book.State("wht.backup/USD//").Balance - book.State("wht.nra/USD//").Balance;
            Assert.Equal(lines.Sum(line => line.Amount), withheld);
            var available = -book.State("creator.available/USD//bea").Balance;
            var debt = book.State("creator.debt/USD//bea").Balance;
            Assert.Equal(one.amount, withheld + available + (one.debt - debt));
            Assert.True(available >= 0 && debt >= 0 && (debt == 0 || available == 0));
        });
    }

    [Fact]
    public void Of_too_many_sources_those_of_other_countries_give_way_first() =>
        Assert.Equal(
            [new("US", IncomeClass.Services, 60), new("DE", IncomeClass.Services, 40)],
            IncomeSource.Within(100, "US",
            [
                new("FR", IncomeClass.Other, 5), new("DE", IncomeClass.Services, 50),
                new("DE", IncomeClass.Other, -5), new("US", IncomeClass.Services, 60),
            ]));

    internal static IReadOnlyList<Withheld>? Lines(BookInMemory book)
    {
        var record = book.Journal[^1].Record;
        return Assert.IsType<Event.HoldReleased>(EventFormat.Read(record.Type, record.Data.Span)).Withheld;
    }

    internal static BookInMemory Book(long pending) =>
        new BookInMemory().Posted(TaxStandingTests.Terms).Holding(Pending, pending);
}
