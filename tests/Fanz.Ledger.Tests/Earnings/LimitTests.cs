using Fanz.Ledger.Earnings;
using Fanz.Ledger.Journal;
using Fanz.Ledger.Money;
using NodaTime;

namespace Fanz.Ledger.Tests;

public class LimitTests
{
    // A Thursday.
    private static readonly LocalDate Today = new(2026, 1, 1);
    private static readonly Command.SetLimits Set = new("USD");

    internal static readonly (string, Event)[] Events =
    [
        ("limits_set", new Event.LimitsSet("USD", Today) { PerDay = 500_00 }),
        ("limits_set.full", new Event.LimitsSet("USD", Today, SaleKind.Tip, 30)
        {
            Minimum = 1_00, Maximum = 500_00, PerPurchase = 100_00, PerDay = 200_00, PerWeek = 400_00,
        }),
        ("spending_counted", new Event.SpendingCounted("ann", "USD", new Spent(1_00, 5_00))),
    ];

    internal static readonly Refusal[] Refusals =
    [
        Refusal.SelfTip("ann", "bea"),
        Refusal.BelowMinimum("USD", 1_00, 99, liftsOn: null),
        Refusal.OverMaximum("USD", 1_00, 1_01, Today),
        Refusal.OverLimit("per_day", "USD", 50_00, 45_00, 5_01, Today.PlusDays(1)),
    ];

