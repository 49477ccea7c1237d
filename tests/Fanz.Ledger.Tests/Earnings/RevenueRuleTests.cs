using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class RevenueRuleTests
{
    private static readonly LocalDate Today = new(2026, 1, 1);
    private static readonly RuleScope Platform = new();
    private static readonly Command.SetRevenueRule Rule = new(
        Platform, FeeBasisPoints: 2_500, ReserveBasisPoints: 500, ReserveDays: 180, HoldDays: 14, "pia", "quentin");

    private static readonly Command.EndRevenueRule End = new(Platform, "pia", "quentin");

    internal static readonly (string, Event)[] Events =
    [
        ("revenue_rule_set", new Event.RevenueRuleSet(Platform, 2_500, 500, 180, 14, "pia", "quentin", Today)),
        ("revenue_rule_set.tenant", new Event.RevenueRuleSet(
            new RuleScope { Tenant = true }, 0, 0, 0, 7, "pia", "quentin", Today)),
        ("revenue_rule_set.full", new Event.RevenueRuleSet(
            new RuleScope("bea", SaleKind.Content), 2_000, 1_000, 90, 7, "pia", "quentin", Today)
        {
            HoldDaysBy = [new HoldDaysFor(30, SaleKind.Tip, "gold", "DE"), new HoldDaysFor(8, Tier: "gold")],
            MinimumFees = [new MinimumFee("USD", 50), new MinimumFee("JPY", 70)],
            Affiliate = new AffiliateTerms(500, AffiliateBasis.PlatformShare, Bearer.Platform),
        }),
        ("revenue_rule_ended", new Event.RevenueRuleEnded(
            new RuleScope(Kind: SaleKind.Tip), "pia", "quentin", Today)),
    ];

    internal static readonly Refusal[] Refusals =
        [Refusal.NoRevenueRule(new RuleScope("bea", SaleKind.Content), Today)];

    public static TheoryData<Command, string> Faults => new()
    {
        { Rule, "" },
        { Rule with { FeeBasisPoints = 10_000, ReserveBasisPoints = 0, ReserveDays = 0, HoldDays = 30 }, "" },
        { Rule with { FeeBasisPoints = 10_001, ReserveBasisPoints = -1, ReserveDays = 181, HoldDays = 6 },
            "fee_basis_points ill_formed; reserve_basis_points ill_formed; reserve_days ill_formed; "
            + "hold_days ill_formed" },
        { Rule with { ReserveDays = -1, HoldDays = 31 }, "reserve_days ill_formed; hold_days ill_formed" },
        { Rule with { ApprovedBy = "pia" }, "approved_by same_person" },
        { Rule with { Scope = null!, ProposedBy = null!, ApprovedBy = null! },
            "scope ill_formed; proposed_by ill_formed; approved_by ill_formed" },
        { Rule with { Scope = new RuleScope("", (SaleKind)9) { Tenant = true } },
            "scope.creator ill_formed; scope.kind ill_formed; scope.tenant ill_formed" },
        { Rule with { EffectiveOn = new LocalDate(3000, 1, 1) }, "effective_on date_out_of_range" },
        { Rule with { HoldDaysBy = [] }, "hold_days_by ill_formed" },
        { Rule with { HoldDaysBy = [null!] }, "hold_days_by ill_formed" },
        { Rule with { HoldDaysBy = [new(7)] }, "hold_days_by[0] ill_formed" },
        { Rule with { HoldDaysBy = [new(31, (SaleKind)9, "", "de")] },
            "hold_days_by[0].kind ill_formed; hold_days_by[0].tier ill_formed; hold_days_by[0].country ill_formed; "
            + "hold_days_by[0].days ill_formed" },
        { Rule with { HoldDaysBy = [new(7, Tier: "a"), new(8, Tier: "a")] }, "hold_days_by repeated" },
        { Rule with { MinimumFees = [] }, "minimum_fees ill_formed" },
        { Rule with { MinimumFees = [new("BTC", 0), new("USD", 1), new("USD", 2)] },
            "minimum_fees[0].currency unknown_currency; minimum_fees[0].amount amount_not_positive; "
            + "minimum_fees repeated" },
        { Rule with { Affiliate = new(10_001, (AffiliateBasis)7, (Bearer)7) },
            "affiliate.basis_points ill_formed; affiliate.basis ill_formed; affiliate.borne_by ill_formed" },
        { End, "" },
        { new Command.EndRevenueRule(null!, "", "", new LocalDate(1, 1, 1)),
            "scope ill_formed; proposed_by ill_formed; approved_by ill_formed; approved_by same_person; "
            + "effective_on date_out_of_range" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_a_rule_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void A_rule_shares_what_is_sold_from_its_day_on() =>
        new BookInMemory().Posted(Rule).Posted(Tip).ShouldEndWith("""
            tip_sent
              debit   psp.receivable                            10.00 USD   leaves 10.00 USD
              credit  creator.pending of bea until 2026-01-15    7.13 USD   leaves  7.13 USD
              credit  creator.reserve of bea until 2026-06-30    0.37 USD   leaves  0.37 USD
              credit  revenue.tip                                2.50 USD   leaves  2.50 USD
            """);

    [Fact]
    public void The_narrowest_rule_holds_as_a_whole_and_where_it_ends_the_next_wider_one_does()
    {
        var scopes = new[]
        {
            new RuleScope { Tenant = true }, Platform, new RuleScope(Kind: SaleKind.Tip), new RuleScope("bea"),
            new RuleScope("bea", SaleKind.Tip),
        };
        var book = new BookInMemory();
        var versions = new List<long> { 0 };
        for (var i = 0; i < scopes.Length; i++)
        {
            // What a wider rule says of affiliates and minimum fees is not mixed into a narrower one.
            book.Posted(i % 2 == 0
                ? Rule with { Scope = scopes[i], MinimumFees = [new("USD", 77)] }
                : Rule with { Scope = scopes[i], Affiliate = new(500, AffiliateBasis.Gross, Bearer.Creator) });
            versions.Add(book.Book.LastNumber);
            var held = Held(book);
            Assert.Equal(book.Book.LastNumber, held.Version);
            Assert.Equal(i % 2 == 0 ? (77, 0) : (0, 500), (held.MinimumFee, held.AffiliateBasisPoints));
        }

        for (var i = scopes.Length - 1; i >= 0; i--)
        {
            Assert.Equal(versions[i + 1], Held(book).Version);
            book.Posted(End with { Scope = scopes[i] });
            Assert.Equal(versions[i], Held(book).Version);
            book.ShouldRefuse(End with { Scope = scopes[i] }, "no_revenue_rule", ("scope", scopes[i].ToString()));
        }

        Assert.Equal(RevenueShare.Default, Held(book));
    }

    [Fact]
    public void Rules_of_other_creators_and_kinds_are_not_looked_at()
    {
        var book = new BookInMemory()
            .Posted(Rule with { Scope = new RuleScope("bеa") })
            .Posted(Rule with { Scope = new RuleScope("bea", SaleKind.Content) })
            .Posted(Rule with { Scope = new RuleScope(Kind: SaleKind.Gift) });
        Assert.Equal(RevenueShare.Default, Held(book));
        Assert.Equal(3, Held(book, SaleKind.Content).Version);
        Assert.Equal(4, Held(book, SaleKind.Gift).Version);
        Assert.Equal(2, Held(book, creator: "bеa").Version);
    }

    [Fact]
    public void Each_day_has_the_rule_that_was_last_set_for_the_last_day_before()
    {
        var book = new BookInMemory()
            .Posted(Rule with { EffectiveOn = Today.PlusDays(20) })
            .Posted(Rule with { EffectiveOn = Today.PlusDays(10) })
            .Posted(End with { EffectiveOn = Today.PlusDays(15) })
            .Posted(Rule with { EffectiveOn = Today.PlusDays(20), FeeBasisPoints = 3_000 });
        Assert.Equal(
            [0, 0, 3, 3, 0, 0, 5, 5],
            new[] { 0, 9, 10, 14, 15, 19, 20, 900 }.Select(days => Held(book, on: Today.PlusDays(days)).Version));
    }

    [Fact]
    public void A_rule_never_touches_what_was_sold_before_it_was_set()
    {
        var book = new BookInMemory();
        book.ShouldRefuse(
            Rule with { EffectiveOn = Today.PlusDays(-1) }, "effective_in_past",
            ("effective_on", "2025-12-31"), ("today", "2026-01-01"));
        book.Posted(Rule);
        book.ShouldRefuse(End with { EffectiveOn = Today.PlusDays(-1) }, "effective_in_past");
    }

    [Theory]
    [InlineData(SaleKind.Tip, "gold", "DE", 30)]
    [InlineData(SaleKind.Tip, "gold", "FR", 12)]
    [InlineData(SaleKind.Tip, "iron", "DE", 11)]
    [InlineData(SaleKind.Gift, "gold", "DE", 10)]
    [InlineData(SaleKind.Gift, "gold", null, 8)]
    [InlineData(SaleKind.Gift, null, "DE", 7)]
    [InlineData(SaleKind.Tip, null, null, 9)]
    [InlineData(SaleKind.Gift, "iron", "FR", 14)]
    public void Of_the_holds_that_fit_the_one_that_names_most_counts(
        SaleKind kind, string? tier, string? country, int days)
    {
        var book = new BookInMemory().Posted(new Command.DescribeCreator("bea", tier, country)).Posted(Rule with
        {
            HoldDaysBy =
            [
                new(7, Country: "DE"), new(8, Tier: "gold"), new(9, SaleKind.Tip), new(10, Tier: "gold", Country: "DE"),
                new(11, SaleKind.Tip, Country: "DE"), new(12, SaleKind.Tip, "gold"),
                new(30, SaleKind.Tip, "gold", "DE"),
            ],
        });
        Assert.Equal(days, Held(book, kind).HoldDays);
    }

    [Fact]
    public void A_minimum_fee_is_one_of_its_currency()
    {
        var book = new BookInMemory().Posted(Rule with { MinimumFees = [new("USD", 50), new("JPY", 70)] });
        Assert.Equal(
            [50, 70, 0], new[] { "USD", "JPY", "KWD" }.Select(currency => Held(book, currency: currency).MinimumFee));
    }

    private static readonly Command.SendTip Tip = new("ann", "bea", 10_00, "USD", Funding.Card);

    private static RevenueShare Held(
        BookInMemory book, SaleKind kind = SaleKind.Tip, string creator = "bea", string currency = "USD",
        LocalDate? on = null) =>
        book.Ask(known => RevenueRules.Of(known, kind, creator, Currency.Of(currency), on ?? Today));
}