    public static TheoryData<Command, string> Faults => new()
    {
        { Set, "" },
        { Set with { Kind = SaleKind.Tip, Minimum = 1, Maximum = 1, PerPurchase = 1 }, "" },
        { Set with { Currency = "TKN", Kind = (SaleKind)9, YoungerThanDays = 0, EffectiveOn = new LocalDate(1, 1, 1) },
            "currency wrong_currency; kind ill_formed; younger_than_days ill_formed; effective_on date_out_of_range" },
        { Set with { YoungerThanDays = 3_651 }, "younger_than_days ill_formed" },
        { Set with { Minimum = 2, Maximum = 1 }, "maximum below_minimum" },
        { Set with { Minimum = 0, Maximum = 0, PerPurchase = -1, PerDay = 0, PerWeek = long.MaxValue },
            "minimum amount_not_positive; maximum amount_not_positive; per_purchase amount_not_positive; "
            + "per_day amount_not_positive; per_week amount_over_limit" },
        { Set with { Kind = SaleKind.Tip, PerDay = 1, PerWeek = 1 }, "per_day not_by_kind; per_week not_by_kind" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Everything_that_is_wrong_with_limits_is_told_at_once(Command command, string faults) =>
        command.ShouldHave(faults);

    [Fact]
    public void What_is_captured_meets_the_bounds_of_its_kind_but_is_not_counted_again()
    {
        var book = new BookInMemory()
            .Posted(new Command.TopUp("ann", 100_00, "USD"))
            .Posted(Set with { PerDay = 50_00 })
            .Posted(Set with { Kind = SaleKind.Tip, Maximum = 20_00 })
            .Posted(new Command.Authorise("a-1", "ann", 50_00, "USD", Today));
        var capture = new Command.SendTip("ann", "bea", 20_01, "USD", Funding.Authorisation) { Authorisation = "a-1" };
        book.ShouldRefuse(capture, "over_maximum", ("maximum", "2000"), ("paid", "2001"));
        book.Posted(capture with { Amount = 20_00 }).Posted(capture with { Amount = 20_00 });
    }

    [Fact]
    public void A_purchase_is_no_less_than_the_least_and_no_more_than_the_most()
    {
        var book = new BookInMemory().Posted(Set with { Minimum = 1_00, Maximum = 50_00 });
        book.ShouldRefuse(Tip(99), "below_minimum", ("minimum", "100"), ("paid", "99"), ("currency", "USD"));
        book.ShouldRefuse(Tip(50_01), "over_maximum", ("maximum", "5000"), ("paid", "5001"));
        book.Posted(Tip(1_00)).Posted(Tip(50_00)).Posted(Tip(1) with { Currency = "JPY" });
    }

    [Fact]
    public void A_limit_is_on_what_the_fan_pays_with_taxes_and_less_a_discount()
    {
        var book = new BookInMemory().Posted(Set with { Minimum = 1_00, Maximum = 10_00 });
        book.ShouldRefuse(Tip(9_00) with { Taxes = [new(TaxKind.Vat, "DE", 1_71)] }, "over_maximum", ("paid", "1071"));
        book.ShouldRefuse(
            Tip(1_00) with { Discount = new("spring", 1, Bearer.Platform) }, "below_minimum", ("paid", "99"));
        book.Posted(Tip(11_00) with { Discount = new("spring", 1_00, Bearer.Platform) });
        // What costs the fan nothing is under no least amount.
        book.Posted(Tip(1_00) with { Discount = new("spring", 1_00, Bearer.Platform) });
    }

    [Fact]
    public void A_limit_of_a_kind_holds_beside_the_one_of_all_kinds_and_the_tightest_counts()
    {
        var book = new BookInMemory()
            .Posted(Set with { Maximum = 50_00 })
            .Posted(Set with { Kind = SaleKind.Tip, Maximum = 20_00 })
            .Posted(Set with { Kind = SaleKind.Gift, Maximum = 80_00 });
        book.ShouldRefuse(Tip(20_01), "over_maximum", ("maximum", "2000"));
        book.ShouldRefuse(Gift(50_01), "over_maximum", ("maximum", "5000"));
        book.Posted(Gift(50_00)).Posted(Tip(20_00));
    }

    [Fact]
    public void What_a_fan_spends_in_a_day_is_counted_over_all_creators_and_kinds_until_the_next_day()
    {
        var book = new BookInMemory().Posted(Set with { PerDay = 50_00 })
            .Posted(Tip(30_00)).Posted(Gift(15_00) with { Creator = "cat" });
        book.ShouldRefuse(
            Tip(5_01), "over_limit", ("limit", "per_day"), ("most", "5000"), ("spent", "4500"), ("paid", "501"),
            ("lifts_on", "2026-01-02"));
        book.Posted(Tip(5_00)).Posted(Tip(50_00) with { Fan = "amy" });
        book.ShouldRefuse(Tip(1), "over_limit", ("spent", "5000"));
        book.Wait(Duration.FromDays(1));
        book.Posted(Tip(50_00));
        Assert.Equal(new Spent(50_00, 100_00), LastSpent(book));
    }

    [Fact]
    public void A_week_is_one_from_Monday_to_Sunday()
    {
        var book = new BookInMemory().Posted(Set with { PerWeek = 50_00 }).Posted(Tip(40_00));
        book.Wait(Duration.FromDays(3));
        book.ShouldRefuse(
            Tip(10_01), "over_limit", ("limit", "per_week"), ("spent", "4000"), ("lifts_on", "2026-01-05"));
        book.Posted(Tip(10_00));
        Assert.Equal(new Spent(10_00, 50_00), LastSpent(book));
        book.Wait(Duration.FromDays(1));
        book.Posted(Tip(50_00));
        Assert.Equal(new Spent(50_00, 50_00), LastSpent(book));
        book.ShouldRefuse(Tip(1), "over_limit", ("lifts_on", "2026-01-12"));
    }

    [Fact]
    public void What_no_waiting_helps_against_does_not_say_when_it_lifts()
    {
        var book = new BookInMemory().Posted(Set with { PerDay = 50_00, PerPurchase = 60_00 });
        book.ShouldRefuse(Tip(50_01), "over_limit", ("limit", "per_day"), ("spent", "0"), ("lifts_on", null!));
        book.ShouldRefuse(Tip(60_01), "over_limit", ("limit", "per_purchase"), ("lifts_on", null!));
    }

    [Fact]
    public void A_young_account_has_tighter_limits_until_it_is_old_enough()
    {
        var book = new BookInMemory()
            .Posted(Set with { PerPurchase = 100_00 })
            .Posted(Set with { PerPurchase = 10_00, YoungerThanDays = 7 })
            .Posted(Set with { PerPurchase = 50_00, YoungerThanDays = 30 })
            .Posted(new Command.RegisterFan("ann", Today.PlusDays(-5)));
        book.ShouldRefuse(Tip(10_01), "over_limit", ("most", "1000"), ("lifts_on", "2026-01-03"));
        book.Wait(Duration.FromDays(2));
        book.Posted(Tip(10_01));
        book.ShouldRefuse(Tip(50_01), "over_limit", ("most", "5000"), ("lifts_on", "2026-01-26"));
        book.Wait(Duration.FromDays(23));
        book.Posted(Tip(50_01));
        book.ShouldRefuse(Tip(100_01), "over_limit", ("most", "10000"), ("lifts_on", null!));
    }

    [Fact]
    public void A_fan_whom_nobody_registered_is_as_young_as_can_be()
    {
        var book = new BookInMemory().Posted(Set with { PerDay = 10_00, YoungerThanDays = 1 });
        book.ShouldRefuse(Tip(10_01), "over_limit");
        book.Posted(new Command.RegisterFan("amy", Today.PlusDays(3)));
        book.ShouldRefuse(Tip(10_01) with { Fan = "amy" }, "over_limit");
        book.Posted(new Command.RegisterFan("ann", Today.PlusDays(-1))).Posted(Tip(10_01));
        Assert.Null(LastSpent(book));
    }

    [Fact]
    public void Limits_hold_from_their_day_on_and_are_cleared_by_saying_nothing()
    {
        var book = new BookInMemory()
            .Posted(Set with { Maximum = 10_00, EffectiveOn = Today.PlusDays(1) })
            .Posted(Set with { EffectiveOn = Today.PlusDays(2) })
            .Posted(Tip(99_00));
        book.Wait(Duration.FromDays(1));
        book.ShouldRefuse(Tip(10_01), "over_maximum");
        book.Wait(Duration.FromDays(1));
        book.Posted(Tip(10_01));
        book.ShouldRefuse(Set with { EffectiveOn = Today }, "effective_in_past", ("today", "2026-01-03"));
    }

    [Fact]
    public void A_purchase_carries_totals_only_where_totals_are_limited()
    {
        var book = new BookInMemory().Posted(Set with { PerPurchase = 10_00, Minimum = 1 }).Posted(Tip(5_00));
        Assert.Null(LastSpent(book));
        Assert.Null(book.Journal[^1].Record.Stream);
        book.Posted(Set with { PerWeek = 100_00 }).Posted(Tip(5_00));
        Assert.Equal(new Spent(5_00, 5_00), LastSpent(book));
        Assert.Equal("spending/USD/ann", book.Journal[^1].Record.Stream);
    }

    [Fact]
    public void What_is_spent_by_a_record_of_another_stream_is_counted_beside_it()
    {
        var book = new BookInMemory().Posted(Set with { PerDay = 50_00 }).Posted(Tip(10_00));
        var usd = Currency.Of("USD");
        var (objection, spent) = book.Ask(known => Guards.LookAtSpending("ann", usd, 25_00, null, known, book.Now));
        Assert.Null(objection);
        Assert.Equal(new Spent(35_00, 35_00), spent);
        book.Append(Guards.Count("ann", usd, spent!));
        book.ShouldRefuse(Tip(15_01), "over_limit", ("spent", "3500"));
        book.Posted(Tip(15_00));
    }

    [Fact]
    public void A_subscription_has_its_least_and_most_but_is_not_counted()
    {
        var book = new BookInMemory().Posted(Set with { Maximum = 20_00, PerPurchase = 5_00, PerDay = 5_00 });
        Assert.Equal((null, null), Look(book, 20_00, SaleKind.Subscription));
        Assert.Equal("over_maximum", Look(book, 20_01, SaleKind.Subscription).Objection?.Code);
        Assert.Equal("over_limit", Look(book, 5_01, SaleKind.Order).Objection?.Code);
    }

    private static (Refusal? Objection, Spent? Spent) Look(BookInMemory book, long amount, SaleKind kind) =>
        book.Ask(known => Guards.LookAtSpending("ann", Currency.Of("USD"), amount, kind, known, book.Now));

    private static Spent? LastSpent(BookInMemory book)
    {
        var record = book.Journal[^1].Record;
        return ((Event.Sale)EventFormat.Read(record.Type, record.Data.Span)).Spent;
    }

    private static Command.SendTip Tip(long amount) => new("ann", "bea", amount, "USD", Funding.Card);

    private static Command.SendGift Gift(long amount) => new("ann", "bea", amount, "USD", Funding.Card, "rose");
}
